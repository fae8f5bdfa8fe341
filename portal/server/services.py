"""What every part of the portal server is handed."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from dicom.decoding.decoder import Decoder
from dicom.pipeline import pipeline_name
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.password_hashes import Passwords
from portal.server.base.settings import ServerSettings
from portal.server.base.told_lately import ToldLately, WrongCodes
from portal.server.base.tries import Tries
from portal.server.base.turns import Turns
from portal.server.objects.soundness import Soundness
from portal.server.objects.store import PortalObjects

RATES = {
    "password-by-name": "10 per 15 minutes",
    "password-by-address": "60 per 15 minutes",
    "code-by-address": "30 per 15 minutes",
    "factor-by-account": "10 per 15 minutes",
    "factor-by-account-and-day": "50 per day",
    "factor-by-address": "60 per 15 minutes",
    "contact-by-account": "10 per day",
    "share-mail-by-account": "50 per day",
    "recovery-by-address": "30 per 15 minutes",
    "recovery-by-email": "5 per hour",
    "device-by-address": "60 per 15 minutes",
    "reminding": "1 per 10 seconds",  # of several servers one does it
}
AT_ONCE, OF_ONE = 4, 3  # viewers never take all threads, nor all workers' time


@dataclass(frozen=True)
class Services:
    """The database, the store, the workers that read foreign bytes, the clock, and the key codes are sealed with."""

    settings: ServerSettings
    database: Database
    store: PortalObjects
    decoder: Decoder
    clock: Clock
    secret: bytes
    tries: Tries
    told: ToldLately
    passwords: Passwords = field(default_factory=Passwords)
    worker_turns: Turns = field(default_factory=lambda: Turns(AT_ONCE, OF_ONE))

    @cached_property
    def pipeline(self) -> str:
        """Name what decodes and draws, for what is kept of its work."""
        return pipeline_name()

    @cached_property
    def wrong_codes(self) -> WrongCodes:
        """Give what counts wrong codes, of shares and of activations, whoever tried them."""
        return WrongCodes(self.secret)

    @cached_property
    def sound(self) -> Soundness:
        """Give what reads objects again before they are shown or sent."""
        return Soundness(self.store, self.database, self.clock)
