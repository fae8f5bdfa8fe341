"""Dates and times out of DICOM text, and how alike two birth dates are."""

from __future__ import annotations

import re
from datetime import date, time, timedelta, timezone
from typing import Final, Literal

Likeness = Literal["equal", "near", "different", "unknown"]

_DATE: Final = re.compile(r"(\d{4})([.\-/]?)(\d{2})\2(\d{2})(?:\d{6}.*)?", re.ASCII)
_DAY_FIRST: Final = re.compile(r"(\d{1,2})([.\-/])(\d{1,2})\2(\d{4})", re.ASCII)
_TIME: Final = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2})?(?:\.(\d{1,6}))?\d*(?:[+-]\d{4})?", re.ASCII)
_OFFSET: Final = re.compile(r"([+-])(\d{2}):?([0-5]\d)", re.ASCII)

# What systems write when they know no birth date.
_PLACEHOLDERS: Final = frozenset({date(1900, 1, 1), date(1800, 1, 1), date(9999, 12, 31), date(1, 1, 1)})


def parse_date(text: str | None) -> date | None:
    """Read a DA value (PS3.5 6.2), also in the old form with dots or as the beginning of a DT; `None` if it is none.

    The year may come last where nobody can mistake day and month: "31.12.1970", "01/01/1970".
    """
    stripped = text.strip(" \0") if text else ""
    if found := _DATE.fullmatch(stripped):
        return _day(found[1], found[3], found[4])
    if found := _DAY_FIRST.fullmatch(stripped):
        readings = {_day(found[4], found[3], found[1]), _day(found[4], found[1], found[3])} - {None}
        return readings.pop() if len(readings) == 1 else None
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def parse_time(text: str | None) -> time | None:
    """Read a TM value (PS3.5 6.2), also with colons; `None` if it is none."""
    found = _TIME.fullmatch(text.strip(" \0")) if text else None
    if found is None:
        return None
    hours, minutes, seconds, fraction = found.groups()
    try:
        return time(int(hours), int(minutes or 0), min(int(seconds or 0), 59), int((fraction or "0").ljust(6, "0")))
    except ValueError:
        return None


def parse_offset(text: str | None) -> timezone | None:
    """Read TimezoneOffsetFromUTC (PS3.3 C.12.1.1.8), -1200 to +1400; `None` if it is none ("-0000" says nothing)."""
    found = _OFFSET.fullmatch(text.strip(" \0")) if text else None
    if found is None or found[0] == "-0000":
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    minutes = -minutes if found[1] == "-" else minutes
    return timezone(timedelta(minutes=minutes)) if -12 * 60 <= minutes <= 14 * 60 else None


def parse_birth_date(text: str | None) -> date | None:
    """Read a birth date; what stands for "not known" (1900-01-01 and the like) is `None`."""
    found = parse_date(text)
    return None if found in _PLACEHOLDERS else found


def likeness_of_dates(first: date | None, second: date | None) -> Likeness:
    """Compare two birth dates: "near" is day and month swapped, one digit other, or two neighbouring digits swapped."""
    if first is None or second is None:
        return "unknown"
    if first == second:
        return "equal"
    if first.year == second.year and (first.month, first.day) == (second.day, second.month):
        return "near"
    one, other = first.strftime("%Y%m%d").zfill(8), second.strftime("%Y%m%d").zfill(8)
    places = [place for place in range(8) if one[place] != other[place]]
    if len(places) == 1:
        return "near"
    if len(places) == 2 and places[1] == places[0] + 1:
        left, right = places
        return "near" if one[left] == other[right] and one[right] == other[left] else "different"
    return "different"
