"""From a prepared frame to the pixels of a viewport: crop, resize, table.

The order is what makes it fast: only what is visible is resized, the resized picture is kept, and a new window costs
one look-up per screen pixel. All sizes are device pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dicom.showing.overlay import line_levels
from viewer.rendering.prepare import Mask, Plane, PreparedFrame
from viewer.rendering.view_state import ImageShape, Size, ViewState, scales, upright_origin, upright_size

Words = NDArray[np.uint8]  # 65,536 grey levels by 16-bit word (signed words by their two's complement)
Shaded = NDArray[np.uint8]  # (height, width) grey, or (height, width, 4) as B, G, R, 255

_MARGIN = 3  # source pixels beyond the visible ones that cubic interpolation may look at
_SEARCH = 16  # source pixels a crop may start earlier to meet the grid of device pixels
_TURNS = (None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE)
_NEIGHBOURS = np.ones((3, 3), np.uint8)
_CELL = np.ones((2, 2), np.uint8)


@dataclass(frozen=True, eq=False, slots=True)
class WideTable:
    """Grey levels of values that no word holds: `levels[k]` is that of low + k x step; the ends hold beyond."""

    low: float
    step: float
    levels: Words

    def look_up(self, values: Plane) -> Shaded:
        """Return the grey levels of float values of any shape."""
        near = values.dtype.itemsize == 4 and abs(self.low) < self.step * 2**22
        places = np.subtract(values, self.low, dtype=np.float32 if near else np.float64)
        places *= 1 / self.step
        places += 0.5
        np.clip(places, 0, len(self.levels) - 1, out=places)
        return np.asarray(cv2.LUT(places.astype(np.uint16), self.levels), np.uint8)


Table = Words | WideTable


@dataclass(frozen=True, slots=True)
class Scaled:
    """The visible part of a frame at screen size, before its table; `left` and `top` say where it lies."""

    plane: Plane
    keep: Mask | None
    drawing: Mask | None
    left: int
    top: int


@dataclass(frozen=True, slots=True)
class _Span:
    """One axis: source pixels [start, stop) of a level; the visible part of the resized crop is [first, last)."""

    start: int
    stop: int
    first: int
    last: int
    place: int  # upright device pixel of the first visible one


def scaled(
    frame: PreparedFrame, view: ViewState, shape: ImageShape, viewport: Size, *, smooth: bool = False
) -> Scaled | None:
    """Resize the visible part of a frame, turned and flipped; None if nothing is visible.

    `smooth` is for a picture that stands still: cubic, kept within the values of its neighbourhood.
    """
    scale_x, scale_y = scales(view, shape)
    number = _level(frame, max(scale_x, scale_y))
    level, keep = frame.levels[number], frame.keeps[number]
    scale_x, scale_y = scale_x * 2**number, scale_y * 2**number
    origin, size = upright_origin(view, shape, viewport), upright_size(view, viewport)
    across = _span(origin[0], size[0], level.shape[1], scale_x, shape.columns / 2**number)
    down = _span(origin[1], size[1], level.shape[0], scale_y, shape.rows / 2**number)
    if across is None or down is None:
        return None
    plane = _resized(level, across, down, scale_x, scale_y, smooth=smooth)
    kept = None if keep is None else _resized_mask(keep, across, down, scale_x, scale_y)
    drawing = None if not frame.drawings else _resized_lines(frame.drawings[number], across, down, scale_x, scale_y)
    left, top = _place(plane, across.place, down.place, view, viewport)
    turned = [None if mask is None else np.asarray(_turned(mask, view), np.uint8) for mask in (kept, drawing)]
    return Scaled(_turned(plane, view), turned[0], turned[1], left, top)


def shade(picture: Scaled, table: Table | None, *, drawings: bool = True) -> Shaded:
    """Turn a scaled picture into screen pixels; `table` has 65,536 entries for grey (256 serve 8-bit frames) and 256
    for the three channels of RGB; without one RGB stays as it is."""
    plane = picture.plane
    drawing = picture.drawing if drawings else None
    if plane.ndim == 3:
        if isinstance(table, np.ndarray):
            plane = cv2.LUT(np.ascontiguousarray(plane), table)
        shaded = np.asarray(cv2.cvtColor(plane, cv2.COLOR_RGB2BGRA), np.uint8)
        return shaded if drawing is None else _with_lines(shaded, drawing)
    if table is None:
        raise ValueError("a grey picture needs a table")
    grey = table.look_up(plane) if isinstance(table, WideTable) else _by_word(plane, table)
    if picture.keep is not None:
        grey = np.asarray(cv2.bitwise_and(grey, picture.keep), np.uint8)
    return grey if drawing is None else _with_lines(grey, drawing)


def _with_lines(shaded: Shaded, drawing: Mask) -> Shaded:
    """Draw lines in what is seen on the picture beneath: white on dark, black on bright."""
    levels = line_levels(shaded)
    if shaded.ndim == 3:
        levels = np.asarray(cv2.cvtColor(levels, cv2.COLOR_GRAY2BGRA), np.uint8)
    cv2.copyTo(levels, drawing, shaded)
    return shaded


def _by_word(plane: Plane, table: Words) -> Shaded:
    if plane.dtype.itemsize == 1:
        return np.asarray(cv2.LUT(plane, np.ascontiguousarray(table[:256])), np.uint8)
    return np.asarray(cv2.LUT(plane.view(np.uint16), table), np.uint8)


def _level(frame: PreparedFrame, scale: float) -> int:
    """Return the smallest level that is still at least as fine as the screen."""
    if scale >= 1:
        return 0
    return min(math.floor(math.log2(1 / scale) + 1e-9), len(frame.levels) - 1)


def _span(origin: int, size: int, pixels: int, scale: float, extent: float) -> _Span | None:
    """Choose the crop of one axis: it starts where a source pixel's edge best meets a device pixel's edge."""
    begin, end = max(0, -origin), min(max(1, round(extent * scale)), size - origin)
    if begin >= end:
        return None
    wanted = max(0, math.floor(begin / scale) - _MARGIN)
    reach = max(0, min(_SEARCH, int(_SEARCH * 4 / scale), wanted))
    start = min(range(wanted, wanted - reach - 1, -1), key=lambda n: abs(n * scale - round(n * scale)))
    stop = min(pixels, math.ceil(end / scale) + _MARGIN)
    offset = round(start * scale)
    return _Span(start, max(stop, start + 1), begin - offset, end - offset, origin + begin)


def _resized(plane: Plane, across: _Span, down: _Span, fx: float, fy: float, *, smooth: bool) -> Plane:
    crop = plane[down.start : down.stop, across.start : across.stop]
    if fx == 1 and fy == 1:
        return crop[down.first : down.last, across.first : across.last]
    if not smooth:
        return _visible(_resize(crop, fx, fy, cv2.INTER_LINEAR), across, down)
    picture = _visible(_resize(crop, fx, fy, cv2.INTER_CUBIC), across, down)
    low = _by_cell(np.asarray(cv2.erode(crop, _CELL, anchor=(0, 0))), picture, across, down, fx, fy)
    high = _by_cell(np.asarray(cv2.dilate(crop, _CELL, anchor=(0, 0))), picture, across, down, fx, fy)
    return np.asarray(cv2.min(cv2.max(picture, low), high))


def _by_cell(cells: Plane, like: Plane, across: _Span, down: _Span, fx: float, fy: float) -> Plane:
    """Return for each visible screen pixel the value of the cell of four source pixels it lies between."""
    to_source = np.array(
        [[1 / fx, 0, (across.first + 0.5) / fx - 1], [0, 1 / fy, (down.first + 0.5) / fy - 1]], np.float64
    )
    size = (like.shape[1], like.shape[0])
    how = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(cells, to_source, size, flags=how, borderMode=cv2.BORDER_REPLICATE))


def _resized_mask(keep: Mask, across: _Span, down: _Span, fx: float, fy: float) -> Mask:
    crop = keep[down.start : down.stop, across.start : across.stop]
    grown = _visible(_resize(crop, fx, fy, cv2.INTER_LINEAR), across, down)
    return np.asarray(cv2.threshold(grown, 127, 255, cv2.THRESH_BINARY)[1], np.uint8)


def _resized_lines(drawing: Mask, across: _Span, down: _Span, fx: float, fy: float) -> Mask:
    """Resize lines; before they are shrunk they are made thicker, so that none falls between two screen pixels."""
    if min(fx, fy) < 1:
        drawing = np.asarray(cv2.dilate(drawing, _NEIGHBOURS), np.uint8)
    return _resized_mask(drawing, across, down, fx, fy)


def _resize(crop: Plane, fx: float, fy: float, how: int) -> Plane:
    """Resize by exact factors: a target size instead would round them, and the picture would swim while it is moved."""
    columns, rows = max(1, round(crop.shape[1] * fx)), max(1, round(crop.shape[0] * fy))
    if min(crop.shape[1] * fx, crop.shape[0] * fy) < 1:
        return np.asarray(cv2.resize(crop, (columns, rows), interpolation=how))
    return np.asarray(cv2.resize(crop, None, fx=fx, fy=fy, interpolation=how))


def _visible(resized: Plane, across: _Span, down: _Span) -> Plane:
    return resized[down.first : down.last, across.first : across.last]


def _place(plane: Plane, x: int, y: int, view: ViewState, viewport: Size) -> tuple[int, int]:
    """Return where an upright picture that lies at (x, y) lies on the screen after flip and turns."""
    height, width = plane.shape[:2]
    size = upright_size(view, viewport)
    if view.flipped:
        x = size[0] - x - width
    for _ in range(view.quarter_turns % 4):
        x, y, width, height = size[1] - y - height, x, height, width
        size = (size[1], size[0])
    return x, y


def _turned(plane: Plane, view: ViewState) -> Plane:
    if view.flipped:
        plane = np.asarray(cv2.flip(plane, 1))
    how = _TURNS[view.quarter_turns % 4]
    return plane if how is None else np.asarray(cv2.rotate(plane, how))
