"""Who asks: found out once a request, from the Authorization header or the share cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CallerKind = Literal["account", "share", "staff"]
SHARE_COOKIE = "share_session"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and whose studies they may see.

    An account sees all exams of its `patients`; a share sees the `studies` it was made for, pixels only with
    `include_images`; staff see what their practice sent.
    """

    kind: CallerKind
    account: str | None = None
    patients: frozenset[int] = frozenset()
    share: str | None = None
    studies: frozenset[int] = frozenset()
    practice: int | None = None
    family: str | None = None
    include_images: bool = True
    include_report: bool = True
    allow_download: bool = True
    recipient_name: str | None = None

    @property
    def name(self) -> str:
        """Name whoever takes turns with others: all sessions of a share are one."""
        return self.share or self.account or self.kind
