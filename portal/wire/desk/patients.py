"""The practice's patients as its staff sees them: who they are, how their account stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import AccountId
from portal.wire.people import Person

# "none": nobody was invited yet, or the account was deleted; "code-over": invited, and the code ended unused
AccountState = Literal["none", "invited", "code-over", "active", "lapsed", "blocked", "deletion-asked"]
Likeness = Literal["same", "perhaps"]


@dataclass(frozen=True, slots=True)
class Patient:
    """One person of the practice, and how their account stands."""

    id: int
    person: Person
    state: AccountState
    account_id: AccountId | None = None
    user_name: str | None = None
    email: str | None = None
    phone: str | None = None
    code_expires_at: str | None = None
    activated_at: str | None = None
    last_sign_in_at: str | None = None
    rests_at: str | None = None
    deletion_asked_at: str | None = None
    exams: int = 0  # what the practice sent


@dataclass(frozen=True, slots=True)
class PatientPage:
    """`GET staff/patients`: by name."""

    patients: tuple[Patient, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class NewPatient:
    """`POST staff/patients`. Whom it might be is asked first (409 `person-unclear` with `candidates`).

    `other_than` answers: these are other persons. Who is one of them is not made anew, but opened.
    """

    patient_name: str
    patient_birth_date: str
    patient_id: str | None = None
    patient_sex: str | None = None
    email: str | None = None
    phone: str | None = None
    other_than: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PatientEdit:
    """`PATCH staff/patients/{id}`: what is left out (None) stays, "" takes an ID, address or number away."""

    patient_name: str | None = None
    patient_birth_date: str | None = None
    patient_id: str | None = None
    patient_sex: str | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Blocking:
    """`POST staff/accounts/{id}/block`: whether all they shared ends too, which cannot be undone."""

    end_shares: bool = False
