"""In which character set texts were written that nobody named, or named wrongly: by evidence over all of them.

Bytes that could be several things stay what they would be in Western Europe. A name of one people that turns into a
real-looking one of another is the worst that can happen here, so one reading has to beat all others clearly.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dicom.text.likeness import Script, likeness

LATIN: Final = "cp1252"

_CANDIDATES: Final[tuple[tuple[str, Script], ...]] = (
    (LATIN, "latin"),
    ("cp1250", "latin"),
    ("iso8859_2", "latin"),
    ("cp850", "latin"),
    ("cp437", "latin"),
    ("cp852", "latin"),
    ("cp1251", "cyrillic"),
    ("koi8_u", "cyrillic"),
    ("iso8859_5", "cyrillic"),
    ("cp866", "cyrillic"),
    ("cp1253", "greek"),
    ("iso8859_7", "greek"),
    ("cp1255", "hebrew"),
    ("iso8859_8", "hebrew"),
    ("cp1256", "arabic"),
    ("iso8859_6", "arabic"),
    ("cp874", "thai"),
    ("gb18030", "chinese"),
    ("cp950", "chinese"),
    ("cp949", "korean"),
    ("euc_jp", "japanese"),
    ("cp932", "japanese"),
)
CODECS: Final = tuple(codec for codec, _ in _CANDIDATES)
_SCRIPTS: Final = dict(_CANDIDATES)

_OVER_LATIN: Final = 6.0  # how much more likely (in powers of e) a reading must be than the Western one
_OVER_OTHERS: Final = 4.0  # and than every other one
_SUSPICIOUS: Final = 3.0  # a lead that makes what is kept doubtful
_LATIN_WAS_SAID: Final = 5.0
_OTHER_WAS_SAID: Final = 6.0
_LETTERS_ENOUGH: Final = 6  # of an alphabet: shorter names may be anything
_MAX_TEXTS: Final = 64
_MAX_BYTES: Final = 1024


@dataclass(frozen=True, slots=True)
class Reading:
    """The codec that texts were written in; `sure` is false where another reading is as likely or likelier."""

    codec: str
    sure: bool


Texts = frozenset[tuple[bytes, bool]]


def called(codec: str | None) -> str | None:
    """Give the name among `CODECS` of the codec a file names by its standard."""
    return _SAME.get(codec, codec)


def reading_of(texts: Iterable[tuple[bytes, bool]], said: str | None = None) -> Reading:
    """Decide about texts of one origin, each with whether it is a person's name.

    `said` is the codec the file names, or `None`. What is not clear is read as `LATIN`, or as said.
    """
    short = frozenset((raw[:_MAX_BYTES].strip(b" \0"), is_name) for raw, is_name in texts)
    return _decide(frozenset(sorted(short)[:_MAX_TEXTS]), said)


def is_likelier(texts: Iterable[tuple[bytes, bool]], codec: str) -> bool:
    """Tell whether texts look more like those of one codec than like Western ones."""
    scores = {name: score for score, name, _ in _readings(frozenset(texts), None)}
    return scores.get(codec, -1e9) > scores[LATIN]


def may_be_read_as(raw: str, text: str | None) -> bool:
    """Tell whether bytes (as Latin-1) give a text in any of the sets that are guessed from."""
    wanted = (text or "").strip(" \0=")
    return any((_read(raw.encode("latin_1"), codec) or "").strip(" \0=") == wanted for codec in (*CODECS, "utf_8"))


@lru_cache(maxsize=4096)
def _decide(texts: Texts, said: str | None) -> Reading:
    if all(_is_utf8(raw, said) for raw, _ in texts):
        return Reading("utf_8", sure=True)
    default = LATIN if said in (None, "ascii", "latin_1") else _SAME.get(said, said)
    if default not in CODECS:
        return Reading(str(said), sure=True)
    ranked = sorted(_readings(texts, said), key=lambda one: -one[0])
    by_default = next((one for one in ranked if one[1] == default), None)
    if by_default is None:  # what is named gives signs that nobody has
        return _decide(texts, None)
    best = ranked[0]
    if best[2] == by_default[2]:
        return Reading(default, sure=said not in (None, "ascii") or _is_the_same_everywhere(texts))
    lead = best[0] - by_default[0]
    near = [one for one in ranked if best[0] - one[0] < _OVER_OTHERS and one[2] != best[2]]
    may = _may_replace(best[1], default, texts)
    if lead >= _OVER_LATIN and may and not near and _is_enough(best[2], best[1]):
        return Reading(best[1], sure=False)
    if default == LATIN:
        return Reading(LATIN, sure=said == "latin_1" and lead < _SUSPICIOUS and not _is_odd_latin(texts))
    if lead >= _OVER_LATIN and may and all(_SCRIPTS[codec] == "latin" for _, codec, _ in (best, *near)):
        return Reading(LATIN, sure=False)
    suspicious = 0.0 if default in _WIDE else _SUSPICIOUS
    return Reading(default, sure=lead < suspicious or not may or _letters(best[2]) < 3)


# A set of one alphabet is mistaken for another of the same one; sets of thousands of signs for anything.
_WIDE: Final = frozenset({"gb18030", "cp949", "cp932"})


def _may_replace(codec: str, said: str, texts: Texts) -> bool:
    if said in _WIDE and _SCRIPTS[codec] == "latin":
        return any(_MIXED.search(raw) for raw, _ in texts)
    return said == LATIN or said in _WIDE or _SCRIPTS[codec] == _SCRIPTS[said]


# European letters among plain ones, as no wide sign is written.
_MIXED: Final = re.compile(rb"[A-Za-z][\xc0-\xff](?:[A-Za-z]{2}|\b)|[\x80-\xff][A-Za-z]{3}")


def _is_odd_latin(texts: Texts) -> bool:
    """Tell whether names hold signs that names do not hold."""
    return any(byte in _NO_LETTERS for raw, is_name in texts if is_name for byte in raw)


_NO_LETTERS: Final = frozenset((*range(0x80, 0xA0), *range(0xA1, 0xC0), 0xD7, 0xF7)) - {0xAD, 0xB4, 0xB7}


def _letters(read: tuple[str, ...]) -> int:
    return sum(not sign.isascii() and sign.isalpha() for text in read for sign in text)


def _is_enough(read: tuple[str, ...], codec: str) -> bool:
    """Tell whether there is enough to go by: a few letters of an alphabet look like a few letters of another."""
    if _SCRIPTS[codec] in ("latin", "chinese", "korean"):
        return True
    return _letters(read) >= _LETTERS_ENOUGH or any("\u3041" <= sign <= "\u9fff" for text in read for sign in text)


def _readings(texts: Texts, said: str | None) -> Iterable[tuple[float, str, tuple[str, ...]]]:
    """Give score, codec and text of each reading that is possible at all."""
    ordered = sorted(texts)
    for codec, script in _CANDIDATES:
        read = [_read(raw, codec) for raw, _ in ordered]
        if None in read:
            continue
        known = [text for text in read if text is not None]
        score = sum(
            likeness(text, script, codec, is_name=is_name) for text, (_, is_name) in zip(known, ordered, strict=True)
        )
        yield score + _bonus(codec, said), codec, tuple(known)


def _bonus(codec: str, said: str | None) -> float:
    if said in (None, "ascii"):
        return 0.0
    if said == "latin_1":
        return _LATIN_WAS_SAID if codec == LATIN else 0.0
    return _OTHER_WAS_SAID if codec == _SAME.get(said, said) else 0.0


# What a file names by its standard, and what it is called among the candidates.
_SAME: Final[dict[str | None, str]] = {"euc_kr": "cp949", "shift_jis": "cp932", "tis_620": "cp874"}


def _read(raw: bytes, codec: str) -> str | None:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError:
        return raw.decode("latin_1") if codec == LATIN else None
    return None if any(unicodedata.category(sign) in ("Co", "Cn") for sign in text if not sign.isascii()) else text


def _is_utf8(raw: bytes, said: str | None) -> bool:
    """Tell whether bytes are UTF-8 and not a few letters of another set that happen to be."""
    try:
        text = raw.decode("utf_8")
    except UnicodeDecodeError:
        return False
    if said in ("gb18030", "euc_kr", "shift_jis") and not any(sign >= "\u0800" for sign in text):
        return False
    return all(sign >= "\u0800" or _USUAL_TWO_BYTES.match(sign) for sign in text if not sign.isascii())


_USUAL_TWO_BYTES: Final = re.compile(
    "[\u00a0-\u017fƠơƯưȘ-țǍ-ǔ\u0300-\u030cΆ-ώЀ-џҐ-ӹ\u05b0-\u05c2א-ת\u060cء-\u0652ٱ-ۓ\u0660-\u0669\u2000-\u206f]"
)


def _is_the_same_everywhere(texts: Texts) -> bool:
    """Tell whether all bytes mean the same in every Western, Central European and Turkish set."""
    return all(byte < 0x80 or byte in _SAME_EVERYWHERE for raw, _ in texts for byte in raw)


_SAME_EVERYWHERE: Final = frozenset(
    byte
    for byte in range(0xA0, 0x100)
    if len({bytes([byte]).decode(codec, "replace") for codec in ("cp1252", "cp1250", "cp1254")}) == 1
)
