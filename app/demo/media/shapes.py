"""Soft-edged shapes on one plane in millimetres: what the phantoms are painted with."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]


@dataclass(slots=True)
class Plane:
    """A picture in the making: `values` and, for each pixel, its place in mm (x to the right, y down).

    `slack` is how far (mm) the places may have been bent away from a straight grid.
    """

    values: Image
    x: Image
    y: Image
    spacing: float
    slack: float = 6.0

    @classmethod
    def blank(cls, rows: int, columns: int, spacing: float, value: float) -> Plane:
        """Make a plane with its origin in the middle."""
        x = ((np.arange(columns) - (columns - 1) / 2) * spacing).astype(np.float32)
        y = ((np.arange(rows) - (rows - 1) / 2) * spacing).astype(np.float32)
        grid_x, grid_y = np.meshgrid(x, y)
        return cls(np.full((rows, columns), value, np.float32), grid_x, grid_y, spacing)

    def window(self, x: float, y: float, reach: float) -> tuple[slice, slice]:
        """Return the part of the plane within `reach` of a place (a shape is only painted there)."""
        rows, columns = self.values.shape
        column, row = x / self.spacing + (columns - 1) / 2, y / self.spacing + (rows - 1) / 2
        pixels = (reach + self.slack) / self.spacing
        top, bottom = max(0, int(row - pixels)), min(rows, int(row + pixels) + 1)
        left, right = max(0, int(column - pixels)), min(columns, int(column + pixels) + 1)
        return slice(top, max(top, bottom)), slice(left, max(left, right))

    def paint(self, where: tuple[slice, slice], cover: Image, value: float | Image) -> None:
        """Mix a value in, as far as `cover` (0-1) says."""
        part = self.values[where]
        part += cover * (value - part)


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse by its middle, half axes and turn (radians, from x towards y)."""

    x: float
    y: float
    a: float
    b: float
    turn: float = 0.0

    def grown(self, by: float) -> Ellipse:
        """Return the ellipse with both half axes longer (or shorter) by `by`."""
        return Ellipse(self.x, self.y, max(0.1, self.a + by), max(0.1, self.b + by), self.turn)


def cover_of(plane: Plane, shape: Ellipse, where: tuple[slice, slice], soft: float = 0.6) -> Image:
    """Say how far (0-1) each pixel lies inside an ellipse; the edge is `soft` mm wide."""
    dx, dy = plane.x[where] - shape.x, plane.y[where] - shape.y
    cosine, sine = math.cos(shape.turn), math.sin(shape.turn)
    along, across = (dx * cosine + dy * sine) / shape.a, (dy * cosine - dx * sine) / shape.b
    radius = np.sqrt(along * along + across * across)
    # Distance to the edge, near it: (radius - 1) over the length of the gradient.
    slope = np.sqrt((along / shape.a) ** 2 + (across / shape.b) ** 2) / np.maximum(radius, 1e-3)
    distance = (radius - 1) / np.maximum(slope, 1e-3)
    return np.clip(0.5 - distance / (2 * soft), 0, 1).astype(np.float32)


def paint_ellipse(plane: Plane, shape: Ellipse, value: float, soft: float = 0.6) -> None:
    """Paint one ellipse."""
    if min(shape.a, shape.b) <= 0.2:
        return
    where = plane.window(shape.x, shape.y, max(shape.a, shape.b) + soft)
    plane.paint(where, cover_of(plane, shape, where, soft), value)


def paint_bone(plane: Plane, shape: Ellipse, shell: float, cortex: float, marrow: float) -> None:
    """Paint a bone cut through: a dense shell around marrow."""
    paint_ellipse(plane, shape, cortex)
    paint_ellipse(plane, shape.grown(-shell), marrow)


def section(middle: float, half: float, z: float) -> float:
    """Return how large (0-1) an ellipsoid along z still is at `z`."""
    return math.sqrt(max(0.0, 1 - ((z - middle) / half) ** 2))


def smooth_step(low: float, high: float, value: float) -> float:
    """Go from 0 at `low` to 1 at `high` without a corner."""
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)
