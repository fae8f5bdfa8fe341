"""A decoded frame made ready for drawing: a pyramid of halves, padding set apart, floats where 16 bits do not hold it.

Runs in a lane thread, once per frame; `render.py` then draws from it many times a second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[Any]
Mask = NDArray[np.uint8]

_SMALLEST_LEVEL = 64
_FILL = np.ones((5, 5), np.uint8)
_ROUND = 1024
_EXACT = 1 << 24  # whole numbers below it are the same in 32-bit floats
_FAR = {4: 1e37, 8: 1e306}  # beyond it sums of a few values would be infinite
_ENOUGH = 1 << 14  # values that are looked at


@dataclass(frozen=True, slots=True)
class PreparedFrame:
    """One frame ready for drawing.

    `levels[k]` is the frame at 1 / 2^k: (rows, columns) of uint8, uint16, int16, float32 or float64, or (rows, columns,
    3) RGB uint8;
    `keeps[k]` is 255 where there is picture and 0 on padding, or None without padding. The last row or column of an
    odd level is repeated before halving, so level coordinates are exactly half.
    """

    columns: int
    rows: int
    levels: tuple[Plane, ...]
    keeps: tuple[Mask | None, ...]
    ends: tuple[int, int] = (0, 65535)  # smallest and largest word of a grey frame, rounded outwards; not for floats
    stored: Plane | None = None  # the values as they are stored, where the levels hold others
    grain: float = 1.0  # the step that matters between stored values
    span: float = 0.0  # what most stored values of a grey frame span
    drawings: tuple[Mask, ...] = ()  # overlay planes drawn over the picture, 255 where there is a line, by level

    @property
    def is_colour(self) -> bool:
        """Tell RGB from grey."""
        return self.levels[0].ndim == 3

    @property
    def is_wide(self) -> bool:
        """Tell floats from 16-bit words."""
        return self.levels[0].dtype.kind == "f"

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        masks = [*(keep for keep in self.keeps if keep is not None), *self.drawings]
        planes = [*self.levels, *(() if self.stored is None else (self.stored,))]
        return sum(int(each.nbytes) for each in (*planes, *masks))

    def value_at(self, column: int, row: int) -> float | None:
        """Return the stored value of a grey pixel; None on padding, outside, for colour and where it is no number."""
        if self.is_colour or not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        keep = self.keeps[0]
        if keep is not None and not keep[row, column]:
            return None
        return float((self.levels[0] if self.stored is None else self.stored)[row, column])


def prepare_colour(pixels: NDArray[np.uint8]) -> PreparedFrame:
    """Make an RGB frame (rows, columns, 3) ready."""
    return _pyramid(np.ascontiguousarray(pixels), None)


def prepare_grey(
    pixels: Plane, padding: tuple[float, float] | None = None, picture: Mask | None = None
) -> PreparedFrame:
    """Make a grey frame (rows, columns) ready.

    `padding` is the range of stored values (both ends belong to it) that is no picture; `picture` is 255 inside and 0
    outside a shutter, where there is one.
    """
    keep = picture
    if padding is not None:
        keep = picture_mask(pixels, padding, picture)
    words = _words(pixels)
    if words is not None:
        words = np.ascontiguousarray(words)
        return replace(_pyramid(words, keep), span=_span(words, keep))
    keep = _numbers_only(pixels, keep)
    plane = _wide(pixels)
    frame, span = _pyramid(plane, keep), _span(plane, keep)
    is_kept = frame.levels[0] is plane and plane.dtype == pixels.dtype
    # of fractions a small part of what most values span is the step that matters
    grain = 1.0 if pixels.dtype.kind in "iu" else span / 65536 or 1.0
    return replace(frame, stored=None if is_kept else pixels, grain=grain, span=span)


def with_drawing(frame: PreparedFrame, drawing: Mask) -> PreparedFrame:
    """Return the frame with lines (255) drawn over it, (rows, columns) as the frame; thin lines stay in every level."""
    levels = [drawing]
    while len(levels) < len(frame.levels):
        thick = np.asarray(cv2.dilate(_even(levels[-1]), np.ones((2, 2), np.uint8), anchor=(0, 0)), np.uint8)
        levels.append(np.ascontiguousarray(thick[::2, ::2]))
    return replace(frame, drawings=tuple(levels))


def picture_mask(pixels: Plane, padding: tuple[float, float], picture: Mask | None = None) -> Mask | None:
    """Return 255 where there is picture and 0 on padding and outside `picture`; None where all is picture.

    A frame of nothing but padding values is a picture of that value.
    """
    if pixels.dtype in (np.uint8, np.uint16, np.int16):
        inside = cv2.inRange(pixels, np.array([padding[0]]), np.array([padding[1]]))
        kept = np.asarray(cv2.bitwise_not(inside), np.uint8)
    else:
        kept = np.where((pixels >= padding[0]) & (pixels <= padding[1]), 0, 255).astype(np.uint8)
    if kept.all() or not kept.any():
        return picture
    return kept if picture is None else np.asarray(cv2.bitwise_and(kept, picture), np.uint8)


def _words(pixels: Plane) -> Plane | None:
    """Return stored values as words of at most 16 bits, None where they do not fit as they are."""
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8)
    if pixels.dtype == np.int8:
        return pixels.astype(np.int16)
    if pixels.dtype in (np.uint8, np.uint16, np.int16):
        return pixels.astype(pixels.dtype.newbyteorder("="), copy=False)
    if pixels.dtype.kind not in "iu" or not pixels.size:
        return None
    low, high = int(pixels.min()), int(pixels.max())
    return next((pixels.astype(kind) for kind in (np.uint16, np.int16) if _fits(low, high, kind)), None)


def _fits(low: int, high: int, kind: type[np.integer[Any]]) -> bool:
    return np.iinfo(kind).min <= low and high <= np.iinfo(kind).max


def _numbers_only(pixels: Plane, keep: Mask | None) -> Mask | None:
    """Take what is no number out of the picture: it has neither grey nor value."""
    if pixels.dtype.kind != "f" or np.isfinite(pixels).all():
        return keep
    numbers = np.where(np.isfinite(pixels), 255, 0).astype(np.uint8)
    return numbers if keep is None else np.asarray(cv2.bitwise_and(numbers, keep), np.uint8)


def _wide(pixels: Plane) -> Plane:
    """Return wide values as floats of the machine that can be resized; no value changes that anybody can see."""
    if pixels.dtype.kind in "iu":
        exact = max(abs(int(pixels.min())), abs(int(pixels.max()))) < _EXACT if pixels.size else True
        return np.ascontiguousarray(pixels.astype(np.float32 if exact else np.float64))
    plane = np.ascontiguousarray(pixels.astype(pixels.dtype.newbyteorder("="), copy=False))
    far = _FAR[plane.dtype.itemsize]
    return plane if (np.abs(plane) <= far).all() else np.clip(np.nan_to_num(plane), -far, far)


def _span(plane: Plane, keep: Mask | None) -> float:
    """Return what most values span: from the first to the last hundredth of them."""
    step = max(1, int((plane.size / _ENOUGH) ** 0.5))
    seen = plane[::step, ::step] if keep is None else plane[::step, ::step][keep[::step, ::step] > 0]
    if not seen.size:
        return 0.0
    low, high = np.percentile(seen, (1, 99)).astype(np.float64)
    return float(high - low)


def _pyramid(plane: Plane, keep: Mask | None) -> PreparedFrame:
    rows, columns = plane.shape[:2]
    if keep is not None:
        plane = _filled(plane, keep)
    levels, keeps = [plane], [keep]
    while min(levels[-1].shape[:2]) >= 2 * _SMALLEST_LEVEL:
        half, kept = _halved(levels[-1], keeps[-1])
        levels.append(half)
        keeps.append(kept)
    return PreparedFrame(columns, rows, tuple(levels), tuple(keeps), _ends(levels[0]))


def _ends(plane: Plane) -> tuple[int, int]:
    """Return the ends of the words in steps of 1,024, so that the frames of a stack mostly share them."""
    if plane.ndim == 3 or plane.dtype.kind == "f":
        return 0, 255
    low, high, _, _ = cv2.minMaxLoc(plane)
    kind = np.iinfo(plane.dtype)
    first = int(low) // _ROUND * _ROUND
    last = int(high) // _ROUND * _ROUND + _ROUND - 1
    return max(first, int(kind.min)), min(last, int(kind.max))


def _even(plane: Plane) -> Plane:
    """Repeat the last row or column where their number is odd."""
    rows, columns = plane.shape[:2]
    if rows % 2 == 0 and columns % 2 == 0:
        return plane
    grown = cv2.copyMakeBorder(plane, 0, rows % 2, 0, columns % 2, cv2.BORDER_REPLICATE)
    return np.asarray(grown)


def _shrunk(plane: Plane) -> Plane:
    rows, columns = plane.shape[:2]
    return np.asarray(cv2.resize(plane, (columns // 2, rows // 2), interpolation=cv2.INTER_AREA))


def _halved(plane: Plane, keep: Mask | None) -> tuple[Plane, Mask | None]:
    """Halve a level whose padding is filled; what is padding in all four pixels is filled anew."""
    half = _shrunk(_even(plane))
    if keep is None:
        return half, None
    share = np.asarray(_shrunk(_even(keep)), np.uint8)
    kept = np.asarray(cv2.threshold(share, 127, 255, cv2.THRESH_BINARY)[1], np.uint8)
    known = np.asarray(cv2.threshold(share, 0, 255, cv2.THRESH_BINARY)[1], np.uint8)
    return _filled(half, known), kept


def _filled(plane: Plane, keep: Mask) -> Plane:
    """Put the mean of near picture pixels on padding pixels that interpolation may touch, a picture value elsewhere."""
    if plane.ndim == 3:
        return plane
    if not keep.any():
        return np.zeros_like(plane)
    lowest = cv2.minMaxLoc(plane, mask=keep)[0]
    filled = np.full_like(plane, lowest)
    cv2.copyTo(plane, keep, filled)
    near = cv2.bitwise_and(cv2.dilate(keep, _FILL), cv2.bitwise_not(keep))
    rows, columns = np.nonzero(near)
    if rows.size:
        filled[rows, columns] = _near_means(plane, keep, rows, columns)
    return filled


def _near_means(plane: Plane, keep: Mask, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Plane:
    """Return for each given pixel the mean of the picture pixels at most two away."""
    total, count = np.zeros(rows.size), np.zeros(rows.size)
    for down in range(-2, 3):
        near_rows = np.clip(rows + down, 0, plane.shape[0] - 1)
        for right in range(-2, 3):
            near_columns = np.clip(columns + right, 0, plane.shape[1] - 1)
            weight = keep[near_rows, near_columns] > 0
            total += np.where(weight, plane[near_rows, near_columns], 0)
            count += weight
    means = total / np.maximum(count, 1)
    return (means if plane.dtype.kind == "f" else np.rint(means)).astype(plane.dtype)
