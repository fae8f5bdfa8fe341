"""The place "Settings": few choices, each at once in force."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QLabel, QVBoxLayout, QWidget

from app.settings import TEXT_SIZES, SettingsStore
from app.window.appearance.style import Style
from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, card, label, paragraph, scrolling

MAX_WIDTH = 760


class SettingsPage(QWidget):
    """Look, text size, discs, and where the shelf is."""

    folder_requested = Signal()
    seen = Signal()

    def __init__(self, style: Style, store: SettingsStore, library_folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._store = store
        self._folder = library_folder
        self.appearance = QComboBox()
        self.text_size = QComboBox()
        self.look_at_discs = QCheckBox(self.tr("See what is on a disc as soon as it is put in"))
        self.room: QLabel = label("", "caption")
        self.folder: QLabel = label(library_folder, "body", selectable=True)
        self._place()
        self._connect()

    def showEvent(self, event: QShowEvent) -> None:
        """Tell that it is seen."""
        super().showEvent(event)
        self.seen.emit()

    def show_room(self, text: str) -> None:
        """Say how large the shelf is and how much room is left."""
        self.room.setText(text)

    def show_folder(self, folder: str) -> None:
        """Show the folder that will be the shelf's from the next start on."""
        self.folder.setText(self.tr("{folder} (from the next start on)").format(folder=folder))

    def _place(self) -> None:
        page = Page()
        column = page.column(self._style.scaled(MAX_WIDTH), 16)
        column.addWidget(label(self.tr("Settings"), "title"))
        for part in (self._look(), self._discs(), self._shelf()):
            column.addWidget(part)
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(page))

    def _look(self) -> QFrame:
        frame, column = card()
        column.addWidget(label(self.tr("Look"), "strong"))
        words = {
            "system": self.tr("Like the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
            "contrast": self.tr("High contrast"),
        }
        for name, word in words.items():
            self.appearance.addItem(word, name)
        self.appearance.setCurrentIndex(self.appearance.findData(self._store.settings.appearance))
        for size in TEXT_SIZES:
            self.text_size.addItem(paragraph(self.tr("{size} %").format(size=size)), size)
        nearest = min(TEXT_SIZES, key=lambda size: abs(size - self._store.settings.text_size))
        self.text_size.setCurrentIndex(self.text_size.findData(nearest))
        column.addWidget(self._named(self.tr("Colours"), self.appearance))
        column.addWidget(self._named(self.tr("Text size"), self.text_size))
        return frame

    def _discs(self) -> QFrame:
        frame, column = card()
        column.addWidget(label(self.tr("Discs & drives"), "strong"))
        self.look_at_discs.setChecked(self._store.settings.look_at_discs)
        column.addWidget(self.look_at_discs)
        column.addWidget(label(self.tr("Nothing is put on your shelf before you say so."), "caption"))
        return frame

    def _shelf(self) -> QFrame:
        frame, column = card()
        column.addWidget(label(self.tr("My shelf"), "strong"))
        column.addWidget(label(self.tr("Your images are kept in this folder:"), "body"))
        column.addWidget(self.folder)
        column.addWidget(self.room)
        show = button(self.tr("Open this folder"))
        show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self._folder)))
        other = button(self.tr("Use another folder…"))
        other.clicked.connect(self.folder_requested)
        flow = FlowLayout()
        flow.addWidget(show)
        flow.addWidget(other)
        column.addLayout(flow)
        note = self.tr("Another folder means another shelf. What is on this one stays where it is.")
        column.addWidget(label(note, "caption"))
        return frame

    def _named(self, name: str, box: QComboBox) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label(name, "body"))
        box.setAccessibleName(name)
        box.setMaximumWidth(self._style.scaled(320))
        column.addWidget(box)
        return holder

    def _connect(self) -> None:
        self.appearance.currentIndexChanged.connect(self._changed)
        self.text_size.currentIndexChanged.connect(self._changed)
        self.look_at_discs.toggled.connect(lambda on: self._store.change(look_at_discs=on))

    def _changed(self) -> None:
        appearance, size = self.appearance.currentData(), self.text_size.currentData()
        self._store.change(appearance=appearance, text_size=size)
        self._style.choose(appearance, size)
