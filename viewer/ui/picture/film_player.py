"""Plays a viewport's set as a film with a Qt timer."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from viewer.viewport.cine import Cine, natural_rate
from viewer.viewport.position import Position


class FilmPlayer(QObject):
    """On or off; goes to frames of the set when they are due."""

    changed = Signal()  # on, off, or another speed

    def __init__(self, position: Position, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._position = position
        self._cine: Cine | None = None
        self._count = 0
        self._rates: dict[str, float] = {}  # by set, what the person chose
        self.sweep = False
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)

    @property
    def playing(self) -> bool:
        """Whether it runs."""
        return self._cine is not None

    def can_play(self) -> bool:
        """Tell whether there is anything to play."""
        current = self._position.current
        return current is not None and len(current.frames) > 1 and current.kind in ("stack", "clip")

    def start(self) -> None:
        """Play from the frame that is shown."""
        current = self._position.current
        if current is None or not self.can_play():
            return
        rate = self._rates.get(current.key) or natural_rate(current.first)
        self._begin(len(current.frames), rate)
        self._pace()
        self.changed.emit()

    def stop(self) -> None:
        """Stand still."""
        if self._cine is not None:
            self._cine = None
            self._timer.stop()
            self.changed.emit()

    def change_speed(self, *, faster: bool) -> None:
        """Run a quarter faster or slower, now and the next time this set is played."""
        current = self._position.current
        if self._cine is None or current is None:
            return
        self._cine.faster() if faster else self._cine.slower()
        self._rates[current.key] = self._cine.rate
        self._pace()
        self.changed.emit()

    def set_sweep(self, sweep: bool) -> None:
        """Run there and back instead of round and round."""
        self.sweep = sweep
        if self._cine is not None:
            self._cine.sweep = sweep

    def rate(self) -> float:
        """The images a second that are meant."""
        return self._cine.rate if self._cine is not None else 0.0

    def measured(self) -> float | None:
        """The images a second that were shown, None while not known."""
        return None if self._cine is None else self._cine.measured_rate(time.monotonic())

    def dropped(self) -> int:
        """How many images were left out because they came too late."""
        return 0 if self._cine is None else self._cine.dropped

    def _begin(self, count: int, rate: float) -> None:
        self._count = count
        self._cine = Cine(count, self._position.index, rate, time.monotonic(), sweep=self.sweep)

    def _pace(self) -> None:
        if self._cine is not None:
            self._timer.start(max(4, round(500 / self._cine.rate)))

    def _tick(self) -> None:
        current = self._position.current
        if self._cine is None or current is None:
            return
        if self._count != len(current.frames):  # more of the study has been read
            self._begin(len(current.frames), self._cine.rate)
        index = self._cine.advance(time.monotonic(), self._position.is_there)
        if index is not None:
            self._position.go_to(index)
