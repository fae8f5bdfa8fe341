"""The X-ray of a hand that never lived."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from app.demo.media.shapes import Ellipse, Image, Plane, cover_of

ROWS, COLUMNS, SPACING = 2048, 1664, 0.131  # mm
HIGHEST = 4095  # stored as MONOCHROME1: the highest value is black


@dataclass(frozen=True, slots=True)
class Bone:
    """A long bone from `base` along `turn` (radians from upwards), thick at both ends."""

    x: float
    y: float
    turn: float
    length: float
    radius: float
    base: float = 0.62
    head: float = 0.5

    def place(self, share: float) -> tuple[float, float]:
        """Return the place on the bone's axis at a share of its length."""
        return (
            self.x + math.sin(self.turn) * self.length * share,
            self.y - math.cos(self.turn) * self.length * share,
        )


# Base of the metacarpal (mm), turn, then length and radius of each bone out to the finger's tip.
FINGERS = (
    (-29.0, 56.0, -0.72, ((43.0, 4.6), (31.0, 4.3), (21.0, 3.4))),
    (-14.0, 42.0, -0.13, ((63.0, 4.3), (39.0, 4.3), (23.0, 3.5), (16.0, 2.6))),
    (-1.0, 38.0, -0.01, ((61.0, 4.4), (44.0, 4.4), (28.0, 3.6), (17.0, 2.7))),
    (11.0, 41.0, 0.11, ((54.0, 3.9), (41.0, 4.1), (27.0, 3.4), (17.0, 2.6))),
    (22.0, 47.0, 0.27, ((50.0, 3.8), (32.0, 3.6), (19.0, 3.0), (15.0, 2.4))),
)
WRIST = (  # scaphoid, lunate, triquetrum, pisiform, trapezium, trapezoid, capitate, hamate
    (-17.0, 67.0, 9.5, 6.5, -0.7),
    (-4.0, 72.0, 7.5, 6.5, 0.2),
    (9.5, 69.0, 7.0, 6.0, 0.5),
    (13.0, 66.5, 4.2, 4.6, 0.0),
    (-25.0, 57.0, 6.5, 6.5, 0.4),
    (-14.0, 52.0, 5.5, 5.0, 0.0),
    (-2.5, 56.0, 6.5, 10.5, 0.05),
    (9.5, 55.5, 7.5, 8.0, -0.3),
)
PALM = (
    ((-6.0, 62.0), (-16.0, 0.0)),
    ((0.0, 66.0), (0.0, -4.0)),
    ((6.0, 66.0), (12.0, 0.0)),
    ((12.0, 66.0), (27.0, 8.0)),
    ((-12.0, 66.0), (-26.0, 44.0)),
    ((-6.0, 150.0), (-3.0, 60.0)),
    ((10.0, 150.0), (8.0, 60.0)),
)


def make_hand(seed: int = 12) -> npt.NDArray[np.uint16]:
    """Return stored values (2048, 1664), 12 bits, MONOCHROME1."""
    rng = np.random.default_rng(seed)
    plane = _plane(1)
    sponge = _sponge(rng)
    for bone in _bones():
        _add_bone(plane, bone, sponge)
    for x, y, a, b, turn in WRIST:
        _add_wrist_bone(plane, Ellipse(x, y, a, b, turn), sponge)
    shadow = 0.92 * (1 - np.exp(-plane.values * 0.082)) + _soft_tissue(rng) * 0.0165
    _stamp(shadow)
    noise = rng.standard_normal((ROWS, COLUMNS), dtype=np.float32)
    values = HIGHEST * (1 - shadow / 1.42) + cv2.GaussianBlur(noise, (0, 0), 0.7) * 20
    return np.asarray(_collimated(np.clip(values, 0, HIGHEST)).round(), np.uint16)


def _plane(coarse: int) -> Plane:
    """Return an empty plate on which no line is quite straight."""
    plane = Plane.blank(ROWS // coarse, COLUMNS // coarse, SPACING * coarse, 0.0)
    x, y = plane.x.copy(), plane.y.copy()
    plane.x += 0.9 * np.sin(y / 11 + x / 17) + 0.35 * np.sin(y / 3.7 - x / 5.1) - 5
    plane.y += 0.8 * np.sin(x / 9 - y / 15) + 0.35 * np.sin(x / 3.9 + y / 4.3) - 7
    plane.slack = 10.0
    return plane


def _bones() -> list[Bone]:
    found = [
        Bone(-9.0, 160.0, -0.02, 79.0, 7.6, 0.0, 0.95),  # radius
        Bone(15.5, 160.0, 0.02, 82.0, 5.6, 0.0, 0.5),  # ulna
    ]
    for x, y, turn, parts in FINGERS:
        for number, (length, radius) in enumerate(parts):
            tip = number == len(parts) - 1
            bone = Bone(x, y, turn, length, radius, 0.75 if tip else 0.55, 0.4 if tip else 0.45)
            found.append(bone)
            x, y = bone.place(1 + 1.6 / length)
            turn *= 0.93
    return found


def _add_bone(plane: Plane, bone: Bone, sponge: Image) -> None:
    """Add how much bone a ray passes: a tube of dense shell, thick in the middle, spongy at its ends."""
    middle = bone.place(0.5)
    where = plane.window(middle[0], middle[1], bone.length / 2 + bone.radius * 2)
    dx, dy = plane.x[where] - bone.x, plane.y[where] - bone.y
    sine, cosine = math.sin(bone.turn), math.cos(bone.turn)
    along, across = dx * sine - dy * cosine, dx * cosine + dy * sine
    reach = min(14.0, max(5.0, bone.length * 0.24))
    near_base, near_head = np.exp(-((along / reach) ** 2)), np.exp(-(((bone.length - along) / reach) ** 2))
    radius = bone.radius * (0.92 + bone.base * near_base + bone.head * near_head)
    rounding = bone.radius * 0.9
    beyond = np.maximum(np.abs(along - bone.length / 2) - bone.length / 2 + rounding, 0) / rounding
    radius *= np.sqrt(np.clip(1 - beyond**2, 0, 1))
    shell = bone.radius * (0.36 - 0.25 * np.maximum(near_base, near_head))
    outer = np.sqrt(np.clip(radius**2 - across**2, 0, None))
    inner = np.sqrt(np.clip((radius - shell) ** 2 - across**2, 0, None)) * (radius > shell)
    ends = np.maximum(near_base, near_head)
    plane.values[where] += (2 * (outer - 0.6 * inner) * (1 + 0.13 * ends * sponge[where])).astype(np.float32)


def _add_wrist_bone(plane: Plane, shape: Ellipse, sponge: Image) -> None:
    where = plane.window(shape.x, shape.y, max(shape.a, shape.b))
    full = cover_of(plane, shape, where, 0.35)
    core = cover_of(plane, shape.grown(-1.2), where, 0.9)
    plane.values[where] += (6.8 * full - 2.4 * core) * (1 + 0.12 * sponge[where])


def _sponge(rng: np.random.Generator) -> Image:
    """Return the fine net of spongy bone, spread one."""
    fine = rng.standard_normal((ROWS // 4, COLUMNS // 4)).astype(np.float32)
    net = cv2.GaussianBlur(fine, (0, 0), sigmaX=0.8, sigmaY=1.3) * 2.4
    return np.asarray(cv2.resize(net, (COLUMNS, ROWS), interpolation=cv2.INTER_CUBIC), np.float32)


def _soft_tissue(rng: np.random.Generator) -> Image:
    """Return how much flesh a ray passes, in mm (worked out at a quarter of the size, it has no sharp detail)."""
    plane = _plane(4)
    depth = np.zeros_like(plane.values)
    for x, y, turn, parts in FINGERS:
        length = sum(part[0] for part in parts) + 1.6 * len(parts)
        tip = Bone(x, y, turn * 0.9, length + 3, 1.0)
        end = tip.place(1.0)
        depth = np.maximum(depth, _capsule(plane, (x, y), end, 11.5, 7.6))
    for start, end in PALM:
        depth = np.maximum(depth, _capsule(plane, start, end, 19.0, 14.0))
    clouds = cv2.resize(rng.standard_normal((16, 13)).astype(np.float32), plane.values.shape[::-1], interpolation=2)
    depth = cv2.GaussianBlur(depth, (0, 0), 2.5) * (1 + 0.03 * clouds)
    return np.asarray(cv2.resize(depth, (COLUMNS, ROWS), interpolation=cv2.INTER_CUBIC), np.float32)


def _capsule(plane: Plane, start: tuple[float, float], end: tuple[float, float], first: float, last: float) -> Image:
    """Return the depth of a tube whose radius goes from `first` to `last`."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = np.clip(((plane.x - start[0]) * dx + (plane.y - start[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    distance2 = (plane.x - start[0] - share * dx) ** 2 + (plane.y - start[1] - share * dy) ** 2
    radius = first + (last - first) * share
    return np.asarray(1.7 * np.sqrt(np.clip(radius**2 - distance2, 0, None)), np.float32)


def _stamp(shadow: Image) -> None:
    """Put the lead letters on the plate: which side, and that nobody was X-rayed."""
    for text, place, size, strength in (("R", (1400, 300), 5.0, 12), ("SAMPLE", (1240, 400), 2.2, 6)):
        mark = np.zeros(shadow.shape, np.uint8)
        cv2.putText(mark, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, 255, strength, cv2.LINE_AA)
        shadow += mark.astype(np.float32) / 255 * 0.9


def _collimated(values: Image) -> Image:
    """Shade what lies outside the beam: unexposed, so white on the plate (low), softly."""
    rows = np.clip((np.minimum(np.arange(ROWS), ROWS - 1 - np.arange(ROWS)) - 34) / 10, 0, 1)
    columns = np.clip((np.minimum(np.arange(COLUMNS), COLUMNS - 1 - np.arange(COLUMNS)) - 48) / 10, 0, 1)
    beam = (rows[:, None] * columns[None, :]).astype(np.float32)
    return np.asarray(values * beam + (1 - beam) * (HIGHEST - 180), np.float32)
