"""Several contents under one image number, side by side: the person says which one counts, and can take that back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Page, button, card, label, margins, scrolling
from library.ui.entries import CopyGroup, CopySide

PICTURE = 200


class CopiesView(QWidget):
    """A page with a card for each number; each copy has its picture, its facts and a button."""

    back_requested = Signal()
    chosen = Signal(str, str)  # key of the group, key of the copy
    taken_back = Signal(str)

    def __init__(
        self,
        icons: Callable[..., QIcon],
        groups: Sequence[CopyGroup],
        exam: Sequence[str] = (),
        parent: QWidget | None = None,
    ) -> None:
        """`exam` says of which exam they are, and whose it is."""
        super().__init__(parent)
        self._icons = icons
        self._pictures: dict[str, QLabel] = {}
        self.buttons: dict[str, QPushButton] = {}  # by key of the copy, or of the group for taking back
        page = Page()
        column = QVBoxLayout(page)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(12)
        self.back = button(self.tr("Back"), "quiet", icons("arrow-left"))
        self.back.clicked.connect(self.back_requested)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(label(self.tr("Two versions of one image"), "title"))
        for number, fact in enumerate(exam):
            column.addWidget(label(fact, "strong" if number == 0 else "body", selectable=True))
        column.addWidget(label(self._about(groups), "body"))
        for group in groups:
            column.addWidget(self._group(group))
        column.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(page))

    def set_picture(self, copy: str, image: QImage) -> None:
        """Show a copy's picture."""
        mark = self._pictures.get(copy)
        if mark is not None:
            ratio = self.devicePixelRatioF()
            size = round((PICTURE - 2) * ratio)
            smooth = Qt.TransformationMode.SmoothTransformation
            pixmap = QPixmap.fromImage(image.scaled(size, size, Qt.AspectRatioMode.KeepAspectRatio, smooth))
            pixmap.setDevicePixelRatio(ratio)
            mark.setPixmap(pixmap)

    def _about(self, groups: Sequence[CopyGroup]) -> str:
        if not groups:
            return self.tr("There is nothing to compare: no image of this exam is here in two versions.")
        if all(group.decided for group in groups):
            return self.tr(
                "These images came twice, and the two versions are not the same. You said which one counts. The"
                " other one stays on this computer, and you can change your mind."
            )
        return self.tr(
            "These images came twice, and the two versions are not the same. Nothing of them is sent until you"
            " say which one counts. The other one stays on this computer, and you can change your mind."
        )

    def _group(self, group: CopyGroup) -> QFrame:
        frame, column = card(spacing=12)
        column.addWidget(label(group.title, "strong", selectable=True))
        if group.said:
            column.addWidget(label(group.said, "body", tone="good", selectable=True))
        flow = FlowLayout()
        for side in group.sides:
            flow.addWidget(self._side(group, side))
        column.addLayout(flow)
        if group.decided:
            undo = button(self.tr("Take the choice back"))
            undo.setAccessibleDescription(group.title)
            undo.clicked.connect(lambda: self._ask(undo, lambda: self.taken_back.emit(group.key)))
            self.buttons[group.key] = undo
            row = QHBoxLayout()
            row.addWidget(undo)
            row.addStretch(1)
            column.addLayout(row)
        return frame

    def _side(self, group: CopyGroup, side: CopySide) -> QWidget:
        holder = QWidget()
        holder.setMinimumWidth(PICTURE + 40)
        column = QVBoxLayout(holder)
        column.setContentsMargins(margins(0, 0, 16, 0))
        column.setSpacing(4)
        mark = QLabel()
        mark.setProperty("role", "thumbnail")
        mark.setFixedSize(PICTURE, PICTURE)
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        mark.setPixmap(self._icons("image", "on_picture").pixmap(32, 32))
        mark.setAccessibleName(self.tr("Picture of {copy}").format(copy=side.title))
        self._pictures[side.key] = mark
        column.addWidget(mark)
        column.addWidget(label(side.title, "strong", tone="good" if side.counts else "", selectable=True))
        for fact in side.facts:
            column.addWidget(label(fact, "body", selectable=True))
        if not group.decided:
            choose = button(self.tr("This one counts"), "primary")
            choose.setAccessibleDescription(f"{group.title}, {side.title}")
            choose.clicked.connect(lambda: self._ask(choose, lambda: self.chosen.emit(group.key, side.key)))
            self.buttons[side.key] = choose
            column.addWidget(choose, 0, Qt.AlignmentFlag.AlignLeading)
        column.addStretch(1)
        return holder

    def _ask(self, pressed: QPushButton, ask: Callable[[], None]) -> None:
        """Ask once, and stand on no button meanwhile."""
        self.setFocus()
        pressed.setEnabled(False)
        ask()
