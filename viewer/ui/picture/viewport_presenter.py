"""Brings what a viewport's position tells onto its widget."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from core.lanes import Ended, Event, NewestFirstLane
from viewer.frames.loading import LoadedFrame
from viewer.rendering.render import Scaled
from viewer.request_key import RequestKey
from viewer.ui import words
from viewer.ui.picture.viewport import Viewport
from viewer.viewport.position import Position
from viewer.viewport.presentation import FinePicture

Explain = Callable[[Exception], tuple[str, str]]
_LOADING_MS = 120
_PATIENCE_MS = 300  # a set's first picture waits so long for the window that suits all of them


class ViewportPresenter(QObject):
    """Shows frames as they come, and words where none can be shown."""

    set_begun = Signal()  # another set is on the screen now: what was done to view and window of the last is over
    shown = Signal()  # the picture, or what stands in its place, is another one

    def __init__(self, position: Position, picture: Viewport, lane: NewestFirstLane, explain: Explain | None) -> None:
        super().__init__(picture)
        self._position = position
        self._picture = picture
        self._lane = lane
        self._explain = explain or (lambda _: words.unreadable())
        self._new_set = True
        self._loading = QTimer(self, singleShot=True, interval=_LOADING_MS)
        self._loading.timeout.connect(self._say_loading)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(position.wait_no_longer)
        picture.make_fine = self._make_fine
        picture.again.clicked.connect(position.try_again)

    def stop(self) -> None:
        """Ask for nothing more."""
        self._loading.stop()
        self._patience.stop()

    def begin_set(self) -> None:
        """Show another set as soon as its first frame is there."""
        self._new_set = True
        self._patience.start()
        self.show_frame()

    def show_frame(self) -> None:
        """Show the wanted frame if it has come; else keep the last picture and say so after a moment."""
        current, loaded = self._position.current, self._position.loaded
        if current is None:
            self.show_nothing()
            return
        problem = self._problem()
        self._picture.show_notice(problem, can_try_again=self._position.error is not None)
        if loaded is not None:
            self._show_loaded(loaded, document=current.kind == "document")
        if loaded is not None or problem is not None:
            self._loading.stop()
            self._picture.mark = words.say("Loading the series") if self._position.waits_for else ""
        elif not self._loading.isActive() and not self._picture.mark:
            self._loading.start()
        self.shown.emit()
        self._picture.refresh()

    def show_nothing(self) -> None:
        """Say that an exam is being opened, or that none is open."""
        self._loading.stop()
        self._picture.show_notice(words.reading() if self._position.study.reading else words.nothing_open())
        self._picture.mark = ""
        self.shown.emit()
        self._picture.refresh()

    def take_set_window(self) -> None:
        """Use the window that was found for the wanted set; the last picture of another one keeps its own."""
        if not self._new_set:
            self._picture.presentation.take_set_window(self._position.set_window)
        self.show_frame()

    def wait_for_series(self) -> None:
        """Keep the last picture with a mark until the first of the series that was chosen is there."""
        if self._picture.notice is None:
            self._picture.mark = words.say("Loading the series")
            self._picture.update()

    def _show_loaded(self, loaded: LoadedFrame, *, document: bool) -> None:
        if self._new_set:
            self._new_set = False
            self._picture.end_drag()
            self._picture.presentation.begin(document=document)
            self._picture.presentation.take_set_window(self._position.set_window)
            self.set_begun.emit()
        self._picture.presentation.show(loaded)

    def _problem(self) -> tuple[str, str] | None:
        """Return words for what stands where the picture would be, None if a picture can be."""
        current, error = self._position.current, self._position.error
        if error is not None:
            return self._explain(error)
        if current is not None and current.kind == "other":
            return words.cannot_show(current.first.kind)
        return None

    def _say_loading(self) -> None:
        if self._position.loaded is None and self._picture.notice is None:
            self._picture.mark = words.say("Loading image {number}").format(number=self._position.index + 1)
            self._picture.update()

    def _make_fine(self, wish: FinePicture) -> None:
        """Have the fine picture resized in the lane, so that the window never waits for it."""

        def ended(event: Event[Scaled | None]) -> None:
            if isinstance(event, Ended) and event.state == "done":
                self._picture.take_fine(wish, event.result)

        self._lane.request(RequestKey(self._position.viewport, "fine picture"), wish.make, ended)
