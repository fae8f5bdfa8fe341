"""Search words: the same spelling for what is stored and what is typed.

Case, accents and the separators of DICOM names and of dates do not matter; the start of a word is enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe"})
# letters that do not fall apart into a letter and an accent
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ł": "l", "ı": "i"})
_PIECES = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]|[^\W\u3400-\u9fff\uf900-\ufaff]+")

_NOTHING = '"a" NOT "a"'  # no study has a word and has it not


def fold(text: str) -> str:
    """Write text without case, accents and width, pieces (each ideograph is one) apart by one space."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join(
        _PIECES.findall("".join(letter for letter in plain if not unicodedata.combining(letter)).casefold())
    )


def spellings(values: Iterable[str | None]) -> str:
    """Give the words to store for some texts: folded, and with umlauts written out where there are any."""
    found: list[str] = []
    for value in values:
        if not value:
            continue
        for spelling in _spellings(value):
            if spelling and spelling not in found:
                found.append(spelling)
    return " ".join(found)


def name_words(patient_name: str | None) -> str:
    """Give the words of a name: its parts, and written together as people type it (김희중, OBrien)."""
    groups = (patient_name or "").split("=")
    together = ["".join(group.split("^")[:2]) for group in groups]
    without_marks = [re.sub(r"['’`-]", "", group) for group in groups]
    return spellings([patient_name, *together, *without_marks])


def date_words(date: str | None) -> str:
    """Give the ways people type a DICOM date (YYYYMMDD): as it is, ISO, day first, month first."""
    if not date:
        return ""
    if not re.fullmatch(r"\d{8}", date):
        return fold(date)
    year, month, day = date[:4], date[4:6], date[6:]
    short_month, short_day = str(int(month)), str(int(day))
    ways = (
        (year + month + day,),
        (year, month, day),
        (day, month, year),
        (month, day, year),
        (short_day, short_month, year),
        (short_month, short_day, year),
    )
    return " ".join(" ".join(way) for way in ways)


def match_expression(text: str) -> str | None:
    """Turn typed text into an FTS5 expression: every word must be there, each from its start; None for no text.

    Text without a letter or digit finds nothing, rather than everything.
    """
    if not text.strip():
        return None
    wanted = [term for word in text.split() if (term := _term(word))]
    return " AND ".join(wanted) if wanted else _NOTHING


def _term(word: str) -> str:
    ways = [f'"{spelling}" *' for spelling in _spellings(word) if spelling]
    return f"({' OR '.join(ways)})" if ways else ""


def _spellings(text: str) -> Sequence[str]:
    written_out = unicodedata.normalize("NFC", text).casefold().translate(_UMLAUTS)
    return tuple(dict.fromkeys((fold(text), fold(written_out))))
