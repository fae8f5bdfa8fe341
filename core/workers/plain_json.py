"""JSON from a process that may lie: its size, depth and number of values are counted before anything is built of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

_TEXT = re.compile(rb'"[^"]*"')
_NO_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))
_QUICK_ROUNDS = 16
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord('"'): 0}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one JSON text may hold; a value costs up to a hundred bytes of memory once it is built."""

    size: int = 32 << 20
    values: int = 2_000_000
    depth: int = 256


USUAL = Bounds()
LARGE = Bounds(size=96 << 20, values=6_000_000)  # every element of an object, nested ones included


def parse(text: bytes, bounds: Bounds = USUAL) -> Any:
    """Build the value of a JSON text; raises `ValueError` for what is too large, too deep, too much or no JSON."""
    if not fits(text, bounds):
        raise ValueError("too much")
    return json.loads(text)


def fits(text: bytes, bounds: Bounds = USUAL) -> bool:
    """Tell whether a JSON text stays within the bounds, without building anything of it."""
    return len(text) <= bounds.size and _count_values(text) <= bounds.values and _is_shallow(text, bounds)


def _count_values(text: bytes) -> int:
    """Give at least the number of values: marks in strings are counted too, to tell them apart would cost more."""
    return sum(text.count(mark) for mark in (b",", b"[", b"{", b":"))


def _is_shallow(text: bytes, bounds: Bounds) -> bool:
    """Tell whether brackets lie in each other no deeper than allowed.

    Each quick round takes the innermost away, which is all of what an honest process says; the rest is counted.
    """
    plain = text.replace(b"\\\\", b"").replace(b'\\"', b"").translate(None, _NO_STRUCTURE)
    if plain.count(b'"') > 2 * bounds.values + 2:
        return False
    marks = _TEXT.sub(b"", plain)
    rounds = min(bounds.depth, _QUICK_ROUNDS)
    for _ in range(rounds):
        marks = marks.replace(b"[]", b"").replace(b"{}", b"")
    return max(accumulate(map(_STEPS.__getitem__, marks)), default=0) <= bounds.depth - rounds
