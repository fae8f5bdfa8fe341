"""Search words: the same spelling for what is stored and what is typed.

Case, accents and the separators of DICOM names and of dates do not matter; the start of a word is enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

from dicom.people.dates import parse_date, parse_time

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"})
# letters that do not fall apart into a letter and an accent, and the stroke that only stretches an Arabic word
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ـ": ""})
_WRITTEN_OUT = re.compile("[aou]e")  # where a keyboard had no dots; others leave them off
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_PIECES = re.compile(f"[{_IDEOGRAPHS}]|[^\\W{_IDEOGRAPHS}]+")


def plain(text: str) -> str:
    """Write text without case, accents, marks of vowels and width, digits of all scripts as 0 to 9; signs stay."""
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    folded = "".join(map(_digit, letters)).translate(_HIRAGANA)
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] != "M").casefold()


def fold(text: str) -> str:
    """Write text as `plain` does, pieces (each ideograph is one) apart by one space."""
    return " ".join(_PIECES.findall(plain(text)))


@lru_cache(maxsize=1024)
def folded_spellings(text: str) -> Sequence[str]:
    """Give the ways one text is folded: without its dots, and with them written out (ü as ue)."""
    written_out = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    return tuple(dict.fromkeys(found for found in (fold(text), fold(written_out)) if found))


def spellings(values: Iterable[str | None]) -> str:
    """Give the words to store for some texts: folded, and with umlauts written out where there are any."""
    return " ".join(dict.fromkeys(spelling for value in values if value for spelling in folded_spellings(value)))


def name_words(patient_name: str | None) -> str:
    """Give the words of a name: its parts, written together as people type it (김희중, OBrien), Mueller as Muller."""
    groups = (patient_name or "").split("=")
    together = ["".join(group.split("^")[:2]) for group in groups]
    without_marks = [re.sub(r"['’`-]", "", group) for group in groups]
    said = spellings([patient_name, *together, *without_marks])
    return spellings([said, _WRITTEN_OUT.sub(lambda found: found[0][0], said)])


def date_words(date: str | None) -> str:
    """Give the words of a DICOM date: 20190312, then day, month with day and year, month with year.

    `library/search/typed_dates.py` asks for them or for their beginnings. What is no date stays as it was read.
    """
    day = parse_date(date)
    if day is None:
        return fold(date or "")
    year, month, number = f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"
    return f"{year}{month}{number} d{number} m{month}{number}{year} n{month}{year}"


def time_words(time: str | None) -> str:
    """Give the word of a DICOM time as the shelf shows it: hours and minutes."""
    at = parse_time(time)
    return "" if at is None else f"t{at.hour:02}{at.minute:02}"


def _digit(letter: str) -> str:
    return letter if letter.isascii() else str(unicodedata.decimal(letter, letter))
