"""Judging what a worker answered: it may have been taken over by what it read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from math import isfinite

from core.errors import WorkerError


@contextlib.contextmanager
def judged() -> Iterator[None]:
    """Take an answer that makes no sense for a failed task, and not for a fault of this program."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise WorkerError("task-failed", kind="answer") from error


def count(value: object, most: int = 1 << 62) -> int:
    """Give a number of things, or raise `TypeError`."""
    if type(value) is not int or not 0 <= value <= most:
        raise TypeError(value)
    return value


def number(value: object) -> float:
    """Give a finite number, or raise `TypeError`."""
    if type(value) not in (int, float) or not isfinite(value):  # type: ignore[arg-type]
        raise TypeError(value)
    return float(value)  # type: ignore[arg-type]


def text(value: object) -> str:
    """Give a text, or raise `TypeError`."""
    if type(value) is not str:
        raise TypeError(value)
    return value


def sha256(value: object) -> str:
    """Give the name of some bytes, or raise `TypeError`."""
    found = text(value)
    if len(found) != 64 or not set(found) <= set("0123456789abcdef"):
        raise TypeError(value)
    return found
