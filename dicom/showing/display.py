"""From stored values to what is seen: one pipeline for screen, thumbnails, pictures and print. No I/O, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dicom.description import LookupTable, ObjectDescription, OverlayPlane, Window
from dicom.pixels.stored_frame import StoredFrame
from dicom.showing.colour import is_colour, supplemental_rgb, to_rgb8, tone_table
from dicom.showing.modality import modality_values
from dicom.showing.overlay import burn_in
from dicom.showing.resample import fit, pixel_shape
from dicom.showing.windows.first_look import default_voi
from dicom.showing.windows.voi import Voi, apply_voi, padding_mask, voi_choices

__all__ = [
    "Picture",
    "Voi",
    "default_voi",
    "grey_levels",
    "is_inverted",
    "lookup_table",
    "picture",
    "to_grey8",
    "to_rgb8",
    "typed_window",
    "voi_choices",
]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: uint8 (rows, columns) or (rows, columns, 3); `window` is width and centre, if one was used."""

    pixels: NDArray[np.uint8]
    window: tuple[float, float] | None


def is_inverted(description: ObjectDescription, inverted: bool = False) -> bool:
    """Say whether low values are bright: MONOCHROME1 inverts once whatever else says so, a person once more."""
    return (description.photometric_interpretation == "MONOCHROME1") != inverted


def grey_levels(
    stored: NDArray[Any], description: ObjectDescription, frame_index: int, voi: Voi, inverted: bool = False
) -> NDArray[np.uint8]:
    """Return grey levels for an array of stored values of any shape: modality, VOI and presentation step."""
    grey = apply_voi(modality_values(stored, description, frame_index), voi)
    return np.subtract(255, grey) if is_inverted(description, inverted) else grey


def lookup_table(
    description: ObjectDescription,
    frame_index: int,
    voi: Voi,
    inverted: bool = False,
    *,
    signed: bool | None = None,
    scale: tuple[float, float] = (0.0, 1.0),
) -> NDArray[np.uint8]:
    """Return the grey level of each of the 65,536 words a 16-bit frame can hold.

    The index is the word as it lies in memory (two's complement when `signed`, which is by default what
    PixelRepresentation says). `scale` (low, step) tells which stored value a word stands for, low + word x step,
    where a wider frame was mapped to 16 bits.
    """
    words = np.arange(65536, dtype=np.uint16)
    if signed if signed is not None else description.pixel_representation == 1:
        words = words.view(np.int16)
    stored: NDArray[Any] = words
    if scale != (0.0, 1.0):
        stored = scale[0] + words.astype(np.float64) * scale[1]
    return np.ascontiguousarray(grey_levels(stored, description, frame_index, voi, inverted))


def to_grey8(
    pixels: NDArray[Any], description: ObjectDescription, frame_index: int, voi: Voi, inverted: bool = False
) -> NDArray[np.uint8]:
    """Return a grey frame as it is seen, uint8 (rows, columns); padding stays black."""
    if pixels.dtype.itemsize <= 2 and pixels.dtype.kind in "iu" and pixels.size > 16384:
        table = lookup_table(description, frame_index, voi, inverted, signed=pixels.dtype.kind == "i")
        words = pixels.astype(np.int16, copy=False).view(np.uint16) if pixels.dtype.kind == "i" else pixels
        grey = np.asarray(table[words])
    else:
        grey = grey_levels(pixels, description, frame_index, voi, inverted)
    mask = padding_mask(pixels, description)
    if mask is not None:
        grey[mask] = 0
    return grey


def picture(
    stored: StoredFrame,
    description: ObjectDescription,
    frame_index: int = 0,
    *,
    window: tuple[float, float] | Window | None = None,
    size: tuple[int, int] | None = None,
    overlays: Sequence[tuple[OverlayPlane, NDArray[np.uint8]]] = (),
) -> Picture:
    """Return one frame as a finished picture in its own matrix, or fitted into `size` (width, height).

    `window` replaces what the file says: width and centre are LINEAR, below a width of 1 exact; on colour they go
    over the levels 0-255 of each channel. Raises `DicomError("decode-failed")`.
    """
    if is_colour(stored.pixels, stored.photometric_interpretation):
        pixels, used = to_rgb8(stored.pixels, stored.photometric_interpretation, description), None
        if window is not None:
            asked = typed_window(window)
            pixels, used = tone_table(asked)[pixels], (asked.width, asked.center)
    else:
        pixels, used = _grey_picture(stored, description, frame_index, window)
    if overlays:
        pixels = burn_in(pixels, overlays)
    if size is not None:
        pixels = fit(pixels, *size, pixel_shape(description, frame_index))
    return Picture(np.ascontiguousarray(pixels), used)


def typed_window(window: tuple[float, float] | Window) -> Window:
    """Return width and centre as a window: LINEAR, which below a width of 1 would know black and white only."""
    if isinstance(window, Window):
        return window
    return Window(window[1], window[0], "LINEAR" if window[0] >= 1 else "LINEAR_EXACT")


def _grey_picture(
    stored: StoredFrame, description: ObjectDescription, frame_index: int, window: tuple[float, float] | Window | None
) -> tuple[NDArray[np.uint8], tuple[float, float] | None]:
    voi = typed_window(window) if window else default_voi(stored.pixels, description, frame_index)
    grey = to_grey8(stored.pixels, description, frame_index, voi)
    used = None if isinstance(voi, LookupTable) else (voi.width, voi.center)
    if description.supplemental_palette is not None:
        return supplemental_rgb(stored.pixels, grey, description.supplemental_palette), None
    return grey, used
