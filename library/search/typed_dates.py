"""Dates in what people type: "12 March 2019", "4.5.1951", "5/4/1951", "1951-05", "2019年3月", "May", "12 Mar".

With dots the day comes first, in whatever language. Other dates in numbers are read as the window writes its own; only
where that is no date the other way round. Each reading is a word of `library.search.words.date_words`, or with a `*`
the beginning of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from library.search.vocabulary import Vocabulary
from library.search.words import fold, plain

Role = Literal["year", "month", "day"]

LONGEST = 8  # words: "12 de marzo de 2019" has five
_TOKENS = re.compile(r"\d+|[年月日]|[^\W\d_年月日]+")
_ROLES: dict[str, Role] = {"年": "year", "月": "month", "日": "day"}
_KOREAN: dict[str, Role] = {"년": "year", "월": "month", "일": "day"}
_ROLES |= {fold(sign): role for sign, role in _KOREAN.items()}
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "e", "a", "o"})
_OF = frozenset({"of", "the"})
_JOINTS = re.compile(r"\s*[./\-\u2010-\u2015]\s*")
_MONTH_LETTERS = 3
_CENTURIES = ("19", "20")


@dataclass(frozen=True, slots=True)
class _Number:
    """A number with the sign of its role, or what stands between it and the one before."""

    digits: str
    role: Role | None
    joint: str


def whole_dates(words: Sequence[str], vocabulary: Vocabulary, *, partial: bool = False) -> list[str]:
    """Give the readings of words that together are one date or the part of one; none where they are not.

    With `partial` the month's name and the year may be cut off in the middle, as while they are typed.
    """
    found = _parts(" ".join(words), vocabulary, partial=partial)
    if found is None:
        return []
    numbers, months = found
    if months is not None and len(numbers) <= 2:
        return list(dict.fromkeys(_with_month(months, [one.digits for one in numbers], partial=partial)))
    if months is None and len(numbers) in {1, 2, 3}:
        month_first = vocabulary.month_first and "." not in numbers[-1].joint
        return list(dict.fromkeys(_of_numbers(numbers, month_first=month_first, partial=partial)))
    return []


def is_full(words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Tell whether words name day, month and year."""
    found = _parts(" ".join(words), vocabulary, partial=False)
    return found is not None and len(found[0]) + (found[1] is not None) == 3


def may_be_part(word: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a word may stand in a date: a number, a month or its beginning, "of" and the like."""
    return _parts(f"1{word}", vocabulary, partial=True) is not None


def _parts(text: str, vocabulary: Vocabulary, *, partial: bool) -> tuple[list[_Number], list[int] | None] | None:
    """Take a text apart into numbers and the months its one name of a month may mean; None for other words."""
    numbers: list[_Number] = []
    months: list[int] | None = None
    end, folded = 0, plain(text)
    for token in _TOKENS.finditer(folded):
        word, joint = token.group(), folded[end : token.start()]
        end = token.end()
        if word.isdigit():
            numbers.append(_Number(word, None, joint))
        elif numbers and not joint and word in _ROLES:
            numbers[-1] = _Number(numbers[-1].digits, _ROLES[word], numbers[-1].joint)
        elif numbers and not joint and word in _ORDINALS:
            continue
        elif months is None and (meant := _months(word, vocabulary, partial=partial and end == len(folded.rstrip()))):
            months = meant
        elif word not in vocabulary.fillers and word not in _OF:
            return None
    return (numbers, months) if numbers or months else None


def _months(word: str, vocabulary: Vocabulary, *, partial: bool) -> list[int]:
    whole = [number for number, names in enumerate(vocabulary.months, 1) if word in names]
    if whole or (len(word) < _MONTH_LETTERS and not partial):
        return whole
    return [number for number, names in enumerate(vocabulary.months, 1) if any(name.startswith(word) for name in names)]


def _with_month(months: Sequence[int], numbers: Sequence[str], *, partial: bool) -> Iterator[str]:
    for month in months:
        if not numbers:
            yield f"m{month:02}*"
        for number in numbers if len(numbers) == 1 else ():
            if (day := _day(number)) is not None:
                yield f"m{month:02}{day:02}*"
            if len(number) == 4:
                yield f"{number}{month:02}*"
            elif partial or len(number) == 3:  # the beginning of a year
                yield f"n{month:02}{number}*"
        for number, other in permutations(numbers, 2):
            yield from _full(number, month, other, partial=partial)


def _of_numbers(numbers: Sequence[_Number], *, month_first: bool, partial: bool) -> Iterator[str]:
    if any(one.role for one in numbers):
        yield from _by_roles({one.role: one.digits for one in numbers})
        return
    digits = [one.digits for one in numbers]
    joined = all(_JOINTS.fullmatch(one.joint) for one in numbers[1:])
    if len(numbers) == 3 and (joined or any(len(one) == 4 for one in digits)):
        yield from _three(*digits, month_first=month_first, partial=partial)
    elif len(numbers) == 2 and joined:
        yield from _pair(*digits, month_first=month_first, partial=partial)
    elif len(numbers) == 1:
        yield from _alone(digits[0], month_first=month_first, partial=partial)


def _three(one: str, two: str, three: str, *, month_first: bool, partial: bool) -> Iterator[str]:
    """Read three numbers in the first way that makes them a date: the year last, else first."""
    for day, number in _orders(one, two, month_first=month_first):
        if (month := _month(number)) is not None and (found := list(_full(day, month, three, partial=partial))):
            yield from found
            return
    if (month := _month(two)) is not None:
        yield from _full(three, month, one, partial=False)


def _orders(one: str, other: str, *, month_first: bool) -> tuple[tuple[str, str], tuple[str, str]]:
    """Give two numbers as day and month, the likelier way first."""
    return ((other, one), (one, other)) if month_first else ((one, other), (other, one))


def _by_roles(said: dict[Role | None, str]) -> Iterator[str]:
    if None in said:
        return
    year, month, day = said.get("year", ""), _month(said.get("month", "")), _day(said.get("day", ""))
    if month is None:
        if year and "month" not in said and "day" not in said:
            yield f"{year}*"
    elif year:
        yield f"{year}{month:02}{'' if day is None else f'{day:02}'}*"
    else:
        yield f"m{month:02}{'' if day is None else f'{day:02}'}*"


def _pair(one: str, other: str, *, month_first: bool, partial: bool) -> Iterator[str]:
    """Read two numbers: month and year, or day and month; one that is still typed may become either."""
    for number, year in ((one, other), (other, one)):
        if len(year) == 4 and (month := _month(number)) is not None:
            yield f"{year}{month:02}*"
    for said, number in _orders(one, other, month_first=month_first):
        day, month = _day(said), _month(number)
        if day is not None and month is not None:
            yield f"m{month:02}{day:02}*"
            break
    if partial and len(other) < 4 and (month := _month(one)) is not None:
        yield f"n{month:02}{other}*"


def _alone(number: str, *, month_first: bool, partial: bool) -> Iterator[str]:
    """Read one number: a day or a month, a year or the beginning of a date, or all of it written together."""
    if (day := _day(number)) is not None:
        yield f"d{day:02}"
    if (month := _month(number)) is not None:
        yield f"m{month:02}*"
    if len(number) > 2 or partial:
        yield f"{number}*"
    if len(number) in {6, 8}:
        yield from _three(number[:2], number[2:4], number[4:], month_first=month_first, partial=False)


def _full(day: str, month: int, year: str, *, partial: bool) -> Iterator[str]:
    number = _day(day)
    if number is None:
        return
    if len(year) == 4:
        yield f"{year}{month:02}{number:02}"
    if len(year) == 2:
        yield from (f"{century}{year}{month:02}{number:02}" for century in _CENTURIES)
    if partial and len(year) < 4:
        yield f"m{month:02}{number:02}{year}*"


def _day(number: str) -> int | None:
    return int(number) if 0 < len(number) <= 2 and 1 <= int(number) <= 31 else None


def _month(number: str) -> int | None:
    return int(number) if 0 < len(number) <= 2 and 1 <= int(number) <= 12 else None
