"""What every part of the portal server is handed."""

from __future__ import annotations

from dataclasses import dataclass

from dicom.decoder import Decoder
from portal.server.clock import Clock
from portal.server.database import Database
from portal.server.dicomweb.store import ObjectStore
from portal.server.settings import ServerSettings


@dataclass(frozen=True, slots=True)
class Services:
    """The database, the store, the workers that read foreign bytes, the clock, and the key codes are sealed with."""

    settings: ServerSettings
    database: Database
    store: ObjectStore
    decoder: Decoder
    clock: Clock
    secret: bytes
