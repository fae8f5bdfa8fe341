"""Any picture of a clip: from the key picture before it on, with what was decoded on the way kept for the next step."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.clips.coded import CodedPictures
from dicom.clips.colour import to_rgb
from dicom.clips.decoder import ClipDecoder, Planes
from dicom.clips.ffmpeg import Ffmpeg
from dicom.clips.index import ClipIndex
from dicom.clips.kept import KeptPictures
from dicom.clips.preparing import Preparation
from dicom.clips.run import DecodingRun, walked
from dicom.reading.bytes_source import ByteSource

Look = Callable[[int], None]
_KEPT_BYTES = 224 << 20
_MOST_FOR_THE_END = 1000  # pictures that are decoded anew to learn whether the last one is whole
_TAIL = b"\xa5\x5a\x96\x69" * 64  # holds no start code


class ClipPlayer:
    """Decodes the pictures of one clip. Raises `DicomError("decode-failed")` where the clip cannot be opened."""

    def __init__(self, ffmpeg: Ffmpeg, source: ByteSource, index: ClipIndex) -> None:
        self._index = index
        self._ffmpeg = ffmpeg
        self._ends_whole: bool | None = None
        self._kept = KeptPictures(_KEPT_BYTES)
        self._place = -len(index.shown)  # that was shown last
        with ExitStack() as opened:
            self._coded = CodedPictures(ffmpeg, source, index)
            opened.callback(self._coded.close)
            self._run = self._new_run(self._coded)
            opened.callback(self._run.close)
            self._opened = opened.pop_all()
        self._behind = Preparation(index, self._kept, self._run_beside, behind=True)
        self._ahead = Preparation(index, self._kept, lambda: self._run, behind=False)

    def frame(self, frame_index: int, look: Look) -> tuple[NDArray[np.uint8], bool]:
        """Return a frame as RGB, and whether it is sound; `look` is called for each picture on the way.

        Raises `DicomError("decode-failed")` for a frame that was not filled whole, and `"changed"`.
        """
        parts = 2 if self._index.fields else 1
        place = self._kept.here = parts * frame_index
        pictures = [self._picture(number, look) for number in self._index.shown[place : place + parts]]
        picture = _woven(pictures) if self._index.fields else to_rgb(pictures[0])
        for preparation in (self._behind, self._ahead):
            preparation.prepare(place, place - self._place, pictures[0], look)
        self._place = place
        return picture, all(each.sound for each in pictures)

    def close(self) -> None:
        """Let go of everything."""
        self._opened.close()

    def _picture(self, number: int, look: Look) -> Planes:
        found = self._kept.get(self._index.places[number]) or self._decoded(number, look)
        if found is None or not found.filled:
            raise DicomError("decode-failed", codec="video", picture=self._index.places[number] + 1)
        if number == len(self._index.sizes) - 1 and found.sound:
            return found.but(filled=True, sound=self._last_is_whole(found, look))
        return found

    def _last_is_whole(self, found: Planes, look: Look) -> bool:
        """Tell whether the picture stored last, which nothing comes after, is the same whatever might have followed.

        Cut inside its last slice it is not: a decoder makes samples up from what it finds behind the end. An MP4 says
        how long each picture is. Not looked at where its key picture is very far.
        """
        if self._ends_whole is None:
            last = len(self._index.sizes) - 1
            start = self._index.start_for(last)
            checked = not self._coded.stream.keeps_packets_whole and last - start < _MOST_FOR_THE_END
            self._ends_whole = not checked or self._is_the_same_with_a_tail(found, start, look)
        return self._ends_whole

    def _is_the_same_with_a_tail(self, found: Planes, start: int, look: Look) -> bool:
        tails = (_TAIL,) if start in self._index.firm else (_TAIL, b"")  # else it depends on where one begins
        with ExitStack() as stack:
            decoders = [self._own_decoder(stack) for _ in tails]
            for now in range(start, found.number):
                look(now)
                for decoder in decoders:
                    decoder.decode(self._coded.read(now), now)
            data = self._coded.read(found.number)
            ends = [
                [*decoder.decode(data + tail, found.number), *decoder.finish()]
                for decoder, tail in zip(decoders, tails, strict=True)
            ]
        one, other = (
            [plane for each in end if each.number == found.number for plane in each.planes]
            for end in (*ends, [found])[:2]
        )
        return len(one) == len(other) and all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))

    def _own_decoder(self, stack: ExitStack) -> ClipDecoder:
        decoder = ClipDecoder(self._ffmpeg, self._coded.stream.parameters)
        stack.callback(decoder.close)
        return decoder

    def _decoded(self, number: int, look: Look) -> Planes | None:
        behind = self._behind.run
        runs = [run for run in (self._run, behind) if run is not None and run.can_go_on(number)]
        run = max(runs, key=lambda run: run.first_for(number), default=self._run)
        (self._behind if run is behind else self._ahead).leave()
        return walked(run.way_to(number), look)

    def _new_run(self, coded: CodedPictures) -> DecodingRun:
        return DecodingRun(self._ffmpeg, coded, self._index, self._kept.put)

    def _run_beside(self) -> DecodingRun:
        coded = self._coded.beside()
        if coded is not self._coded:
            self._opened.callback(coded.close)
        run = self._new_run(coded)
        self._opened.callback(run.close)
        return run


def _woven(fields: list[Planes]) -> NDArray[np.uint8]:
    """Lay two fields into each other; the one that is called the top one has the first line."""
    first, second = sorted(fields, key=lambda field: not field.top_first)
    top, bottom = to_rgb(first), to_rgb(second)
    if top.shape != bottom.shape:
        raise DicomError("decode-failed", codec="video")
    return np.ascontiguousarray(np.stack([top, bottom], axis=1).reshape(-1, *top.shape[1:]))
