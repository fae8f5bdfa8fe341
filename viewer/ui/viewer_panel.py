"""The viewer: series at the left, tools above, the picture in the middle, one line below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QFontInfo, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.lanes import Ended, Event, NewestFirstLane
from core.ui.kind_words import kind_said
from dicom.source import Content, FrameRef
from viewer.desk import Change, Desk
from viewer.frames.loading import FrameDecoder, LoadedFrame
from viewer.rendering.render import Scaled
from viewer.study import series_words
from viewer.study.known import KnownSeries
from viewer.ui import words
from viewer.ui.action_set import ActionSet, Icons, ToolBar
from viewer.ui.captions import Captions
from viewer.ui.deeds import Deeds
from viewer.ui.film import Film
from viewer.ui.look import Colours, sheet
from viewer.ui.series_strip import SeriesStrip, StripItem, thumbnail_pixels
from viewer.ui.stack_bar import StackBar
from viewer.ui.status_line import StatusLine
from viewer.ui.viewport import Viewport
from viewer.viewport.stage import FinePicture

Explain = Callable[[Exception], tuple[str, str]]
_LOADING_MS = 120
_PATIENCE_MS = 300  # a set's first picture waits so long for the window that suits all of them


class ViewerPanel(QWidget):
    """Shows one study. It knows no other room: what it wishes of the window it says by signals."""

    close_requested = Signal()
    full_screen_requested = Signal(bool)
    title_changed = Signal(str)

    def __init__(
        self,
        decoder: FrameDecoder,
        lane: NewestFirstLane,
        icons: Icons,
        explain: Explain | None = None,
        colours: Colours | None = None,
        parent: QWidget | None = None,
        *,
        cache_limit: int | None = None,
    ) -> None:
        """`lane` is the viewer's own and delivers to this thread; `icons` are for a dark ground; `explain` gives a
        title and a sentence for what could not be shown."""
        super().__init__(parent)
        self.setObjectName("viewer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._lane = lane
        self._new_set = True
        self._colours = colours or Colours()
        self._explain = explain or (lambda _: words.unreadable())
        self.desk = Desk(decoder, lane, self._told, self._thumbnail_came, cache_limit)
        self.film = Film(self.desk, self)
        self.picture = Viewport(self._colours, self)
        self.strip = SeriesStrip(self._colours, icons, self)
        self.stack_bar = StackBar(self)
        self.commands = ActionSet(self, self.picture, icons)
        self.tool_bar = ToolBar(self.commands, icons, self)
        self.status = StatusLine(self)
        self._captions = Captions(self.desk, self.picture, self.film, self.commands, self.status)
        parts = (self.desk, self.picture, self.film, self.commands, self._captions, self.status)
        self._deeds = Deeds(*parts, {"alone": self._alone, "full-screen": self._full_screen})
        self._loading = QTimer(self, singleShot=True, interval=_LOADING_MS)
        self._loading.timeout.connect(self._say_loading)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self.desk.wait_no_longer)
        self._lay_out()
        self._connect()
        self._dress()
        self._deeds.take_tool("tool-window")
        self.commands["drawings"].setChecked(True)
        self._show_sets()
        self._show_nothing()

    # what others call

    def show_study(self, title: str, contents: Sequence[Content | FrameRef], known: Sequence[KnownSeries] = ()) -> None:
        """Open a study: its contents in any order, and what its series are called. What was open is closed."""
        self._captions.title = title
        self.film.stop()
        self.picture.stage.clear()
        self.strip.forget_pictures()
        self.desk.open([item.content if isinstance(item, FrameRef) else item for item in contents], known)
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title_changed.emit(title)

    def close_study(self) -> None:
        """Close what is open."""
        self._captions.title = ""
        self.film.stop()
        self.desk.close()
        self.picture.stage.clear()
        self._show_sets()
        self._show_nothing()
        self.title_changed.emit("")

    def stop(self) -> None:
        """Ask for nothing more, for good: the window is closing."""
        self.film.stop()
        self._loading.stop()
        self._patience.stop()
        self.desk.stop()

    # building

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        for part in (self.strip, self.picture, self.stack_bar):
            middle.addWidget(part, 1 if part is self.picture else 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tool_bar)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        QWidget.setTabOrder(self.strip, self.picture)
        QWidget.setTabOrder(self.picture, self.stack_bar)

    def _connect(self) -> None:
        self.strip.chosen.connect(self.desk.choose)
        self.stack_bar.went_to.connect(self._deeds.go_to)
        self.picture.stepped.connect(self._deeds.step)
        self.picture.gesture.connect(self._captions.refresh)
        self.picture.hovered.connect(self._captions.refresh)
        self.picture.alone_wished.connect(self.commands["alone"].trigger)
        self.picture.menu_wished.connect(self._open_menu)
        self.picture.make_fine = self._make_fine
        self.picture.settled.connect(self._captions.describe_picture)
        self.picture.again.clicked.connect(self.desk.try_again)
        self.commands.triggered.connect(self._deeds.do)
        self.commands.window_chosen.connect(self._deeds.choose_window)
        self.film.changed.connect(self._film_changed)

    def changeEvent(self, event: QEvent) -> None:
        """Take another text size."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        made = sheet(self._colours, QFontInfo(QGuiApplication.font()).pixelSize())
        if made != self.styleSheet():
            self.setStyleSheet(made)
            self.tool_bar.fit_icons()
            self.strip.fit_width()
            self.desk.want_thumbnails(thumbnail_pixels(self.strip.font(), self.devicePixelRatio()))

    # what the desk tells

    def _told(self, change: Change) -> None:
        if change == "sets":
            self._show_sets()
        elif change == "set":
            self._begin_set()
        elif change in ("frame", "arrived"):
            self._show_frame()
        elif change == "look":
            self._take_look()
        elif change == "waits":
            self._wait_for_series()
        self._captions.show_status()

    def _show_sets(self) -> None:
        items = [
            StripItem(
                item.key,
                series_words.title(item, words.say),
                series_words.detail(item, kind_said, words.counted),
                series_words.icon(item),
                series_words.part(item, words.say),
            )
            for item in self.desk.entries
        ]
        current = self.desk.current
        self.strip.show_items(items, self.desk.waits_for or (None if current is None else current.key))
        self.strip.setVisible(bool(items) and not self.commands["alone"].isChecked())

    def _wait_for_series(self) -> None:
        """Keep the last picture with a mark until the first of the series that was chosen is there."""
        self.film.stop()
        self.strip.show_current(self.desk.waits_for)
        if self.picture.notice is None:
            self.picture.mark = words.say("Loading the series")
            self.picture.update()

    def _begin_set(self) -> None:
        self.film.stop()
        self._new_set = True
        self._patience.start()
        current = self.desk.current
        if current is not None and not self.desk.waits_for:
            self.strip.show_current(current.key)
        self._show_frame()

    def _show_frame(self) -> None:
        """Show the wanted frame if it has come; else keep the last picture and say so after a moment."""
        current, loaded = self.desk.current, self.desk.loaded
        if current is None:
            self._show_nothing()
            return
        self.stack_bar.show_place(self.desk.index, len(current.frames))
        problem = self._problem()
        self.picture.show_notice(problem, can_try_again=self.desk.error is not None)
        if loaded is not None:
            self._show_loaded(loaded, document=current.kind == "document")
        if loaded is not None or problem is not None:
            self._loading.stop()
            self.picture.mark = words.say("Loading the series") if self.desk.waits_for else ""
        elif not self._loading.isActive() and not self.picture.mark:
            self._loading.start()
        self._allow()
        self._captions.refresh()
        self.picture.refresh()

    def _take_look(self) -> None:
        """Use the window that was found for the wanted set; the last picture of another one keeps its own."""
        if not self._new_set:
            self.picture.stage.take_look(self.desk.look)
        self._show_frame()

    def _show_loaded(self, loaded: LoadedFrame, *, document: bool) -> None:
        """Show a frame; the first of another set ends what was done to view and window of the last."""
        if self._new_set:
            self._new_set = False
            self.picture.end_drag()
            self.picture.stage.begin(document=document)
            self.picture.stage.take_look(self.desk.look)
            self.commands["invert"].setChecked(False)
        self.picture.stage.show(loaded)

    def _problem(self) -> tuple[str, str] | None:
        """Return words for what stands where the picture would be, None if a picture can be."""
        current, error = self.desk.current, self.desk.error
        if error is not None:
            return self._explain(error)
        if current is not None and current.kind == "other":
            return words.cannot_show(current.first.kind)
        return None

    def _show_nothing(self) -> None:
        self._loading.stop()
        self.stack_bar.show_place(0, 0)
        self.picture.show_notice(words.reading() if self.desk.reading else words.nothing_open())
        self.picture.mark = ""
        self._allow()
        self._captions.show_status()
        self.picture.refresh()

    def _say_loading(self) -> None:
        if self.desk.loaded is None and self.picture.notice is None:
            self.picture.mark = words.say("Loading image {number}").format(number=self.desk.index + 1)
            self.picture.update()

    def _make_fine(self, wish: FinePicture) -> None:
        """Have the fine picture resized in the lane, so that the window never waits for it."""

        def ended(event: Event[Scaled | None]) -> None:
            if isinstance(event, Ended) and event.state == "done":
                self.picture.take_fine(wish, event.result)

        self._lane.request("fine picture", wish.make, ended)

    def _thumbnail_came(self, key: str, picture: NDArray[np.uint8] | None) -> None:
        if picture is not None:
            self.strip.set_picture(key, _image_of(picture))

    # what only the panel can do

    def _allow(self) -> None:
        """Grey out what cannot be done now."""
        frame = self.picture.stage.frame if self.desk.current is not None and self.picture.notice is None else None
        self.commands.allow(picture=frame is not None, tones=frame is not None and self.picture.stage.has_tones)
        self.commands.show_playing(self.film.playing, can_play=self.film.can_play())

    def _film_changed(self) -> None:
        self.commands.show_playing(self.film.playing, can_play=self.film.can_play())
        self._captions.show_status()

    def _alone(self) -> None:
        alone = self.commands["alone"].isChecked()
        for part in (self.tool_bar, self.status):
            part.setVisible(not alone)
        self.strip.setVisible(not alone and bool(self.desk.sets))
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    def _full_screen(self) -> None:
        self.full_screen_requested.emit(self.commands["full-screen"].isChecked())

    def _open_menu(self, place: QPoint) -> None:
        menu = self.commands.menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc steps back: from full screen, from the picture alone, from the film, from another tool; then out."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
            return
        super().keyPressEvent(event)

    def _escape(self) -> None:
        for name in ("full-screen", "alone", "cine"):
            if self.commands[name].isChecked():
                self.commands[name].trigger()
                return
        if self.picture.tool != "window":
            self._deeds.take_tool("tool-window")
        else:
            self.close_requested.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End what runs."""
        self.stop()
        super().closeEvent(event)


def _image_of(picture: NDArray[np.uint8]) -> QImage:
    """Return a grey or RGB array as an image of its own."""
    made = np.ascontiguousarray(picture)
    height, width = made.shape[:2]
    form = QImage.Format.Format_Grayscale8 if made.ndim == 2 else QImage.Format.Format_RGB888
    return QImage(made.data, width, height, made.strides[0], form).copy()
