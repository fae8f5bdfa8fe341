"""How much a reading of bytes looks like names and words of its script: a logarithm, 0 at best, per text.

Only words with letters beyond ASCII count. Every sign that does not belong costs more than any letter, so that one
reading wins by what it explains and never by what it leaves out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Final, Literal

from dicom.text import scripts

Script = Literal["latin", "cyrillic", "greek", "hebrew", "arabic", "thai", "chinese", "korean", "japanese"]

_SYMBOL: Final = -9.0
_FOREIGN: Final = -12.0  # a letter of another script
_BAD_CASE: Final = -5.0
_ALL_SMALL: Final = -3.0
_HARMLESS: Final = frozenset("\u00a0°²³µ·–—’“”„«»×（）：・　、。／－［］")
_WESTERN: Final = frozenset("äöüÄÖÜßéèêëáàâãåæøñçóòôõúùûíìîïÉÈÊÁÀÂÃÅÆØÑÇÓÒÔÕÚÍÎÏ")
_RUN: Final = re.compile(
    r"[^\W\d_]+(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0e31-\u0e4e\uff9e\uff9f])*|[\u0e31-\u0e4e\uff9e\uff9f]+"
)


def likeness(text: str, script: Script, codec: str, *, is_name: bool) -> float:
    """Tell how likely a text is in a script; `codec` tells usual signs from rare ones."""
    if script in ("chinese", "korean", "japanese"):
        words = _eastern_name(text, script, codec) if is_name else _eastern_text(text, script, codec)
    else:
        words = sum(_word(word, script, is_name) for word in set(_runs(text)))
    return words + sum(_sign(sign, is_name) for sign in _RUN.sub("", text) if not sign.isascii())


def _runs(text: str) -> list[str]:
    return [word for word in _RUN.findall(text) if not word.isascii()]


def _sign(sign: str, is_name: bool) -> float:
    if sign in _HARMLESS and not is_name:
        return -4.0
    return -11.0 if unicodedata.category(sign) in ("Cc", "Co", "Cn", "So") else _SYMBOL


def _word(word: str, script: Script, is_name: bool) -> float:
    if script == "latin":
        return _latin_word(word)
    score = max(sum(_letter(letter, script) for letter in word), _usual(word))
    if script in ("cyrillic", "greek"):
        score += _case(word, is_name) + _ending(word, script)
        if script == "greek":
            score += -3.0 * (word[:-1].count("ς") + (len(word) > 1 and word.endswith("σ")))
    elif script == "hebrew":
        score += -4.0 * sum(letter in scripts.HEBREW_FINALS for letter in word[:-1])
        score += -2.0 * (len(word) > 1 and word[-1] in "מנכצפ")
    elif script == "arabic":
        score += -3.0 * sum(letter in "ىة" for letter in word[:-1])
    else:
        score += _thai_order(word)
    return score


def _usual(word: str) -> float:
    plain = "".join(one for one in unicodedata.normalize("NFD", word.upper()) if unicodedata.category(one) != "Mn")
    return -5.0 if plain in scripts.USUAL or word.upper() in scripts.USUAL else -1000.0


def _ending(word: str, script: Script) -> float:
    """A family name's usual ending, which chance seldom makes."""
    endings = scripts.RUSSIAN_ENDINGS if script == "cyrillic" else scripts.GREEK_ENDINGS
    return 2.5 if len(word) > 3 and word.upper().endswith(endings) else 0.0


@lru_cache(maxsize=4096)
def _letter(letter: str, script: Script) -> float:
    small = letter.lower()
    if script == "greek":
        small = unicodedata.normalize("NFD", small)[0]
    place = _ALPHABETS[script].find(small)
    if place < 0:
        return _FOREIGN
    start, fall = _SLOPES[script]
    return start - fall * place


_ALPHABETS: Final[dict[Script, str]] = {
    "cyrillic": scripts.CYRILLIC,
    "greek": scripts.GREEK,
    "hebrew": scripts.HEBREW,
    "arabic": scripts.ARABIC,
    "thai": scripts.THAI,
}
_SLOPES: Final[dict[Script, tuple[float, float]]] = {
    "cyrillic": (-2.2, 0.115),
    "greek": (-2.1, 0.14),
    "hebrew": (-2.1, 0.12),
    "arabic": (-2.2, 0.09),
    "thai": (-2.7, 0.045),
}


def _case(word: str, is_name: bool) -> float:
    """Judge capitals: all of them, the first, or none (which names seldom have)."""
    if word.isupper() or (word[:1].isupper() and word[1:].islower()):
        return 0.0
    if word.islower():
        return _ALL_SMALL if is_name else 0.0
    return _BAD_CASE * max(1, sum(one.isupper() != other.isupper() for one, other in pairwise(word[1:])))


def _latin_word(word: str) -> float:
    """A letter with an accent is one among plain ones; words of nothing but accents are not written."""
    plain = sum(letter.isascii() for letter in word)
    score = 0.0
    for letter in word:
        if letter.isascii():
            continue
        if letter in "ªº" or "LATIN" not in unicodedata.name(letter, ""):
            score += _SYMBOL
        else:
            score += (-3.0 if plain else -5.0) - (0.0 if letter in _WESTERN else 0.5)
    capitals = [letter.isupper() for letter in word if letter not in "ßªº"]
    if any(capitals[1:]) and not all(capitals):
        changes = sum(one != other for one, other in pairwise(capitals[1:]))
        score += _BAD_CASE * bool(changes) + (-2.0 if not plain else 0.0)
    return score


def _thai_order(word: str) -> float:
    score = 0.0
    for one, other in zip(" " + word, word + " ", strict=True):
        if other in scripts.THAI_AFTER and (one == " " or one in scripts.THAI_BEFORE):
            score -= 4.0
        if one in scripts.THAI_BEFORE and (other == " " or other in scripts.THAI_AFTER | scripts.THAI_BEFORE):
            score -= 4.0
    return score


def _eastern_text(text: str, script: Script, codec: str) -> float:
    return sum(_eastern_sign(sign, script, codec) for word in _runs(text) for sign in word if not sign.isascii())


def _eastern_name(text: str, script: Script, codec: str) -> float:
    """Judge family and given name of each component group; without a caret the name is in one piece."""
    score = 0.0
    judge = _NAME_JUDGES[script]
    for group in text.split("="):
        parts = ["".join(_RUN.findall(part)) for part in group.split("^")]
        if all(part.isascii() for part in parts[:2]):
            score += _eastern_text("^".join(parts[2:]), script, codec)
            continue
        mixed = sum(1 for part in parts if not part.isascii() and any(sign.isascii() for sign in part))
        pieces = ["".join(sign for sign in part if not sign.isascii()) for part in parts]
        score += judge(pieces, codec) - 6.0 * mixed
    return score


def _chinese_name(pieces: list[str], codec: str) -> float:
    family, given = _split(pieces, _chinese_family_length)
    if family in scripts.CHINESE_COMPOUND:
        score = -7.0
    elif len(family) == 1 and family in scripts.CHINESE_SURNAMES:
        score = -4.5
    else:
        score = (-6.0 if family else 0.0) + sum(_eastern_sign(sign, "chinese", codec) for sign in family)
    score += sum(-5.5 if sign in scripts.CHINESE_GIVEN else _eastern_sign(sign, "chinese", codec) for sign in given)
    return score - 8.0 * (len(given) > 2)


def _chinese_family_length(whole: str) -> int:
    return 2 if whole[:2] in scripts.CHINESE_COMPOUND else 1


def _korean_name(pieces: list[str], codec: str) -> float:
    family, given = _split(pieces, lambda whole: 2 if whole[:2] in scripts.KOREAN_COMPOUND else 1)
    place = scripts.KOREAN_SURNAMES.find(family) if len(family) == 1 else -1
    if place >= 0:
        score = -2.2 if place < 5 else -3.8 if place < 30 else -5.5 if place < 70 else -7.0
    elif family in scripts.KOREAN_COMPOUND:
        score = -7.0
    else:
        score = (-4.0 if family else 0.0) + sum(_eastern_sign(sign, "korean", codec) for sign in family)
    score += sum(_eastern_sign(sign, "korean", codec) for sign in given)
    kinds = {_is_hangul(sign) for sign in family + given}
    return score - 8.0 * (len(kinds) > 1) - 6.0 * (len(given) > 3)


def _japanese_name(pieces: list[str], codec: str) -> float:
    family, given = _split(pieces, _japanese_family_length)
    if family in scripts.JAPANESE_SURNAMES:
        score = -5.5
    else:
        score = sum(
            -6.3 if sign in _SURNAME_KANJI else _eastern_sign(sign, "japanese", codec) for sign in family
        ) - 3.0 * (len(family) == 1 and not _is_kana(family))
    score += sum(-5.6 if sign in scripts.JAPANESE_GIVEN else _eastern_sign(sign, "japanese", codec) for sign in given)
    score += _kana_order(family) + _kana_order(given)
    return score - 6.0 * sum(len(part) > 3 and not all(map(_is_kana, part)) for part in (family, given))


def _kana_order(word: str) -> float:
    """Half-width kana: sound marks stand only behind those that take them, some signs never first."""
    misplaced = sum(
        one not in scripts.KANA_WITH_MARK for one, other in zip(" " + word, word, strict=False) if other in "ﾞﾟ"
    )
    return -6.0 * (misplaced + (word[:1] in scripts.KANA_NOT_FIRST if word else 0))


_SURNAME_KANJI: Final = frozenset("".join(scripts.JAPANESE_SURNAMES))


def _japanese_family_length(whole: str) -> int:
    return next((length for length in (3, 2, 1) if whole[:length] in scripts.JAPANESE_SURNAMES), 2)


_NAME_JUDGES: Final[dict[Script, Callable[[list[str], str], float]]] = {
    "chinese": _chinese_name,
    "korean": _korean_name,
    "japanese": _japanese_name,
}


def _split(pieces: list[str], length: Callable[[str], int]) -> tuple[str, str]:
    family, given = pieces[0], "".join(pieces[1:])
    if given or len(pieces) > 1:
        return family, given
    return family[: length(family)], family[length(family) :]


def _is_hangul(sign: str) -> bool:
    return "\uac00" <= sign <= "\ud7a3"


def _is_kana(text: str) -> bool:
    return all("\u3041" <= sign <= "\u30ff" or "\uff66" <= sign <= "\uff9f" for sign in text)


@lru_cache(maxsize=8192)
def _eastern_sign(sign: str, script: Script, codec: str) -> float:
    """Judge one sign by itself."""
    if script == "korean" and _is_hangul(sign):
        return -4.8 if sign in scripts.KOREAN_GIVEN else -7.5 if _fits(sign, "euc_kr") else -11.0
    if script == "japanese" and _is_kana(sign):
        return -2.8 - 0.05 * scripts.HALF_KANA.find(sign) if sign >= "\uff66" else -3.9
    if not "\u3400" <= sign <= "\u9fff":
        return _FOREIGN
    if script == "chinese":
        if sign in scripts.CHINESE_GIVEN:
            return -6.2
        return _by_lead(sign, "gb2312", 0xB0, 0xD7) if codec == "gb18030" else _by_lead(sign, "big5", 0xA4, 0xC6)
    if script == "japanese":
        return -6.6 if sign in scripts.JAPANESE_GIVEN else _by_lead(sign, "euc_jp", 0xB0, 0xCF)
    return -7.5 if sign in scripts.CHINESE_GIVEN or sign in scripts.CHINESE_SURNAMES else -9.5


def _by_lead(sign: str, codec: str, first: int, last: int) -> float:
    try:
        lead = sign.encode(codec)[0]
    except UnicodeEncodeError:
        return -13.0
    return -8.3 if first <= lead <= last else -10.5


def _fits(sign: str, codec: str) -> bool:
    try:
        sign.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
