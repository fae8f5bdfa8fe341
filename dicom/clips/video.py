"""Clips (MPEG-2, H.264, HEVC) as scrollable frames, decoded from the object's own bytes: no file is written."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import Cancelled, DicomError
from dicom.clips.ffmpeg import ffmpeg
from dicom.clips.index import MOST_PICTURES, ClipIndex, make_index
from dicom.clips.opencv import OpenCvPlayer, count_frames
from dicom.clips.player import ClipPlayer
from dicom.pixels.layout import PixelLayout
from dicom.pixels.stored_frame import StoredFrame
from dicom.reading.bytes_source import ByteSource, FileBytes, JoinedBytes, MemoryBytes

Look = Callable[[int], None]
_READ_AT_ONCE = 256 << 20  # bytes of a clip that are read through to describe it, where it says how many frames it has


def _unseen(_number: int) -> None:
    """Look at nothing."""


@dataclass(frozen=True, slots=True)
class ClipFacts:
    """What reading a clip through has shown."""

    frames: int
    index: ClipIndex | None


def clip_facts(source: ByteSource, layout: PixelLayout, look: Look = _unseen) -> ClipFacts | None:
    """Count the frames of a clip; None where that can wait: it is long, and says a number that can be believed.

    `look` is called with the number of each coded picture. Frames are 1 at least.
    """
    clip = JoinedBytes(source, layout.runs[0] if layout.runs else ())
    if clip.size > _READ_AT_ONCE and 1 < layout.frames_declared <= MOST_PICTURES:
        return None
    library = ffmpeg()
    if library is None:
        return ClipFacts(max(count_frames(clip, MOST_PICTURES, look), 1), None)
    try:
        index = make_index(library, clip, look)
    except DicomError:
        return ClipFacts(1, None)  # the first frame will say what is wrong
    return ClipFacts(max(index.frames, 1), index)


@dataclass(slots=True)
class _OpenClip:
    name: tuple[str, str]
    player: ClipPlayer | OpenCvPlayer
    frames: int
    descriptor: int | None = None

    def close(self) -> None:
        self.player.close()
        if self.descriptor is not None:
            os.close(self.descriptor)


class Clips:
    """The clip that was read last, kept open with the frames around the last one."""

    def __init__(self) -> None:
        self._open: _OpenClip | None = None

    def frame(
        self,
        key: str,
        source: ByteSource,
        layout: PixelLayout,
        frame_index: int,
        index: ClipIndex | None = None,
        look: Look = _unseen,
    ) -> StoredFrame:
        """Decode one frame (index from 0) as RGB; `look` is called for each coded picture on the way.

        Raises `DicomError("decode-failed")`, also for a frame of which a part was not decoded, `"frame-absent"`, or
        `"unsupported-transfer-syntax"` for what cannot be decoded rightly here.
        """
        if not 0 <= frame_index < layout.frames:
            raise DicomError("frame-absent", frame=frame_index + 1, frames=layout.frames)
        name = (key, source.stamp)
        if self._open is None or self._open.name != name:
            self.close()
            self._open = _open_clip(name, source, layout, index, look)
        clip = self._open
        if frame_index >= clip.frames:
            raise DicomError("frame-absent", frame=frame_index + 1, frames=clip.frames)
        try:
            pixels, sound = clip.player.frame(frame_index, look)
        except Cancelled:
            raise  # nothing is lost: the next frame goes on from here
        except BaseException as error:
            if not isinstance(error, DicomError) or error.code in ("unreadable", "changed"):
                self.close()
            raise
        marks = [*layout.marks]
        if not sound:
            marks.append("truncated")
        if layout.frames != clip.frames:
            marks.append("frames-counted")
        if pixels.shape[:2] != (layout.rows, layout.columns):
            marks.append("codestream-size-differs")
        decoder = "ffmpeg" if isinstance(clip.player, ClipPlayer) else "cv2.ffmpeg"
        return StoredFrame(pixels, "RGB", tuple(dict.fromkeys(marks)), decoder)

    def close(self) -> None:
        """Let go of the clip that is open."""
        if self._open is not None:
            self._open.close()
            self._open = None


def _open_clip(
    name: tuple[str, str], source: ByteSource, layout: PixelLayout, index: ClipIndex | None, look: Look
) -> _OpenClip:
    # the task's descriptor is closed and its memory used again behind it, the clip stays open
    kept: ByteSource
    descriptor = None
    if isinstance(source, FileBytes):
        descriptor = os.dup(source.descriptor)
        kept = FileBytes(descriptor)
    else:
        kept = MemoryBytes(source.read_at(0, source.size))
    clip = JoinedBytes(kept, layout.runs[0] if layout.runs else ())
    try:
        library = ffmpeg()
        if library is None:
            return _OpenClip(name, OpenCvPlayer(clip), layout.frames, descriptor)
        index = index or make_index(library, clip, look)
        return _OpenClip(name, ClipPlayer(library, clip, index), index.frames, descriptor)
    except BaseException:
        if descriptor is not None:
            os.close(descriptor)
        raise
