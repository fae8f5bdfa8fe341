"""Tells people what only time brings about: a report that can be seen, a share that ends, an account that will rest.

Each is told once, however often it is looked for; what the outbox holds says what was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urljoin

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal.server.access.lapsing import RESTS_AFTER, rests_at, used_at
from portal.server.access.report_release import report_of
from portal.server.access.share_state import opens
from portal.server.access.visibility import practice_of
from portal.server.activity.log import accounts_of
from portal.server.base.tables import AccountRow, ExamRow, NoticeRow, ShareRow
from portal.server.notices.kinds import NoticeKind
from portal.server.notices.wording import Told
from portal.server.people.telling import moment_words, tell
from portal.server.services import Services
from portal.server.sharing.telling import tell_ending

BEFORE_RESTING = timedelta(days=30)
BEFORE_SHARE_ENDS = timedelta(days=3)
SHORT_SHARE = timedelta(days=7)  # one that was made for so few days is no surprise when it ends
NEWS = timedelta(days=30)  # an older report is no news, nor is that of before this portal sent letters


class Reminding:
    """Looks for what is due."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def remind(self) -> None:
        """Put into the outbox what became due since."""
        now = self._services.clock()
        for look in (self._resting, self._ending, self._reports):
            with self._services.database.writing() as session:
                look(session, now)

    def _resting(self, session: Session, now: datetime) -> None:
        """Warn before an account rests (A8)."""
        last = func.coalesce(AccountRow.last_sign_in_at, AccountRow.activated_at)
        asked = select(AccountRow).where(AccountRow.state == "active", last <= now - RESTS_AFTER + BEFORE_RESTING)
        for account in session.scalars(asked):
            if not now < rests_at(account) <= now + BEFORE_RESTING:
                continue
            if not _told(session, "lapse-warning", NoticeRow.account == account.id, used_at(account)):
                facts = {"until": moment_words(session, account, rests_at(account))}
                tell(session, self._services.settings, account, Told("lapse-warning", facts, self._home()), now)

    def _ending(self, session: Session, now: datetime) -> None:
        """Warn before a share ends (N1)."""
        soon = ShareRow.expires_at <= now + BEFORE_SHARE_ENDS
        for share in session.scalars(select(ShareRow).where(soon, opens(now))):
            long = share.expires_at - share.created_at > SHORT_SHARE
            since = share.expires_at - BEFORE_SHARE_ENDS
            if long and not _told(session, "share-ends", NoticeRow.about == share.id, since):
                tell_ending(session, self._services.settings, share, now)

    def _reports(self, session: Session, now: datetime) -> None:
        """Tell that a report can be seen, once it can (A2, E4)."""
        told = select(NoticeRow.about).where(NoticeRow.kind == "report", NoticeRow.about.is_not(None))
        new = func.coalesce(ExamRow.report_completed_at, ExamRow.scanned_at) > now - NEWS
        waiting = select(ExamRow).where(ExamRow.origin == "practice", new, ExamRow.id.not_in(told))
        for exam in session.scalars(waiting):
            if report_of(exam, practice_of(session, exam), now).state == "released":
                self._tell_report(session, exam, accounts_of(session, exam.patient), now)

    def _tell_report(self, session: Session, exam: ExamRow, accounts: Sequence[str], now: datetime) -> None:
        for account in (session.get_one(AccountRow, each) for each in accounts):
            if account.state == "active":
                tell(session, self._services.settings, account, Told("report", {}, self._home(), about=exam.id), now)

    def _home(self) -> str:
        return urljoin(self._services.settings.public_url, "/")


def _told(session: Session, kind: NoticeKind, whom: ColumnElement[bool], since: datetime) -> bool:
    asked = select(NoticeRow.id).where(NoticeRow.kind == kind, whom, NoticeRow.created_at >= since)
    return session.scalars(asked.limit(1)).first() is not None
