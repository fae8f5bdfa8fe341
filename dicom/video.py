"""Clips (MPEG-2, H.264, HEVC) as scrollable frames, decoded from the object's own bytes: no file is written."""

from __future__ import annotations

import contextlib
import io
import os
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from core.errors import DicomError
from dicom.bytes_source import ByteSource, FileBytes, JoinedBytes, MemoryBytes
from dicom.fragments import Fragment
from dicom.layout import PixelLayout
from dicom.stored_frame import StoredFrame


class _Reader(io.BufferedIOBase):
    """What OpenCV reads from; it may be called from OpenCV's threads, and an exception in it would end the process."""

    def __init__(self, source: ByteSource) -> None:
        super().__init__()
        self._source = source
        self._position = 0
        self.trouble: DicomError | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = self._source.size - self._position if size is None or size < 0 else size
        try:
            data = self._source.read_at(self._position, wanted)
        except DicomError as error:
            self.trouble, data = error, b""
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._source.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        return self._position


@dataclass(slots=True)
class _OpenClip:
    name: tuple[str, str]
    capture: Any
    reader: _Reader
    next_index: int = 0
    descriptor: int | None = None

    def close(self) -> None:
        self.capture.release()
        if self.descriptor is not None:
            os.close(self.descriptor)


class Clips:
    """The clip that was read last, kept open: the next frame is one step, an earlier one starts anew."""

    def __init__(self) -> None:
        self._open: _OpenClip | None = None

    def frame(self, key: str, source: ByteSource, layout: PixelLayout, frame_index: int) -> StoredFrame:
        """Decode one frame (index from 0) as RGB; raises `DicomError("decode-failed")` or `"frame-absent"`."""
        if not 0 <= frame_index < layout.frames:
            raise DicomError("frame-absent", frame=frame_index + 1, frames=layout.frames)
        name = (key, source.stamp)
        if self._open is None or self._open.name != name or self._open.next_index > frame_index:
            self.close()
            self._open = _open_clip(name, source, layout)
        clip = self._open
        while clip.next_index < frame_index:
            if not clip.capture.grab():
                self.close()
                raise clip.reader.trouble or DicomError("frame-absent", frame=frame_index + 1, frames=clip.next_index)
            clip.next_index += 1
        done, pixels = clip.capture.read()
        clip.next_index += 1
        if not done or pixels is None:
            self.close()
            raise clip.reader.trouble or DicomError("frame-absent", frame=frame_index + 1, frames=clip.next_index - 1)
        lost = ("truncated",) if clip.reader.trouble else ()
        return StoredFrame(np.ascontiguousarray(pixels[:, :, ::-1]), "RGB", (*layout.marks, *lost), "cv2.ffmpeg")

    def close(self) -> None:
        """Let go of the clip that is open."""
        if self._open is not None:
            self._open.close()
            self._open = None


def _open_clip(name: tuple[str, str], source: ByteSource, layout: PixelLayout) -> _OpenClip:
    # the task's descriptor is closed and its memory used again behind it, the clip stays open
    kept: ByteSource
    descriptor = None
    if isinstance(source, FileBytes):
        descriptor = os.dup(source.descriptor)
        kept = FileBytes(descriptor)
    else:
        kept = MemoryBytes(source.read_at(0, source.size))
    reader = _Reader(JoinedBytes(kept, layout.runs[0] if layout.runs else ()))
    capture = _capture(reader)
    clip = _OpenClip(name, capture, reader, 0, descriptor)
    if not capture.isOpened():
        clip.close()
        raise reader.trouble or DicomError("decode-failed", codec="video")
    return clip


def _capture(reader: _Reader) -> Any:
    """Open a capture. The caller must keep `reader` until after its release: OpenCV lets go of it without the GIL."""
    capture: Any = cv2.VideoCapture()
    with contextlib.suppress(cv2.error):
        capture.open(reader, cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    return capture


def count_frames(source: ByteSource, runs: tuple[Fragment, ...], most: int) -> int:
    """Count the frames of a clip by stepping through it; 0 if it cannot be read."""
    reader = _Reader(JoinedBytes(source, runs))
    capture = _capture(reader)
    count = 0
    while count < most and capture.isOpened() and capture.grab():
        count += 1
    capture.release()
    return count
