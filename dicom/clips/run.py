"""One decoder on its way through a clip, from a key picture on, and what its pictures are worth."""

from __future__ import annotations

from collections.abc import Callable, Generator

from dicom.clips.coded import CodedPictures
from dicom.clips.decoder import ClipDecoder, Planes
from dicom.clips.ffmpeg import Ffmpeg
from dicom.clips.index import ClipIndex

Way = Generator[int, None, Planes | None]
_EARLIER_KEYS = 3


class DecodingRun:
    """Decodes coded pictures one after the other; each that is shown goes to `keep`, by its place.

    Raises `DicomError("decode-failed")` where there is no decoder.
    """

    def __init__(
        self, ffmpeg: Ffmpeg, coded: CodedPictures, index: ClipIndex, keep: Callable[[int, Planes], None]
    ) -> None:
        self._coded, self._index, self._keep = coded, index, keep
        self._decoder = ClipDecoder(ffmpeg, coded.stream.parameters)
        self.next: int | None = None  # the coded picture the decoder wants next; None: it must begin anew
        self._start = 0  # the key picture it began with
        self._place = -1  # of the picture that came out last
        self._unfilled: list[int] = []  # pictures, since the key picture, of which a part was not decoded
        self._damaged: list[int] = list(index.damaged)  # pictures that are in error, or missing

    def close(self) -> None:
        """Let go of the decoder."""
        self._decoder.close()

    def can_go_on(self, number: int) -> bool:
        """Tell whether a picture will come out without beginning anew, and no key picture is passed for it."""
        places = self._index.places
        if self.next is None or self._index.start_for(number) > self.next:
            return False
        return places[self._start] <= places[number] and self._place < places[number]

    def first_for(self, number: int) -> int:
        """Return the coded picture with which the way to a picture begins."""
        return self.next if self.next is not None and self.can_go_on(number) else self._index.start_for(number)

    def way_to(self, number: int) -> Way:
        """Decode on until a picture comes out, which is returned; None where it does not.

        Yields the number of each coded picture before it is decoded, and may be left there.
        """
        if self.can_go_on(number) and (found := (yield from self._on_to(number))) is not None:
            return found
        start: int | None = self._index.start_for(number)
        for _ in range(_EARLIER_KEYS):
            if start is None:
                break
            self._begin(start)
            if (found := (yield from self._on_to(number))) is not None:
                return found
            start = self._index.start_before(start)
        return None

    def _begin(self, start: int) -> None:
        self._decoder.restart()
        self._start = self.next = start
        self._place = self._index.places[start] - 1
        self._unfilled, self._damaged = [], list(self._index.damaged)

    def _on_to(self, number: int) -> Way:
        """Decode on until a picture comes out; None if others come that are shown after it."""
        found = None
        while found is None and self.next is not None and self._place < self._index.places[number]:
            yield self.next
            for picture in self._decoded():
                if (judged := self._judged(picture)) is not None:
                    self._keep(self._place, judged)
                    found = judged if judged.number == number else found
        return found

    def _decoded(self) -> list[Planes]:
        """Return the pictures that come out with the next coded one."""
        now, end = self.next, len(self._index.sizes)
        assert now is not None
        self.next = None  # for good, if anything is raised
        pictures = self._decoder.decode(self._coded.read(now), now) if now < end else self._decoder.finish()
        self.next = now + 1 if now < end else None
        if self._decoder.refused:
            self._damaged.append(now)
        return pictures

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


def walked(way: Way, look: Callable[[int], None]) -> Planes | None:
    """Go a way to its end; `look` is called with the number of each coded picture on it."""
    while True:
        try:
            number = next(way)
        except StopIteration as end:
            found: Planes | None = end.value
            return found
        look(number)
