"""A torso that never lived: what a CT scanner would have seen of it, slice by slice.

x goes to the body's left, y to its back, z to its head, all in mm; values are Hounsfield units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from app.demo.media.shapes import Ellipse, Image, Plane, cover_of, paint_bone, paint_ellipse, section, smooth_step

SIZE = 512
SPACING = 0.734375  # mm
THICKNESS = 5.0  # mm
SLICES = 60

AIR, LUNG, FAT, MUSCLE, WATER = -1000.0, -865.0, -105.0, 55.0, 8.0
LIVER, SPLEEN, BLOOD, CORTEX, MARROW = 108.0, 122.0, 205.0, 820.0, 190.0

RIBS = [(300 - 25 * number, 52 + 8 * number) for number in range(12)]  # z at the spine, drop to the front


@dataclass(frozen=True, slots=True)
class Tube:
    """A piece of a vessel from one place to another."""

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    radius: float


class Torso:
    """The phantom; `slice_at(z)` cuts it."""

    def __init__(self) -> None:
        rng = np.random.default_rng(1951)
        self._lung_vessels = [tube for side in (-1.0, 1.0) for tube in _lung_vessels(rng, side)]
        self._liver_vessels = _tree(rng, (-28.0, 4.0, 62.0), (-1.0, -0.2, 0.1), 4.5, 5, 20.0)
        self._texture = _soft_noise(rng, 24)
        self._fine = _soft_noise(rng, 6)

    def slice_at(self, z: float, seed: int) -> Image:
        """Return Hounsfield units (512, 512) at height `z` (0 = upper abdomen, 295 = top of the chest)."""
        plane = Plane.blank(SIZE, SIZE, SPACING, AIR)
        _paint_table(plane)
        self._bend(plane, z)
        body, cavity = _paint_wall(plane, z)
        _paint_belly(plane, cavity, z)
        self._paint_lungs(plane, cavity, z)
        self._paint_organs(plane, z)
        _paint_mediastinum(plane, z)
        _paint_skeleton(plane, cavity, z)
        _paint_shoulder_blades(plane, body, z)
        return _scanned(plane.values, self._fine, seed)

    def _bend(self, plane: Plane, z: float) -> None:
        """Bend the coordinates a little, differently in each slice, so that no shape is a drawn ellipse."""
        x, y = plane.x.copy(), plane.y.copy()
        plane.x += 2.2 * np.sin(y / 23 + z / 31) + 1.4 * np.sin(x / 17 - y / 29 + z / 19)
        plane.y += 2.0 * np.sin(x / 27 + z / 37) + 1.3 * np.sin(y / 19 + x / 31 - z / 23)

    def _paint_lungs(self, plane: Plane, cavity: Ellipse, z: float) -> None:
        size = section(95, 200, z) * smooth_step(15, 60, z)
        if size <= 0.05:
            return
        cover = np.zeros_like(plane.values)
        everywhere = (slice(None), slice(None))
        for side in (-1, 1):
            lung = Ellipse(side * (cavity.a * 0.53), 2, cavity.a * 0.48 * size**0.5, cavity.b * 0.93 * size**0.5)
            cover = np.maximum(cover, cover_of(plane, lung, everywhere, 0.8))
        for dome in _domes(z):
            cover *= 1 - cover_of(plane, dome, everywhere, 1.5)
        plane.paint(everywhere, cover, LUNG + 35 * self._texture + plane.y * 0.25)
        vessels = _drawn(self._lung_vessels, z)
        plane.paint(everywhere, cover * vessels, 40.0)

    def _paint_organs(self, plane: Plane, z: float) -> None:
        for dome, value in zip(_domes(z), (LIVER, SPLEEN), strict=True):
            where = plane.window(dome.x, dome.y, max(dome.a, dome.b))
            cover = cover_of(plane, dome, where, 0.9)
            plane.paint(where, cover, value + 6 * self._texture[where])
            if value == LIVER:
                plane.paint(where, cover * _drawn(self._liver_vessels, z)[where], 165.0)
        _paint_kidneys(plane, z)
        _paint_stomach(plane, z)


def _domes(z: float) -> tuple[Ellipse, Ellipse]:
    """Return liver and spleen at this height (their domes push the lungs up)."""
    liver = section(38, 92, z)
    spleen = section(62, 52, z)
    return (
        Ellipse(-58 + 12 * (1 - liver), -8, 88 * liver + 0.1, 74 * liver + 0.1, 0.22),
        Ellipse(104, 34, 30 * spleen + 0.1, 46 * spleen + 0.1, -0.35),
    )


def _paint_table(plane: Plane) -> None:
    """Paint the table's two shells under the back."""
    curve = 128 - (plane.x / 175) ** 2 * 22
    inside = np.abs(plane.x) < 182
    for depth in (0.0, 16.0):
        shell = np.clip(1.4 - np.abs(plane.y - curve - depth), 0, 1) * inside
        plane.paint((slice(None), slice(None)), shell.astype(np.float32), -520.0)


def _paint_wall(plane: Plane, z: float) -> tuple[Ellipse, Ellipse]:
    """Paint skin, fat and muscle; return the body's outline and the cavity inside the ribs."""
    shoulders = smooth_step(235, 300, z)
    a, b = 158 + 14 * math.sin(z / 60) + 22 * shoulders, 112 + 5 * math.sin(z / 45) - 12 * shoulders
    body = Ellipse(0, 0, a, b)
    fat = 17 - 5 * smooth_step(60, 220, z)
    paint_ellipse(plane, body, 20.0)
    paint_ellipse(plane, body.grown(-2.2), FAT)
    paint_ellipse(plane, body.grown(-fat), MUSCLE, 1.0)
    narrow = 1 - 0.42 * smooth_step(205, 310, z)
    cavity = Ellipse(0, -6, (a - fat - 20) * narrow, b - fat - 15)
    for side in (-1, 1):  # back and chest muscles with fat between them
        paint_ellipse(plane, Ellipse(side * 34, b - fat - 8, 27, 13, side * 0.15), FAT)
        paint_ellipse(plane, Ellipse(side * 33, b - fat - 9, 25, 11, side * 0.15), 58.0)
        paint_ellipse(plane, Ellipse(side * 74, -b * 0.72, 50, 7, side * 0.42), -70.0)
    return body, cavity


def _paint_belly(plane: Plane, cavity: Ellipse, z: float) -> None:
    """Paint the fat of the belly with loops of bowel in it."""
    amount = 1 - smooth_step(70, 115, z)
    if amount <= 0:
        return
    paint_ellipse(plane, cavity.grown(6), MUSCLE, 1.0)
    paint_ellipse(plane, cavity.grown(-1), -98.0, 1.0)
    for number in range(14):
        turn = number * 2.4
        x, y = 48 + 52 * math.cos(turn) * (0.4 + 0.6 * math.sin(number)), -46 + 26 * math.sin(turn + z / 40)
        size = 13 + 4 * math.sin(number * 1.7 + z / 17)
        paint_ellipse(plane, Ellipse(x, y, size, size * 0.8, turn), 62.0, 0.8)
        paint_ellipse(plane, Ellipse(x, y, size - 3, size * 0.8 - 3, turn), 18.0 if number % 3 else -880.0, 0.8)


def _paint_kidneys(plane: Plane, z: float) -> None:
    for side, middle in ((-1, 12.0), (1, 20.0)):
        size = section(middle, 54, z)
        if size <= 0.1:
            continue
        kidney = Ellipse(side * 62, 52, 30 * size, 24 * size, side * 0.7)
        paint_ellipse(plane, kidney.grown(5), FAT, 1.5)
        paint_ellipse(plane, kidney, 196.0)
        paint_ellipse(plane, kidney.grown(-7), 128.0, 1.5)
        paint_ellipse(plane, Ellipse(side * 50, 49, 12 * size, 8 * size), -60.0, 1.5)


def _paint_stomach(plane: Plane, z: float) -> None:
    size = section(70, 46, z)
    if size <= 0.1:
        return
    outer = Ellipse(54, -40, 44 * size, 32 * size, -0.3)
    paint_ellipse(plane, outer, 70.0)
    inner = outer.grown(-3.5)
    paint_ellipse(plane, inner, 14.0)
    where = plane.window(inner.x, inner.y, inner.a)
    above = np.clip((-48 - plane.y[where]) / SPACING, 0, 1)  # gas rises to the front
    plane.paint(where, cover_of(plane, inner, where) * above, -960.0)


def _paint_mediastinum(plane: Plane, z: float) -> None:
    """Paint heart, great vessels, windpipe and gullet."""
    chest = smooth_step(70, 105, z)
    if chest > 0:
        paint_ellipse(plane, Ellipse(4, 8, 36 * chest, 56 * chest), -20.0, 2.0)
    heart = section(138, 58, z)
    if heart > 0.1:
        outer = Ellipse(28, -22, 62 * heart, 50 * heart, 0.55)
        paint_ellipse(plane, outer.grown(4), FAT, 1.2)
        paint_ellipse(plane, outer, 92.0)
        chambers = [(46, -4, 27, 17, 0.7), (12, -42, 27, 17, 0.4), (-8, -10, 20, 17, 0.2), (22, 14, 22, 13, -0.1)]
        for x, y, a, b, turn in chambers:
            paint_ellipse(plane, Ellipse(x, y, a * heart, b * heart, turn), BLOOD - 15, 1.2)
    aorta = Ellipse(21 - 7 * smooth_step(90, 40, z), 36 - 4 * smooth_step(60, 0, z), 12, 12)
    if z < 226:
        paint_ellipse(plane, aorta, BLOOD + 30)
    if z < 110:
        paint_ellipse(plane, Ellipse(-23, 27, 14, 10), BLOOD - 50)
    _paint_upper_vessels(plane, z)


def _paint_upper_vessels(plane: Plane, z: float) -> None:
    if 178 < z < 222:
        paint_ellipse(plane, Ellipse(-4, -30, 15, 15), BLOOD + 30)
        paint_ellipse(plane, Ellipse(-30, -22, 10, 11), BLOOD - 20)
    if 172 < z < 192:
        paint_ellipse(plane, Ellipse(18, -8, 34, 11, -0.3), BLOOD + 10)
    if 206 < z < 232:
        paint_ellipse(plane, Ellipse(9, 8, 14, 40, -0.35), BLOOD + 30)
    if z >= 228:
        for x, y, radius in ((-20, -12, 7), (4, -14, 4.5), (17, -2, 5), (-28, -20, 9), (24, -22, 7)):
            paint_ellipse(plane, Ellipse(x, y, radius, radius), BLOOD)
    if z > 185:
        paint_ellipse(plane, Ellipse(-2, 16, 11, 10), 40.0)
        paint_ellipse(plane, Ellipse(-2, 16, 9, 8.2), AIR)
    elif z > 165:
        for side in (-1, 1):
            spread = 8 + (185 - z) * 1.3
            paint_ellipse(plane, Ellipse(side * spread, 18, 8, 6, side * 0.5), AIR, 0.8)
    if z > 80:
        paint_ellipse(plane, Ellipse(4, 32, 8, 5.5), 45.0)


def _paint_skeleton(plane: Plane, cavity: Ellipse, z: float) -> None:
    _paint_vertebra(plane, z)
    for top, drop in RIBS:
        share = (top - z) / drop
        for side in (-1, 1):
            if 0 <= share <= 1:
                _paint_rib(plane, cavity, side, share)
    if 120 < z < 288:
        front = cavity.y - cavity.b - 5
        paint_bone(plane, Ellipse(0, front, 19, 6.5), 1.6, 520.0, 120.0)


def _paint_rib(plane: Plane, cavity: Ellipse, side: int, share: float) -> None:
    """Paint one rib where it passes this slice: at the spine for share 0, at the front for 1."""
    turn = math.pi * (0.08 + 0.84 * share**0.8)  # from the back around to the front
    x, y = side * math.sin(turn) * (cavity.a + 4), cavity.y + math.cos(turn) * (cavity.b + 4)
    along = math.atan2(-math.sin(turn) * cavity.b, side * math.cos(turn) * cavity.a)
    length = 15 + 7 * abs(math.cos(turn))
    if share > 0.9:
        paint_ellipse(plane, Ellipse(x, y, length * 0.8, 5, along), 110.0)  # cartilage
    else:
        paint_bone(plane, Ellipse(x, y, length, 5, along), 1.7, CORTEX, MARROW)


def _paint_vertebra(plane: Plane, z: float) -> None:
    y = 50 + 5 * math.sin((z - 30) / 95)
    phase = (z % 27) / 27
    disc = phase < 0.2
    waist = 1 - 0.1 * math.sin(math.pi * (phase - 0.2) / 0.8) if not disc else 1.02
    paint_bone(plane, Ellipse(0, y, 21 * waist, 16.5 * waist), 1.6, 95.0 if disc else 640.0, 82.0 if disc else 232.0)
    for side in (-1, 1):
        if 0.45 < phase < 0.9:
            paint_bone(plane, Ellipse(side * 14, y + 18, 5, 9, side * 0.35), 1.5, CORTEX, 300.0)
            paint_bone(plane, Ellipse(side * 30, y + 25, 17, 5, side * 0.35), 1.5, CORTEX, 260.0)
        paint_bone(plane, Ellipse(side * 11, y + 30, 12, 4.5, side * 0.75), 1.4, CORTEX, 320.0)
    paint_ellipse(plane, Ellipse(0, y + 22, 9.5, 8), 10.0)
    paint_ellipse(plane, Ellipse(0, y + 22, 5.5, 4.5), 42.0)
    if phase > 0.3:
        paint_bone(plane, Ellipse(0, y + 40, 3.6, 12), 1.4, CORTEX, 300.0)


def _paint_shoulder_blades(plane: Plane, body: Ellipse, z: float) -> None:
    size = section(242, 62, z)
    if size <= 0.15:
        return
    for side in (-1, 1):
        x, y = side * body.a * 0.62, body.b * 0.55
        paint_ellipse(plane, Ellipse(x, y, 52 * size, 17, side * -0.62), MUSCLE + 5, 1.0)
        paint_bone(plane, Ellipse(x, y, 44 * size, 3.4, side * -0.62), 1.2, CORTEX, 380.0)
        if z > 262:
            paint_bone(plane, Ellipse(side * 62, -body.b * 0.5, 44, 6, side * 0.3), 1.8, CORTEX, MARROW)


def _lung_vessels(rng: np.random.Generator, side: float) -> list[Tube]:
    """Grow one lung's vessels from its root into all directions, most of them downwards."""
    ways = [(side * x, y, z) for x in (0.5, 1.0) for y in (-0.9, 0.1, 0.9) for z in (-1.3, -0.5, 0.3, 1.1)]
    return [tube for way in ways for tube in _tree(rng, (side * 34.0, 8.0, 172.0), way, 3.4, 7, 26.0)]


def _tree(
    rng: np.random.Generator,
    start: tuple[float, float, float],
    way: tuple[float, float, float],
    radius: float,
    levels: int,
    length: float = 22.0,
) -> list[Tube]:
    """Grow vessels that split in two or three at each level."""
    if levels == 0:
        return []
    direction = np.array(way) + rng.normal(0, 0.3, 3)
    direction /= np.linalg.norm(direction)
    end = np.array(start) + direction * length * rng.uniform(0.7, 1.2)
    found = [Tube(start, (float(end[0]), float(end[1]), float(end[2])), radius)]
    for _ in range(2):
        turned = direction + rng.normal(0, 0.42, 3)
        place, heading = (float(end[0]), float(end[1]), float(end[2])), tuple(float(v) for v in turned)
        found += _tree(rng, place, (heading[0], heading[1], heading[2]), radius * 0.74, levels - 1, length * 0.88)
    return found


def _drawn(tubes: list[Tube], z: float) -> Image:
    """Draw what lies of each tube in this slice; 0-1."""
    canvas = np.zeros((SIZE, SIZE), np.uint8)
    low, high = z - THICKNESS / 2, z + THICKNESS / 2
    for tube in tubes:
        (x0, y0, z0), (x1, y1, z1) = tube.start, tube.end
        if max(z0, z1) < low or min(z0, z1) > high:
            continue
        run = z1 - z0 if abs(z1 - z0) > 1e-6 else 1e-6
        first, last = sorted(((low - z0) / run, (high - z0) / run))
        first, last = max(0.0, first), min(1.0, last)
        ends = [_pixel(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t) for t in (first, last)]
        bright = int(min(255, 70 + 70 * tube.radius))
        cv2.line(canvas, ends[0], ends[1], bright, max(1, round(2 * tube.radius / SPACING)), cv2.LINE_AA, 4)
    return np.asarray(canvas / np.float32(255), np.float32)


def _pixel(x: float, y: float) -> tuple[int, int]:
    """Return a place in sixteenths of a pixel."""
    return round((x / SPACING + (SIZE - 1) / 2) * 16), round((y / SPACING + (SIZE - 1) / 2) * 16)


def _soft_noise(rng: np.random.Generator, scale: int) -> Image:
    """Return a cloudy texture with a spread of one."""
    coarse = rng.standard_normal((SIZE // scale + 2, SIZE // scale + 2)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (SIZE, SIZE), interpolation=cv2.INTER_CUBIC), np.float32)


def _scanned(values: Image, fine: Image, seed: int) -> Image:
    """Blur as a scanner does and add its noise."""
    noise = np.empty((SIZE, SIZE), np.float32)
    np.random.default_rng(seed).standard_normal(dtype=np.float32, out=noise)
    blurred = cv2.GaussianBlur(values, (0, 0), 0.75)
    grain = cv2.GaussianBlur(noise, (0, 0), 0.8) * 26
    inside = np.clip((blurred + 1000) / 200, 0.25, 1)
    return np.asarray(blurred + grain * inside + fine * 3 * inside, np.float32)
