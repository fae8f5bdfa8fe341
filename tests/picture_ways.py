"""The ways a picture takes to a person: drawn inside a sandboxed worker, and by the viewer's engine."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.job import QuietJob
from dicom.decoding.decoder import Decoder
from dicom.description import Window
from dicom.pixels.stored_frame import StoredFrame
from dicom.series.display_sets import ShownFrame
from dicom.showing.display import typed_window
from dicom.source import FrameRef
from viewer.frames.loading import LoadedFrame, load_frame
from viewer.viewport.presentation import Presentation

WAYS = ("worker", "viewer")
Levels = NDArray[np.uint8]


@dataclass(frozen=True)
class Bytes:
    """Content that is no file."""

    data: bytes
    key: str = "made up"

    def open(self) -> io.BytesIO:
        """Open for reading."""
        return io.BytesIO(self.data)


def drawn(
    decoder: Decoder, data: bytes, way: str, window: tuple[float, float] | None = None, frame_index: int = 0
) -> Levels:
    """Return what is seen of a frame at one screen pixel a pixel, as RGB; `window` is width and centre."""
    if way == "viewer":
        return of_stage(staged(loaded(decoder, data, frame_index), window))
    look = None if window is None else typed_window(window)
    png, _marks = decoder.rendered(Bytes(data), frame_index, "png", QuietJob(), window=look)
    found = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert found is not None
    return np.asarray(found[:, :, ::-1], np.uint8)


def loaded(decoder: Decoder, data: bytes, frame_index: int = 0) -> LoadedFrame:
    """Load a frame as the viewer does."""
    content, job = Bytes(data), QuietJob()
    return load_frame(decoder, ShownFrame(content, decoder.describe(content, job), frame_index), job)


def staged(frame: LoadedFrame, window: tuple[float, float] | None = None) -> Presentation:
    """Put a frame on a presentation of its own size."""
    presentation = Presentation()
    presentation.resize((frame.shape.columns, frame.shape.rows))
    presentation.show(frame)
    if window is not None and not frame.prepared.is_colour:
        presentation.choose(Window(window[1], window[0]))
    return presentation


def of_stage(presentation: Presentation) -> Levels:
    """Return what a presentation shows, as RGB."""
    made = presentation.picture()
    assert made is not None
    pixels = made[0]
    return np.repeat(pixels[:, :, None], 3, axis=2) if pixels.ndim == 2 else np.asarray(pixels[:, :, 2::-1])


def stored_of(decoder: Decoder, data: bytes, frame_index: int = 0, **how: Any) -> StoredFrame:
    """Decode stored values inside the worker."""
    return decoder.frame(FrameRef(Bytes(data), frame_index), QuietJob(), **how)
