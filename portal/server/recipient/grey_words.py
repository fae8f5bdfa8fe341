"""A grey frame as 16-bit words, whatever it is stored as, and what the words stand for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom.description import LookupTable, ObjectDescription
from dicom.showing.display import Voi, grey_levels, voi_choices
from dicom.showing.modality import has_modality_step, modality_values, rescale_of
from dicom.showing.windows.first_look import values_window
from dicom.showing.windows.voi import padding_mask, padding_range

_NARROW = (np.bool_, np.uint8, np.int8, np.uint16, np.int16)
_NOTHING = 0  # the word for "no picture here" where values had to be mapped
_STEPS = 65534  # words 1 to 65,535
_WIDTHS = 4  # to either side of a window
_COARSE = 16  # times as far as those widths


@dataclass(frozen=True, slots=True)
class Words:
    """`pixels` are uint16 or int16; a word w stands for the value low + w x step, which then goes through `display`."""

    pixels: NDArray[Any]
    display: ObjectDescription
    low: float = 0.0
    step: float = 1.0
    padding: tuple[int, int] | None = None

    @property
    def signed(self) -> bool:
        """Say whether words are two's complement."""
        return bool(self.pixels.dtype.kind == "i")

    def rescale(self, frame_index: int) -> tuple[float, float]:
        """Return slope and intercept from words to what windows are said in."""
        slope, intercept = rescale_of(self.display, frame_index)
        return self.step * slope, self.low * slope + intercept

    def table(self, frame_index: int, voi: Voi) -> NDArray[np.uint8]:
        """Return the grey level of each of the 65,536 words, by its bits."""
        every = np.arange(65536, dtype=np.uint16)
        values = (every.view(np.int16) if self.signed else every).astype(np.float64) * self.step + self.low
        return grey_levels(values, self.display, frame_index, voi)


def looks_of(pixels: NDArray[Any], said: ObjectDescription, frame_index: int) -> tuple[Voi, ...]:
    """Return the file's looks, its default first; without any, the window over its own values."""
    return voi_choices(said, frame_index) or (values_window(pixels, said, frame_index),)


def is_finite(voi: Voi) -> bool:
    """Say whether a look can be told in numbers."""
    return isinstance(voi, LookupTable) or (isfinite(voi.center) and isfinite(voi.width))


def table_of(words: Words, frame_index: int, place: int) -> bytes | None:
    """Return the grey levels of one of the file's looks by its place; `None` where there is none."""
    choices = voi_choices(words.display, frame_index)
    if not 0 <= place < len(choices) or not isinstance(choices[place], LookupTable):
        return None
    return words.table(frame_index, choices[place]).tobytes()


def to_words(pixels: NDArray[Any], said: ObjectDescription, frame_index: int) -> Words:
    """Return a grey frame as words: narrow values as they are stored, wide ones and those of a modality LUT mapped."""
    if said.modality_lut is None and pixels.dtype in _NARROW:
        return Words(_narrow(pixels), said, padding=padding_range(said))
    mask = padding_mask(pixels, said)
    window = looks_of(pixels, said, frame_index)[0]
    if said.modality_lut is not None and has_modality_step(said):
        pixels, said = modality_values(pixels, said, frame_index), _after_modality(said)
    return _mapped(pixels.astype(np.float64), mask, said, _reach(window, said, frame_index))


def _reach(voi: Voi, said: ObjectDescription, frame_index: int) -> tuple[float, float] | None:
    """Return the values before rescale that lie some widths around a window; None for tables."""
    if isinstance(voi, LookupTable) or not is_finite(voi):
        return None
    slope, intercept = rescale_of(said, frame_index)
    low, high = sorted((voi.center + side * _WIDTHS * voi.width - intercept) / slope for side in (-1, 1))
    return (low, high) if low < high else None


def _narrow(pixels: NDArray[Any]) -> NDArray[Any]:
    return pixels.astype(np.int16 if pixels.dtype.kind == "i" else np.uint16)


def _after_modality(said: ObjectDescription) -> ObjectDescription:
    """Return the description of values that went through the modality step already."""
    infos = tuple(replace(info, rescale_slope=None, rescale_intercept=None) for info in said.frame_infos)
    return replace(said, modality_lut=None, frame_infos=infos)


def _mapped(
    values: NDArray[np.float64],
    mask: NDArray[np.bool_] | None,
    said: ObjectDescription,
    reach: tuple[float, float] | None,
) -> Words:
    """Map values over their range; where that would leave the window few grey levels, over `reach` around it."""
    nothing = np.isnan(values) if mask is None else mask | np.isnan(values)
    usable = np.isfinite(values) & ~nothing
    if not usable.any():
        return Words(np.zeros(values.shape, np.uint16), said, padding=(_NOTHING, _NOTHING))
    least, most = float(values[usable].min()), float(values[usable].max())
    if reach is not None and most - least > _COARSE * (reach[1] - reach[0]):
        least, most = max(least, reach[0]), min(most, reach[1])
        if least >= most:
            least, most = reach
    whole = bool((values[usable] == np.rint(values[usable])).all())
    values = np.clip(values, least, most)
    step = 1.0 if whole and most - least < _STEPS else (most - least) / (_STEPS - 1) or 1.0
    places = np.clip(np.nan_to_num((values - least) / step, posinf=_STEPS, neginf=0), 0, _STEPS - 1)
    words = np.where(nothing, _NOTHING, np.rint(places) + 1).astype(np.uint16)
    return Words(words, said, low=least - step, step=step, padding=(_NOTHING, _NOTHING))
