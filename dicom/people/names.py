"""Person names (VR PN, PS3.5 6.2.1): their parts, how they compare, how they are shown to people."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Letters that lose no accent by decomposition.
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n"}
)
# Letters that are written with two where a keyboard has no dots (DIN 5007-2 and the Nordic habit).
_WIDE_LETTERS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_SEPARATORS: Final = re.compile(r"[^\w]+|_+")
_BORN: Final = re.compile(r"\b(?:geb|geborene?|nee|née|born|z d)\b[.:]?.*|\(.*\)", re.IGNORECASE)
# fmt: off
_NOBODY: Final = frozenset({
    "anonymous", "anonymized", "anonymised", "anonym", "anon", "unknown", "unbekannt", "noname", "nobody", "nn", "xxx",
    "none", "null", "inconnu", "desconocido", "sconosciuto", "onbekend",
})
_NEWBORN: Final = frozenset({
    "baby", "babyboy", "babygirl", "newborn", "neonate", "infant", "saugling", "saeugling", "neugeborenes",
    "neugeborener", "neugeborene", "nourrisson", "neonato",
})
# fmt: on
_NEWBORN_GIVEN: Final = _NEWBORN | {"boy", "girl", "twin", "zwilling", "bb", "madchen", "maedchen", "junge", "knabe"}


@dataclass(frozen=True, slots=True)
class PersonName:
    """One component group of a name, as written."""

    family: str = ""
    given: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether it names nobody."""
        return not (self.family or self.given or self.middle)


def parse_name(text: str | None) -> tuple[PersonName, ...]:
    """Split a PN into its groups: alphabetic, ideographic, phonetic; `Family, Given` is understood as well."""
    return tuple(_parse_group(group) for group in (text or "").split("=")[:3])


def _parse_group(group: str) -> PersonName:
    if "^" not in group and group.count(",") == 1:
        group = group.replace(",", "^")
    parts = [" ".join(part.split()) for part in group.replace("\0", " ").split("^")]
    family, given, middle, prefix, suffix = (parts + [""] * 5)[:5]
    return PersonName(family, given, middle, prefix, suffix)


@lru_cache(maxsize=4096)
def words_of(text: str, wide: bool = False) -> tuple[str, ...]:
    """Split a part of a name into words without case, accents, width and punctuation; `wide` writes ü as ue."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if wide:
        folded = folded.translate(_WIDE_LETTERS)
    folded = folded.translate(_LETTERS)
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", folded) if not _is_accent(sign))
    plain = unicodedata.normalize("NFC", plain)  # Korean syllables are put together again
    return tuple(word for word in _SEPARATORS.split(plain.replace("'", "").replace("’", "")) if word)


def _is_accent(sign: str) -> bool:
    """Tell whether a combining sign is an accent; the voiced sound marks of kana are not."""
    return unicodedata.category(sign) == "Mn" and sign not in "\u3099\u309a"


def normalised_name(text: str | None) -> str:
    """Return the form of a name that goes into the person key.

    The first group that names somebody; its family, given and middle name, each as lower-case words without accents
    and punctuation, joined by one space; the three joined by "^", empty ones at the end left out.
    """
    for name in parse_name(text):
        if not name.is_empty:
            parts = [" ".join(words_of(part)) for part in (name.family, name.given, name.middle)]
            return "^".join(parts).rstrip("^")
    return ""


@dataclass(frozen=True, slots=True)
class ComparableName:
    """A component group ready to be compared: the words of the family name and those of the given names."""

    family: tuple[str, ...]
    given: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        """All words."""
        return frozenset(self.family + self.given)


def comparable_names(text: str | None) -> tuple[ComparableName, ...]:
    """Return every way a name may be written: each group, with ü as u and as ue; nobody's names are left out."""
    found: dict[ComparableName, None] = {}
    for name in parse_name(text):
        for wide in (False, True):
            family = words_of(_BORN.sub("", name.family), wide)
            given = words_of(_BORN.sub("", name.given), wide) + words_of(name.middle, wide)
            words = set(family + given)
            if words and not words <= _NOBODY:
                found[ComparableName(family, given)] = None
    return tuple(found)


def is_newborn(text: str | None) -> bool:
    """Tell whether a name stands for a child that had none yet."""
    return any(
        not _NEWBORN.isdisjoint(name.family) or not _NEWBORN_GIVEN.isdisjoint(name.given)
        for name in comparable_names(text)
    )


def display_name(text: str | None) -> str:
    """Write a name as people do: "Anna MUELLER"; ideographs follow the letters in brackets; "" for nobody."""
    shown = [part for part in (_display_group(name) for name in parse_name(text)) if part]
    if len(shown) < 2:
        return "".join(shown)
    return f"{shown[0]} ({shown[1]})"


def _display_group(name: PersonName) -> str:
    if name.is_empty:
        return ""
    given = [part for part in (name.given, name.middle) if part]
    if not _has_case(name.family + name.given):  # Japanese, Chinese, Korean, Arabic, Hebrew, Thai: as it is written
        return " ".join([name.family, *given]).strip()
    if not given:
        return " ".join(part for part in (name.prefix, name.family) if part)
    parts = [name.prefix, *(_capitalised(part) for part in given), _upper(name.family)]
    shown = " ".join(part for part in parts if part)
    return f"{shown}, {name.suffix}" if name.suffix else shown


def _has_case(text: str) -> bool:
    return text.upper() != text.lower()


def _upper(text: str) -> str:
    return text.replace("ß", "ẞ").upper()


def _capitalised(text: str) -> str:
    """Write ANNA-MARIA as Anna-Maria; names that are not all in capitals know best."""
    if not text.isupper() or len(text) < 3:
        return text
    return re.sub(r"\w+", lambda found: found.group()[0] + found.group()[1:].lower(), text)
