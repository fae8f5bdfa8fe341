"""The windows a person can choose from for a frame: the file's own first, then the presets that make sense."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dicom.description import LookupTable, ObjectDescription
from dicom.showing.display import Voi
from dicom.showing.number_words import window_numbers
from dicom.showing.windows.presets import presets_for
from dicom.showing.windows.units import value_unit

Say = Callable[[str], str]
PRESET_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8")
OWN_WINDOW_KEY = "0"


@dataclass(frozen=True, slots=True)
class NamedWindow:
    """A window or table with its name and, perhaps, its number key."""

    name: str
    key: str
    voi: Voi


def named_windows(
    description: ObjectDescription, frame_index: int, choices: Sequence[Voi], say: Say
) -> tuple[NamedWindow, ...]:
    """Return the list; number keys go to the presets, or to the file's own windows where there are no presets."""
    presets = presets_for(value_unit(description, frame_index))
    own_keys = ("",) * len(choices) if presets else _keys(len(choices))
    own = [NamedWindow(_name(voi, say), key, voi) for voi, key in zip(choices, own_keys, strict=True)]
    ready = [
        NamedWindow(f"{say(preset.name)} ({_numbers(preset.width, preset.level)})", key, preset.window())
        for preset, key in zip(presets, _keys(len(presets)), strict=True)
    ]
    return (*own, *ready)


def _keys(count: int) -> tuple[str, ...]:
    return (*PRESET_KEYS, *("",) * count)[:count]


def _name(voi: Voi, say: Say) -> str:
    if isinstance(voi, LookupTable):
        return voi.explanation or say("Table of the file")
    numbers = _numbers(voi.width, voi.center)
    return f"{voi.explanation} ({numbers})" if voi.explanation else numbers


def _numbers(width: float, level: float) -> str:
    return " / ".join(window_numbers(width, level))
