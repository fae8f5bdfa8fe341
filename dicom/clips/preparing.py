"""What the next steps will need is decoded beforehand, a few pictures with each call.

A picture that is not kept needs all that lies between it and its key picture: a whole group, or what of a long one
there was no memory for. Whoever steps back, or turns round, is not to wait for that at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from core.errors import DicomError
from dicom.clips.decoder import Planes
from dicom.clips.index import ClipIndex
from dicom.clips.kept import KeptPictures
from dicom.clips.run import DecodingRun, Way

Look = Callable[[int], None]
MOST_AT_ONCE = 16  # coded pictures a step back may cost
_HELD_BACK = 4  # pictures a decoder may want beyond one before that one comes out
_STEP = 3  # frames; what goes farther is a jump
_LARGEST = 16 << 20  # bytes of a picture (4K); of larger ones a second decoder would hold too much


class Preparation:
    """Prepares, on one side of the picture that is shown, the nearest one that is not kept, and those around it."""

    def __init__(
        self, index: ClipIndex, kept: KeptPictures, get_run: Callable[[], DecodingRun], *, behind: bool
    ) -> None:
        """`get_run` is called where there is something to do for the first time."""
        self._index, self._kept, self._get_run, self._behind = index, kept, get_run, behind
        self._parts = 2 if index.fields else 1
        self.run: DecodingRun | None = None
        self._number = -1  # of the picture the way leads to
        self._in_vain: set[int] = set()  # pictures to which the way did not lead
        self._way: Way = _nowhere()
        self._due: int | None = None  # the coded picture that comes next on it

    def prepare(self, place: int, step: int, picture: Planes, look: Look) -> None:
        """Do what is due while a picture is shown, `step` places from the one before.

        Steps towards this side do an even share of what is left. A jump does what the steps back that are left could
        not, at `MOST_AT_ONCE` each. Trouble is told when what was prepared is asked for.
        """
        if abs(step) > _STEP * self._parts:
            self._in_vain.clear()
        targets = list(self._targets(place, picture))
        count = 0
        if 0 < (-step if self._behind else step) <= _STEP * self._parts:
            count = max((-(-left // (steps + 1)) for _number, left, steps in targets), default=0)
        elif self._behind and abs(step) > _STEP * self._parts:
            count = max((left - steps * MOST_AT_ONCE for _number, left, steps in targets), default=0)
        for number, _left, _steps in targets:
            count -= self._go(number, count, look)

    def leave(self) -> None:
        """Go no further on the way, because its run is wanted for something else."""
        self._number, self._due = -1, None

    def _targets(self, place: int, picture: Planes) -> Iterator[tuple[int, int, int]]:
        """Yield what is to be prepared: its number, how many pictures are to be decoded by then, and steps until then.

        That is the nearest picture without a place among the kept ones, and behind it the nearest before its group.
        """
        left, missing = 0, self._missing(place, place, picture)
        for _ in range(2 if self._behind else 1):
            if missing is None:
                return
            number = self._index.shown[missing]
            start = self._index.start_for(number)
            left += number + _HELD_BACK - (self.run.first_for(number) if self.run and not left else start)
            yield number, left, -(-abs(place - missing) // self._parts)
            missing = self._missing(place, min(missing, self._index.places[start]), picture)

    def _missing(self, place: int, beyond: int, picture: Planes) -> int | None:
        """Return the nearest place without a picture; None if that is far, or there is no room for what comes."""
        if self._behind:
            missing = self._kept.first_missing_before(beyond)
            there, far = missing >= 0, self._kept.room_behind(picture)
        else:
            missing = self._kept.first_missing_after(beyond)
            there, far = missing < len(self._index.shown), self._kept.room_ahead(picture)
        return missing if there and abs(missing - place) <= far and picture.nbytes <= _LARGEST else None

    def _go(self, number: int, count: int, look: Look) -> int:
        """Decode so many pictures on the way to one; return how many it were."""
        if count <= 0 or number in self._in_vain:
            return 0
        done = 0
        with suppress(DicomError):
            if number != self._number:
                self._begin(number)
            while done < count and self._due is not None:
                look(self._due)
                done += 1
                self._due = None  # for good, if anything is raised
                self._due = next(self._way, None)
        if self._due is None:
            self._number = -1
            if self._kept.get(self._index.places[number]) is None:
                self._in_vain.add(number)
        return done

    def _begin(self, number: int) -> None:
        self._number, self._due = number, None
        self.run = self.run or self._get_run()
        self._way = self.run.way_to(number)
        self._due = next(self._way, None)


def _nowhere() -> Way:
    yield from ()
    return None
