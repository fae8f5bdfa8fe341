"""Clips where FFmpeg cannot be called directly: OpenCV reads them from the beginning, believed only where proved.

OpenCV says that it has read a frame although the conversion of an interlaced one was refused, and hands out what its
buffer held before. The buffer cannot be filled beforehand from here; but a frame that differs from the one before was
written. One that does not differ is refused: it may be a still, or another picture.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.clips.stream import ClipReading
from dicom.reading.bytes_source import ByteSource

Look = Callable[[int], None]
_KEPT_FRAMES = 40


class _Reader(io.BufferedIOBase):
    """What OpenCV reads from; it may be called from OpenCV's threads, and an exception in it would end the process."""

    def __init__(self, reading: ClipReading) -> None:
        super().__init__()
        self._reading = reading

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        return self._reading.read(self._reading.size if size is None or size < 0 else size)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        return self._reading.seek(offset, whence)

    def tell(self) -> int:
        return self._reading.seek(0, io.SEEK_CUR)


class OpenCvPlayer:
    """Decodes the frames of one clip, one after the other."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._capture: Any = None
        self._kept: dict[int, NDArray[np.uint8] | None] = {}
        self._restart()

    def frame(self, frame_index: int, look: Look) -> tuple[NDArray[np.uint8], bool]:
        """Return a frame as RGB; raises `DicomError("unsupported-transfer-syntax")` where it is not proved to be it."""
        if frame_index not in self._kept and frame_index < self._next - 1:
            self._restart()
        while frame_index not in self._kept:
            look(self._next)
            self._step()
        found = self._kept[frame_index]
        if found is None:
            raise DicomError("unsupported-transfer-syntax", codec="video", picture=frame_index + 1)
        return np.ascontiguousarray(found[:, :, ::-1]), True

    def close(self) -> None:
        """Let go of the clip."""
        if self._capture is not None:
            self._capture.release()

    def _restart(self) -> None:
        self.close()
        self._reading = ClipReading(self._source)
        # OpenCV lets go of the reader without the GIL: it is kept until after the release
        self._reader = _Reader(self._reading)
        self._capture = open_capture(self._reader)
        self._next, self._kept = 0, {}
        self._last: NDArray[np.uint8] | None = None
        if not self._capture.isOpened():
            raise self._reading.trouble or DicomError("decode-failed", codec="video")

    def _step(self) -> None:
        done, pixels = self._capture.read()
        if not done or pixels is None:
            if self._next == 1 and 0 not in self._kept:
                self._kept[0] = None  # a single frame has nothing to be told from
                return
            raise self._reading.trouble or DicomError("frame-absent", frame=self._next + 1, frames=self._next)
        if self._last is not None:
            differs = self._last.shape != pixels.shape or not np.array_equal(self._last, pixels)
            if self._next == 1:
                self._kept[0] = self._last if differs else None
            self._kept[self._next] = pixels if differs else None
        self._last = pixels
        self._next += 1
        if len(self._kept) > _KEPT_FRAMES:
            del self._kept[next(iter(self._kept))]


def open_capture(reader: _Reader) -> Any:
    """Open a capture. The caller must keep `reader` until after its release."""
    capture: Any = cv2.VideoCapture()
    with contextlib.suppress(cv2.error):
        capture.open(reader, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    return capture


def count_frames(source: ByteSource, most: int, look: Look) -> int:
    """Count the frames of a clip by stepping through it; 0 if it cannot be read."""
    reader = _Reader(ClipReading(source))
    capture = open_capture(reader)
    count = 0
    while count < most and capture.isOpened() and capture.grab():
        look(count)
        count += 1
    capture.release()
    return count
