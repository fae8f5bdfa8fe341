"""Persons' names as they are searched: case, accents and empty components do not tell two of them apart."""

from __future__ import annotations

import re
import unicodedata

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "æ": "ae", "œ": "oe", "ß": "ss"})
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_BETWEEN = re.compile(r"[\s^=,*?]+")


def folded(name: str | None) -> str | None:
    """Fold the case of a name in any script; components that are empty at the end of a group are left away."""
    if name is None:
        return None
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "=".join(group.rstrip("^ ") for group in plain.split("="))


def words_of(name: str | None) -> str | None:
    """List the words of a name, each after a blank, without accents and as they are spelt where there are none."""
    if name is None:
        return None
    found = {form for word in _split(name) for form in forms_of(word)}
    return "".join(f" {form}" for form in sorted(found))


def found_by(name: str | None, patient_id: str | None) -> str:
    """List what a person is found by, each between blanks: words of the name, groups written in one, the ID's words."""
    groups = [_BETWEEN.sub("", group) for group in (folded(name) or "").split("=")]
    found = {form for word in [*_split(name or ""), *groups, *_split(patient_id or "")] for form in forms_of(word)}
    return "".join(f" {form}" for form in sorted(found - {""})) + " "


def asked_words(wanted: str) -> list[set[str]]:
    """Give the words that are asked for, each in the forms it may be written in."""
    return [forms_of(word) for word in _split(wanted)]


def forms_of(word: str) -> set[str]:
    """Give a folded word without its accents, and spelt out (ü as ue)."""
    return {_bare(word.translate(_PLAIN)), _bare(word.translate(_SPELT))}


def _split(name: str) -> list[str]:
    return [word for word in _BETWEEN.split(folded(name) or "") if word]


def _bare(word: str) -> str:
    apart = unicodedata.normalize("NFKD", word)
    return unicodedata.normalize("NFC", "".join(sign for sign in apart if not unicodedata.combining(sign)))
