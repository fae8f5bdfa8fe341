"""Tells people what only time brings about: a report that can be seen, a share that ends, an account that will rest.

Each is told once, however often and by however many servers it is looked for: the row it is about is held, and what the
outbox holds says what was told.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urljoin

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from portal.server.access.lapsing import RESTS_AFTER, rests_at, used_at
from portal.server.access.report_release import released_at
from portal.server.access.share_state import opens
from portal.server.access.visibility import practice_of
from portal.server.activity.log import accounts_of
from portal.server.base.rows import held
from portal.server.base.tables import (
    AccountPatientRow,
    AccountRow,
    ExamRow,
    NoticeRow,
    PracticeRow,
    ShareRow,
)
from portal.server.hl7.filing import attach_waiting
from portal.server.notices.kinds import NoticeKind
from portal.server.notices.wording import Told
from portal.server.people.telling import moment_words, tell
from portal.server.receiving.filing import file_waiting
from portal.server.running.alarming import watch_codes
from portal.server.services import Services
from portal.server.sharing.telling import tell_ending

BEFORE_RESTING = timedelta(days=30)
BEFORE_SHARE_ENDS = timedelta(days=3)
SHORT_SHARE = timedelta(days=7)  # one that was made for so few days is no surprise when it ends
NEWS = timedelta(days=30)  # what could be seen longer ago is no news
AT_ONCE = 100  # letters in one transaction: others write in between


class Reminding:
    """Looks for what is due."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def remind(self) -> None:
        """Put into the outbox what became due since: looked for without the writer's turn, told in short ones."""
        file_waiting(self._services.database, self._services.clock)  # whoever made the patient known
        attach_waiting(self._services.database, self._services.clock)
        now = self._services.clock()
        watch_codes(self._services, now)
        for look, tell_one in (
            (self._resting, self._warn_account),
            (self._ending, self._warn_share),
            (self._reports, self._tell_report),
        ):
            with self._services.database.reading() as session:
                due = look(session, now)
            for start in range(0, len(due), AT_ONCE):
                with self._services.database.writing() as session:
                    for each in due[start : start + AT_ONCE]:
                        tell_one(session, each, now)

    def _resting(self, session: Session, now: datetime) -> list[str]:
        """Give the accounts to be warned of their rest (A8)."""
        last = func.coalesce(AccountRow.reinstated_at, AccountRow.last_sign_in_at, AccountRow.activated_at)
        soon = and_(last > now - RESTS_AFTER - BEFORE_RESTING, last <= now - RESTS_AFTER + BEFORE_RESTING)
        asked = select(AccountRow).where(AccountRow.state == "active", _reached(), soon)
        return [row.id for row in session.scalars(asked) if _rests_soon(session, row, now)]

    def _warn_account(self, session: Session, account_id: str, now: datetime) -> None:
        account = held(session, AccountRow, account_id)
        if account is not None and _rests_soon(session, account, now):
            facts = {"until": moment_words(session, account, rests_at(account))}
            tell(session, self._services.settings, account, Told("lapse-warning", facts, self._home()), now)

    def _ending(self, session: Session, now: datetime) -> list[str]:
        """Give the shares whose owners are to be warned of their end (N1)."""
        soon = ShareRow.expires_at <= now + BEFORE_SHARE_ENDS
        shares = session.scalars(select(ShareRow).where(soon, opens(now)))
        return [share.id for share in shares if _ends_soon(session, share)]

    def _warn_share(self, session: Session, share_id: str, now: datetime) -> None:
        share = held(session, ShareRow, share_id)
        if share is not None and _ends_soon(session, share):
            tell_ending(session, self._services.settings, share, now)

    def _reports(self, session: Session, now: datetime) -> list[str]:
        """Give the exams whose report can be seen now, and nobody was told (A2, E4)."""
        told = select(NoticeRow.about).where(NoticeRow.kind == "report", NoticeRow.about.is_not(None))
        accounts = select(AccountPatientRow.patient).join(AccountRow, AccountRow.id == AccountPatientRow.account)
        whose = ExamRow.patient.in_(accounts.where(AccountRow.state == "active", _reached()))
        complete = (ExamRow.report_sha256.is_not(None), ExamRow.report_completed_at.is_not(None))
        asked = select(ExamRow).where(ExamRow.origin == "practice", *complete, whose, ExamRow.id.not_in(told))
        return [exam.id for exam in session.scalars(asked) if _is_news(exam, practice_of(session, exam), now)]

    def _tell_report(self, session: Session, exam_id: str, now: datetime) -> None:
        exam = held(session, ExamRow, exam_id)
        if exam is None or not _is_news(exam, practice_of(session, exam), now):
            return
        if _told(session, "report", NoticeRow.about == exam.id, exam.created_at):
            return
        practice = practice_of(session, exam)
        for account in (session.get_one(AccountRow, each) for each in accounts_of(session, exam.patient)):
            if account.state == "active":
                tell(
                    session,
                    self._services.settings,
                    account,
                    Told("report", {}, self._home(), about=exam.id),
                    now,
                    practice=practice,
                )

    def _home(self) -> str:
        return urljoin(self._services.settings.public_url, "/")


def _reached() -> ColumnElement[bool]:
    """Give the condition on `AccountRow` that holds for who can be told anything."""
    return or_(AccountRow.email.is_not(None), AccountRow.phone.is_not(None))


def _rests_soon(session: Session, account: AccountRow, now: datetime) -> bool:
    soon = now < rests_at(account) <= now + BEFORE_RESTING
    return soon and not _told(session, "lapse-warning", NoticeRow.account == account.id, used_at(account))


def _ends_soon(session: Session, share: ShareRow) -> bool:
    long = share.expires_at - share.created_at > SHORT_SHARE
    since = share.expires_at - BEFORE_SHARE_ENDS
    return long and not _told(session, "share-ends", NoticeRow.about == share.id, since)


def _is_news(exam: ExamRow, practice: PracticeRow, now: datetime) -> bool:
    """Say whether a report can be seen now, and could not long ago, nor before this portal sent letters."""
    moment = released_at(exam, practice)
    if moment is None or not now - NEWS < moment <= now:
        return False
    return practice.letters_since is None or moment >= practice.letters_since


def _told(session: Session, kind: NoticeKind, whom: ColumnElement[bool], since: datetime) -> bool:
    asked = select(NoticeRow.id).where(NoticeRow.kind == kind, whom, NoticeRow.created_at >= since)
    return session.scalars(asked.limit(1)).first() is not None
