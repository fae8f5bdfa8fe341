"""Playing a set as a film: which frame is due, and what was really shown."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence

from dicom.description import ObjectDescription

SLOWEST, FASTEST = 1.0, 120.0
_CLIP_RATE, _STACK_RATE = 15.0, 10.0
_FASTER = 1.25
_MEASURED_SECONDS = 2.0


def natural_rate(description: ObjectDescription) -> float:
    """Return images a second as the file recommends, else as it was taken, else a calm default (PS3.3 C.7.6.5)."""
    rate = description.recommended_display_frame_rate
    if not rate and description.frame_time_ms:
        rate = 1000.0 / description.frame_time_ms
    if not rate or rate <= 0:
        return _CLIP_RATE if description.kind == "video" else _STACK_RATE
    return min(max(rate, SLOWEST), FASTEST)


class Cine:
    """Decides what is shown when; the clock is handed in, in seconds."""

    def __init__(self, count: int, index: int, rate: float, now: float, *, sweep: bool = False) -> None:
        self.rate = rate
        self.sweep = sweep
        self.dropped = 0
        self._count = count
        self._index = index
        self._way = 1
        self._due = now + 1 / rate
        self._shown: deque[float] = deque()

    @property
    def index(self) -> int:
        """The frame shown now."""
        return self._index

    @property
    def direction(self) -> int:
        """The way it runs: 1 or -1."""
        return self._way

    def advance(self, now: float, is_there: Callable[[int], bool]) -> int | None:
        """Return the frame to show now, None to leave the picture.

        Frames that came too late are left out and counted; without any that is there, the film waits.
        """
        if now < self._due or self._count < 2:
            return None
        steps = 1 + int((now - self._due) * self.rate)
        coming = self._coming(min(steps, self._count))
        there = [place for place, (index, _) in enumerate(coming) if is_there(index)]
        if not there:
            self._due = now
            return None
        self.dropped += there[-1]
        self._index, self._way = coming[there[-1]]
        self._due = max(self._due + (there[-1] + 1) / self.rate, now - 1 / self.rate)
        self._shown.append(now)
        return self._index

    def set_rate(self, rate: float) -> None:
        """Run at another speed from the next frame on."""
        self.rate = min(max(rate, SLOWEST), FASTEST)

    def faster(self) -> None:
        """Run a quarter faster."""
        self.set_rate(self.rate * _FASTER)

    def slower(self) -> None:
        """Run a quarter slower."""
        self.set_rate(self.rate / _FASTER)

    def measured_rate(self, now: float) -> float | None:
        """Return the images a second of the last two seconds, None while that is not known."""
        while self._shown and self._shown[0] < now - _MEASURED_SECONDS:
            self._shown.popleft()
        if len(self._shown) < 2:
            return None
        return (len(self._shown) - 1) / max(self._shown[-1] - self._shown[0], 1e-6)

    def _coming(self, steps: int) -> Sequence[tuple[int, int]]:
        """Return the next frames and the way after each."""
        coming = []
        index, way = self._index, self._way
        for _ in range(steps):
            if not self.sweep:
                index, way = (index + 1) % self._count, 1
            else:
                if not 0 <= index + way < self._count:
                    way = -way
                index += way
            coming.append((index, way))
        return coming
