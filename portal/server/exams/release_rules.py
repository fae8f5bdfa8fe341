"""The practice's own rules: where its scans are made, when its reports may be seen, what persons change themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.access.report_release import is_zone
from portal.server.base.problems import Problem
from portal.server.base.tables import PracticeRow
from portal.server.exams.grouping import reckon_anew
from portal.server.notices.outbox import language_of
from portal.wire.desk.practice import PracticeRules

HOURS_MOST = 24 * 365


def rules_of(session: Session, practice: int) -> PracticeRules:
    """Say what the rules are."""
    row = session.get_one(PracticeRow, practice)
    rule = "after-report" if row.release_rule == "after-report" else "after-scan"
    return PracticeRules(row.time_zone or "", rule, row.release_hours, row.self_service, language_of(row))  # type: ignore[arg-type]


def change_rules(session: Session, practice: int, wanted: PracticeRules, now: datetime) -> PracticeRules:
    """Change what is said; raises `Problem("invalid-request")` naming what cannot be."""
    wrong = [
        {"field": f"body.{field}", "reason": reason}
        for field, reason, right in (
            ("time_zone", "unknown", not wanted.time_zone or is_zone(wanted.time_zone)),
            ("release_hours", "out-of-range", wanted.release_hours is None or 0 <= wanted.release_hours <= HOURS_MOST),
        )
        if not right
    ]
    if wrong:
        raise Problem("invalid-request", fields=wrong)
    row = session.get_one(PracticeRow, practice)
    row.release_rule = wanted.release_rule or row.release_rule
    row.release_hours = row.release_hours if wanted.release_hours is None else wanted.release_hours
    row.self_service = row.self_service if wanted.self_service is None else wanted.self_service
    row.language = wanted.language or row.language
    if wanted.time_zone is not None and (wanted.time_zone or None) != row.time_zone:
        row.time_zone = wanted.time_zone or None
        reckon_anew(session, row, now)
    session.flush()
    return rules_of(session, practice)
