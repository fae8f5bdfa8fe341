"""The viewer: series at the left, tools above, the picture in the middle, one line below."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QCloseEvent, QFontInfo, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.lanes import NewestFirstLane
from core.ui.kind_words import kind_said
from dicom.source import Content, FrameRef
from viewer.frames.loading import FrameDecoder
from viewer.layout import Layout
from viewer.study import series_words
from viewer.study.known import KnownSeries
from viewer.tools.window import WINDOW
from viewer.ui import words
from viewer.ui.controls.action_runner import ActionRunner
from viewer.ui.controls.action_set import ActionSet, Icons, ToolBar
from viewer.ui.controls.captions import Captions
from viewer.ui.controls.series_strip import SeriesStrip, StripItem, thumbnail_pixels
from viewer.ui.controls.status_line import StatusLine
from viewer.ui.picture.film_player import FilmPlayer
from viewer.ui.picture.stack_bar import StackBar
from viewer.ui.picture.viewport import Viewport
from viewer.ui.picture.viewport_presenter import Explain, ViewportPresenter
from viewer.ui.style import Colours, sheet
from viewer.viewport.position import Change


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
        self._colours = colours or Colours()
        self._viewports = Layout(decoder, lane, self._thumbnail_came, cache_limit)
        self.position = self._viewports.add_viewport(self._told)
        self.film = FilmPlayer(self.position, self)
        self.picture = Viewport(self._colours, self)
        self.strip = SeriesStrip(self._colours, icons, self)
        self.stack_bar = StackBar(self)
        self.commands = ActionSet(self, self.picture, icons)
        self.tool_bar = ToolBar(self.commands, icons, self)
        self.status = StatusLine(self)
        self._captions = Captions(self.position, self.picture, self.film, self.commands, self.status)
        parts = (self.position, self.picture, self.film, self.commands, self._captions, self.status)
        self._runner = ActionRunner(*parts)
        self._presenter = ViewportPresenter(self.position, self.picture, lane, explain)
        self._lay_out()
        self._connect()
        self._take_style()
        self._runner.take_tool("tool-window")
        self.commands["drawings"].setChecked(True)
        self._show_sets()
        self._presenter.show_nothing()

    # what others call

    def show_study(self, title: str, contents: Sequence[Content | FrameRef], known: Sequence[KnownSeries] = ()) -> None:
        """Open a study: its contents in any order, and what its series are called. What was open is closed."""
        self._captions.title = title
        self.film.stop()
        self.picture.presentation.clear()
        self.strip.forget_pictures()
        only = [item.content if isinstance(item, FrameRef) else item for item in contents]
        self._viewports.open(self.position, only, known)
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title_changed.emit(title)

    def close_study(self) -> None:
        """Close what is open."""
        self._captions.title = ""
        self.film.stop()
        self._viewports.close(self.position)
        self.picture.presentation.clear()
        self._show_sets()
        self._presenter.show_nothing()
        self._captions.show_status()
        self.title_changed.emit("")

    def stop(self) -> None:
        """Ask for nothing more, for good: the window is closing."""
        self.film.stop()
        self._presenter.stop()
        self._viewports.stop()

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
        self.strip.chosen.connect(self.position.choose)
        self.stack_bar.went_to.connect(self._runner.go_to)
        self.picture.stepped.connect(self._runner.step)
        self.picture.gesture.connect(self._captions.refresh)
        self.picture.hovered.connect(self._captions.refresh)
        self.picture.alone_wished.connect(self.commands["alone"].trigger)
        self.picture.menu_wished.connect(self._open_menu)
        self.picture.settled.connect(self._captions.describe_picture)
        self.commands.triggered.connect(self._runner.do)
        self.commands.window_chosen.connect(self._runner.choose_window)
        self.film.changed.connect(self._film_changed)
        self._presenter.set_begun.connect(lambda: self.commands["invert"].setChecked(False))
        self._presenter.shown.connect(self._follow_picture)
        self._runner.alone_wished.connect(self._show_alone)
        self._runner.full_screen_wished.connect(self.full_screen_requested)

    def changeEvent(self, event: QEvent) -> None:
        """Take another text size."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._take_style()
        super().changeEvent(event)

    def _take_style(self) -> None:
        made = sheet(self._colours, QFontInfo(QGuiApplication.font()).pixelSize())
        if made != self.styleSheet():
            self.setStyleSheet(made)
            self.tool_bar.fit_icons()
            self.strip.fit_width()
            self._viewports.want_thumbnails(thumbnail_pixels(self.strip.font(), self.devicePixelRatio()))

    # what the position tells

    def _told(self, change: Change) -> None:
        if change == "sets":
            self._show_sets()
        elif change == "set":
            self._begin_set()
        elif change in ("frame", "arrived"):
            self._presenter.show_frame()
        elif change == "window":
            self._presenter.take_set_window()
        elif change == "waits":
            self.film.stop()
            self.strip.show_current(self.position.waits_for)
            self._presenter.wait_for_series()
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
            for item in self.position.study.entries
        ]
        current = self.position.current
        self.strip.show_items(items, self.position.waits_for or (None if current is None else current.key))
        self.strip.setVisible(bool(items) and not self.commands["alone"].isChecked())

    def _begin_set(self) -> None:
        self.film.stop()
        current = self.position.current
        if current is not None and not self.position.waits_for:
            self.strip.show_current(current.key)
        self._presenter.begin_set()

    def _follow_picture(self) -> None:
        """Bring everything around the picture up to date with it."""
        current = self.position.current
        self.stack_bar.show_place(self.position.index, 0 if current is None else len(current.frames))
        self._allow()
        self._captions.refresh()

    def _thumbnail_came(self, study: str, key: str, picture: NDArray[np.uint8] | None) -> None:
        if picture is not None and study == self.position.study.key:
            self.strip.set_picture(key, _image_of(picture))

    # what only the panel can do

    def _allow(self) -> None:
        """Grey out what cannot be done now."""
        frame = (
            self.picture.presentation.frame
            if self.position.current is not None and self.picture.notice is None
            else None
        )
        self.commands.allow(picture=frame is not None, tones=frame is not None and self.picture.presentation.has_tones)
        self.commands.show_playing(self.film.playing, can_play=self.film.can_play())

    def _film_changed(self) -> None:
        self.commands.show_playing(self.film.playing, can_play=self.film.can_play())
        self._captions.show_status()

    def _show_alone(self, alone: bool) -> None:
        for part in (self.tool_bar, self.status):
            part.setVisible(not alone)
        self.strip.setVisible(not alone and bool(self.position.study.sets))
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)

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
        if self.picture.tool is not WINDOW:
            self._runner.take_tool("tool-window")
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
