"""A decoded frame made ready for drawing: a pyramid of halves, padding set apart, everything at most 16 bits deep.

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
_WORDS = 65535
_ROUND = 1024


@dataclass(frozen=True, slots=True)
class WordScale:
    """How 16-bit words stand for wider values: value = low + word × step."""

    low: float
    step: float


@dataclass(frozen=True, slots=True)
class PreparedFrame:
    """One frame ready for drawing.

    `levels[k]` is the frame at 1 / 2^k: (rows, columns) of uint8, uint16 or int16, or (rows, columns, 3) RGB uint8;
    `keeps[k]` is 255 where there is picture and 0 on padding, or None without padding. The last row or column of an
    odd level is repeated before halving, so level coordinates are exactly half.
    """

    columns: int
    rows: int
    levels: tuple[Plane, ...]
    keeps: tuple[Mask | None, ...]
    words: WordScale | None = None
    ends: tuple[int, int] = (0, 65535)  # smallest and largest word of a grey frame, rounded outwards
    drawings: tuple[Mask, ...] = ()  # overlay planes drawn over the picture, 255 where there is a line, by level

    @property
    def is_colour(self) -> bool:
        """Tell RGB from grey."""
        return self.levels[0].ndim == 3

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        masks = [*(keep for keep in self.keeps if keep is not None), *self.drawings]
        return sum(level.nbytes for level in self.levels) + sum(mask.nbytes for mask in masks)

    def value_at(self, column: int, row: int) -> float | None:
        """Return the stored value of a grey pixel; None on padding, outside and for colour."""
        if self.is_colour or not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        keep = self.keeps[0]
        if keep is not None and not keep[row, column]:
            return None
        word = float(self.levels[0][row, column])
        return word if self.words is None else self.words.low + word * self.words.step


def prepare_colour(pixels: NDArray[np.uint8]) -> PreparedFrame:
    """Make an RGB frame (rows, columns, 3) ready."""
    return _pyramid(np.ascontiguousarray(pixels), None, None)


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
    plane, words = _to_words(pixels, keep)
    return _pyramid(np.ascontiguousarray(plane), keep, words)


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


def _to_words(pixels: Plane, keep: Mask | None) -> tuple[Plane, WordScale | None]:
    """Return at most 16-bit words; wider values are mapped over their own range."""
    if pixels.dtype == np.bool_:
        return pixels.astype(np.uint8), None
    if pixels.dtype == np.int8:
        return pixels.astype(np.int16), None
    if pixels.dtype in (np.uint8, np.uint16, np.int16):
        return pixels.astype(pixels.dtype.newbyteorder("="), copy=False), None
    values = pixels.astype(np.float64)
    usable = np.isfinite(values)
    if keep is not None:
        usable &= keep > 0
    if not usable.any():
        return np.zeros(values.shape, np.uint16), WordScale(0.0, 1.0)
    low, high = float(values[usable].min()), float(values[usable].max())
    step = _step(low, high, whole=pixels.dtype.kind in "iu")
    words = np.nan_to_num((values - low) / step, nan=0.0, posinf=_WORDS, neginf=0.0)
    return np.rint(np.clip(words, 0, _WORDS)).astype(np.uint16), WordScale(low, step)


def _step(low: float, high: float, *, whole: bool) -> float:
    """Return what one word stands for: 1 for whole numbers that fit as they are."""
    if whole and high - low <= _WORDS:
        return 1.0
    return (high - low) / _WORDS or 1.0


def _pyramid(plane: Plane, keep: Mask | None, words: WordScale | None) -> PreparedFrame:
    rows, columns = plane.shape[:2]
    if keep is not None:
        plane = _filled(plane, keep)
    levels, keeps = [plane], [keep]
    while min(levels[-1].shape[:2]) >= 2 * _SMALLEST_LEVEL:
        half, kept = _halved(levels[-1], keeps[-1])
        levels.append(half)
        keeps.append(kept)
    return PreparedFrame(columns, rows, tuple(levels), tuple(keeps), words, _ends(levels[0]))


def _ends(plane: Plane) -> tuple[int, int]:
    """Return the ends of the words in steps of 1,024, so that the frames of a stack mostly share them."""
    if plane.ndim == 3:
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
    return np.rint(total / np.maximum(count, 1)).astype(plane.dtype)
