"""Any picture of a clip: from the key picture before it on, with what was decoded on the way kept for the next step."""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.clips.colour import to_rgb
from dicom.clips.decoder import ClipDecoder, Planes
from dicom.clips.ffmpeg import Ffmpeg
from dicom.clips.index import ClipIndex
from dicom.clips.stream import ClipStream, CodedPicture
from dicom.reading.bytes_source import ByteSource

Look = Callable[[int], None]
_KEPT_BYTES = 256 << 20
_SEARCHED_PICTURES = 2000  # behind the place a container was told to go to
_EARLIER_KEYS = 3
_MOST_FOR_THE_END = 1000  # pictures that are decoded anew to learn whether the last one is whole
_TAIL = b"\xa5\x5a\x96\x69" * 64  # holds no start code


class ClipPlayer:
    """Decodes the pictures of one clip. Raises `DicomError("decode-failed")` where the clip cannot be opened."""

    def __init__(self, ffmpeg: Ffmpeg, source: ByteSource, index: ClipIndex) -> None:
        self._index = index
        self._ffmpeg = ffmpeg
        self._ends_whole: bool | None = None
        self._decoder: ClipDecoder | None = None
        self._coded = _CodedPictures(ffmpeg, source, index)
        self._decoder = ClipDecoder(ffmpeg, self._coded.stream.parameters)
        self._kept: OrderedDict[int, Planes] = OrderedDict()
        self._nbytes = 0
        self._next: int | None = None  # the coded picture the decoder wants next; None: it must begin anew
        self._start = 0  # the key picture it began with
        self._place = -1  # of the picture that came out last
        self._unfilled: list[int] = []  # pictures, since the key picture, of which a part was not decoded
        self._damaged: list[int] = list(index.damaged)  # pictures that are in error, or missing

    def frame(self, frame_index: int, look: Look) -> tuple[NDArray[np.uint8], bool]:
        """Return a frame as RGB, and whether it is sound; `look` is called for each picture on the way.

        Raises `DicomError("decode-failed")` for a frame that was not filled whole, and `"changed"`.
        """
        parts = (0, 1) if self._index.fields else (0,)
        numbers = [self._index.shown[len(parts) * frame_index + part] for part in parts]
        if frame_index:
            self._begin_before(numbers[0], self._index.shown[len(parts) * frame_index - 1], look)
        pictures = [self._picture(number, look) for number in numbers]
        picture = _woven(pictures) if self._index.fields else to_rgb(pictures[0])
        return picture, all(each.sound for each in pictures)

    def close(self) -> None:
        """Let go of everything."""
        if self._decoder is not None:
            self._decoder.close()
        self._coded.close()

    def _begin_before(self, number: int, before: int, look: Look) -> None:
        """Go to the first picture of a group over the group before it, so that a step back finds it decoded.

        A jump there takes as long as one to a group's end then, and no step back takes longer than a step.
        """
        start, earlier = self._index.start_for(number), self._index.start_for(before)
        if number in self._kept or before in self._kept or earlier >= start or self._can_go_on(number, start):
            return
        self._begin(earlier)
        with suppress(DicomError):  # told when that picture itself is asked for
            self._run_to(before, look)
        if self._unfilled or self._damaged != list(self._index.damaged):
            self._next = None  # nothing of it shows in what comes after

    def _picture(self, number: int, look: Look) -> Planes:
        found = self._kept.get(number) or self._decoded(number, look)
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
        start: int | None = self._index.start_for(number)
        if self._can_go_on(number, start or 0) and (found := self._run_to(number, look)):
            return found
        for _ in range(_EARLIER_KEYS):
            if start is None:
                break
            self._begin(start)
            if (found := self._run_to(number, look)) is not None:
                return found
            start = self._index.start_before(start)
        return None

    def _can_go_on(self, number: int, start: int) -> bool:
        places = self._index.places
        if self._next is None or start > self._next:
            return False
        return places[self._start] <= places[number] and self._place < places[number]

    def _begin(self, start: int) -> None:
        assert self._decoder is not None
        self._decoder.restart()
        self._start = self._next = start
        self._place = self._index.places[start] - 1
        self._unfilled, self._damaged = [], list(self._index.damaged)

    def _run_to(self, number: int, look: Look) -> Planes | None:
        """Decode on until a picture comes out; None if others come that are shown after it."""
        assert self._decoder is not None
        end, found = len(self._index.sizes), None
        while found is None and self._next is not None and self._place < self._index.places[number]:
            now = self._next
            look(now)
            try:
                self._next = now + 1 if now < end else None
                pictures = self._decoder.decode(self._coded.read(now), now) if now < end else self._decoder.finish()
            except BaseException:
                self._next = None
                raise
            if self._decoder.refused:
                self._damaged.append(now)
            for picture in pictures:
                if (kept := self._judged(picture)) is not None:
                    self._keep(kept)
                    found = kept if kept.number == number else found
        return found

    def _judged(self, picture: Planes) -> Planes | None:
        """Return a picture as what it leans on lets it be; None for what is not shown."""
        place = self._index.places[picture.number] if 0 <= picture.number < len(self._index.places) else -1
        if place <= self._place:
            return None
        if self._place >= self._index.places[self._start]:
            self._damaged += self._index.shown[self._place + 1 : place]  # which never came out
        self._place = place
        if not picture.filled:
            self._unfilled.append(picture.number)
        if not picture.sound:
            self._damaged.append(picture.number)
        number, start = picture.number, self._index.start_for(picture.number)
        first = self._index.leans_from(number)
        return picture.but(
            filled=not any(start <= other <= number for other in self._unfilled),
            sound=not any(first <= other <= number for other in (*self._damaged, *self._unfilled)),
        )

    def _keep(self, picture: Planes) -> None:
        self._nbytes += picture.nbytes
        if (old := self._kept.pop(picture.number, None)) is not None:
            self._nbytes -= old.nbytes
        self._kept[picture.number] = picture
        while self._nbytes > _KEPT_BYTES and len(self._kept) > 2:
            self._nbytes -= self._kept.popitem(last=False)[1].nbytes


def _woven(fields: list[Planes]) -> NDArray[np.uint8]:
    """Lay two fields into each other; the one that is called the top one has the first line."""
    first, second = sorted(fields, key=lambda field: not field.top_first)
    top, bottom = to_rgb(first), to_rgb(second)
    if top.shape != bottom.shape:
        raise DicomError("decode-failed", codec="video")
    return np.ascontiguousarray(np.stack([top, bottom], axis=1).reshape(-1, *top.shape[1:]))


class _CodedPictures:
    """The bytes of coded pictures by number; each is checked to be the one that was indexed."""

    def __init__(self, ffmpeg: Ffmpeg, source: ByteSource, index: ClipIndex) -> None:
        self._ffmpeg, self._source, self._index = ffmpeg, source, index
        self.stream = ClipStream(ffmpeg, source)
        self._coming: Iterator[CodedPicture] = self.stream.pictures()
        self._next = 0

    def read(self, number: int) -> bytes:
        """Return one; raises `DicomError("changed")` where it is another one now, else what the source raises."""
        data = self._at(number) if self._index.by_offset else self._in_turn(number)
        if zlib.crc32(data) != self._index.checks[number]:
            raise self.stream.reading.trouble or DicomError("changed")
        return data

    def close(self) -> None:
        """Let go of everything."""
        self._coming = iter(())
        self.stream.close()

    def _at(self, number: int) -> bytes:
        return self._source.read_at(self._index.positions[number], self._index.sizes[number])

    def _in_turn(self, number: int) -> bytes:
        if number != self._next and not self._jumped(number):
            self._from_the_beginning(number)
        picture = next(self._coming, None)
        self._next = number + 1
        if picture is None:
            raise self.stream.reading.trouble or DicomError("changed")
        return picture.data

    def _jumped(self, number: int) -> bool:
        """Go near a picture and read up to it; False where it is not met there."""
        index = self._index
        if not self.stream.go_to(index.positions[number]):
            return False
        self._coming = self.stream.pictures()
        wanted = (index.positions[number], index.sizes[number], index.checks[number])
        for _count, picture in zip(range(_SEARCHED_PICTURES), self._coming, strict=False):
            if (picture.position, len(picture.data), picture.check) == wanted:
                self._coming = _after(picture, self._coming)
                return True
            if picture.position > index.positions[number]:
                return False
        return False

    def _from_the_beginning(self, number: int) -> None:
        self._coming = iter(())
        self.stream.close()
        self.stream = ClipStream(self._ffmpeg, self._source)
        self._coming = self.stream.pictures()
        for _count in zip(range(number), self._coming, strict=False):
            continue


def _after(first: CodedPicture, others: Iterator[CodedPicture]) -> Iterator[CodedPicture]:
    yield first
    yield from others
