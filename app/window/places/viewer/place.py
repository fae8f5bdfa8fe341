"""The place "Viewer": the viewer's panel once a study is open, and what to do first until then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.window.places.viewer.opening_page import OpeningPage
from core.ui.flow import FlowLayout
from core.ui.parts import button, label

if TYPE_CHECKING:
    from dicom.source import Content
    from viewer.study.known import KnownSeries


class ViewerPlace(QStackedWidget):
    """Holds the viewer, which is made when the first study is opened."""

    discs_requested = Signal()
    shelf_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panel: Any = None
        self.opening = OpeningPage()
        self._nothing = self._empty()
        self.addWidget(self._nothing)
        self.addWidget(self.opening)

    def hold(self, panel: Any) -> None:
        """Take the viewer's panel."""
        self.panel = panel
        self.addWidget(panel)

    def show_opening(self) -> None:
        """Say that an exam is on its way, and hold keys for it."""
        self.setCurrentWidget(self.opening)
        self.opening.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_no_opening(self) -> None:
        """Show what was there before: nothing came."""
        if self.currentWidget() is self.opening:
            self.setCurrentWidget(self.panel or self._nothing)

    def show_study(self, title: str, contents: list[Content], known: list[KnownSeries]) -> None:
        """Show a study in the panel, and do there what keys asked for meanwhile."""
        held = self.opening.take_held() if self.currentWidget() is self.opening else []
        self.setCurrentWidget(self.panel)
        self.panel.show_study(title, contents, known)
        for name in held:
            self.panel.commands[name].trigger()

    def stop(self) -> None:
        """Have the panel ask for nothing more."""
        if self.panel is not None:
            self.panel.stop()

    def _empty(self) -> QWidget:
        page = QWidget()
        page.setProperty("role", "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(48, 72, 24, 24)
        column.setSpacing(12)
        column.addWidget(label(self.tr("No images are open"), "title"))
        words = self.tr("Choose an exam on your shelf and press “Open”, or press “Look” on a disc.")
        column.addWidget(label(words, "body"))
        shelf = button(self.tr("Go to My shelf"), "primary")
        shelf.clicked.connect(self.shelf_requested)
        discs = button(self.tr("Go to Discs & drives").replace("&", "&&"))
        discs.clicked.connect(self.discs_requested)
        flow = FlowLayout()
        flow.addWidget(shelf)
        flow.addWidget(discs)
        column.addLayout(flow)
        column.addStretch(1)
        return page
