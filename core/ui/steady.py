"""A press counts for what the hand was moved to: a button that came under a resting pointer waits a moment.

Windows change by themselves: a job ends, a notice comes, a card grows. Whoever presses twice, or is just about to
press, means what was there before. While a button takes no press it is seen to be not ready.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QMouseEvent, QWindow
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from core.ui.not_ready import NotReady

RESTING_SECONDS = 0.7  # how long a button that came under a resting pointer takes no press
AIMING_SECONDS = 0.35  # how long a place that held another button takes no press, wherever the hand came from
SHAKING_PIXELS = 12  # a hand that moves less than this is resting
_BETWEEN_LOOKS = 0.1
_LOOK_AGAIN_MS = 50

Meaning = tuple[str, str, str]
Look = tuple[float, list[tuple[QRect, Meaning]]]


class SteadyHand(QObject):
    """Watches windows, and leaves aside presses on buttons that have just come under the hand."""

    def __init__(
        self,
        application: QApplication,
        now: Callable[[], float] = time.monotonic,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or application)
        self._now = now
        self._rests_at: QPoint | None = None
        self._under: Meaning | None = None
        self._changed = -RESTING_SECONDS
        self._looks: deque[Look] = deque()
        self._left_aside = False
        self._sign = NotReady()
        self._lift = QTimer(self, interval=_LOOK_AGAIN_MS)
        self._lift.timeout.connect(self._show_whether_ready)
        application.focusWindowChanged.connect(self._watch_active)

    def watch(self, window: QWidget) -> None:
        """Watch a window that has been shown; dialogs are watched from when they are in front."""
        handle = window.windowHandle()
        if handle is not None:
            window.installEventFilter(self)
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the pointer and what happens under it (Qt calls this)."""
        kind = event.type()
        if kind == QEvent.Type.UpdateRequest:
            self._look_under()
        elif isinstance(event, QMouseEvent) and isinstance(watched, QWindow):
            return self._mouse(kind, event)
        return False

    @Slot(QWindow)
    def _watch_active(self, _: QWindow | None = None) -> None:
        window = QApplication.activeWindow()
        if window is not None:
            self.watch(window)

    def _mouse(self, kind: QEvent.Type, event: QMouseEvent) -> bool:
        place = event.globalPosition().toPoint()
        if kind == QEvent.Type.MouseMove and event.buttons() == Qt.MouseButton.NoButton:
            self._move(place)
            self._look_around()
        elif kind in {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick}:
            self._left_aside = not self._may_press(place)
            self._show_whether_ready()
            return self._left_aside
        elif kind == QEvent.Type.MouseButtonRelease and self._left_aside:
            self._left_aside = False
            return True
        return False

    def _move(self, place: QPoint) -> None:
        """Take what a hand that moves comes to as what it means."""
        if self._rests_at is None or (place - self._rests_at).manhattanLength() > SHAKING_PIXELS:
            self._rests_at, self._under = place, _meaning_at(place)
            self._changed = -RESTING_SECONDS

    def _may_press(self, place: QPoint) -> bool:
        self._move(place)
        meant = _meaning_at(place)
        if meant is None:
            return True
        if meant != self._under:
            self._under, self._changed = meant, self._now()
        return self._is_ready(place, meant)

    def _is_ready(self, place: QPoint, meant: Meaning) -> bool:
        return self._now() - self._changed >= RESTING_SECONDS and not self._held_another(place, meant)

    def _show_whether_ready(self) -> None:
        """Put the sign on what is under the hand and takes no press yet, and take it off what does."""
        place = self._rests_at
        found = None if place is None else _button_at(place)
        if place is None or found is None or self._is_ready(place, _meaning(found)):
            self._sign.lift()
            self._lift.stop()
        else:
            self._sign.cover(found)
            self._lift.start()

    def _held_another(self, place: QPoint, meant: Meaning) -> bool:
        """Tell whether another button was here a moment ago."""
        since = self._now() - AIMING_SECONDS
        return any(
            before != meant
            for when, look in self._looks
            if when >= since
            for area, before in look
            if area.contains(place)
        )

    def _look_under(self) -> None:
        """Notice what came under the resting pointer."""
        if self._rests_at is None:
            return
        meant = _meaning_at(self._rests_at)
        if meant != self._under:
            self._under, self._changed = meant, self._now()
            if meant is not None:
                self._lift.start()  # at the next look, when the window has been painted

    def _look_around(self) -> None:
        """Remember where the buttons are that the hand is on its way to."""
        now = self._now()
        if self._looks and now - self._looks[-1][0] < _BETWEEN_LOOKS:
            return
        while self._looks and self._looks[0][0] < now - AIMING_SECONDS:
            self._looks.popleft()
        window = QApplication.activeWindow()
        if window is not None:
            self._looks.append((now, _buttons_of(window)))


def _button_at(place: QPoint) -> QAbstractButton | None:
    """Give the button a press at a place of the screen would go to."""
    widget = QApplication.widgetAt(place)
    while isinstance(widget, QWidget) and not isinstance(widget, QAbstractButton) and not widget.isWindow():
        widget = widget.parentWidget()
    return widget if isinstance(widget, QAbstractButton) else None


def _meaning_at(place: QPoint) -> Meaning | None:
    """Give what a press at a place of the screen would mean, None where no button is."""
    found = _button_at(place)
    return None if found is None else _meaning(found)


def _meaning(button: QAbstractButton) -> Meaning:
    """A button made anew with the same words for the same thing means the same; a switch means itself, on or off."""
    words = "" if button.isCheckable() else button.text()
    named = button.accessibleName() or button.toolTip()
    return (words, named, button.accessibleDescription() or f"{id(button)}")


def _buttons_of(window: QWidget) -> list[tuple[QRect, Meaning]]:
    seen = (button for button in window.findChildren(QAbstractButton) if button.isVisible())
    return [(QRect(button.mapToGlobal(QPoint(0, 0)), button.size()), _meaning(button)) for button in seen]
