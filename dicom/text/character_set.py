"""From bytes to text by Specific Character Set (PS3.3 C.12.1.1.2, PS3.5 6.1), rules kept or not.

The one decoder of the program: header reader, DICOMDIR and tag list all come here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from dicom.text.guess import CODECS, LATIN, Reading, called, reading_of

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


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded value; `guessed`: the set was missing, unknown or plainly not the one used; `doubtful`: so that the
    bytes may well mean something else."""

    text: str
    guessed: bool = False
    doubtful: bool = False


def decode_text(raw: bytes, charset: str | None) -> tuple[str, bool]:
    """Decode a value with the file's Specific Character Set (its values joined by a backslash, `None` when absent).

    Returns the text and whether it had to be guessed: the set is missing, unknown or plainly not the one used.
    Never raises; what nothing can read becomes U+FFFD.
    """
    [decoded] = decode_together([(raw, b"^" in raw)], charset)
    return decoded.text, decoded.guessed


def decode_together(texts: Sequence[tuple[bytes, bool]], charset: str | None) -> list[Text]:
    """Decode the texts of one object, each with whether it is a person's name; what one tells of the set holds for all.

    Never raises.
    """
    codec = codec_of(charset)
    doubted = tuple(text for text in texts if not text[0].isascii() and _ESCAPE not in text[0])
    reading = _reading(doubted, codec) if doubted else None
    return [_decode_one(raw, codec, reading) for raw, _ in texts]


@lru_cache(maxsize=4096)
def _reading(texts: tuple[tuple[bytes, bool], ...], codec: str | None) -> Reading:
    """Believe the set that is named where its bytes fit, unless other readings are far likelier."""
    said = said_of(texts, codec)
    return Reading("utf_8", sure=True) if said == "utf_8" else reading_of(texts, said)


def said_of(texts: Iterable[tuple[bytes, bool]], codec: str | None) -> str | None:
    """Give the codec that is named, if it says anything and all texts fit it."""
    return codec if codec != "ascii" and all(_fits(raw, codec) for raw, _ in texts) else None


def _fits(raw: bytes, codec: str | None) -> bool:
    try:
        raw.decode(codec or "ascii")
    except UnicodeDecodeError:
        return False
    return True


def _decode_one(raw: bytes, codec: str | None, reading: Reading | None) -> Text:
    if _ESCAPE in raw:
        text, guessed = _decode_escaped(raw, codec)
        return Text(text, guessed, guessed)
    if reading is None or raw.isascii():
        return Text(raw.decode("ascii", "replace"))
    as_named = reading.sure and (reading.codec == called(codec) or (reading.codec == LATIN and codec == "latin_1"))
    if as_named:
        return Text(raw.decode(codec or "ascii", "replace"))
    return Text(read_as(raw, reading.codec), guessed=True, doubtful=not reading.sure)


def read_as(raw: bytes, codec: str) -> str:
    """Read bytes as they were found to be written; Western bytes that are no letter at all stay what they are."""
    try:
        return raw.decode(codec)
    except UnicodeDecodeError:
        return raw.decode("latin_1")


def warm_up() -> None:
    """Load every codec: Python imports them at their first use, which a sandboxed worker may not do any more."""
    for codec in {*_CODECS.values(), *_ESCAPES.values(), *CODECS}:
        b"A".decode(codec)
    for codec in ("gb2312", "big5", "euc_jp", "euc_kr"):  # by which signs are judged
        "A".encode(codec)


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
        return _decode_two_bytes(escape, piece, codec)
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


def _decode_two_bytes(escape: bytes, piece: bytes, codec: str) -> tuple[str, bool]:
    """Decode text of two bytes a sign; blanks are none of it, so padding ends it where the way back was forgotten."""
    body = piece.rstrip(b" \0")
    try:
        return (escape + body).decode(codec) + piece[len(body) :].decode("ascii"), False
    except UnicodeDecodeError:
        pass  # delimiters were left between the signs
    text = ""
    while body:
        taken = body[:1] if body[:1] in _DELIMITERS else body[:2]
        if len(taken) == 1:  # a delimiter, or half a sign at the end of a broken text
            text += taken.decode("ascii", errors="replace")
        else:
            text += (escape + taken).decode(codec, errors="replace")
        body = body[len(taken) :]
    return text, True


_DELIMITERS: Final = frozenset(b"^=\\ \r\n\f\t"[place : place + 1] for place in range(8))


def _decode_strictly(piece: bytes, codec: str) -> tuple[str, bool]:
    """Decode with one codec, or say that it was a guess."""
    try:
        return piece.decode(codec), False
    except UnicodeDecodeError:
        return read_as(piece, reading_of([(piece, True)]).codec), True
