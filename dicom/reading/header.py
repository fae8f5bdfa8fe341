"""The bounded header reader: who, which study, which series, which instance, from the first bytes of a file.

Reads as far as the last wanted tag (0020,0060), explicit or implicit, little or big endian, deflated, with or without
preamble and meta group (PS3.10 7.1, PS3.5 7 and annex A). Wrong files are read like others read them, and marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from core.errors import DicomError
from dicom.model import MEDIA_STORAGE_DIRECTORY, Header
from dicom.reading.due_content import STORAGE
from dicom.reading.header_walk import BUDGET, STEP, Outcome, ReadMore, Walker, Window
from dicom.reading.loops import LONG_VRS, SHORT_VRS, UNDEFINED, Walk
from dicom.reading.meta import (
    DEFLATED,
    Meta,
    as_declared,
    begins_directory,
    detect_encoding,
    find_meta,
    inflate,
    may_begin,
    to_uid,
)
from dicom.reading.recognise import is_encrypted, recognise
from dicom.reading.truncation import find_truncation
from dicom.text.character_set import decode_text, decode_together

__all__ = [
    "FIELDS",
    "find_truncation",
    "is_uid",
    "read_again",
    "read_header",
    "to_code",
    "to_text",
    "to_texts",
    "to_values",
]

_CHARSET: Final = 0x00080005
_SOP_CLASS: Final = 0x00080016
_SOP_INSTANCE: Final = 0x00080018
_STORED_CLASS: Final = 0x00020002
_STORED_INSTANCE: Final = 0x00020003
_NAME: Final = "patient_name"
_ESCAPE: Final = b"\x1b"

_DIRECTORY_GROUP: Final = (b"\4\0", b"\0\4")

# tag -> (field of Header, kind of value)
FIELDS: Final[dict[int, tuple[str, str]]] = {
    0x00080005: ("specific_character_set", "code"),
    0x00080008: ("image_type", "code"),
    0x00080016: ("sop_class_uid", "uid"),
    0x00080018: ("sop_instance_uid", "uid"),
    0x00080020: ("study_date", "code"),
    0x00080021: ("series_date", "code"),
    0x00080030: ("study_time", "code"),
    0x00080050: ("accession_number", "text"),
    0x00080060: ("modality", "code"),
    0x00080080: ("institution_name", "text"),
    0x00081030: ("study_description", "text"),
    0x0008103E: ("series_description", "text"),
    0x00100010: ("patient_name", "text"),
    0x00100020: ("patient_id", "text"),
    0x00100021: ("issuer_of_patient_id", "text"),
    0x00100030: ("patient_birth_date", "code"),
    0x00100040: ("patient_sex", "code"),
    0x00180015: ("body_part_examined", "code"),
    0x0020000D: ("study_instance_uid", "uid"),
    0x0020000E: ("series_instance_uid", "uid"),
    0x00200010: ("study_id", "text"),
    0x00200011: ("series_number", "integer"),
    0x00200013: ("instance_number", "integer"),
    0x00200060: ("laterality", "code"),
}
_LAST: Final = max(FIELDS)
_WANTED: Final = frozenset(FIELDS)
_IDENTIFIERS: Final = frozenset({0x00080018, 0x0020000D, 0x0020000E})
_INTEGER: Final = re.compile(r"[+-]?\d{1,12}")
_UID: Final = re.compile(rb"[0-2](?:\.\d{1,60})+[ \0]*")
MAX_TEXT: Final = 4096
_MAX_INFLATED: Final = 64 << 20


def read_header(first: bytes, size: int, more: ReadMore, *, budget: int = BUDGET, step: int = STEP) -> Header:
    """Read the header of one file.

    `first` is the file's first 64 KB (or all of it), `size` its size in bytes, `more(offset, length)` reads on, by
    `step` bytes and to `budget` bytes in all. Raises `DicomError`: "not-dicom" (fact `kind` says what it is instead),
    "encrypted", "truncated", "header-damaged", "refused-limit". Text is decoded by the file's own character set.
    """
    meta = find_meta(first)
    if meta is None:
        raise _refusal(first)
    declared = meta.uid(0x00020010)
    window, start = _data_set(first, Window(b"", size, more, budget=budget, step=step), meta, declared)
    head = window.peek(start, 12)
    encoding = detect_encoding(head, declared)
    if head[:2] in _DIRECTORY_GROUP and begins_directory(head):
        return Header(
            MEDIA_STORAGE_DIRECTORY, transfer_syntax_uid=declared, marks=("non-standard",) if meta.odd else ()
        )
    outcome = Walker(window, Walk(_WANTED, _LAST, encoding), _IDENTIFIERS).go(start)
    _judge(first, size, meta, outcome, head)
    odd = meta.odd or outcome.odd or declared is None or not as_declared(encoding, declared)
    return _build(outcome, declared, odd, meta)


def _data_set(first: bytes, window: Window, meta: Meta, declared: str | None) -> tuple[Window, int]:
    """Have the data set's bytes at hand: those of the file, or those that were deflated (PS3.5 A.5)."""
    start = meta.data_set
    if declared == DEFLATED and not may_begin(first[start : start + 12]):
        data, whole = inflate(first[start:], start, window.size, window.more, min(window.budget, _MAX_INFLATED))
        if data:
            return Window(data, len(data) if whole else 1 << 62, lambda _offset, _length: b"", budget=0), 0
        raise DicomError("header-damaged")
    window.data = first
    return window, start


def _refusal(first: bytes) -> DicomError:
    if is_encrypted(first):
        return DicomError("encrypted")
    return DicomError("not-dicom", kind=recognise(first))


def _is_an_element(head: bytes, size: int) -> bool:
    """Tell whether a data set begins with something that can be an element, though not with a usual one."""
    if may_begin(head) or head[4:6] in SHORT_VRS or head[4:6] in LONG_VRS:
        return True
    length = int.from_bytes(head[4:8], "little")
    return length == UNDEFINED or length < size


def _judge(first: bytes, size: int, meta: Meta, outcome: Outcome, head: bytes) -> None:
    """Raise if what was found is not enough to know the file by."""
    found = outcome.found
    if found.keys() >= _IDENTIFIERS:
        return
    if not meta.marked and not meta.found and not _looks_like_dicom(outcome):
        raise _refusal(first)
    if outcome.stopped:
        raise DicomError("refused-limit")
    if not found and (outcome.truncated or size - meta.data_set < 8):
        raise DicomError("truncated")
    if not found and (outcome.damaged or not _is_an_element(head, size)):
        raise DicomError("header-damaged")


def _looks_like_dicom(outcome: Outcome) -> bool:
    """Tell whether bytes that nothing declares to be DICOM were: a valid UID, or several elements in good order."""
    if any(_UID.fullmatch(outcome.found.get(tag, b"")) for tag in (_SOP_CLASS, *_IDENTIFIERS)):
        return True
    return len(outcome.found) >= 3 and not (outcome.damaged or outcome.truncated)


def _ends_before_its_numbers(outcome: Outcome, declared_class: str | None) -> bool:
    """Tell whether a file ends, between two elements, before the numbers that every stored object must have."""
    sop_class = to_uid(outcome.found.get(_SOP_CLASS, b"")) or declared_class or ""
    return outcome.ended and not outcome.found.keys() >= _IDENTIFIERS and sop_class.startswith(STORAGE)


def _build(outcome: Outcome, declared: str | None, odd: bool, meta: Meta) -> Header:
    values, guessed, doubtful = to_values(outcome.found)
    values["transfer_syntax_uid"] = declared
    if values.get("sop_instance_uid") is None and (outcome.truncated or max(outcome.found, default=0) < _SOP_INSTANCE):
        values["sop_instance_uid"] = meta.uid(_STORED_INSTANCE)  # cut before its number: the meta group still says it
    marks: list[str] = []
    if odd or guessed or doubtful:
        marks.append("non-standard")
    if outcome.truncated or _ends_before_its_numbers(outcome, meta.uid(_STORED_CLASS)):
        marks.append("truncated")
    if outcome.damaged or outcome.stopped:
        marks.append("header-damaged")
    if values.get("sop_instance_uid") is None:
        marks.append("no-uid")
    return Header(doubtful=doubtful, marks=tuple(marks), **values)  # type: ignore[arg-type]


def to_values(
    found: Mapping[int, bytes], charset: str | None = None
) -> tuple[dict[str, str | int | None], bool, tuple[tuple[str, str], ...]]:
    """Turn raw values into the fields of `Header`; also tell whether a text had to be guessed, and `Header.doubtful`.

    `charset` holds where the values do not name their own.
    """
    charset = to_code(found[_CHARSET]) if _CHARSET in found else charset
    values: dict[str, str | int | None] = {}
    hard: dict[str, bytes] = {}
    for tag, raw in found.items():
        known = FIELDS.get(tag)
        if known is None or not raw:
            continue
        name, kind = known
        if kind != "text":
            values[name] = CONVERSIONS[kind](raw)
        elif raw.isascii() and _ESCAPE not in raw:  # most are, and thousands of files have to be read in a second
            values[name] = _tidy(name, raw[:MAX_TEXT].decode("ascii"))
        else:
            hard[name] = raw
    if not hard:
        return values, False, ()
    texts, guessed, doubtful = to_texts(hard, charset)
    return values | texts, guessed, doubtful


def to_texts(
    raws: Mapping[str, bytes], charset: str | None
) -> tuple[dict[str, str | None], bool, tuple[tuple[str, str], ...]]:
    """Decode the texts of one object together: what one tells of the character set holds for all."""
    short = {name: raw[:MAX_TEXT] for name, raw in raws.items()}
    decoded = decode_together([(raw, name == _NAME) for name, raw in short.items()], charset)
    texts = {name: _tidy(name, one.text) for name, one in zip(short, decoded, strict=True)}
    doubtful = tuple(
        (name, raw.decode("latin_1").strip(" \0"))
        for (name, raw), one in zip(short.items(), decoded, strict=True)
        if one.doubtful
    )
    return texts, any(one.guessed for one in decoded), doubtful


def _tidy(name: str, text: str) -> str | None:
    text = text.strip(" \0")
    return (text.rstrip("=") if name == _NAME else text) or None  # empty component groups say nothing


def read_again(header: Header, codec: str) -> Header:
    """Read the doubtful texts of a header in another codec; a text that does not fit it stays."""
    read: dict[str, Any] = {}
    for name, raw in header.doubtful:
        try:
            read[name] = _tidy(name, raw.encode("latin_1", "replace").decode(codec))
        except UnicodeDecodeError:
            continue
    return replace(header, **read)


def to_text(raw: bytes, charset: str | None) -> tuple[str | None, bool]:
    """Decode a text or a name without its padding; empty is `None`."""
    text, guessed = decode_text(raw[:MAX_TEXT], charset)
    return text.strip(" \0") or None, guessed


def is_uid(text: str) -> bool:
    """Tell whether a text is written as UIDs are."""
    return len(text) <= 64 and _UID.fullmatch(text.encode("latin-1", "replace")) is not None


def to_code(raw: bytes) -> str | None:
    """Read a value that is ASCII by its VR (CS, DA, TM)."""
    return raw[:MAX_TEXT].decode("latin-1").strip(" \0\t\r\n") or None


def to_integer(raw: bytes) -> int | None:
    """Read an IS: the first number where there are several, `None` if it is none or absurdly long."""
    text = raw[:64].decode("latin-1").split("\\")[0].strip(" \0")
    return int(text) if _INTEGER.fullmatch(text) else None


CONVERSIONS: Final[dict[str, Callable[[bytes], str | int | None]]] = {
    "code": to_code,
    "uid": to_uid,
    "integer": to_integer,
}
