"""Moments of the portal are UTC; people read and type them in their own time."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from app.words.moments import day_words, end_of_day, moment_words

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_moment_is_said_in_the_time_of_this_place() -> None:
    assert moment_words("2026-03-14T09:15:00Z", BERLIN) == "14 March 2026 at 10:15"
    assert moment_words("2026-07-31T22:30:00Z", BERLIN) == "1 August 2026 at 00:30"
    assert day_words("2026-07-31T22:30:00Z", BERLIN) == "1 August 2026"


@pytest.mark.parametrize("text", ["soon", "2026", "0001-01-01T00:00:00Z", ""])
def test_what_is_no_moment_is_left_as_it_is(text: str) -> None:
    assert moment_words(text, ZoneInfo("America/New_York")) == text
    assert moment_words(None) == ""


def test_a_day_means_its_end_here_and_a_full_moment_itself() -> None:
    assert end_of_day("2026-12-31", BERLIN) == "2026-12-31T22:59:59Z"
    assert end_of_day("2026-06-30", BERLIN) == "2026-06-30T21:59:59Z"
    assert end_of_day("2026-12-31T18:00:00Z", BERLIN) == "2026-12-31T18:00:00Z"
    assert end_of_day("2026-12-31T18:00:00+02:00", BERLIN) == "2026-12-31T16:00:00Z"
    assert end_of_day("2026-12-31T18:00", BERLIN) == "2026-12-31T17:00:00Z"


@pytest.mark.parametrize("text", ["soon", "31.12.2026", "2026-02-30", "2026-13-01", "2026-12-31T99:00Z", ""])
def test_a_day_nobody_can_mean_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        end_of_day(text, BERLIN)
