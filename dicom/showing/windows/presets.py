"""Windows that make sense for CT, wherever it is shown."""

from __future__ import annotations

from dataclasses import dataclass

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


def presets_for(unit: str) -> tuple[Preset, ...]:
    """Return the presets that make sense for values in `unit`: only Hounsfield units have any."""
    return CT_PRESETS if unit == "HU" else ()
