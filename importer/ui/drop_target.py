"""The place to drop a folder, a disc image or an archive, or to choose one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import button, label, picture, restyle


class DropTarget(QFrame):
    """A dashed box; large and welcoming while the place is empty, one line high otherwise."""

    dropped = Signal(list)
    folder_requested = Signal()
    file_requested = Signal()

    def __init__(self, icons: Callable[..., QIcon], *, large: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "drop")
        self.setAcceptDrops(True)
        self.folder = button(self.tr("Choose a folder…"), "primary" if large else "", self._folder_icon(icons, large))
        self.file = button(self.tr("Choose a file…"), "", icons("file-archive"))
        self.folder.clicked.connect(self.folder_requested)
        self.file.clicked.connect(self.file_requested)
        row = QHBoxLayout(self)
        margin = 40 if large else 24
        row.setContentsMargins(margin, margin, margin, margin)
        row.setSpacing(32)
        if large:
            row.addWidget(picture(icons("disc-3", "accent"), 64), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(large), 1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Light up for what can be dropped."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            restyle(self, "hot", "true")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Go dark again."""
        restyle(self, "hot", "false")
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand on what was dropped."""
        restyle(self, "hot", "false")
        event.acceptProposedAction()
        urls = event.mimeData().urls()
        self.dropped.emit([str(Path(url.toLocalFile())) for url in urls if url.isLocalFile()])

    def _folder_icon(self, icons: Callable[..., QIcon], large: bool) -> QIcon:
        return icons("folder-open", "on_accent") if large else icons("folder-open")

    def _words(self, large: bool) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        if large:
            column.addWidget(label(self.tr("Put in a disc or a USB stick"), "title"))
            column.addWidget(label(self.tr("It shows up here by itself. It is only read, never changed."), "body"))
        column.addWidget(
            label(
                self.tr("You can also drop a folder, a disc image or an archive here (ISO, ZIP, tar), or choose one."),
                "body",
            )
        )
        flow = FlowLayout()
        flow.addWidget(self.folder)
        flow.addWidget(self.file)
        column.addSpacing(4)
        column.addLayout(flow)
        return column
