"""What dragging does to a window."""

from __future__ import annotations

import math
from dataclasses import replace

from dicom.description import Window
from dicom.showing.windows.fine_windows import exact

_PIXELS_PER_E = 250.0  # screen pixels of dragging that widen a window e times, or move its centre by its width


def dragged(window: Window, right: float, up: float, *, finest: float = 1.0) -> Window:
    """Return `window` after dragging from its place: right is wider, up is brighter (a lower centre).

    `finest` is the smallest width; below 1 only for values that are not whole numbers, whose windows become exact.
    """
    if finest < 1:
        window = exact(window)
    width = max(window.width * math.exp(right / _PIXELS_PER_E), finest)
    center = window.center - up * max(window.width, finest) / _PIXELS_PER_E
    function = "LINEAR_EXACT" if window.function == "LINEAR" and finest < 1 else window.function
    return replace(window, center=center, width=width, function=function, explanation=None)
