"""How the viewer uses the display pipeline: what is colour, and which table the render path takes."""

from __future__ import annotations

import math
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dicom.description import LookupTable, ObjectDescription, Window
from dicom.showing.colour import is_colour, supplemental_rgb, to_rgb8, tone_table
from dicom.showing.display import Voi, default_voi, grey_levels, to_grey8
from dicom.showing.modality import rescale_of
from dicom.showing.shutter import shutter_mask
from viewer.rendering.prepare import Mask, PreparedFrame
from viewer.rendering.render import Table, WideTable

_LINEAR_REACH, _SIGMOID_REACH = 0.51, 2.0  # widths to either side


class Stored(Protocol):
    """Stored values and what they are."""

    @property
    def pixels(self) -> NDArray[Any]:
        """Rows, columns and perhaps samples."""

    @property
    def photometric_interpretation(self) -> str:
        """What the samples are now."""

    @property
    def marks(self) -> tuple[str, ...]:
        """What had to be forgiven."""


def colour_picture(stored: Stored, said: ObjectDescription, frame_index: int) -> NDArray[np.uint8] | None:
    """Return a frame that is drawn in colour as RGB, None for grey; raises `DicomError("decode-failed")`."""
    if is_colour(stored.pixels, stored.photometric_interpretation):
        return to_rgb8(stored.pixels, stored.photometric_interpretation, said)
    if said.supplemental_palette is not None:
        grey = to_grey8(stored.pixels, said, frame_index, default_voi(stored.pixels, said, frame_index))
        return supplemental_rgb(stored.pixels, grey, said.supplemental_palette)
    return None


def shutter_of(said: ObjectDescription, rows: int, columns: int) -> Mask | None:
    """Return 255 inside and 0 outside the display shutter; None without one, or if it would hide everything."""
    if said.shutter is None:
        return None
    mask = shutter_mask(said.shutter, rows, columns)
    return mask if mask.any() else None


def is_monotonic(table: LookupTable | None) -> bool:
    """Tell whether values between two inputs lie between their outputs, so that resizing may come first."""
    if table is None or len(table.values) < 3:
        return True
    rises = np.diff(np.asarray(table.values, np.int64))
    return bool((rises >= 0).all() or (rises <= 0).all())


COLOUR_WINDOW = Window(127.5, 255.0, function="LINEAR_EXACT")  # leaves a colour picture as it is


def colour_table(window: Window, *, inverted: bool) -> NDArray[np.uint8]:
    """Return what each of the 256 levels of red, green and blue becomes."""
    table = tone_table(window)
    return np.subtract(255, table, dtype=np.uint8) if inverted else table


def table_for(prepared: PreparedFrame, said: ObjectDescription, frame_index: int, voi: Voi, *, inverted: bool) -> Table:
    """Return the grey levels of what a grey frame holds: of its words, those of other words being 0, or of its floats.

    Only these words go through the pipeline: a twelve-bit frame needs a sixteenth of the time of all words, and this
    is done at every step of a window that is dragged.
    """
    if prepared.is_wide:
        return _wide_table(said, frame_index, voi, inverted=inverted)
    low, high = prepared.ends
    words = np.arange(low, high + 1, dtype=np.int32).astype(np.int16 if low < 0 else np.uint16)
    table = np.zeros(65536, np.uint8)
    table[words.view(np.uint16)] = grey_levels(words, said, frame_index, voi, inverted)
    return table


def _wide_table(said: ObjectDescription, frame_index: int, voi: Voi, *, inverted: bool) -> WideTable:
    """Return a table whose steps lie where the window is, however far the frame's values reach."""
    slope, intercept = rescale_of(said, frame_index)
    low, high = sorted((end - intercept) / slope for end in _reach(voi))
    step = (high - low) / 65535
    if not math.isfinite(step) or step <= 0 or low + step == low:
        step = max(abs(low), 1e-300) / 2**40  # narrower than floats can tell apart: black and white
        low -= 32768 * step
    values = low + np.arange(65536) * step
    return WideTable(low, step, np.ascontiguousarray(grey_levels(values, said, frame_index, voi, inverted)))


def _reach(voi: Voi) -> tuple[float, float]:
    """Return values beyond which a window or table gives the same grey, with a little to spare."""
    if isinstance(voi, LookupTable):
        return voi.first_value - 1.0, voi.first_value + len(voi.values) + 1.0
    half = voi.width * (_SIGMOID_REACH if voi.function == "SIGMOID" else _LINEAR_REACH)
    centre = voi.center - (0.5 if voi.function == "LINEAR" else 0.0)
    return centre - half, centre + half
