"""What people read on the shelf where the files hold a code, so that they can search for what they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.language.calendar_words import day_in_words
from library.search.words import fold

# what a study's row says beside its texts; each is a word of the column `marks`
MARKS = frozenset(
    {"woman", "man", "other", "born", "notborn", "hasid", "noid", "noname", "guessed", "nodate", "nokind"}
)


def _english_months() -> tuple[frozenset[str], ...]:
    return tuple(frozenset({fold(day_in_words(date(2019, month, 1)).split()[1])}) for month in range(1, 13))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language: `kinds` by modality, `marks` by the names of `MARKS`, names of each month (folded).

    `fillers` are words that stand in dates and mean nothing ("de" in "12 de marzo de 2019"), folded. `month_first` says
    that dates in numbers are written so: 5/4/1951 is 4 May.
    """

    kinds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    months: tuple[frozenset[str], ...] = field(default_factory=_english_months)
    fillers: frozenset[str] = frozenset()
    month_first: bool = False


PLAIN = Vocabulary()
