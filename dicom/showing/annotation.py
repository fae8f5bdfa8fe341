"""Words written into a finished picture: whose it is, and how it was made (PS3.18 8.3.5.1.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dicom.description import ObjectDescription

LEFT_OUT = "annotation-left-out"
_PATIENT = ("patient_name", "patient_id", "patient_birth_date", "patient_sex")
_TECHNIQUE = ("study_date", "study_description", "series_description", "protocol_name")
_MOST = 64  # letters of a line
_SMALLEST, _PART = 9, 36  # of the letters, in pixels; how many lines would fill a picture
_WEIGHT = 400
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)


def patient_lines(said: ObjectDescription) -> list[str]:
    """Say whose a picture is."""
    return [_plain(said.texts.get(name)) for name in _PATIENT if said.texts.get(name)]


def technique_lines(said: ObjectDescription, frame_index: int, window: tuple[float, float] | None) -> list[str]:
    """Say how a picture was made and is shown; `window` is width and centre."""
    lines = [_plain(said.modality), *(_plain(said.texts.get(name)) for name in _TECHNIQUE)]
    if said.instance_number is not None:
        lines.append(f"Image {said.instance_number}")
    if said.number_of_frames > 1:
        lines.append(f"Frame {frame_index + 1} of {said.number_of_frames}")
    if window is not None:
        lines.append(f"W {window[0]:g} C {window[1]:g}")
    return [line for line in lines if line]


def annotated(
    pixels: NDArray[np.uint8], above: Iterable[str], below: Iterable[str]
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Write lines into a picture's left corners, white on a dark edge.

    Lines in scripts that are written from the right or whose letters join are left out, and a mark says so: drawn
    letter by letter they would be another name.
    """
    picture = np.ascontiguousarray(pixels).copy()
    size = max(_SMALLEST, picture.shape[0] // _PART)
    top, bottom = list(above), list(below)
    written = [[line for line in lines if is_drawable(line)] for lines in (top, bottom)]
    step = round(size * 1.35)
    for place, line in enumerate(written[0], 1):
        _write(picture, line, size, place * step)
    last = picture.shape[0] - size // 2
    for place, line in enumerate(reversed(written[1])):
        _write(picture, line, size, last - place * step)
    left_out = len(top) + len(bottom) > len(written[0]) + len(written[1])
    return picture, (LEFT_OUT,) if left_out else ()


def is_drawable(line: str) -> bool:
    """Say whether a line can be set letter by letter, from the left."""
    return all(
        unicodedata.bidirectional(letter) not in ("R", "AL", "AN", "NSM") and not 0x0900 <= ord(letter) < 0x0E00
        for letter in line
    )


def warm_up() -> None:
    """Have the letters of every script at hand before the sandbox closes."""
    annotated(np.zeros((64, 64, 3), np.uint8), ["Aä Жλ", "山김"], [])


def _plain(text: str | None) -> str:
    shown = unicodedata.normalize("NFC", (text or "").split("=")[0].replace("^", " ")).split()
    return " ".join(shown)[:_MOST]


def _write(picture: NDArray[np.uint8], line: str, size: int, baseline: int) -> None:
    left = max(2, size // 3)
    for x, y in ((-1, 0), (1, 0), (0, -1), (0, 1)):
        _letters(picture, line, (left + x, baseline + y), _BLACK, size)
    _letters(picture, line, (left, baseline), _WHITE, size)


def _letters(picture: NDArray[Any], line: str, place: tuple[int, int], colour: tuple[int, int, int], size: int) -> None:
    cv2.putText(picture, line, place, colour, _font(), size, _WEIGHT)


@lru_cache(maxsize=1)
def _font() -> Any:
    return cv2.FontFace("sans")
