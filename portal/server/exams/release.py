"""When a practice's report may be seen: its own rule, to the second, by the server's clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from dicom.dates import parse_date, parse_time
from portal import wire
from portal.server.tables import ExamRow, PracticeRow

_END_OF_DAY = time(23, 59, 59)


def report_of(exam: ExamRow, practice: PracticeRow, now: datetime) -> wire.Report:
    """Say where the report of an exam is."""
    if exam.origin == "upload":
        return wire.Report("not-expected")
    moment = released_at(exam, practice)
    if exam.report_sha256 is None:
        expected = moment if moment is not None and moment > now else None
        return wire.Report("awaited", None if expected is None else wire.utc_text(expected))
    if moment is None or now < moment:
        return wire.Report("held", None if moment is None else wire.utc_text(moment))
    return wire.Report("released", wire.utc_text(moment), exam.report_title, exam.report_size)


def released_at(exam: ExamRow, practice: PracticeRow) -> datetime | None:
    """Give the moment from which the report may be seen, as far as it is known, to the second.

    "after-scan" counts from the scan, but no report can be seen before it is complete.
    """
    hours, complete = timedelta(hours=practice.release_hours), exam.report_completed_at
    if practice.release_rule == "after-report":
        return None if complete is None else _whole_second(complete + hours)
    by_rule = _whole_second(exam.scanned_at + hours)
    return by_rule if complete is None else max(by_rule, complete)


def scanned_at(study_date: str | None, study_time: str | None, arrived: datetime) -> datetime:
    """Say when a scan was made, from its own words in the server's time zone; never later than it arrived.

    Without a time it is the end of that day, so that no report shows too early.
    """
    day = parse_date(study_date)
    if day is None:
        return arrived
    try:
        moment = datetime.combine(day, parse_time(study_time) or _END_OF_DAY).astimezone(UTC)
    except (OverflowError, OSError, ValueError):  # the first and last days of the calendar
        return arrived
    return min(moment, arrived)


def _whole_second(moment: datetime) -> datetime:
    """Round up: what is said in whole seconds must not be true a moment too early."""
    return moment if moment.microsecond == 0 else moment.replace(microsecond=0) + timedelta(seconds=1)
