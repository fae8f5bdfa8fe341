"""Shapes become JSON values and come from them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypeVar

from dicom.decoding import wire

T = TypeVar("T")


def to_json(said: Any) -> Any:
    """Turn a shape into JSON values, every field written."""
    return asdict(said)


def from_json(kind: type[T], said: Any) -> T:
    """Read a shape from JSON values; raises `TypeError` or `ValueError` where it does not fit."""
    return wire.from_wire(kind, said)
