"""What every part of the portal server is handed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from dicom.decoding.decoder import Decoder
from portal.server.accounts.activation import Activations
from portal.server.accounts.passwords import Passwords
from portal.server.accounts.signing import SigningIn
from portal.server.clock import Clock
from portal.server.database import Database
from portal.server.dicomweb.store import ObjectStore
from portal.server.once_an_hour import OnceAnHour
from portal.server.settings import ServerSettings
from portal.server.soundness import Soundness
from portal.server.tries import Tries

RATES = {
    "password-by-name": "10 per 15 minutes",
    "password-by-address": "60 per 15 minutes",
    "code-by-address": "30 per 15 minutes",
    "device-by-address": "60 per 15 minutes",
}


@dataclass(frozen=True)
class Services:
    """The database, the store, the workers that read foreign bytes, the clock, and the key codes are sealed with."""

    settings: ServerSettings
    database: Database
    store: ObjectStore
    decoder: Decoder
    clock: Clock
    secret: bytes
    tries: Tries = field(default_factory=lambda: Tries(RATES))
    passwords: Passwords = field(default_factory=Passwords)
    told: OnceAnHour = field(default_factory=OnceAnHour)

    @cached_property
    def sound(self) -> Soundness:
        """Give what reads objects again before they are shown or sent."""
        return Soundness(self.store, self.database, self.clock)

    @cached_property
    def activations(self) -> Activations:
        """Give what takes over accounts."""
        return Activations(self.database, self.passwords, self.secret, self.clock)

    @cached_property
    def signing_in(self) -> SigningIn:
        """Give what checks passwords."""
        return SigningIn(self.database, self.passwords, self.tries, self.clock)
