"""Colour: from samples of any photometric interpretation to RGB (PS3.3 C.7.6.3.1.2, C.7.9)."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.description import ObjectDescription, Palette, Window

_FULL = ("YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT")
_PARTIAL = ("YBR_PARTIAL_420", "YBR_PARTIAL_422")


def is_colour(pixels: NDArray[Any], photometric_interpretation: str) -> bool:
    """Say whether a frame is shown in colour."""
    return pixels.ndim == 3 or photometric_interpretation.startswith("PALETTE")


def to_rgb8(pixels: NDArray[Any], photometric_interpretation: str, description: ObjectDescription) -> NDArray[np.uint8]:
    """Return a colour frame as uint8 (rows, columns, 3) RGB.

    Raises `DicomError("decode-failed")` for HSV, ARGB, CMYK and palettes that are missing.
    """
    said = photometric_interpretation
    if said.startswith("PALETTE"):
        if description.palette is None or pixels.ndim != 2:
            raise DicomError("decode-failed", reason="palette-missing")
        return palette_rgb(pixels, description.palette)
    if pixels.ndim != 3 or pixels.shape[2] < 3 or said in ("HSV", "ARGB", "CMYK"):
        raise DicomError("decode-failed", reason="photometric-interpretation", photometric_interpretation=said)
    samples = _as_8_bit(pixels[:, :, :3], description)
    if said in _FULL:
        # OpenCV wants Y, Cr, Cb
        return np.asarray(cv2.cvtColor(np.ascontiguousarray(samples[:, :, (0, 2, 1)]), cv2.COLOR_YCrCb2RGB), np.uint8)
    return _from_partial(samples) if said in _PARTIAL else np.ascontiguousarray(samples)


def _as_8_bit(pixels: NDArray[Any], description: ObjectDescription) -> NDArray[np.uint8]:
    if pixels.dtype == np.uint8:
        return pixels
    bits = max(description.bits_stored, 1)
    scaled = pixels.astype(np.float64) * (255.0 / ((1 << bits) - 1))
    return np.asarray(np.clip(np.rint(scaled), 0, 255), np.uint8)


def _from_partial(samples: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Convert studio-range YCbCr (ITU-R BT.601: luma 16..235)."""
    luma = (samples[:, :, 0].astype(np.float32) - 16.0) * (255.0 / 219.0)
    blue = (samples[:, :, 1].astype(np.float32) - 128.0) * (255.0 / 224.0)
    red = (samples[:, :, 2].astype(np.float32) - 128.0) * (255.0 / 224.0)
    planes = (luma + 1.402 * red, luma - 0.344136 * blue - 0.714136 * red, luma + 1.772 * blue)
    return np.asarray(np.clip(np.rint(np.stack(planes, axis=-1)), 0, 255), np.uint8)


def palette_rgb(pixels: NDArray[Any], palette: Palette) -> NDArray[np.uint8]:
    """Return RGB for palette indices; beyond the tables their first and last colour hold."""
    tables = palette_tables(palette)
    places = np.clip(pixels.astype(np.int64) - palette.first_value, 0, len(tables) - 1)
    return tables[places]


def palette_tables(palette: Palette) -> NDArray[np.uint8]:
    """Return the palette as uint8 (entries, 3)."""
    tables = np.stack([np.asarray(table, np.int64) for table in (palette.red, palette.green, palette.blue)], axis=-1)
    if palette.bits > 8:
        tables = tables >> (palette.bits - 8)
    return np.clip(tables, 0, 255).astype(np.uint8)


def supplemental_rgb(pixels: NDArray[Any], grey: NDArray[np.uint8], palette: Palette) -> NDArray[np.uint8]:
    """Return RGB for grey frames with a supplemental palette: values from its first entry on are coloured."""
    rgb = np.repeat(grey[:, :, None], 3, axis=2)
    coloured = pixels.astype(np.int64) >= palette.first_value
    rgb[coloured] = palette_rgb(pixels[coloured], palette)
    return rgb


def tone_table(window: Window) -> NDArray[np.uint8]:
    """Return what each of 256 levels of red, green and blue becomes by a window over them; grey stays grey.

    A person's choice, no file asks for it: SIGMOID, or reckoned as LINEAR_EXACT (PS3.3 C.11.2.1.3).
    """
    away = (np.arange(256) - window.center) / max(window.width, 1e-9)
    if window.function == "SIGMOID":
        levels = 255.0 / (1.0 + np.exp(np.clip(-4.0 * away, -700, 700)))
    else:
        levels = away * 255.0 + 127.5
    return np.asarray(np.rint(np.clip(levels, 0, 255)), np.uint8)
