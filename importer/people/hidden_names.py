"""Words that tell who somebody is, and texts without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count

from dicom.model import Patient
from dicom.people.names import parse_name, words_of
from importer.sources.names import shown

_SHORTEST_WORD = 3
_SHORTEST_ID = 4
_SHORTEST_PART = 4  # letters that tell a name also inside another word


def telling_words(left: Iterable[Patient], chosen: Iterable[Patient]) -> frozenset[str]:
    """Give the words that tell who those are who stay behind, but for words the chosen persons share."""
    return frozenset(_words(left) - _words(chosen))


def tells(text: str, words: frozenset[str]) -> bool:
    """Tell whether a text holds one of these words."""
    if not words:
        return False
    beginnings = tuple(words)
    for wide in (False, True):
        found = words_of(text[:20_000], wide)
        whole = " ".join(found)
        if any(one.startswith(beginnings) for one in found):  # "Lee's" begins like Lee
            return True
        if any(word in whole for word in words if len(word) >= _SHORTEST_PART):
            return True
    return False


def hiding(words: frozenset[str]) -> Callable[[str], str]:
    """Give the way to write paths so that no folder or file on them tells one of these words."""
    numbers = count(1)
    hidden: dict[str, str] = {}  # each folder and file once: a practice's disc has many of both

    def written(part: str) -> str:
        if part not in hidden:
            hidden[part] = f"…{next(numbers)}" if tells(part, words) else part
        return hidden[part]

    def hide(path: str) -> str:
        text = shown(path)
        return "/".join(map(written, text.split("/"))) if words else text

    return hide


def _words(patients: Iterable[Patient]) -> set[str]:
    found: set[str] = set()
    for patient in patients:
        for name in parse_name(patient.patient_name):
            found.update(_long(" ".join((name.family, name.given, name.middle)), _SHORTEST_WORD))
        for number in (patient.patient_id, patient.patient_birth_date):
            found.update(_long(number or "", _SHORTEST_ID))
    return found


def _long(text: str, shortest: int) -> set[str]:
    return {
        word for wide in (False, True) for word in words_of(text, wide) if len(word) >= shortest or not word.isascii()
    }
