"""Those who work at the practice: invited by code as patients are, with roles, blocked and let go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.names import AccountId
from portal.server.access.lapsing import is_lapsed
from portal.server.access.roles import roles_of, written_roles
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, ActivationRow, PracticeRow, StaffRow
from portal.server.base.tokens import new_id
from portal.server.notices.wording import Told
from portal.server.people.account_shapes import activation_address, invited
from portal.server.people.contact import end_recoveries
from portal.server.people.invitations import NewCode, email_reason, new_activation, short_text_reason
from portal.server.people.telling import moment_words, tell
from portal.wire.desk.members import MemberState, NewStaffMember, Role, StaffInvited, StaffMember, StaffMemberEdit
from portal.wire.moments import utc_text


@dataclass(frozen=True, slots=True)
class Inviting:
    """What it takes to make codes, and who makes them: a member's name, or that of a command."""

    settings: ServerSettings
    secret: bytes
    practice: int
    actor: str | None


def add_member(session: Session, by: Inviting, wanted: NewStaffMember, now: datetime) -> StaffInvited:
    """Invite somebody; the code is shown once, and goes to their address where one is said."""
    roles = frozenset(wanted.roles)
    _check(wanted.name, roles, wanted.email, wanted.phone)
    account = AccountRow(id=new_id(), state="invited", email=wanted.email, phone=wanted.phone, created_at=now)
    session.add(account)
    session.flush()
    row = StaffRow(account=account.id, practice=by.practice, name=wanted.name.strip(), roles=written_roles(roles))
    row.created_at = now
    session.add(row)
    session.flush()
    note(session, account=account.id, kind="member-added", at=now, actor=by.actor, details={"roles": row.roles})
    return _invited(session, by, account, now)


def invite_member(session: Session, by: Inviting, member: str, now: datetime) -> StaffInvited:
    """Give a new code to somebody who has not come in yet; the one before is void."""
    _, account = member_of(session, by.practice, member)
    if account.state != "invited":
        raise Problem("conflict", reason="has-account")
    return _invited(session, by, account, now)


def change_member(session: Session, by: Inviting, member: str, wanted: StaffMemberEdit, now: datetime) -> StaffMember:
    """Change name, roles and where somebody is reached; the last administrator stays one."""
    row, account = member_of(session, by.practice, member)
    roles = roles_of(row.roles) if wanted.roles is None else frozenset(wanted.roles)
    name = row.name if wanted.name is None else wanted.name.strip()
    email, phone = _wanted(wanted.email, account.email), _wanted(wanted.phone, account.phone)
    _check(name, roles, email, phone)
    if "administrator" not in roles:
        keep_an_administrator(session, by.practice, row)
    if written_roles(roles) != row.roles:
        details = {"from": row.roles, "roles": written_roles(roles)}
        note(session, account=account.id, kind="roles-changed", at=now, actor=by.actor, details=details)
    if (email, phone) != (account.email, account.phone):
        told = Told("contact-changed", {"at": moment_words(session, account, now)})
        tell(session, by.settings, account, told, now)  # to the old address
        if email != account.email:
            account.previous_email, account.email_changed_at = account.email, now
            end_recoveries(session, account.id)
        note(session, account=account.id, kind="contact-changed", at=now, actor=by.actor)
    row.name, row.roles, account.email, account.phone = name, written_roles(roles), email, phone
    session.flush()
    return member_shape(session, row, account, now)


def members_of(session: Session, practice: int, now: datetime, *, doctors: bool = False) -> tuple[StaffMember, ...]:
    """List who works there, by name; of `doctors` only these."""
    asked = select(StaffRow, AccountRow).join(AccountRow, AccountRow.id == StaffRow.account)
    asked = asked.where(StaffRow.practice == practice, AccountRow.state != "closed")
    found = [
        member_shape(session, row, account, now) for row, account in session.execute(asked.order_by(StaffRow.name))
    ]
    return tuple(each for each in found if not doctors or "doctor" in each.roles)


def member_of(session: Session, practice: int, member: str) -> tuple[StaffRow, AccountRow]:
    """Find a member, held until the end of the transaction; raises `Problem("not-found")`."""
    account = held(session, AccountRow, member)
    row = session.get(StaffRow, member)
    if row is None or account is None or row.practice != practice or account.state == "closed":
        raise Problem("not-found")
    return row, account


def keep_an_administrator(session: Session, practice: int, going: StaffRow) -> None:
    """Refuse what would leave the practice without an active administrator."""
    held(session, PracticeRow, practice)  # two administrators do not take each other out at once
    if "administrator" not in roles_of(going.roles):
        return
    asked = select(StaffRow.roles).join(AccountRow, AccountRow.id == StaffRow.account)
    others = session.scalars(
        asked.where(StaffRow.practice == practice, StaffRow.account != going.account, AccountRow.state == "active")
    )
    if not any("administrator" in roles_of(roles) for roles in others):
        raise Problem("conflict", reason="last-administrator")


def member_shape(session: Session, row: StaffRow, account: AccountRow, now: datetime) -> StaffMember:
    """Describe a member."""
    return StaffMember(
        id=AccountId(account.id),
        name=row.name,
        roles=tuple(sorted(roles_of(row.roles), key=list(_order()).index)),
        state=_state(account, now),
        user_name=account.user_name,
        email=account.email,
        phone=account.phone,
        last_sign_in_at=utc_text(account.last_sign_in_at) if account.last_sign_in_at else None,
        code_expires_at=_code_expires(session, account),
    )


def _order() -> tuple[Role, ...]:
    return ("reception", "reports", "administrator", "doctor")


def _state(account: AccountRow, now: datetime) -> MemberState:
    if is_lapsed(account, now):
        return "lapsed"
    return "blocked" if account.state == "blocked" else "active" if account.state == "active" else "invited"


def _code_expires(session: Session, account: AccountRow) -> str | None:
    if account.state != "invited":
        return None
    live = (ActivationRow.account == account.id, ActivationRow.used_at.is_(None), ActivationRow.voided_at.is_(None))
    latest = session.scalar(select(func.max(ActivationRow.expires_at)).where(*live))
    return utc_text(latest) if latest is not None else None


def _invited(session: Session, by: Inviting, account: AccountRow, now: datetime) -> StaffInvited:
    made: NewCode = new_activation(session, by.secret, account, now)
    note(session, account=account.id, kind="code-made", at=now, actor=by.actor)
    facts = {"code": made.code, "until": moment_words(session, account, made.expires_at)}
    told = Told("staff-activation", facts, activation_address(by.settings, made.code))
    sent = tell(session, by.settings, account, told, now, made.expires_at)
    shown = invited(by.settings, made, told=sent)
    row = session.get_one(StaffRow, account.id)
    member = member_shape(session, row, account, now)
    return StaffInvited(member, shown.activation_code, shown.url, shown.expires_at, shown.told)


def _wanted(said: str | None, before: str | None) -> str | None:
    return before if said is None else said.strip() or None


def _check(name: str, roles: frozenset[Role], email: str | None, phone: str | None) -> None:
    reasons = {
        "name": short_text_reason(name),
        "roles": _roles_reason(roles),
        "email": email_reason(email),
        "phone": short_text_reason(phone),
    }
    fields = [{"field": field, "reason": reason} for field, reason in reasons.items() if reason]
    if fields:
        raise Problem("invalid-request", fields=fields)


def _roles_reason(roles: frozenset[Role]) -> str | None:
    """A doctor from elsewhere does no work of the practice."""
    if not roles:
        return "empty"
    return "doctor-alone" if "doctor" in roles and len(roles) > 1 else None
