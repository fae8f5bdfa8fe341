"""Who asks: found out once a request, from the Authorization header or the share cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.wire.desk.members import Role

CallerKind = Literal["account", "share", "staff", "doctor"]
SHARE_COOKIE = "share_session"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and whose studies they may see.

    An account sees all exams of its `patients`; a share sees the `studies` it was made for, pixels only with
    `include_images`; staff see what their practice sent, a referring doctor what they were given of it. `member` is the
    sign-in of a staff member or doctor; a program of the practice's own has none.
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
    member: str | None = None
    member_name: str | None = None
    roles: frozenset[Role] = frozenset()

    @property
    def name(self) -> str:
        """Name whoever takes turns with others: all sessions of a share are one."""
        return self.share or self.account or self.member or self.kind

    @property
    def actor(self) -> str | None:
        """Name for the activity whoever is not the owner: a recipient, a staff member, a doctor."""
        return self.recipient_name or self.member_name
