"""How a header is kept in a record: only what is there, and what a batch has in common only once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from dicom.model import Header

_FIELDS = tuple(
    field.name for field in fields(Header) if field.name not in {"specific_character_set", "doubtful", "marks"}
)
_LARGEST = 1 << 53


def pack_headers(headers: Sequence[Header]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give what all these headers share, and for each what is its own."""
    packed = [_to_facts(header) for header in headers]
    if not packed:
        return {}, []
    first = packed[0]
    shared = {name: value for name, value in first.items() if all(other.get(name) == value for other in packed)}
    return shared, [{name: value for name, value in one.items() if name not in shared} for one in packed]


def unpack_header(shared: dict[str, Any], own: dict[str, Any]) -> Header:
    """Give a header back."""
    facts = shared | own
    doubtful = tuple((str(name), str(raw)) for name, raw in facts.get("doubtful", ()))
    return Header(**{name: value for name, value in facts.items() if name in _FIELDS}, doubtful=doubtful)


def clean(text: str) -> str:
    """Write text so that every file and database takes it: bytes that were no text become \\xNN."""
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # surrogates that stand for no byte
        raw = text.encode("utf-8", "backslashreplace")
    return raw.decode("utf-8", "backslashreplace")


def _to_facts(header: Header) -> dict[str, Any]:
    facts: dict[str, Any] = {name: _plain(getattr(header, name)) for name in _FIELDS}
    facts["doubtful"] = [list(one) for one in header.doubtful] or None
    return {name: value for name, value in facts.items() if value is not None}


def _plain(value: str | int | None) -> str | int | None:
    if isinstance(value, str):
        return clean(value) or None
    if value is None or abs(value) < _LARGEST:
        return value
    return None
