"""Dates and times as discs write them."""

from __future__ import annotations

from datetime import date, time

import pytest

from dicom.people.dates import Likeness, likeness_of_dates, parse_birth_date, parse_date, parse_time


@pytest.mark.parametrize(
    "text,day",
    [
        ("19510504", date(1951, 5, 4)),
        ("1951.05.04", date(1951, 5, 4)),
        ("1951-05-04", date(1951, 5, 4)),
        ("19510504 ", date(1951, 5, 4)),
        ("19510504123000.5", date(1951, 5, 4)),
        ("19000101", date(1900, 1, 1)),
        ("19510230", None),
        ("1951", None),
        ("04051951", None),
        ("1951.0504", None),
        ("00000000", None),
        ("31.12.1970", date(1970, 12, 31)),
        ("12/31/1970", date(1970, 12, 31)),
        ("1-1-1970", date(1970, 1, 1)),
        ("02.03.1970", None),
        ("31.02.1970", None),
        ("31.12-1970", None),
        ("١٩٥١٠٥٠٤", None),
        ("", None),
        (None, None),
    ],
)
def test_a_date_is_read_or_is_none(text: str | None, day: date | None) -> None:
    assert parse_date(text) == day


@pytest.mark.parametrize(
    "text,moment",
    [
        ("093015", time(9, 30, 15)),
        ("093015.25", time(9, 30, 15, 250000)),
        ("09:30:15", time(9, 30, 15)),
        ("0930", time(9, 30)),
        ("09", time(9)),
        ("235960", time(23, 59, 59)),
        ("093015.1234567", time(9, 30, 15, 123456)),
        ("250000", None),
        ("noon", None),
        (None, None),
    ],
)
def test_a_time_is_read_or_is_none(text: str | None, moment: time | None) -> None:
    assert parse_time(text) == moment


def test_a_birth_date_that_means_unknown_is_none() -> None:
    assert parse_birth_date("19000101") is None
    assert parse_birth_date("19000102") == date(1900, 1, 2)


@pytest.mark.parametrize(
    "other,likeness",
    [
        (date(1951, 5, 4), "equal"),
        (date(1951, 4, 5), "near"),
        (date(1951, 5, 14), "near"),
        (date(1915, 5, 4), "near"),
        (date(1961, 5, 5), "different"),
        (date(1987, 6, 18), "different"),
        (None, "unknown"),
    ],
)
def test_dates_are_equal_near_or_different(other: date | None, likeness: Likeness) -> None:
    assert likeness_of_dates(date(1951, 5, 4), other) == likeness
