"""Days in English words, whatever the system's language is, as all texts of the program are."""

from __future__ import annotations

from datetime import date

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def day_in_words(day: date) -> str:
    """Write a day so that nobody takes the month for the day: "14 March 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
