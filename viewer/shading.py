"""How the viewer uses the display pipeline: first look, choices, tables for the render path."""

from __future__ import annotations

from typing import Any, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from dicom.description import LookupTable, ObjectDescription, Window
from viewer.edge_letters import EdgeLetters
from viewer.prepare import Mask, PreparedFrame
from viewer.render import Table

Voi = Window | LookupTable


class Stored(Protocol):
    """Stored values and what they are."""

    @property
    def pixels(self) -> NDArray[Any]:
        """Rows, columns and perhaps samples."""

    @property
    def photometric_interpretation(self) -> str:
        """What the samples are now."""


def is_colour(stored: Stored, said: ObjectDescription) -> bool:
    """Tell whether a frame is drawn as RGB."""
    return stored.pixels.ndim == 3 or said.palette is not None


def colour_picture(stored: Stored, said: ObjectDescription, frame_index: int) -> NDArray[np.uint8]:
    """Return a frame as RGB."""
    return stored.pixels.astype(np.uint8)


def first_look(stored: Stored, said: ObjectDescription, frame_index: int) -> Voi:
    """Return how the file, else its values, want to be shown."""
    windows = said.frame_info(frame_index).windows
    if windows:
        return windows[0]
    low, high = float(stored.pixels.min()), float(stored.pixels.max())
    return Window((low + high + 1) / 2, high - low + 1)


def choices(said: ObjectDescription, frame_index: int) -> tuple[Voi, ...]:
    """Return the file's own windows and tables."""
    return (*said.frame_info(frame_index).windows, *said.voi_luts)


def padding_range(said: ObjectDescription) -> tuple[float, float] | None:
    """Return the range of stored values that is no picture (PS3.3 C.7.5.1.1.2)."""
    value = said.pixel_padding_value
    if value is None:
        return None
    limit = value if said.pixel_padding_range_limit is None else said.pixel_padding_range_limit
    return min(value, limit), max(value, limit)


def shutter_mask(said: ObjectDescription, rows: int, columns: int) -> Mask | None:
    """Return 255 inside and 0 outside the display shutter, None without one (PS3.3 C.7.6.11)."""
    shutter = said.shutter
    if shutter is None:
        return None
    mask: Mask = np.full((rows, columns), 255, np.uint8)
    if shutter.rectangle is not None:
        left, right, upper, lower = shutter.rectangle
        inside = np.zeros_like(mask)
        inside[max(upper - 1, 0) : max(lower, 0), max(left - 1, 0) : max(right, 0)] = 255
        mask &= inside
    if shutter.circle is not None:
        row, column, radius = shutter.circle
        mask &= np.asarray(cv2.circle(np.zeros_like(mask), (column - 1, row - 1), max(radius, 0), 255, -1), np.uint8)
    if len(shutter.polygon) >= 3:
        corners = np.array([[column - 1, row - 1] for row, column in shutter.polygon], np.int32)
        mask &= np.asarray(cv2.fillPoly(np.zeros_like(mask), [corners], (255,)), np.uint8)
    return mask if mask.any() else None


def table_for(
    prepared: PreparedFrame, said: ObjectDescription, frame_index: int, voi: Voi | None, *, inverted: bool
) -> Table | None:
    """Return the grey levels of all words of a frame; None for colour."""
    if prepared.is_colour or not isinstance(voi, Window):
        return None
    info = said.frame_info(frame_index)
    words = np.arange(65536, dtype=np.uint16)
    stored = words.view(np.int16) if prepared.levels[0].dtype == np.int16 else words
    values = stored.astype(np.float64)
    if prepared.words is not None:
        values = prepared.words.low + values * prepared.words.step
    values = values * (1.0 if info.rescale_slope is None else info.rescale_slope) + (info.rescale_intercept or 0)
    grey = ((values - (voi.center - 0.5)) / max(voi.width - 1, 1e-9) + 0.5) * 255
    levels = np.clip(np.rint(grey), 0, 255).astype(np.uint8)
    if (said.photometric_interpretation == "MONOCHROME1") != inverted:
        levels = 255 - levels
    return np.ascontiguousarray(levels)


def image_letters(said: ObjectDescription, frame_index: int) -> EdgeLetters:
    """Return the patient directions at the edges of the image as stored; empty where they are not known."""
    return EdgeLetters()
