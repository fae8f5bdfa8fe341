"""Window presets for CT in Hounsfield units, and what dragging does to a window."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from dicom.description import Window


@dataclass(frozen=True, slots=True)
class Preset:
    """A named window; `name` is English and translated where it is shown."""

    name: str
    width: float
    level: float

    def window(self) -> Window:
        """Return the preset as a VOI window."""
        return Window(center=self.level, width=self.width, explanation=self.name)


CT_PRESETS = (
    Preset("Brain", 80, 40),
    Preset("Soft tissue", 400, 40),
    Preset("Abdomen", 350, 50),
    Preset("Liver", 150, 90),
    Preset("Lung", 1500, -500),
    Preset("Bone", 2000, 350),
    Preset("Vessels", 380, 120),
)

_PIXELS_PER_E = 250.0  # screen pixels of dragging that widen a window e times, or move its centre by its width


def presets_for(unit: str) -> tuple[Preset, ...]:
    """Return the presets that make sense for values in `unit`: only Hounsfield units have any."""
    return CT_PRESETS if unit == "HU" else ()


def dragged(window: Window, right: float, up: float, *, finest: float = 1.0) -> Window:
    """Return `window` after dragging from its place: right is wider, up is brighter (a lower centre).

    `finest` is the smallest width; below 1 only for values that are not whole numbers.
    """
    width = max(window.width * math.exp(right / _PIXELS_PER_E), finest)
    center = window.center - up * max(window.width, finest) / _PIXELS_PER_E
    function = "LINEAR_EXACT" if window.function == "LINEAR" and width < 1 else window.function
    return replace(window, center=center, width=width, function=function, explanation=None)
