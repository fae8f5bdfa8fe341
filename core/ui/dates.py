"""The one form in which the window writes days and times: the person's own, as long as their language writes it.

The weekday is left out; nobody takes the month for the day.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from functools import lru_cache

from PySide6.QtCore import QDate, QLocale, QTime

_WEEKDAY = re.compile(r"d{3,4}[,.]?\s*")


def day_pattern(locale: QLocale | None = None) -> str:
    """Give the form of a day as Qt writes it: "d MMMM yyyy"."""
    return _without_weekday((locale or QLocale()).dateFormat(QLocale.FormatType.LongFormat))


@lru_cache
def _without_weekday(pattern: str) -> str:
    return _WEEKDAY.sub("", pattern).strip(" ,")


def day_text(day: date, locale: QLocale | None = None) -> str:
    """Write a day: "4 May 1951"."""
    return (locale or QLocale()).toString(QDate(day.year, day.month, day.day), day_pattern(locale))


def time_text(moment: time | datetime, locale: QLocale | None = None) -> str:
    """Write hours and minutes: "10:24"."""
    return (locale or QLocale()).toString(QTime(moment.hour, moment.minute), "HH:mm")


def moment_text(moment: datetime, locale: QLocale | None = None) -> str:
    """Write a day with its time: "4 May 1951, 10:24"."""
    return f"{day_text(moment.date(), locale)}, {time_text(moment, locale)}"
