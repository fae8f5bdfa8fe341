"""A beating heart that never beat, as an ultrasound clip in colour."""

from __future__ import annotations

import math

import cv2
import numpy as np
import numpy.typing as npt

from app.demo.media.shapes import Image

ROWS, COLUMNS, FRAMES = 480, 640, 30
FRAME_TIME_MS = 33.3
DEPTH_MM, HALF_ANGLE, NEAR = 160.0, 0.66, 0.035
APEX = (COLUMNS // 2, 28)
PIXELS_PER_MM = 422 / DEPTH_MM
RAYS, SAMPLES = 384, 512  # of the fan before it is bent

Frame = npt.NDArray[np.uint8]


def make_clip(seed: int = 7) -> list[Frame]:
    """Return 30 RGB frames (480, 640, 3): two heart beats."""
    rng = np.random.default_rng(seed)
    speckle = _speckle(rng)
    rays, samples, inside = _fan()
    return [_frame(number, np.roll(speckle, number % 3, axis=0), rays, samples, inside) for number in range(FRAMES)]


def _speckle(rng: np.random.Generator) -> Image:
    """Return ultrasound's grain over (rays, samples): the size of two Gaussians, wide across, fine along."""
    real, imaginary = rng.standard_normal((2, RAYS, SAMPLES), dtype=np.float32)
    parts = [cv2.GaussianBlur(part, (0, 0), 1.2, sigmaY=2.2) for part in (real, imaginary)]
    grain = np.hypot(parts[0], parts[1])
    return np.asarray(grain / grain.mean(), np.float32)


def _fan() -> tuple[Image, Image, Image]:
    """Return, for each pixel, its ray, its sample, and whether (0-1) it lies in the fan."""
    x, y = np.meshgrid(np.arange(COLUMNS) - APEX[0], np.arange(ROWS) - APEX[1])
    angle, depth = np.arctan2(x, y), np.hypot(x, y) / (DEPTH_MM * PIXELS_PER_MM)
    edge = np.minimum((HALF_ANGLE - np.abs(angle)) * 200, np.minimum((1 - depth) * 300, (depth - NEAR) * 300))
    rays = (angle / HALF_ANGLE + 1) / 2 * (RAYS - 1)
    return rays.astype(np.float32), (depth * (SAMPLES - 1)).astype(np.float32), np.clip(edge, 0, 1).astype(np.float32)


def _frame(number: int, speckle: Image, rays: Image, samples: Image, inside: Image) -> Frame:
    beat = number / FRAMES * 2 % 1.0  # two beats in the clip
    angle = np.linspace(-HALF_ANGLE, HALF_ANGLE, RAYS, dtype=np.float32)[:, None]
    depth = np.linspace(0, DEPTH_MM, SAMPLES, dtype=np.float32)[None, :]
    x, y = np.sin(angle) * depth, np.cos(angle) * depth
    tissue, blood = _anatomy(x, y, beat)
    echo = tissue * speckle * (1 - 0.25 * (depth / DEPTH_MM))
    grey = 255 * np.clip(np.log1p(echo * 9) / math.log(12), 0, 1)
    colour, strength = _flow(x, y, beat, blood, speckle)
    picture = cv2.merge([grey * (1 - strength) + colour[index] * strength for index in range(3)])
    bent = cv2.remap(picture, samples, rays, cv2.INTER_LINEAR) * inside[:, :, None]
    frame = np.ascontiguousarray(np.clip(bent, 0, 255).astype(np.uint8))
    _write_on(frame, number)
    return frame


def _anatomy(x: Image, y: Image, beat: float) -> tuple[Image, Image]:
    """Return echo strength and where there is blood (0-1) on the unbent fan."""
    squeeze = _squeeze(beat)
    wobble = 0.05 * np.sin(x / 7 + 1) + 0.05 * np.sin(y / 9 + beat * 6)
    left = _round(x - 18, y - 62, 19 - 5.5 * squeeze, 36 - 4 * squeeze, 0.12) + wobble
    right = _round(x + 22, y - 64, 13 - 3 * squeeze, 30 - 3 * squeeze, -0.2) + wobble
    left_atrium = _round(x - 17, y - 117, 19 + 3 * squeeze, 18 + 3 * squeeze, 0.0) + wobble
    right_atrium = _round(x + 21, y - 113, 18 + 2 * squeeze, 17 + 2 * squeeze, 0.0) + wobble
    heart = _round(x + 1, y - 84, 49 - 2 * squeeze, 66 - 2 * squeeze, 0.0) + 0.5 * wobble
    blood = np.zeros_like(left)
    wall = np.zeros_like(left)
    for chamber in (left, right, left_atrium, right_atrium):
        blood = np.maximum(blood, np.clip((1 - chamber) * 9, 0, 1))
        wall += np.exp(-(((chamber - 1.03) / 0.1) ** 2))
    valves = _valves(x, y, beat)
    tissue = 0.16 + 0.16 * np.clip((1 - heart) * 8, 0, 1) + 0.5 * np.exp(-(((heart - 1.04) / 0.05) ** 2))
    tissue = tissue + 0.3 * np.clip(wall, 0, 1.2)
    tissue = tissue * (1 - blood) + 0.018 * blood + valves
    near = 0.5 * np.exp(-((np.hypot(x, y) / 14) ** 2))
    return np.asarray(tissue + near, np.float32), np.asarray(blood, np.float32)


def _squeeze(beat: float) -> float:
    """Return how far (0-1) the ventricles are drawn together at a share of the beat."""
    return math.sin(math.pi * min(beat / 0.45, 1)) ** 2 if beat < 0.45 else 0.0


def _round(dx: Image, dy: Image, a: float, b: float, turn: float) -> Image:
    cosine, sine = math.cos(turn), math.sin(turn)
    return np.asarray(np.hypot((dx * cosine + dy * sine) / a, (dy * cosine - dx * sine) / b), np.float32)


def _valves(x: Image, y: Image, beat: float) -> Image:
    """Return the echoes of the four leaflets, which open when the ventricles fill."""
    opened = 1 - min(1.0, _squeeze(beat) * 3)
    found = np.zeros_like(x + y)
    for middle, width in ((18.0, 15.0), (-21.0, 13.0)):
        for side in (-1, 1):
            hinge_x, hinge_y = middle + side * width, 98.0
            turn = 0.25 + 0.95 * opened
            direction = (-side * math.cos(turn), -math.sin(turn) * (1 if opened > 0.1 else -0.3))
            along = (x - hinge_x) * direction[0] + (y - hinge_y) * direction[1]
            across = (y - hinge_y) * direction[0] - (x - hinge_x) * direction[1]
            on = (along > 0) & (along < width)
            found += 0.8 * on * np.exp(-((across / 1.5) ** 2))
    return np.asarray(found, np.float32)


def _flow(x: Image, y: Image, beat: float, blood: Image, speckle: Image) -> tuple[list[Image], Image]:
    """Return colour and its strength: red towards the probe (filling), blue away (pushed out)."""
    filling = max(0.0, math.sin(math.pi * (beat - 0.5) / 0.45)) if 0.5 < beat < 0.95 else 0.0
    out = _squeeze(beat)
    jet = np.exp(-(((x - 17) / 9) ** 2)) * np.exp(-(((y - 82) / 26) ** 2))
    speed = jet * max(filling, out * 0.8) * (0.75 + 0.3 * speckle)
    strength = np.clip((speed - 0.16) * 6, 0, 1) * blood * (np.abs(x - 15) < 34) * ((y > 38) & (y < 132))
    bright = np.clip(speed, 0, 1)
    warm = [120 + 135 * bright, 190 * np.clip(bright * 1.6 - 0.6, 0, 1), 20 + 0 * bright]
    cold = [20 + 0 * bright, 190 * np.clip(bright * 1.6 - 0.6, 0, 1), 130 + 125 * bright]
    colour = warm if filling > out else cold
    return [np.asarray(part, np.float32) for part in colour], np.asarray(strength, np.float32)


def _write_on(frame: Frame, number: int) -> None:
    """Write what such machines write: whose clip it is, the depth scale, a colour bar, the heart's current."""
    for text, place, colour in (
        ("SAMPLE - not a patient", (12, 118), (230, 230, 230)),
        ("Heart, four chambers", (12, 136), (160, 200, 220)),
        (f"{number + 1:02d}/{FRAMES}", (COLUMNS - 64, ROWS - 10), (150, 150, 150)),
    ):
        cv2.putText(frame, text, place, cv2.FONT_HERSHEY_SIMPLEX, 0.45, colour, 1, cv2.LINE_AA)
    for step in range(0, int(DEPTH_MM) + 1, 10):
        y = round(APEX[1] + step * PIXELS_PER_MM)
        cv2.line(frame, (COLUMNS - 24, y), (COLUMNS - (12 if step % 50 == 0 else 18), y), (170, 170, 170), 1)
    for row in range(80):
        speed = 1 - row / 39.5  # from towards the probe to away from it
        bright = int(160 * abs(speed))
        colour = (100 + bright, bright, 0) if speed > 0 else (0, bright, 100 + bright)
        cv2.line(frame, (COLUMNS - 46, 60 + row), (COLUMNS - 36, 60 + row), colour, 1)
    _write_current(frame, number)


def _write_current(frame: Frame, number: int) -> None:
    places = np.arange(0, COLUMNS - 90)
    beat = (places / (COLUMNS - 90) * 2) % 1.0
    wave = 26 * np.exp(-(((beat - 0.08) / 0.012) ** 2)) - 7 * np.exp(-(((beat - 0.105) / 0.012) ** 2))
    wave += 5 * np.exp(-(((beat - 0.32) / 0.05) ** 2)) + 3 * np.exp(-(((beat - 0.97) / 0.03) ** 2))
    line = np.stack([places + 10, ROWS - 16 - wave], axis=1).round().astype(np.int32)
    cv2.polylines(frame, [line], False, (60, 170, 80), 1, cv2.LINE_AA)
    now = 10 + round(number / FRAMES * (COLUMNS - 90))
    cv2.line(frame, (now, ROWS - 46), (now, ROWS - 6), (220, 220, 120), 1)
