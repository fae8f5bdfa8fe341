"""When a practice's report may be seen: its own rule, to the second, by the server's clock."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, time, timedelta, tzinfo

from dicom.people.dates import parse_date, parse_offset, parse_time
from portal.server.base.tables import ExamRow, PracticeRow
from portal.wire.exams import Report
from portal.wire.moments import utc_text

_END_OF_DAY = time(23, 59, 59)


def report_of(exam: ExamRow, practice: PracticeRow, now: datetime, *, at_once: bool = False) -> Report:
    """Say where the report of an exam is; `at_once` for a referring doctor, who has it once it is complete (E6)."""
    if exam.origin == "upload":
        return Report("not-expected")
    moment = exam.report_completed_at if at_once else released_at(exam, practice)
    if exam.report_sha256 is None:
        expected = moment if moment is not None and moment > now else None
        return Report("awaited", None if expected is None else utc_text(expected))
    if moment is None or exam.report_completed_at is None:
        return Report("held")  # nobody knows yet when it will be complete
    if now < moment:
        return Report("held", utc_text(moment))
    return Report("released", utc_text(moment), exam.report_title, exam.report_size)


def documents_released(exam: ExamRow, practice: PracticeRow, now: datetime) -> bool:
    """Tell whether what the practice wrote as DICOM documents may be seen: by the same rule as its report."""
    moment = released_at(exam, practice)
    return exam.report_completed_at is not None and moment is not None and now >= moment


def released_at(exam: ExamRow, practice: PracticeRow) -> datetime | None:
    """Give the moment from which the report may be seen, as far as it is known, to the second.

    "after-scan" counts from the scan, but no report can be seen before it is complete. What the practice
    decided by hand goes before its rule.
    """
    hours, complete = timedelta(hours=practice.release_hours), exam.report_completed_at
    if exam.release_by_hand == "held":
        return None
    if exam.release_by_hand == "early" and complete is not None:
        return max(complete, exam.release_by_hand_at or complete)
    if practice.release_rule == "after-report":
        return None if complete is None else _whole_second(complete + hours)
    by_rule = _whole_second(exam.scanned_at + hours)
    return by_rule if complete is None else max(by_rule, complete)


def zone_of(practice: PracticeRow) -> tzinfo | None:
    """Give a practice's time zone; None for that of the server, also where this computer no longer knows its name."""
    try:
        return None if practice.time_zone is None else zoneinfo.ZoneInfo(practice.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return None


def is_zone(name: str) -> bool:
    """Tell whether a time zone has this IANA name, letter by letter."""
    return name in zoneinfo.available_timezones()


def scanned_at(
    study_date: str | None,
    study_time: str | None,
    arrived: datetime,
    *,
    offset: str | None = None,
    zone: tzinfo | None = None,
) -> datetime:
    """Say when a scan was made, by its own DA and TM; never later than it arrived, and in doubt the later moment.

    The file's own `offset` (TimezoneOffsetFromUTC) counts first, then `zone`, then the server's. Without a time it is
    the end of that day; a time the clocks show twice is the second of the two: no report is to show too early.
    """
    day = parse_date(study_date)
    if day is None:
        return arrived
    wall = datetime.combine(day, parse_time(study_time) or _END_OF_DAY)
    where = parse_offset(offset) or zone
    try:
        moment = max(_moment(wall.replace(fold=fold), where) for fold in (0, 1))
    except (OverflowError, OSError, ValueError):  # the first and last days of the calendar
        return arrived
    return min(moment, arrived)


def _moment(wall: datetime, zone: tzinfo | None) -> datetime:
    return (wall if zone is None else wall.replace(tzinfo=zone)).astimezone(UTC)


def _whole_second(moment: datetime) -> datetime:
    """Round up: what is said in whole seconds must not be true a moment too early."""
    return moment if moment.microsecond == 0 else moment.replace(microsecond=0) + timedelta(seconds=1)
