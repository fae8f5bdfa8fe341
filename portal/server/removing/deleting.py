"""The practice deletes an account: what the person brought goes, what the practice sent stays its own (A7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.activity.log import note
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import (
    AccountPatientRow,
    AccountRow,
    ActivationRow,
    EmailChangeRow,
    ExamRow,
    IdentityQuestionRow,
    InstanceRow,
    NoticeRow,
    PatientRow,
    PracticeRow,
    RecoveryRow,
    SeriesRow,
    ShareRow,
    ShareSessionRow,
    StudyRow,
    TokenFamilyRow,
    UploadRow,
)
from portal.server.factors.resetting import forget_factors
from portal.server.objects.erasing import erase, erase_elsewhere, erase_pictures, forget_pages
from portal.server.removing.asking import end_shares
from portal.server.removing.removing import RemovalRequest, allow, remove


@dataclass(frozen=True, slots=True)
class Deleted:
    """How many exams of the person's own went, and whether the account stands at other practices still."""

    exams: int
    elsewhere: bool


def delete_account(
    database: Database, settings: ServerSettings, account_id: str, practice: int, clock: Clock
) -> Deleted:  # fmt: skip
    """Delete an account for one of its practices; where others have it too, what it has at this one alone (A7, A9).

    The lines of its activity stay as they were written. The person can be invited again. Raises `Problem("not-found")`
    for an account that was deleted, or stands at other practices only.
    """
    hashes: set[str] = set()
    with database.writing() as session:
        now = clock()
        for patient in session.scalars(_patients(account_id)).all():
            held(session, PatientRow, patient)  # before the account, as whoever takes out an exam of theirs
        account = held(session, AccountRow, account_id)
        if account is None or account.state == "closed":
            raise Problem("not-found")
        here = [link for link in account.patients if link.person.practice == practice]
        if account.patients and not here:
            raise Problem("not-found", field="account")
        elsewhere = len(here) < len(account.patients)  # as it is while the account is held, not as it was asked
        exams = [each for each in _own_exams(session, account) if each[1] == practice]
        end_shares(session, account.id, now, practice if elsewhere else None)
        hashes |= _withdrawn(session, exams, now)
        if elsewhere:
            _leave(session, account, here, now)
        else:
            _close(session, account, now)
            note(session, account=account.id, kind="account-deleted", at=now)
        session.flush()
        erase(session, settings, hashes)
    erase_elsewhere(database, settings)
    erase_pictures(settings)
    forget_pages(database)
    return Deleted(len(exams), elsewhere)


def _leave(session: Session, account: AccountRow, here: Iterable[AccountPatientRow], now: datetime) -> None:
    """Take an account away from the persons of one practice."""
    (practice,) = {link.person.practice for link in here}
    for link in here:
        session.delete(link)
    name = session.get_one(PracticeRow, practice).name
    note(session, account=account.id, kind="practice-left", at=now, details={"practice": name})


def _withdrawn(session: Session, exams: Iterable[tuple[str, int]], now: datetime) -> set[str]:
    """Take out what the person brought; gives whose bytes may go. It may come again, if the person does."""
    hashes: set[str] = set()
    for exam, practice in exams:
        staff = Caller("staff", practice=practice)
        gone = remove(session, staff, RemovalRequest("exam", exam, reason="withdrawn", uploads=True), now)
        session.flush()
        allow(session, staff, gone.removal.id, now)
        hashes |= gone.hashes
    return hashes


def _patients(account: str) -> Select[int]:
    asked = select(AccountPatientRow.patient).where(AccountPatientRow.account == account)
    return asked.order_by(AccountPatientRow.patient)


def _own_exams(session: Session, account: AccountRow) -> list[tuple[str, int]]:
    """Give what the person alone brought, where nobody else stands for the same person."""
    found: list[tuple[str, int]] = []
    for link in account.patients:
        others = select(AccountRow.id).join(AccountPatientRow, AccountPatientRow.account == AccountRow.id)
        shared = others.where(
            AccountPatientRow.patient == link.patient, AccountRow.id != account.id, AccountRow.state != "closed"
        )
        if link.relation == "self" and session.scalars(shared).first() is None:
            mine = (ExamRow.patient == link.patient, ExamRow.origin == "upload", _has_images())
            exams = session.scalars(select(ExamRow.id).where(*mine))
            found += [(exam, link.person.practice) for exam in exams]
    return found


def _has_images() -> ColumnElement[bool]:
    held_by = select(StudyRow.exam).join(SeriesRow, SeriesRow.study == StudyRow.id)
    return ExamRow.id.in_(held_by.join(InstanceRow, InstanceRow.series == SeriesRow.id))


def _close(session: Session, account: AccountRow, now: datetime) -> None:
    """End every way in, and forget who it was."""
    living = (TokenFamilyRow.account == account.id, TokenFamilyRow.ended_at.is_(None))
    session.execute(update(TokenFamilyRow).where(*living).values(ended_at=now, end_reason="account-deleted"))
    codes = (ActivationRow.account == account.id, ActivationRow.used_at.is_(None), ActivationRow.voided_at.is_(None))
    session.execute(update(ActivationRow).where(*codes).values(voided_at=now))
    links = (RecoveryRow.account == account.id, RecoveryRow.used_at.is_(None))
    session.execute(update(RecoveryRow).where(*links).values(used_at=now))
    forget_factors(session, account.id)
    shares = select(ShareRow.id).where(ShareRow.account == account.id)
    theirs = or_(NoticeRow.account == account.id, NoticeRow.about.in_(shares))
    forgotten = {"address": "", "subject": None, "text": None, "html": None}
    session.execute(update(NoticeRow).where(theirs).values(forgotten))
    waiting = (theirs, NoticeRow.state == "waiting")
    session.execute(update(NoticeRow).where(*waiting).values(state="given-up", ended_at=now, trouble="deleted"))
    words = {"email": None, "label": None, "message": None}
    session.execute(update(ShareRow).where(ShareRow.account == account.id).values(words))
    session.execute(update(ShareSessionRow).where(ShareSessionRow.share.in_(shares)).values(recipient_name=None))
    session.execute(update(TokenFamilyRow).where(TokenFamilyRow.account == account.id).values(label=None))
    session.execute(update(UploadRow).where(UploadRow.account == account.id).values(person={}, person_confirmed=None))
    asked = delete(IdentityQuestionRow).where(IdentityQuestionRow.account == account.id)
    session.execute(asked.execution_options(synchronize_session=False))
    session.execute(delete(EmailChangeRow).where(EmailChangeRow.account == account.id))
    account.state = "closed"
    account.user_name = account.user_name_folded = account.password_hash = None
    account.email = account.phone = account.previous_email = None
