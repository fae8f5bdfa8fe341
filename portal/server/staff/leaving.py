"""A member of the staff, or a referring doctor, goes: nothing opens any more, what they did stays written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from portal.server.activity.log import note
from portal.server.base.tables import ActivationRow, DoctorExamRow, DoctorNameRow, DoctorPatientRow
from portal.server.factors.resetting import forget_factors
from portal.server.people.blocking import block
from portal.server.staff.members import Inviting, keep_an_administrator, member_of


def let_go(session: Session, by: Inviting, member: str, now: datetime) -> None:
    """Close a member's account; the name stays beside what they did, user name and addresses are forgotten."""
    row, account = member_of(session, by.practice, member)
    keep_an_administrator(session, by.practice, row)
    block(session, member, by.actor, now)
    codes = (ActivationRow.account == member, ActivationRow.used_at.is_(None), ActivationRow.voided_at.is_(None))
    session.execute(update(ActivationRow).where(*codes).values(voided_at=now))
    for table in (DoctorNameRow, DoctorPatientRow, DoctorExamRow):
        session.execute(delete(table).where(table.doctor == member))
    forget_factors(session, member)
    account.state = "closed"
    account.user_name = account.user_name_folded = account.password_hash = None
    account.email = account.phone = account.previous_email = None
    row.roles = ""
    note(session, account=member, kind="member-removed", at=now, actor=by.actor)
