"""Letters that did not arrive: seen by the desk, written anew where that makes sense, or put aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urljoin

from sqlalchemy import ColumnElement, CompoundSelect, select, tuple_
from sqlalchemy.orm import Session

from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import (
    AccountPatientRow,
    AccountRow,
    ExamRow,
    NoticeRow,
    PatientRow,
    PracticeRow,
    ShareRow,
    StaffRow,
)
from portal.server.notices.wording import Told
from portal.server.people.account_shapes import person_shape
from portal.server.people.inviting import invite_again
from portal.server.people.telling import tell
from portal.server.staff.members import Inviting, invite_member
from portal.wire.desk.letters import Letter, Letters, LetterState
from portal.wire.moments import utc_text

PAGE_MOST = 100
SETTLED = "settled"  # written anew, or put aside by the desk
ANEW = ("activation", "staff-activation", "report")  # of the others the words are gone, and old news


def letters(session: Session, practice: int, state: LetterState, cursor: str | None, most: int) -> Letters:
    """Give one page of the practice's letters in a state, newest first."""
    order = (NoticeRow.created_at, NoticeRow.id)
    question = select(NoticeRow).where(NoticeRow.state == state, *_ours(practice))
    last = session.get(NoticeRow, cursor) if cursor else None
    if last is not None:
        question = question.where(tuple_(*order) < tuple_(last.created_at, last.id))
    rows = list(session.scalars(question.order_by(*(each.desc() for each in order)).limit(most + 1)))
    shown = rows[:most]
    return Letters(tuple(_shapes(session, practice, shown)), shown[-1].id if len(rows) > most else None)


def settle(session: Session, practice: int, letter: str, now: datetime) -> Letter:
    """Put a letter that was given up aside; twice is as once."""
    row = _given_up(session, practice, letter)
    row.state, row.ended_at = SETTLED, row.ended_at or now
    return _shapes(session, practice, [row])[0]


def write_anew(session: Session, by: Inviting, letter: str, now: datetime) -> Letter:
    """Write a letter that was given up once more, to where its reader is reached now; an activation gets a new code.

    Raises `Problem("conflict")`: "old-news" for a kind that is not written again, "nowhere-to-send" without an address.
    """
    row = _given_up(session, by.practice, letter)
    account = session.get_one(AccountRow, row.account)
    if row.kind not in ANEW:
        raise Problem("conflict", reason="old-news")
    if not (account.email or account.phone):
        raise Problem("conflict", reason="nowhere-to-send")
    if row.kind == "activation":
        patient = next(link.person for link in account.patients if link.person.practice == by.practice)
        invite_again(session, by.settings, by.secret, patient, by.actor, now, send=True)
    elif row.kind == "staff-activation":
        invite_member(session, by, account.id, now)
    elif session.get(ExamRow, row.about or "") is not None:
        home = urljoin(by.settings.public_url, "/")
        practice = session.get_one(PracticeRow, by.practice)
        tell(session, by.settings, account, Told("report", {}, home, about=row.about), now, practice=practice)
    return settle(session, by.practice, letter, now)


def _given_up(session: Session, practice: int, letter: str) -> NoticeRow:
    row = held(session, NoticeRow, letter)
    ours = session.scalars(select(NoticeRow.id).where(NoticeRow.id == letter, *_ours(practice))).first()
    if row is None or ours is None or row.state not in ("given-up", SETTLED):
        raise Problem("not-found")
    return row


def _ours(practice: int) -> tuple[ColumnElement[bool], ...]:
    """Ask for letters to the practice's people, without those about an exam or share of another practice."""
    elsewhere = select(PatientRow.id).where(PatientRow.practice != practice)
    exam = select(ExamRow.id).where(ExamRow.id == NoticeRow.about, ExamRow.patient.in_(elsewhere))
    share = select(ShareRow.id).where(ShareRow.id == NoticeRow.about, ShareRow.patient.in_(elsewhere))
    return NoticeRow.account.in_(_accounts(practice)), ~exam.exists(), ~share.exists()


def _accounts(practice: int) -> CompoundSelect[str]:
    """Ask for the accounts of a practice: of its patients, its staff and its doctors."""
    of_patients = (
        select(AccountPatientRow.account)
        .join(PatientRow, PatientRow.id == AccountPatientRow.patient)
        .where(PatientRow.practice == practice)
    )
    return of_patients.union(select(StaffRow.account).where(StaffRow.practice == practice))


def _shapes(session: Session, practice: int, rows: Sequence[NoticeRow]) -> list[Letter]:
    asked = (
        select(AccountPatientRow.account, PatientRow)
        .join(PatientRow, PatientRow.id == AccountPatientRow.patient)
        .where(AccountPatientRow.account.in_({row.account for row in rows if row.account}))
        .where(AccountPatientRow.relation == "self", PatientRow.practice == practice)
    )
    persons = {row[0]: row[1] for row in session.execute(asked)}
    return [_shape(row, persons.get(row.account or "")) for row in rows]


def _shape(row: NoticeRow, person: PatientRow | None) -> Letter:
    return Letter(
        id=row.id,
        kind=row.kind,
        channel=row.channel,
        address=row.address,
        state=row.state,  # type: ignore[arg-type]
        tries=row.tries,
        created_at=utc_text(row.created_at),
        trouble=row.trouble,
        ended_at=utc_text(row.ended_at) if row.ended_at else None,
        patient=person.id if person is not None else None,
        person=person_shape(person) if person is not None else None,
        again=row.state == "given-up" and row.kind in ANEW,
    )
