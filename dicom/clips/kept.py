"""Decoded pictures that are kept: those around the one that is looked at, as many as there is memory for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort

from dicom.clips.decoder import Planes

_AHEAD = 24
_FEWEST = 2


class KeptPictures:
    """Pictures by their places in the order they are shown, around a place (`here`).

    First go those further ahead than a few, then the farthest behind: who goes on decodes one picture at a time, who
    steps back would have to decode a group of them at once.
    """

    def __init__(self, limit: int) -> None:
        """Keep `limit` bytes, and never fewer than two pictures."""
        self._limit = limit
        self._held: dict[int, Planes] = {}
        self._places: list[int] = []  # sorted
        self.nbytes = 0
        self.here = 0

    def get(self, place: int) -> Planes | None:
        """Return the picture shown at a place."""
        return self._held.get(place)

    def put(self, place: int, picture: Planes) -> None:
        """Keep a picture, if there is none that is worth more."""
        if place in self._held:
            self._drop(place)
        insort(self._places, place)
        self._held[place] = picture
        self.nbytes += picture.nbytes
        while self.nbytes > self._limit and len(self._places) > _FEWEST:
            self._drop(self._least_useful())

    def first_missing_before(self, place: int) -> int:
        """Return the nearest place before this one whose picture is not kept; -1 where all are."""
        end = bisect_left(self._places, place)
        # places are sorted: with one missing in a row, all before it are further away
        found = bisect_left(range(1, end + 1), True, key=lambda count: self._places[end - count] != place - count)
        return place - 1 - found

    def first_missing_after(self, place: int) -> int:
        """Return the nearest place after this one whose picture is not kept."""
        start, end = bisect_right(self._places, place), len(self._places)
        found = bisect_left(
            range(end - start), True, key=lambda count: self._places[start + count] != place + count + 1
        )
        return place + 1 + found

    def room_ahead(self, picture: Planes) -> int:
        """Return how many pictures such as this one are kept ahead of `here`."""
        return _ahead(self._limit // max(picture.nbytes, 1))

    def room_behind(self, picture: Planes) -> int:
        """Return how many pictures such as this one can be kept behind `here`."""
        return self._limit // max(picture.nbytes, 1) - self.room_ahead(picture)

    def _least_useful(self) -> int:
        first, last = self._places[0], self._places[-1]
        return last if last > self.here + _ahead(len(self._places)) or first >= self.here else first

    def _drop(self, place: int) -> None:
        self.nbytes -= self._held.pop(place).nbytes
        del self._places[bisect_left(self._places, place)]


def _ahead(pictures: int) -> int:
    """Return how many of so many pictures may lie ahead."""
    return min(_AHEAD, pictures // 4)
