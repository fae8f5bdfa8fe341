"""The scroll bar of a stack: one step an image."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QScrollBar, QWidget


class StackBar(QScrollBar):
    """Shows where in the stack the image is and goes to where it is dragged."""

    went_to = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setObjectName("stackBar")
        self.setAccessibleName(self.tr("Image in the stack"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSingleStep(1)
        self.setPageStep(10)
        self.valueChanged.connect(self.went_to)

    def show_place(self, index: int, count: int) -> None:
        """Show image `index` of `count` without telling anybody; hidden for a single image."""
        with QSignalBlocker(self):
            self.setRange(0, max(0, count - 1))
            self.setPageStep(max(1, min(10, count // 10)))
            self.setValue(index)
        self.setVisible(count > 1)
