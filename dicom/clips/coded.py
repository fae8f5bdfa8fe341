"""The bytes of a clip's coded pictures by their numbers."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from core.errors import DicomError
from dicom.clips.ffmpeg import Ffmpeg
from dicom.clips.index import ClipIndex
from dicom.clips.stream import ClipStream, CodedPicture
from dicom.reading.bytes_source import ByteSource

_SEARCHED_PICTURES = 2000  # behind the place a container was told to go to


class CodedPictures:
    """Reads coded pictures, best one after the other; each is checked to be the one that was indexed."""

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

    def beside(self) -> CodedPictures:
        """Return what reads another stretch of the same clip meanwhile; where none has to come in turn it is this."""
        return self if self._index.by_offset else CodedPictures(self._ffmpeg, self._source, self._index)

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
