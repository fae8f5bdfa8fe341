"""What tells one picture of a series from the next, in words: where it lies, how it was made, which side it shows.

One table for the corners of the viewer and of the page a share opens. Words are English and pass through `say`.
"""

from __future__ import annotations

from collections.abc import Callable

from dicom.description import FrameInfo, ObjectDescription
from dicom.showing.number_words import short_number

Say = Callable[[str], str]

_BEYOND = 1e6  # no b-value or echo time is so large


def frame_lines(said: ObjectDescription, frame_index: int, say: Say) -> list[str]:
    """Return thickness and place, b-value with echo time and kernel, side with view; "" where nothing is known."""
    info = said.frame_info(frame_index)
    view = said.texts.get("view_position") or said.texts.get("view", "")
    side = " ".join(part for part in (_laterality(said.texts), view) if part)
    return [_where(info, say), _how_made(info, say), side]


def _where(info: FrameInfo, say: Say) -> str:
    words = []
    if info.slice_thickness:
        words.append(say("Slice {mm} mm").format(mm=short_number(info.slice_thickness)))
    if info.slice_location is not None:
        words.append(say("at {mm} mm").format(mm=short_number(round(info.slice_location, 1))))
    return " ".join(words)


def _how_made(info: FrameInfo, say: Say) -> str:
    """Return what tells pictures of one place apart: b-value, echo time, kernel."""
    words = []
    if info.b_value is not None and 0 <= info.b_value < _BEYOND:
        words.append(say("b {n} s/mm²").format(n=short_number(info.b_value)))
    if info.echo_time is not None and 0 < info.echo_time < _BEYOND:
        words.append(say("Echo time {ms} ms").format(ms=short_number(info.echo_time)))
    if info.kernel:
        words.append(say("Kernel {name}").format(name=info.kernel.replace("\\", " ")))
    return " · ".join(words)


def _laterality(texts: dict[str, str]) -> str:
    return next((texts[name] for name in ("image_laterality", "frame_laterality", "laterality") if name in texts), "")
