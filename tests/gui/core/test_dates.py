"""Days and times have one form in the window, the person's own."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale

from app.window.appearance.formats import stamp_day_words, stamp_words
from core.ui.dates import day_text, moment_text

ROOMS = ("app/window", "core/ui", "importer/ui", "library/ui", "portal/ui", "viewer/ui")
OWN_FORMS = {"core/ui/dates.py", "app/window/places/shelf/vocabulary.py"}  # the latter: what a person types


@pytest.mark.parametrize(
    "locale, said",
    [("en_GB", "4 May 1951"), ("en_US", "May 4, 1951"), ("de_DE", "4. Mai 1951"), ("ja_JP", "1951年5月4日")],
)
def test_a_day_is_written_as_people_there_do_without_its_weekday(locale: str, said: str) -> None:
    assert day_text(date(1951, 5, 4), QLocale(locale)) == said


def test_a_moment_has_its_time_behind_the_day() -> None:
    assert moment_text(datetime(2026, 3, 14, 9, 5), QLocale("en_GB")) == "14 March 2026, 09:05"


@pytest.mark.parametrize("stamp", ["", "yesterday", "2025-13-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_what_is_no_moment_stays_as_it_was_said(stamp: str) -> None:
    for said in (stamp_words(stamp), stamp_day_words(stamp)):
        assert said == stamp or "9999" in stamp


def test_no_other_place_of_the_window_writes_dates() -> None:
    root = Path(__file__).resolve().parents[3]
    own = re.compile(r"dateFormat\(|toString\([^)]*(?:FormatType|yyyy|HH:mm)|setDisplayFormat\(\"|strftime\(\"%[dBbHM]")
    found = [
        f"{path.relative_to(root)}: {line.strip()}"
        for room in ROOMS
        for path in (root / room).rglob("*.py")
        if path.relative_to(root).as_posix() not in OWN_FORMS
        for line in path.read_text("utf-8").splitlines()
        if own.search(line)
    ]
    allowed = ("yyyy-MM-dd", '"yyyyMMdd"', "setDate", "NativeText")
    assert [line for line in found if not any(part in line for part in allowed)] == []
