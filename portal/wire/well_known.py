"""What a portal says of itself to anybody."""

from __future__ import annotations

from dataclasses import dataclass, field

from portal.names import ByteCount, Link
from portal.wire.people import Practice


@dataclass(frozen=True, slots=True)
class Limits:
    """What the portal allows; sizes in bytes, lengths in days."""

    share_days_default: int = 30
    share_days_most: int = 365
    share_accesses_default: int = 10
    share_accesses_most: int = 10
    share_session_minutes: int = 60
    wrong_codes_most: int = 10
    instance_bytes_most: ByteCount = 8 << 30
    page_most: int = 1000


@dataclass(frozen=True, slots=True)
class WellKnown:
    """`GET /.well-known/patient-portal`: that this is a portal, and what it can.

    `local` is true where links reach nobody but this computer ("practice portal on this computer").
    """

    portal: str  # its name
    version: str
    url: Link
    api: str
    dicomweb: str
    oauth: str  # where the OAuth metadata is
    share: Link
    local: bool
    practices: tuple[Practice, ...] = ()
    capabilities: tuple[str, ...] = ()  # "upload", "exams", "share", "activity", "device-sign-in", "signed-receipts"
    limits: Limits = field(default_factory=Limits)
    receipt_keys: str | None = None  # where the keys are that receipts are signed with (JWKS)
