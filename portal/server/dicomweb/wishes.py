"""How a picture is wanted: window and viewport as PS3.18 8.3.5 writes them."""

from __future__ import annotations

import math

from portal.server.problems import Problem

_LONGEST_SIDE = 8192


def window_of(text: str | None) -> tuple[float, float] | None:
    """Read `center,width,function` and give width and centre; only "linear" is drawn."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    center, width = _numbers(parts[:2], "window")
    function = parts[2].lower() if len(parts) == 3 else "linear"
    if len(parts) > 3 or function != "linear" or not 1 <= width <= 1e9 or abs(center) > 1e9:
        raise _refused("window")
    return width, center


def viewport_size(text: str | None) -> tuple[int, int] | None:
    """Read `vw,vh`: the picture fits inside; a region of the source is not cut out."""
    if text is None:
        return None
    width, height = _numbers(text.split(","), "viewport")
    if not (1 <= width <= _LONGEST_SIDE and 1 <= height <= _LONGEST_SIDE):
        raise _refused("viewport")
    return round(width), round(height)


def _numbers(parts: list[str], field: str) -> tuple[float, float]:
    try:
        first, second = (float(part) for part in parts)
    except ValueError as error:
        raise _refused(field) from error
    if not (math.isfinite(first) and math.isfinite(second)):
        raise _refused(field)
    return first, second


def _refused(field: str) -> Problem:
    return Problem("invalid-request", fields=[{"field": f"query.{field}", "reason": "value"}])
