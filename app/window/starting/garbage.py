"""Collects Python's garbage in the Qt thread alone.

Python collects in whichever thread made the last object. A forgotten widget that is part of a cycle would be destroyed
in a lane's thread, which Qt does not survive.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

LOOK_MS = 1000
KEEP_AFTER = 5  # looks: by then all is imported that the window needs


class Garbage(QObject):
    """Takes over from Python until it is stopped; as soon as Python would, at most once a second.

    What the program is made of stays to its end: looking through it at each full collection would halt the window.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._looks = 0
        self._timer.start()
        gc.disable()

    def look(self) -> None:
        """Collect what is due; once everything is there, keep that aside for good."""
        self._looks += 1
        if self._looks == KEEP_AFTER:
            gc.freeze()
        self.collect()

    def collect(self) -> None:
        """Collect the oldest generation that is due."""
        for generation, (count, due) in reversed(list(enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True)))):
            if due and count > due:
                gc.collect(generation)
                return

    def stop(self) -> None:
        """Give it back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
