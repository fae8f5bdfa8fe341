"""From bytes to text by Specific Character Set (PS3.3 C.12.1.1.2, PS3.5 6.1), rules kept or not.

The one decoder of the program: header reader, DICOMDIR and tag list all come here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_ESCAPE: Final = b"\x1b"

# ISO registration number (or plain name) in the defined term -> Python codec for text without escapes.
_CODECS: Final = {
    "6": "ascii",
    "100": "latin_1",
    "101": "iso8859_2",
    "109": "iso8859_3",
    "110": "iso8859_4",
    "144": "iso8859_5",
    "127": "iso8859_6",
    "126": "iso8859_7",
    "138": "iso8859_8",
    "148": "iso8859_9",
    "203": "iso8859_15",
    "13": "shift_jis",
    "166": "tis_620",
    "192": "utf_8",
    "87": "shift_jis",  # only escapes lead to its characters; half-width ones need none
    "159": "shift_jis",
    "149": "euc_kr",
    "58": "gb18030",
    "GB18030": "gb18030",
    "GBK": "gb18030",
    "GB2312": "gb18030",
    "UTF 8": "utf_8",
    "UTF8": "utf_8",
    "SHIFT JIS": "shift_jis",
    "KS X 1001": "euc_kr",
    "LATIN 1": "latin_1",
    "ISO8859 1": "latin_1",
    "ISO 8859 1": "latin_1",
    "ISO8859 15": "iso8859_15",
    "ISO 8859 15": "iso8859_15",
    "ASCII": "ascii",
    "US ASCII": "ascii",
}

# Escape sequences of PS3.3 tables C.12-3 and C.12-4 -> codec of what follows.
_ESCAPES: Final = {
    b"\x1b(B": "ascii",
    b"\x1b-A": "latin_1",
    b"\x1b-B": "iso8859_2",
    b"\x1b-C": "iso8859_3",
    b"\x1b-D": "iso8859_4",
    b"\x1b-L": "iso8859_5",
    b"\x1b-G": "iso8859_6",
    b"\x1b-F": "iso8859_7",
    b"\x1b-H": "iso8859_8",
    b"\x1b-M": "iso8859_9",
    b"\x1b-b": "iso8859_15",
    b"\x1b-T": "tis_620",
    b"\x1b(J": "shift_jis",
    b"\x1b)I": "shift_jis",
    b"\x1b$B": "iso2022_jp",
    b"\x1b$@": "iso2022_jp",
    b"\x1b$(D": "iso2022_jp_2",
    b"\x1b$)C": "euc_kr",
    b"\x1b$)A": "gb18030",
}
_TWO_BYTES_OF_SEVEN_BITS: Final = frozenset({"iso2022_jp", "iso2022_jp_2"})
_SEGMENT: Final = re.compile(rb"(\x1b(?:\$[()]?|[()\-])?[\x30-\x7e]?)?([^\x1b]*)", re.DOTALL)
_RESET: Final = re.compile(rb"[\^=\\\r\n\f\t]")
_ISO_NAME: Final = re.compile(r"ISO ?(?:2022 ?)?IR ?(\d+)")

# Chinese text in GB 2312, as it looks under a wrong or missing label: words of nothing but pairs of its everyday
# characters. No European name is written like that.
_GB_WORD: Final = re.compile(rb"(?:[\xb0-\xd7][\xa1-\xfe])+")
_NO_LETTERS: Final = re.compile(rb"[\x00-\x40\x5b-\x60\x7b-\x7f]+")


# The last resort of a guess, and what pydicom uses for Chinese.
_OTHERS: Final = ("cp1252", "gbk", "gb2312")


def decode_text(raw: bytes, charset: str | None) -> tuple[str, bool]:
    """Decode a value with the file's Specific Character Set (its values joined by a backslash, `None` when absent).

    Returns the text and whether it had to be guessed: the set is missing, unknown or plainly not the one used.
    Never raises; what nothing can read becomes U+FFFD.
    """
    if raw.isascii() and _ESCAPE not in raw:
        return raw.decode("ascii"), False
    codec = codec_of(charset)
    if _ESCAPE in raw:
        return _decode_escaped(raw, codec)
    if codec is None or codec == "ascii":
        return guess_text(raw), True
    if codec == "latin_1":
        better = _not_latin(raw)
        return (better, True) if better is not None else (raw.decode("latin_1"), False)
    try:
        return raw.decode(codec), False
    except UnicodeDecodeError:
        return guess_text(raw), True


def warm_up() -> None:
    """Load every codec: Python imports them at their first use, which a sandboxed worker may not do any more."""
    for codec in {*_CODECS.values(), *_ESCAPES.values(), *_OTHERS}:
        b"A".decode(codec)


def decode_values(raw: bytes, charset: str | None) -> tuple[tuple[str, ...], bool]:
    """Decode a multi-valued text: decoded first, split then, as a backslash may be half of a Chinese character."""
    text, guessed = decode_text(raw, charset)
    return tuple(part.strip(" \0") for part in text.split("\\")), guessed


@lru_cache(maxsize=256)
def codec_of(charset: str | None) -> str | None:
    """Name the Python codec for text without escapes; `None` when the set is absent or unknown."""
    if charset is None:
        return None
    first, *others = charset[:1000].split("\\")
    name = _plain_name(first)
    if not name and others:
        return "ascii"
    return _CODECS.get(name)


def _plain_name(term: str) -> str:
    """Bring `ISO_IR 100`, `ISO 2022 IR 100`, `ISO_2022_IR_100`, `iso-ir 100` to one name."""
    words = " ".join(re.split(r"[\s_\-\0]+", term.strip(" \0").upper()))
    found = _ISO_NAME.fullmatch(words)
    return found.group(1) if found else words


def guess_text(raw: bytes) -> str:
    """Read bytes that nobody named: UTF-8 if it is valid, Chinese if it looks so, else Western European."""
    better = _not_latin(raw)
    if better is not None:
        return better
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin_1")


def _not_latin(raw: bytes) -> str | None:
    """Read bytes as what they must be if they are not Latin-1, or `None` if they may well be."""
    try:
        return raw.decode("utf_8")
    except UnicodeDecodeError:
        pass
    if all(word.isascii() or _GB_WORD.fullmatch(word) for word in _NO_LETTERS.split(raw)):
        return raw.decode("gb18030", errors="replace")
    return None


def _decode_escaped(raw: bytes, default: str | None) -> tuple[str, bool]:
    """Decode text with code extensions (PS3.5 6.1.2.5): piece by piece, each by the escape before it."""
    parts: list[str] = []
    guessed = False
    base = default or "ascii"
    for found in _SEGMENT.finditer(raw):
        escape, piece = found.group(1), found.group(2)
        codec = base if escape is None else _ESCAPES.get(escape)
        if codec is None:  # an escape nobody defined is left out, what follows is read without it
            codec, guessed = base, True
        text, unsure = _decode_piece(escape or b"", piece, codec, base)
        parts.append(text)
        guessed = guessed or unsure
    return "".join(parts), guessed


def _decode_piece(escape: bytes, piece: bytes, codec: str, base: str) -> tuple[str, bool]:
    """Decode what stands between two escapes; behind a delimiter the first character set holds again."""
    if codec in _TWO_BYTES_OF_SEVEN_BITS:
        return _decode_strictly(escape + piece, codec)
    reset = _RESET.search(piece)
    if codec == base or reset is None:
        return _decode_strictly(piece, codec)
    head, tail = piece[: reset.start()], piece[reset.start() :]
    text, guessed = _decode_strictly(head, codec)
    if not tail.isascii() and base == "ascii":  # the escape should have been said again
        rest, unsure = _decode_strictly(tail, codec)[0], True
    else:
        rest, unsure = _decode_strictly(tail, base)
    return text + rest, guessed or unsure


def _decode_strictly(piece: bytes, codec: str) -> tuple[str, bool]:
    """Decode with one codec, or say that it was a guess."""
    try:
        return piece.decode(codec), False
    except UnicodeDecodeError:
        pass
    if codec in _TWO_BYTES_OF_SEVEN_BITS:
        return piece.decode(codec, errors="replace"), True
    return guess_text(piece), True
