"""A share: asked for, shown to its owner, opened by its recipient."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from portal.names import ExamId, Link, ShareId, Uid
from portal.wire.exams import Exam
from portal.wire.people import Person
from portal.wire.wholeness import Wholeness

ShareStatus = Literal["active", "viewed", "expired", "revoked"]


@dataclass(frozen=True, slots=True)
class ShareRequest:
    """`POST shares`: which studies (UIDs) or exams (ids), for how long, and what the recipient may do."""

    studies: tuple[str, ...] = ()
    exams: tuple[str, ...] = ()
    days: int = 30
    max_accesses: int = 10
    label: str | None = None  # for the owner's eyes: whom for
    message: str | None = None  # for the recipient
    email: str | None = None
    include_images: bool = True
    include_report: bool = True
    allow_download: bool = False


@dataclass(frozen=True, slots=True)
class Share:
    """One share; `studies` are Study Instance UIDs. `locked` says that too many wrong codes were tried, for good.

    `title` says in plain words what it holds, `name` what the hospital calls that, as with `Exam`.

    A share holds the studies it was made for. `later` are others of its exams that came since and could be shared too:
    the owner may make another share of them. `wholeness` is that of all shared images together, as it is now.
    """

    id: ShareId
    studies: tuple[Uid, ...]
    exams: tuple[ExamId, ...]
    title: str
    person: Person
    status: ShareStatus
    created_at: str
    expires_at: str
    max_accesses: int
    accesses_used: int
    label: str | None = None
    message: str | None = None
    email: str | None = None
    include_images: bool = True
    include_report: bool = True
    allow_download: bool = False
    revoked_at: str | None = None
    last_opened_at: str | None = None
    locked: bool = False
    wrong_codes: int = 0
    url: Link | None = None  # known only when it is made
    typed_locked: bool = False  # too many wrong codes after its locator, the link still works: `POST …/unlock`
    wrong_typed_codes: int = 0
    wholeness: Wholeness | None = None
    later: tuple[Uid, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewShare:
    """A share that was just made: link and codes, shown this once."""

    share: Share
    url: Link
    verification_code: str
    share_code: str
    mailed: bool = False  # the portal sends the link, never the code, to the address that was given


@dataclass(frozen=True, slots=True)
class SharePage:
    """`GET shares`: every one ever made, newest first."""

    shares: tuple[Share, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class ShareEdit:
    """`PATCH shares/{id}` with If-Match."""

    expires_at: str


@dataclass(frozen=True, slots=True)
class Redeem:
    """`POST redeem`: link token and code, or the typed share code; no account."""

    token: str | None = None
    code: str | None = None
    share_code: str | None = None
    recipient_name: str | None = None


@dataclass(frozen=True, slots=True)
class Redeemed:
    """An accepted code: one access, one session. `exams` are what the page shows.

    `not_here` says in sentences what of the images is not here and why, `images_note` what else is known of how many
    there are: English, as the portal's page shows them. What came after `shared_at` is no part
    of it, which `held_note` says.
    """

    session: str
    studies: tuple[str, ...]
    accesses_left: int
    expires_at: str  # of the session
    exams: tuple[Exam, ...] = ()
    person: Person = field(default_factory=Person)
    message: str | None = None
    include_images: bool = True
    include_report: bool = True
    allow_download: bool = False
    shared_until: str | None = None
    not_here: tuple[str, ...] = ()
    images_note: str = ""
    shared_at: str | None = None
    held_note: str = ""
