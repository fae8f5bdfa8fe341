"""What dragging does to a window."""

from __future__ import annotations

import math
from dataclasses import replace

from dicom.description import Window
from dicom.showing.windows.fine_windows import exact

_PIXELS_PER_E = 250.0  # screen pixels of dragging that widen a window e times, or move its centre by its width
_NARROW = 1 / 50  # of what the values span: a narrower window widens in even steps, else it takes a very long way back


def dragged(window: Window, right: float, up: float, *, finest: float = 1.0, span: float = 0.0) -> Window:
    """Return `window` after dragging from its place: right is wider, up is brighter (a lower centre).

    `finest` is the smallest width; below 1 only for values that are not whole numbers, whose windows become exact.
    `span` is what most values of the picture span, 0 if that is not known.
    """
    if finest < 1:
        window = exact(window)
    narrow = span * _NARROW
    width = max(_widened(window.width, right / _PIXELS_PER_E, narrow), finest)
    center = window.center - up * max(window.width, finest, narrow) / _PIXELS_PER_E
    function = "LINEAR_EXACT" if window.function == "LINEAR" and finest < 1 else window.function
    return replace(window, center=center, width=width, function=function, explanation=None)


def _widened(width: float, steps: float, narrow: float) -> float:
    """Return a width so many steps further: each adds `narrow` below that width, and multiplies by e above it."""
    if width < narrow:
        needed = (narrow - width) / narrow
        if steps <= needed:
            return width + steps * narrow
        width, steps = narrow, steps - needed
    reached = width * math.exp(steps)
    if reached >= narrow:
        return reached
    return narrow * (1 + steps + math.log(width / narrow))
