"""Who works at a practice, and which doctors refer to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import AccountId, ExamId, Link

# "doctor" refers patients from elsewhere, and has nothing to do with the practice's own work
Role = Literal["reception", "reports", "administrator", "doctor"]
MemberState = Literal["invited", "active", "lapsed", "blocked"]


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody with a sign-in of their own at the practice; `GET staff/me` says who asks."""

    id: AccountId
    name: str
    roles: tuple[Role, ...]
    state: MemberState
    user_name: str | None = None
    email: str | None = None
    phone: str | None = None
    last_sign_in_at: str | None = None
    code_expires_at: str | None = None  # of the newest activation code, while the member is invited


@dataclass(frozen=True, slots=True)
class StaffMembers:
    """`GET staff/members`, by name; `GET staff/doctors` are the doctors alone."""

    members: tuple[StaffMember, ...]


@dataclass(frozen=True, slots=True)
class NewStaffMember:
    """`POST staff/members`: who is to be invited, and what they may do."""

    name: str
    roles: tuple[Role, ...]
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class StaffMemberEdit:
    """`PATCH staff/members/{id}`: what is left out (None) stays, "" takes an address or number away."""

    name: str | None = None
    roles: tuple[Role, ...] | None = None
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class StaffInvited:
    """An activation code for a member, shown once, as for patients. `told`: a notice with it is on its way."""

    member: StaffMember
    activation_code: str
    url: Link
    expires_at: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class ReferralName:
    """One way a referring physician is named in images (0008,0090), and in how many exams."""

    name: str
    exams: int


@dataclass(frozen=True, slots=True)
class ReferralNames:
    """`GET staff/referral-names`: the names that occur, the most frequent first."""

    names: tuple[ReferralName, ...]


@dataclass(frozen=True, slots=True)
class Assignments:
    """`GET staff/doctors/{id}`: what a doctor may see, and why: by referral name, or by hand."""

    doctor: StaffMember
    names: tuple[str, ...]
    patients: tuple[int, ...]
    exams: tuple[ExamId, ...]
    exams_in_all: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """`POST staff/doctors/{id}/assignments`, `…/assignments/end`: exactly one of the three."""

    name: str | None = None  # as it stands in images; all exams that name it, now and later
    patient: int | None = None  # all exams the practice made of this person, now and later
    exam: ExamId | None = None
