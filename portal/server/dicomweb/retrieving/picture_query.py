"""How a picture is wanted: window, viewport and annotation as PS3.18 8.3.5 writes them."""

from __future__ import annotations

import math
from typing import get_args

from dicom.description import Annotation, VoiFunction, Window
from portal.server.base.problems import Problem
from portal.server.pictures.renderer import Viewport

_LONGEST_SIDE = 8192
_FURTHEST = 1 << 20  # of a region's edges
_FUNCTIONS: dict[str, VoiFunction] = {"linear": "LINEAR", "linear-exact": "LINEAR_EXACT", "sigmoid": "SIGMOID"}
_ANNOTATIONS = get_args(Annotation)


def window_of(text: str | None) -> Window | None:
    """Read `center,width,function`; linear unless another is named."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if len(parts) not in (2, 3):
        raise _refused("window")
    center, width = _numbers(parts[:2], "window")
    function = _FUNCTIONS.get(parts[2].lower() if len(parts) == 3 else "linear")
    narrowest = 1 if function == "LINEAR" else 1e-9
    if function is None or not narrowest <= width <= 1e9 or abs(center) > 1e9:
        raise _refused("window")
    return Window(center, width, function)


def viewport_of(text: str | None, *, may_cut: bool = True) -> Viewport | None:
    """Read `vw,vh` or `vw,vh,sx,sy,sw,sh`: what is left empty of a region is its picture's own edge."""
    if text is None:
        return None
    parts = [part.strip() for part in text.split(",")]
    if len(parts) != 2 and not (may_cut and 2 < len(parts) <= 6):
        raise _refused("viewport")
    width, height = _numbers(parts[:2], "viewport")
    if not (1 <= width <= _LONGEST_SIDE and 1 <= height <= _LONGEST_SIDE):
        raise _refused("viewport")
    size = round(width), round(height)
    if len(parts) == 2:
        return Viewport(size)
    region = _numbers([part or "0" for part in (parts[2:] + [""] * 4)[:4]], "viewport")
    left, top, *_extent = region
    if min(left, top) < 0 or max(map(abs, region)) > _FURTHEST:
        raise _refused("viewport")
    return Viewport(size, (region[0], region[1], region[2], region[3]))


def annotation_of(text: str | None) -> tuple[Annotation, ...]:
    """Read which words are to be written into a picture: "patient", "technique" or both."""
    said = {part.strip().lower() for part in (text or "").split(",")} - {""}
    if said - set(_ANNOTATIONS):
        raise _refused("annotation")
    return tuple(each for each in _ANNOTATIONS if each in said)


def _numbers(parts: list[str], field: str) -> list[float]:
    try:
        found = [float(part) for part in parts]
    except ValueError as error:
        raise _refused(field) from error
    if not all(map(math.isfinite, found)):
        raise _refused(field)
    return found


def _refused(field: str) -> Problem:
    return Problem("invalid-request", fields=[{"field": f"query.{field}", "reason": "value"}])
