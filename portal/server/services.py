"""What every part of the portal server is handed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from dicom.decoding.decoder import Decoder
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.settings import ServerSettings
from portal.server.base.told_lately import ToldLately
from portal.server.base.tries import Tries
from portal.server.objects.soundness import Soundness
from portal.server.objects.store import ObjectStore
from portal.server.people.activation import Activations
from portal.server.people.passwords import Passwords
from portal.server.people.signing_in import SigningIn

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
    told: ToldLately = field(default_factory=ToldLately)

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
