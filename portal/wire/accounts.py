"""An account: who is signed in, what opens it, and how it comes to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import AccountId, Link
from portal.wire.people import Person, Practice

TokenKind = Literal["machine", "sign-in"]


@dataclass(frozen=True, slots=True)
class AccountPractice:
    """A practice an account stands at: whom it knows there, by its own Patient ID, and whether contact is changed."""

    practice: Practice
    persons: tuple[Person, ...]
    self_service: bool = True


@dataclass(frozen=True, slots=True)
class Account:
    """`GET account`: who is signed in; `persons` are those the account stands for, its own first."""

    id: AccountId
    user_name: str
    persons: tuple[Person, ...]
    practice: Practice
    last_sign_in_at: str | None = None
    email: str | None = None
    phone: str | None = None
    self_service: bool = True  # address and phone are changed here; else the practice does it
    rests_at: str | None = None  # when the account lapses if nobody signs in
    deletion_asked_at: str | None = None  # by the person; until the practice did it
    practices: tuple[AccountPractice, ...] = ()  # all of them, the first one's first


@dataclass(frozen=True, slots=True)
class AccountEdit:
    """`PATCH account`: what is left out (None) stays, "" takes it away."""

    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class NoticeChoices:
    """`GET account/notices`: kinds of letters the person may switch off, and those that are; the others always come."""

    can_be_off: tuple[str, ...]
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoticeEdit:
    """`PATCH account/notices`: the kinds that are to be off; all others are on then."""

    off: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecoveryQuestion:
    """`POST account/recovery`: whoever has this address forgot user name or password."""

    email: str


@dataclass(frozen=True, slots=True)
class RecoveryNoted:
    """The answer to it, whether the address is known or not."""

    minutes: int  # how long the link in the letter works


@dataclass(frozen=True, slots=True)
class NewPassword:
    """`POST account/recovery/{token}`: the password chosen with a letter's link."""

    password: str


@dataclass(frozen=True, slots=True)
class AccountToken:
    """What opens an account: a "machine" token of its own programs, or the "sign-in" of a person. Never the token.

    `label` is what a machine token is for, or the browser of a sign-in in the portal's words ("Firefox, Windows").
    """

    id: str
    kind: TokenKind
    created_at: str
    expires_at: str
    label: str | None = None
    this: bool = False  # by which the list is asked for
    last_used_at: str | None = None  # of a sign-in on a desktop: when it was last renewed


@dataclass(frozen=True, slots=True)
class AccountTokens:
    """`GET account/tokens`: whatever opens the account now, newest first."""

    tokens: tuple[AccountToken, ...]


@dataclass(frozen=True, slots=True)
class Activation:
    """`POST activation`: the code of the invitation, and what the person chose."""

    code: str
    user_name: str
    password: str


@dataclass(frozen=True, slots=True)
class JoinedPractice:
    """`POST account/practices`: the activation code of another practice, typed by who is signed in.

    `person_confirmed`: the person looked and is the one that practice means, though name or birth date differ.
    """

    code: str
    person_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Activated:
    """The answer to an activation: sign in with this name now."""

    user_name: str


@dataclass(frozen=True, slots=True)
class Invitation:
    """`POST staff/invitations`: a new account for a person at the practice."""

    patient_name: str
    patient_birth_date: str
    email: str | None = None
    phone: str | None = None
    patient_id: str | None = None
    patient_sex: str | None = None


@dataclass(frozen=True, slots=True)
class Invited:
    """An activation code, shown once; works once, until `expires_at`. `told`: a notice with it is on its way."""

    activation_code: str
    url: Link
    expires_at: str
    told: bool = False
