"""What shall be sent, what a server says it holds, and what became of it: plain data between engine and targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from dicom.source import FileContent
from library.index.rows import SendState
from portal.wire.people import Person
from portal.wire.uploads import LeftOut
from portal.wire.wholeness import NotHere


@dataclass(frozen=True, slots=True)
class Ours:
    """One instance of the shelf.

    `taken` says that this server once said it stored it, or proved it; `proven` that it proved it before this upload,
    `coerced` that it said it changed it, `converted` that it was sent with explicit VRs.
    """

    sop_instance_uid: str
    series_instance_uid: str
    sha256: str
    size: int
    content: FileContent
    taken: bool = False
    proven: bool = False
    coerced: bool = False
    converted: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """One study of one person, without what cannot be sent; `left_out` says what that is, None that it is not known."""

    study_instance_uid: str
    person: Person
    person_confirmed: str | None
    items: tuple[Ours, ...]
    account: str | None = None  # the only one it may go to
    left_out: tuple[LeftOut, ...] | None = None
    portal_keys: tuple[Mapping[str, Any], ...] = ()  # those this portal is known by


@dataclass(frozen=True, slots=True)
class Signed:
    """A receipt as it was signed, the key (JWK) it was checked with, and all keys to know the portal by."""

    jws: str
    key: Mapping[str, Any]
    keys: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """What a server holds of an order, as SOP Instance UIDs; what is in none of these is missing.

    `same` is ours, `other` is other content under our UID, `unknown` is there and was not compared.
    """

    same: frozenset[str] = frozenset()
    other: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Proof:
    """The server's own list at the end; `hashes` are sha256 of what it read again, None where it tells only UIDs."""

    hashes: Mapping[str, str | None]
    receipt: Mapping[str, Any] | None = None
    signed: Signed | None = None


# what one answer says of one instance: it took it (perhaps with changes), it had it before, it never will, once more,
# or nothing that can be relied on
SaidKind = Literal["stored", "duplicate", "refused", "later", "unclear"]


@dataclass(frozen=True, slots=True)
class Said:
    """What one answer says; `code` is the item's code in words, `detail` the number behind it, `wait` in seconds."""

    kind: SaidKind
    code: str | None = None
    detail: str | None = None
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """One instance that is not (proven) at the server, and why."""

    sop_instance_uid: str | None
    code: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class UploadReport:
    """How one study's upload ended, or why it stands still."""

    upload: str
    study_instance_uid: str
    state: SendState
    instances: int
    stored: int
    already: int
    left: tuple[NotSent, ...] = ()
    coerced: tuple[NotSent, ...] = ()
    converted: tuple[str, ...] = ()  # SOP Instance UIDs the server has in other bytes than the shelf
    reason: str | None = None
    left_out: tuple[NotHere, ...] = ()  # all that is not sent, also what never came onto the shelf
    receipt: Mapping[str, Any] | None = field(default=None)
