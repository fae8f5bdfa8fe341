"""How one frame lies in one viewport: zoom, pan, rotation, flip, as pure functions of plain numbers.

Three frames of reference, all continuous with pixel centres at n + 0.5, x to the right and y down:
image (source pixels), upright (device pixels, the image before flip and rotation) and screen (device pixels of the
viewport). The upright origin is rounded to whole device pixels, so what is drawn and what the pointer says agree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dicom.description import ObjectDescription
from dicom.showing.resample import pixel_shape

Point = tuple[float, float]
Size = tuple[int, int]  # width, height in device pixels

SMALLEST_ZOOM = 0.02
LARGEST_ZOOM = 64.0


@dataclass(frozen=True, slots=True)
class ImageShape:
    """Columns and rows of a frame, and how far a pixel is stretched to be true to shape (the finer side is 1)."""

    columns: int
    rows: int
    stretch_x: float = 1.0
    stretch_y: float = 1.0


@dataclass(frozen=True, slots=True)
class ViewState:
    """Zoom in device pixels per (finer side of an) image pixel; `center` is the image point in mid-viewport."""

    zoom: float = 1.0
    center: Point = (0.0, 0.0)
    quarter_turns: int = 0  # clockwise, after the flip
    flipped: bool = False  # left and right of the image exchanged, before the turns
    fitted: bool = True  # zoom and pan follow the viewport's size


def image_shape(description: ObjectDescription, frame_index: int, columns: int, rows: int) -> ImageShape:
    """Return the shape of a frame with non-square pixels made true (PS3.3 C.7.6.3.1.7, 10.7)."""
    aspect = pixel_shape(description, frame_index)[0]
    if abs(aspect - 1) < 1e-3:
        return ImageShape(columns, rows)
    return ImageShape(columns, rows, max(1.0, 1 / aspect), max(1.0, aspect))


def scales(view: ViewState, shape: ImageShape) -> Point:
    """Return device pixels per image pixel along columns (x) and rows (y)."""
    return view.zoom * shape.stretch_x, view.zoom * shape.stretch_y


def upright_size(view: ViewState, viewport: Size) -> Size:
    """Return the viewport's size as seen by the image before it is turned."""
    return (viewport[1], viewport[0]) if view.quarter_turns % 2 else viewport


def upright_origin(view: ViewState, shape: ImageShape, viewport: Size) -> tuple[int, int]:
    """Return where the image's top left corner lies in upright device pixels, rounded to whole ones."""
    width, height = upright_size(view, viewport)
    scale_x, scale_y = scales(view, shape)
    return round(width / 2 - view.center[0] * scale_x), round(height / 2 - view.center[1] * scale_y)


def image_to_screen(view: ViewState, shape: ImageShape, viewport: Size, point: Point) -> Point:
    """Return the screen point of an image point."""
    origin = upright_origin(view, shape, viewport)
    width, height = upright_size(view, viewport)
    scale_x, scale_y = scales(view, shape)
    u = point[0] * scale_x + origin[0] - width / 2
    v = point[1] * scale_y + origin[1] - height / 2
    u, v = turn_vector(view, (u, v))
    return u + viewport[0] / 2, v + viewport[1] / 2


def screen_to_image(view: ViewState, shape: ImageShape, viewport: Size, point: Point) -> Point:
    """Return the image point under a screen point."""
    origin = upright_origin(view, shape, viewport)
    width, height = upright_size(view, viewport)
    scale_x, scale_y = scales(view, shape)
    u, v = unturn_vector(view, (point[0] - viewport[0] / 2, point[1] - viewport[1] / 2))
    return (u + width / 2 - origin[0]) / scale_x, (v + height / 2 - origin[1]) / scale_y


def turn_vector(view: ViewState, vector: Point) -> Point:
    """Turn an upright direction into a screen direction: first the flip, then the quarter turns."""
    u, v = (-vector[0], vector[1]) if view.flipped else vector
    for _ in range(view.quarter_turns % 4):
        u, v = -v, u
    return u, v


def unturn_vector(view: ViewState, vector: Point) -> Point:
    """Turn a screen direction into an upright direction."""
    u, v = vector
    for _ in range(view.quarter_turns % 4):
        u, v = v, -u
    return (-u, v) if view.flipped else (u, v)


def fit(view: ViewState, shape: ImageShape, viewport: Size) -> ViewState:
    """Show the whole image as large as it goes, in the middle."""
    width, height = upright_size(view, viewport)
    zoom = min(width / (shape.columns * shape.stretch_x), height / (shape.rows * shape.stretch_y))
    return replace(view, zoom=max(zoom, 1e-4), center=(shape.columns / 2, shape.rows / 2), fitted=True)


def actual_pixels(view: ViewState, shape: ImageShape, viewport: Size) -> ViewState:
    """Show one image pixel on one device pixel, keeping the middle where it is."""
    return zoom_about(view, shape, viewport, (viewport[0] / 2, viewport[1] / 2), 1.0 / view.zoom)


def zoom_about(view: ViewState, shape: ImageShape, viewport: Size, point: Point, factor: float) -> ViewState:
    """Zoom by `factor`; the image point under the screen `point` stays there."""
    smallest = min(SMALLEST_ZOOM, fit(view, shape, viewport).zoom)
    zoom = min(max(view.zoom * factor, smallest), LARGEST_ZOOM)
    anchor = screen_to_image(view, shape, viewport, point)
    zoomed = replace(view, zoom=zoom, fitted=False)
    scale_x, scale_y = scales(zoomed, shape)
    u, v = unturn_vector(view, (point[0] - viewport[0] / 2, point[1] - viewport[1] / 2))
    return kept_in_sight(replace(zoomed, center=(anchor[0] - u / scale_x, anchor[1] - v / scale_y)), shape)


def pan_by(view: ViewState, shape: ImageShape, dx: float, dy: float) -> ViewState:
    """Move the image by screen pixels."""
    scale_x, scale_y = scales(view, shape)
    u, v = unturn_vector(view, (dx, dy))
    center = view.center[0] - u / scale_x, view.center[1] - v / scale_y
    return kept_in_sight(replace(view, center=center, fitted=False), shape)


def kept_in_sight(view: ViewState, shape: ImageShape) -> ViewState:
    """Keep some of the image in mid-viewport: nobody loses it off the edge."""
    x = min(max(view.center[0], 0.0), float(shape.columns))
    y = min(max(view.center[1], 0.0), float(shape.rows))
    return replace(view, center=(x, y))


def rotated(view: ViewState, quarter_turns: int) -> ViewState:
    """Turn what is seen clockwise by quarter turns."""
    return replace(view, quarter_turns=(view.quarter_turns + quarter_turns) % 4)


def flipped_horizontally(view: ViewState) -> ViewState:
    """Exchange left and right of what is seen."""
    return replace(view, quarter_turns=-view.quarter_turns % 4, flipped=not view.flipped)


def flipped_vertically(view: ViewState) -> ViewState:
    """Exchange top and bottom of what is seen."""
    return replace(view, quarter_turns=(2 - view.quarter_turns) % 4, flipped=not view.flipped)
