"""The viewer: series at the left, tools above, the picture in the middle, one line below."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QFontInfo, QGuiApplication, QImage, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.lanes import Ended, Event, NewestFirstLane
from dicom.display import voi_choices
from dicom.names import display_name
from dicom.source import Content, FrameRef
from viewer import series_words
from viewer.actions import OWN_WINDOW_KEY
from viewer.corner_text import Amount, Situation, corner_texts, short_number
from viewer.desk import Change, Desk
from viewer.loading import FrameDecoder
from viewer.render import Scaled
from viewer.stage import FinePicture
from viewer.ui import words
from viewer.ui.action_set import ActionSet, Icons, ToolBar
from viewer.ui.film import Film
from viewer.ui.look import Colours, sheet
from viewer.ui.series_strip import SeriesStrip, StripItem, thumbnail_pixels
from viewer.ui.stack_bar import StackBar
from viewer.ui.status_line import StatusLine
from viewer.ui.viewport import Viewport
from viewer.view_state import flipped_horizontally, flipped_vertically, rotated
from viewer.window_list import NamedWindow, named_windows

Explain = Callable[[Exception], tuple[str, str]]
_LOADING_MS = 120
_AMOUNTS: tuple[Amount, ...] = ("all", "minimal", "none")


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
        """`lane` is the viewer's own and delivers to this thread; `icons` are for a dark ground."""
        super().__init__(parent)
        self.setObjectName("viewer")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._colours = colours or Colours()
        self._explain = explain or _plain_words
        self._lane = lane
        self._title = ""
        self._amount: Amount = "all"
        self._windows: tuple[NamedWindow, ...] = ()
        self._speech = words.speech(display_name, self.locale())
        self.desk = Desk(decoder, lane, self._told, self._thumbnail_came, cache_limit)
        self.film = Film(self.desk, self)
        self.picture = Viewport(self._colours, self)
        self.strip = SeriesStrip(self._colours, icons, self)
        self.stack_bar = StackBar(self)
        self.actions_ = ActionSet(self, self.picture, icons)
        self.tool_bar = ToolBar(self.actions_, icons, self)
        self.status = StatusLine(self)
        self._loading = QTimer(self, singleShot=True, interval=_LOADING_MS)
        self._loading.timeout.connect(self._say_loading)
        self._lay_out()
        self._connect()
        self._dress()
        self.actions_["tool-window"].setChecked(True)
        self._show_nothing()

    # what others call

    def show_study(self, title: str, contents: Sequence[Content | FrameRef]) -> None:
        """Open a study: its objects' contents in any order. What was open is closed."""
        self._title = title
        self.film.stop()
        self.picture.stage.clear()
        self.strip.forget_pictures()
        self.desk.open([item.content if isinstance(item, FrameRef) else item for item in contents])
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)
        self.title_changed.emit(title)

    def close_study(self) -> None:
        """Close what is open."""
        self._title = ""
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
        self.stack_bar.went_to.connect(self._go_to)
        self.picture.stepped.connect(self._step)
        self.picture.gesture.connect(self._refresh_texts)
        self.picture.hovered.connect(self._hovered)
        self.picture.alone_wished.connect(self.actions_["alone"].trigger)
        self.picture.menu_wished.connect(self._open_menu)
        self.actions_.triggered.connect(self._do)
        self.actions_.window_chosen.connect(self._choose_window)
        self.picture.make_fine = self._make_fine
        self.film.changed.connect(self._film_changed)

    def changeEvent(self, event: QEvent) -> None:
        """Take another text size."""
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.ApplicationFontChange):
            self._dress()
        super().changeEvent(event)

    def _dress(self) -> None:
        pixels = QFontInfo(QGuiApplication.font()).pixelSize()
        made = sheet(self._colours, pixels)
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
        self._show_status()

    def _show_sets(self) -> None:
        items = [
            StripItem(item.key, series_words.title(item, words.say), series_words.detail(item, words.say), icon)
            for item in self.desk.sets
            for icon in (series_words.icon(item),)
        ]
        current = self.desk.current
        self.strip.show_items(items, None if current is None else current.key)
        self.strip.setVisible(bool(items) and not self.actions_["alone"].isChecked())

    def _begin_set(self) -> None:
        self.film.stop()
        self.picture.stage.begin()
        current = self.desk.current
        if current is not None:
            self.strip.show_current(current.key)
        self.actions_["invert"].setChecked(False)
        self._show_frame()

    def _show_frame(self) -> None:
        """Show the wanted frame if it has come; else keep the last picture and say so after a moment."""
        current, loaded = self.desk.current, self.desk.loaded
        if current is None:
            self._show_nothing()
            return
        self.stack_bar.show_place(self.desk.index, len(current.frames))
        problem = self._problem()
        self.picture.notice = problem
        if loaded is not None:
            self.picture.stage.show(loaded)
        if loaded is not None or problem is not None:
            self._loading.stop()
            self.picture.mark = ""
        elif not self._loading.isActive() and not self.picture.mark:
            self._loading.start()
        self._allow()
        self._refresh_texts()
        self.picture.refresh()

    def _problem(self) -> tuple[str, str] | None:
        """Return words for what stands where the picture would be, None if a picture can be."""
        current, error = self.desk.current, self.desk.error
        if error is not None:
            return self._explain(error)
        if current is not None and current.kind == "other":
            return words.cannot_show(current.first.kind)
        return None

    def _make_fine(self, wish: FinePicture) -> None:
        """Have the fine picture resized in the lane, so that the window never waits for it."""

        def ended(event: Event[Scaled | None]) -> None:
            if isinstance(event, Ended) and event.state == "done":
                self.picture.take_fine(wish, event.result)

        self._lane.request("fine picture", wish.make, ended)

    def _show_nothing(self) -> None:
        self._loading.stop()
        self.stack_bar.show_place(0, 0)
        self.picture.notice = words.reading() if self.desk.reading else words.nothing_open()
        self.picture.mark = ""
        self._allow()
        self._show_status()
        self.picture.refresh()

    def _say_loading(self) -> None:
        if self.desk.loaded is None and self.picture.notice is None:
            self.picture.mark = words.say("Loading image {number}").format(number=self.desk.index + 1)
            self.picture.update()

    def _thumbnail_came(self, key: str, picture: NDArray[np.uint8] | None) -> None:
        if picture is not None:
            self.strip.set_picture(key, _image_of(picture))

    # texts

    def _refresh_texts(self) -> None:
        frame = self.picture.stage.frame
        current = self.desk.current
        if frame is None or current is None:
            return
        number, total = self._place_of_shown()
        situation = Situation(
            number,
            total,
            self.picture.stage.view.zoom,
            self.picture.stage.voi,
            self._value(),
            current.kind == "document",
        )
        said, index = frame.shown.description, frame.shown.frame_index
        self.picture.texts = corner_texts(said, index, situation, self._speech, self._amount)
        self._offer_windows()
        self.picture.update()

    def _place_of_shown(self) -> tuple[int, int]:
        """Return number and total of the frame on the screen, which may not be the one that is wanted."""
        current, frame = self.desk.current, self.picture.stage.frame
        if current is None or frame is None:
            return 0, 0
        wanted = current.frames[self.desk.index]
        if wanted.key == frame.shown.key:
            return self.desk.index + 1, len(current.frames)
        places = (place for place, item in enumerate(current.frames, 1) if item.key == frame.shown.key)
        return next(places, 1), len(current.frames)

    def _value(self) -> str:
        pointer = self.picture.pointer
        found = None if pointer is None else self.picture.stage.value_at(pointer)
        if found is None:
            return ""
        return f"{short_number(found[0])} {found[1]}".strip()

    def _hovered(self) -> None:
        if self._amount == "all":
            self._refresh_texts()

    def _show_status(self) -> None:
        self.status.show_title(self._title)
        if self.desk.reading:
            text = words.say("{n} of {total} files looked at")
            self.status.show_news(text.format(n=self.desk.described, total=self.desk.total))
        elif self.film.playing:
            self.status.show_news(words.film_news(self.film.rate(), self.film.measured(), self.film.dropped()))
        else:
            self.status.show_news("")
        self.status.show_hint(words.hint(self.picture.tool) if self.desk.current is not None else "")

    # windows

    def _offer_windows(self) -> None:
        frame = self.picture.stage.frame
        offered: tuple[NamedWindow, ...] = ()
        if frame is not None and not frame.prepared.is_colour:
            said, index = frame.shown.description, frame.shown.frame_index
            offered = named_windows(said, index, voi_choices(said, index), words.say)
        chosen = self.picture.stage.chosen
        place = next((n for n, item in enumerate(offered) if item.voi == chosen), -1 if chosen is None else -2)
        if offered != self._windows or place != self.actions_.chosen_window:
            self._windows = offered
            self.actions_.offer_windows([(item.name, item.key) for item in offered], place)

    def _choose_window(self, place: int) -> None:
        """Take a window by its place in the list; -1 is the file's own."""
        if place >= len(self._windows):
            return
        self.picture.stage.choose(None if place < 0 else self._windows[place].voi)
        self._changed()

    def _press_number(self, key: str) -> None:
        if key == OWN_WINDOW_KEY:
            self._choose_window(-1)
        place = next((n for n, item in enumerate(self._windows) if item.key == key), None)
        if place is not None:
            self._choose_window(place)

    # actions

    def _do(self, name: str) -> None:
        if name.startswith("tool-"):
            self._take_tool(name)
        elif name.startswith("number-"):
            self._press_number(name.removeprefix("number-"))
        else:
            self._deeds()[name]()

    def _deeds(self) -> dict[str, Callable[[], None]]:
        stage = self.picture.stage
        return {
            "fit": lambda: self._changed(stage.fit),
            "actual": lambda: self._changed(stage.actual),
            "reset": self._reset,
            "zoom-in": lambda: self._changed(lambda: stage.zoom(1.25, self.picture.pointer)),
            "zoom-out": lambda: self._changed(lambda: stage.zoom(0.8, self.picture.pointer)),
            "invert": lambda: self._changed(stage.invert),
            "flip-horizontal": lambda: self._changed(lambda: stage.change_view(flipped_horizontally)),
            "flip-vertical": lambda: self._changed(lambda: stage.change_view(flipped_vertically)),
            "rotate-left": lambda: self._changed(lambda: stage.change_view(lambda view: rotated(view, -1))),
            "rotate-right": lambda: self._changed(lambda: stage.change_view(lambda view: rotated(view, 1))),
            "cine": self._play_or_stop,
            "slower": lambda: self.film.change_speed(faster=False),
            "faster": lambda: self.film.change_speed(faster=True),
            "sweep": lambda: self.film.set_sweep(self.actions_["sweep"].isChecked()),
            "text": self._next_amount,
            "copy": self._copy,
            "previous-image": lambda: self._step(-1),
            "next-image": lambda: self._step(1),
            "back-ten": lambda: self._step(-10),
            "forward-ten": lambda: self._step(10),
            "first-image": lambda: self._go_to(0),
            "last-image": lambda: self._go_to(1 << 30),
            "previous-series": lambda: self.desk.step_set(-1),
            "next-series": lambda: self.desk.step_set(1),
            "alone": self._alone,
            "full-screen": lambda: self.full_screen_requested.emit(self.actions_["full-screen"].isChecked()),
        }

    def _changed(self, change: Callable[[], None] | None = None) -> None:
        if change is not None:
            change()
        self._refresh_texts()
        self.picture.refresh()

    def _step(self, steps: int) -> None:
        self.film.stop()
        self.desk.step(steps)

    def _go_to(self, index: int) -> None:
        self.film.stop()
        self.desk.go_to(index)

    def _take_tool(self, name: str) -> None:
        self.actions_[name].setChecked(True)
        self.picture.set_tool({"tool-window": "window", "tool-pan": "pan", "tool-zoom": "zoom"}[name])  # type: ignore[arg-type]
        self._show_status()

    def _reset(self) -> None:
        self.actions_["invert"].setChecked(False)
        self._changed(self.picture.stage.reset)

    def _play_or_stop(self) -> None:
        if self.film.playing:
            self.film.stop()
        else:
            self.film.start()

    def _film_changed(self) -> None:
        self.actions_["cine"].setChecked(self.film.playing)
        for name in ("slower", "faster"):
            self.actions_[name].setEnabled(self.film.playing)
        self._show_status()

    def _next_amount(self) -> None:
        self._amount = _AMOUNTS[(_AMOUNTS.index(self._amount) + 1) % len(_AMOUNTS)]
        self.picture.show_letters = self._amount != "none"
        self._changed()

    def _copy(self) -> None:
        image = self.picture.image()
        if not image.isNull():
            QGuiApplication.clipboard().setImage(image)
            self.status.show_news(words.say("Picture copied, without name and texts"))

    def _alone(self) -> None:
        alone = self.actions_["alone"].isChecked()
        for part in (self.tool_bar, self.status):
            part.setVisible(not alone)
        self.strip.setVisible(not alone and bool(self.desk.sets))
        self.picture.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_menu(self, place: QPoint) -> None:
        self.actions_.menu(self).popup(place)

    def _allow(self) -> None:
        """Grey out what cannot be done now."""
        frame = self.picture.stage.frame if self.desk.current is not None and self.picture.notice is None else None
        self.actions_.allow(picture=frame is not None, grey=frame is not None and not frame.prepared.is_colour)
        self.actions_["cine"].setEnabled(self.film.can_play())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc steps back: from full screen, from the picture alone, from the film, from another tool; then out."""
        if event.key() == Qt.Key.Key_Escape:
            self._escape()
            return
        super().keyPressEvent(event)

    def _escape(self) -> None:
        for name in ("full-screen", "alone", "cine"):
            if self.actions_[name].isChecked():
                self.actions_[name].trigger()
                return
        if self.picture.tool != "window":
            self._take_tool("tool-window")
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


def _plain_words(error: Exception) -> tuple[str, str]:
    return words.unreadable()
