"""The chosen study at the right: whose, what, its series as pictures, its receipt line, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, clear, label, line, scrolling, spaced
from library.ui.entries import SeriesLine, SeveralPreview, StudyPreview

THUMBNAIL = 72
BESIDE_WORDS, BAR = 36, 12  # pixels: margins and border; what scrolls along has a bar beside it
WHOSE = 2  # title and person stand above the buttons that scroll along
LETTERS_AT_LEAST = 30  # wide, whatever is shown: the list beside it never shifts under the hand
LINES_BESIDE = 5  # of text are always in sight above the buttons, else they scroll along


class Preview(QFrame):
    """A card that shows what is chosen; its buttons are off from the moment another is chosen until that is shown."""

    open_requested = Signal(str)
    bin_requested = Signal(str)
    bin_several_requested = Signal(tuple)
    send_requested = Signal(str)
    share_requested = Signal(str)
    compare_requested = Signal(str)

    def __init__(self, icons: Callable[..., QIcon], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icons = icons
        self._images: dict[str, QImage] = {}
        self._marks: dict[str, QLabel] = {}
        self.shown: StudyPreview | None = None
        self.several: SeveralPreview | None = None
        self.setProperty("role", "card")
        self.open = button(self.tr("Open"), "primary")
        self.send = button("", "", icons("cloud-upload"))
        self.share = button("", "", icons("share-2"))
        self.bin = button(self.tr("Move to bin"), "", icons("trash-2"))
        self.open.clicked.connect(lambda: self._send(self.open_requested.emit))
        self.send.clicked.connect(lambda: self._send(self.send_requested.emit))
        self.share.clicked.connect(lambda: self._send(self.share_requested.emit))
        self.compare = button("", "", icons("images"))
        self.compare.clicked.connect(lambda: self._send(self.compare_requested.emit))
        self.bin.clicked.connect(self._bin)
        self._said: dict[QPushButton, tuple[str, str]] = {}  # in full, and where there is no room for that
        self._buttons = (self.open, self.compare, self.send, self.share, self.bin)
        self._page = Page()
        self._page.setProperty("role", "plain")
        self._column = QVBoxLayout(self._page)
        self._column.setContentsMargins(16, 16, 16, 16)
        self._column.setSpacing(8)
        self._actions = QWidget()
        self._outside = QVBoxLayout()
        self._is_low = False
        self._is_filling = False
        self._place()

    def set_icons(self, icons: Callable[..., QIcon]) -> None:
        """Take icons in other colours."""
        self._icons = icons
        self.send.setIcon(icons("cloud-upload"))
        self.share.setIcon(icons("share-2"))
        self.compare.setIcon(icons("images"))
        self.bin.setIcon(icons("trash-2"))
        if self.shown is not None:
            self.show_study(self.shown)

    def show_study(self, study: StudyPreview | None) -> None:
        """Show a study, or that none is chosen."""
        if study is None or self.shown is None or study.key != self.shown.key:
            self._images = {}
        self.shown, self.several = study, None
        self._marks = {}
        self._is_filling = True
        had_focus = self._take_actions()
        clear(self._column)
        self.show()
        if study is None:
            self._column.addWidget(label(self.tr("Choose an exam in the list to see it here."), "caption"))
            self._column.addStretch(1)
        else:
            self._fill(study)
        self._offer(study)
        self._put_actions(had_focus)
        self._is_filling = False
        self._look_at_room()

    def page(self) -> QWidget:
        """Give what scrolls."""
        return self._page

    def show_several(self, several: SeveralPreview) -> None:
        """Show several studies, whose they are, and what can be done with them together."""
        if several == self.several:
            return
        self.shown, self.several, self._images, self._marks = None, several, {}, {}
        self._is_filling = True
        had_focus = self._take_actions()
        clear(self._column)
        self.show()
        self._fill_several(several)
        self._offer(None)
        self._name_bin(several.bin, several.title)
        self.bin.setVisible(True)
        self.bin.setEnabled(True)
        self._put_actions(had_focus)
        self._is_filling = False
        self._look_at_room()

    def _fill_several(self, several: SeveralPreview) -> None:
        self._column.addWidget(label(several.title, "title", selectable=True))
        if several.mixed:
            self._column.addWidget(label(several.mixed, "body", tone="amber", selectable=True))
        for person, lines in several.persons:
            self._column.addWidget(line())
            self._column.addWidget(label(person, "strong", selectable=True))
            for one in lines:
                self._column.addWidget(label(one, "body", selectable=True))
        if several.more:
            self._column.addWidget(label(several.more, "strong", selectable=True))
        self._column.addWidget(line())
        self._column.addWidget(label(several.total, "body", selectable=True))
        self._column.addWidget(label(several.note, "caption"))
        self._column.addStretch(1)

    def shows_all(self, keys: tuple[str, ...]) -> bool:
        """Tell whether exactly these studies are shown."""
        if self.several is not None:
            return self.several.keys == keys
        return (self.shown.key,) == keys if self.shown is not None else not keys

    def shows(self, study_key: str) -> bool:
        """Tell whether this study is the one that is shown."""
        return self.shown is not None and self.shown.key == study_key

    def is_ready(self) -> bool:
        """Tell whether the chosen study is shown, and its buttons are on."""
        return self.shown is not None and self.open.isEnabled()

    def expect(self, study_key: str) -> None:
        """Another study is chosen ("" for none): do nothing with what is still shown."""
        if (self.shown is None and self.several is None) or self.shows(study_key):
            return
        if study_key:
            for made in self._buttons:
                made.setEnabled(False)
        else:
            self.show_study(None)

    def _offer(self, study: StudyPreview | None) -> None:
        """Put on and off what can be done; each button tells a screen reader with whose study it would be done."""
        words = {} if study is None else {self.send: study.send, self.share: study.share, self.compare: study.copies}
        short = {self.send: self.tr("Send"), self.share: self.tr("Share"), self.compare: self.tr("Compare")}
        for made in self._buttons:
            said = words.get(made)  # the words of the others never change
            if said:
                self._say(made, said, short[made])
            offered = study is not None and said != ""
            made.setAccessibleDescription(f"{study.title}, {study.person}" if study is not None else "")
            made.setVisible(offered)
            made.setEnabled(offered)
        if study is not None:
            self._name_bin(self.tr("Move to bin"), f"{study.title}, {study.person}")

    def _name_bin(self, words: str, about: str) -> None:
        self._say(self.bin, words, self.tr("Move to bin"))
        self.bin.setAccessibleDescription(about)
        self.bin.setToolTip(self.tr("It stays in the bin for 30 days"))

    def _say(self, made: QPushButton, words: str, short: str) -> None:
        self._said[made] = words, short
        made.setAccessibleName(words)
        self._fit_words(made)

    def _fit_words(self, made: QPushButton) -> None:
        """Say less on a button where all of it would be cut off: whose exam it is stands above it."""
        words, short = self._said[made]
        made.setText(spaced(words))
        if self.isVisible() and made.sizeHint().width() > self.width() - BESIDE_WORDS - BAR * self._is_low:
            made.setText(spaced(short))

    def _bin(self) -> None:
        if self.several is not None:
            self.bin_several_requested.emit(self.several.keys)
        else:
            self._send(self.bin_requested.emit)

    def set_thumbnail(self, study_key: str, series_key: str, image: QImage) -> None:
        """Show a series' picture, if its study is still the one that is shown."""
        if self.shown is not None and self.shown.key == study_key:
            self._images[series_key] = image
            if series_key in self._marks:
                self._paint(series_key)

    def _send(self, emit: Callable[[str], None]) -> None:
        if self.shown is not None:
            emit(self.shown.key)

    def _place(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(1, 1, 1, 16)
        whole.setSpacing(8)
        area = scrolling(self._page)
        area.setProperty("role", "plain")
        whole.addWidget(area, 1)
        flow = FlowLayout(self._actions)
        for made in self._buttons:
            flow.addWidget(made)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self._actions.setSizePolicy(policy)
        self._outside.setContentsMargins(16, 0, 16, 0)
        self._outside.addWidget(self._actions)
        whole.addLayout(self._outside)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let the buttons scroll along with the words where they would leave no room for whose images these are."""
        super().resizeEvent(event)
        for made in self._said:
            self._fit_words(made)
        self._look_at_room()

    def minimumSizeHint(self) -> QSize:
        """Ask for a width that does not depend on what is shown."""
        return QSize(LETTERS_AT_LEAST * self.fontMetrics().averageCharWidth(), super().minimumSizeHint().height())

    def _look_at_room(self) -> None:
        if self._is_filling:
            return
        beside = LINES_BESIDE * round(self.fontMetrics().lineSpacing() * 1.2)
        low = self._actions.heightForWidth(max(1, self.width() - 34)) + beside > self.height() - 40
        if low != self._is_low:
            self._is_low = low
            self._put_actions(self._take_actions())

    def _take_actions(self) -> QWidget | None:
        """Take the buttons out of where they are; gives the one with the keys, which no other gets by itself."""
        focused = next((made for made in self._buttons if made.hasFocus()), None)
        if focused is not None:
            self.setFocus()
        self._column.removeWidget(self._actions)
        self._outside.removeWidget(self._actions)
        self._actions.setParent(self)
        return focused

    def _put_actions(self, focused: QWidget | None) -> None:
        if self._is_low and self.shown is not None:
            self._column.insertWidget(WHOSE, self._actions)
        elif self._is_low and self.several is not None:
            self._column.insertWidget(WHOSE if self.several.mixed else 1, self._actions)
        else:
            self._outside.addWidget(self._actions)
        self._actions.show()
        if focused is not None and focused.isVisible():
            focused.setFocus()

    def _fill(self, study: StudyPreview) -> None:
        self._column.addWidget(label(study.title, "title", selectable=True))
        self._column.addWidget(label(study.person, "strong", selectable=True))
        for fact in study.facts:
            self._column.addWidget(label(fact, "body", selectable=True))
        for warning in study.warnings:
            self._column.addWidget(label(warning, "body", tone="amber", selectable=True))
        if study.series:
            self._column.addWidget(line())
        for series in study.series:
            self._column.addWidget(self._series(series))
        if study.receipt:
            self._column.addWidget(line())
            self._column.addWidget(label(study.receipt, "body", tone=study.receipt_tone, selectable=True))
        if study.portal:
            self._column.addWidget(label(study.portal, "body", tone="good", selectable=True))
        self._column.addStretch(1)

    def _series(self, series: SeriesLine) -> QWidget:
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        mark = QLabel()
        mark.setProperty("role", "thumbnail")
        mark.setFixedSize(THUMBNAIL, THUMBNAIL)
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._marks[series.key] = mark
        self._paint(series.key)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        words.addWidget(label(series.title, "body"))
        words.addWidget(label(series.caption, "caption"))
        words.addStretch(1)
        row.addWidget(mark)
        row.addLayout(words, 1)
        return holder

    def _paint(self, series_key: str) -> None:
        mark, image = self._marks[series_key], self._images.get(series_key)
        if image is None:
            mark.setPixmap(self._icons("image", "on_picture").pixmap(24, 24))
            return
        ratio = self.devicePixelRatioF()
        pixels = round((THUMBNAIL - 2) * ratio)
        smooth = Qt.TransformationMode.SmoothTransformation
        pixmap = QPixmap.fromImage(image.scaled(pixels, pixels, Qt.AspectRatioMode.KeepAspectRatio, smooth))
        pixmap.setDevicePixelRatio(ratio)
        mark.setPixmap(pixmap)
