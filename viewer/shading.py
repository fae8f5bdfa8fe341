"""How the viewer uses the display pipeline: what is colour, and which table the render path takes."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dicom.colour import is_colour, supplemental_rgb, to_rgb8
from dicom.description import LookupTable, ObjectDescription
from dicom.display import Voi, default_voi, grey_levels, to_grey8
from dicom.shutter import shutter_mask
from viewer.prepare import Mask, PreparedFrame
from viewer.render import Table


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


def table_for(prepared: PreparedFrame, said: ObjectDescription, frame_index: int, voi: Voi, *, inverted: bool) -> Table:
    """Return the grey levels of the words a grey frame holds, by word; those of other words are 0.

    Only these words go through the pipeline: a twelve-bit frame needs a sixteenth of the time of all words, and this
    is done at every step of a window that is dragged.
    """
    low, high = prepared.ends
    words = np.arange(low, high + 1, dtype=np.int32).astype(np.int16 if low < 0 else np.uint16)
    scale = prepared.words
    values = words if scale is None else scale.low + words.astype(np.float64) * scale.step
    table = np.zeros(65536, np.uint8)
    table[words.view(np.uint16)] = grey_levels(values, said, frame_index, voi, inverted)
    return table
