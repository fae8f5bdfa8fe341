"""How an object looks that was written anew around its pixel data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ExplicitForm:
    """What stands before the pixel data and what behind them; they lie at `offset` in the object as it is."""

    head: bytes
    offset: int
    length: int
    tail: bytes
