"""Exams at the portal: what, when, how many images, where the report is, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.ui.flow import FlowLayout
from core.ui.parts import Tone, button, label, picture
from portal.ui.card_list import CardList, CardView
from portal.ui.entries import ExamCard
from portal.ui.parts import NamedIcon, Quiet, page_of


class ExamView(CardView[ExamCard]):
    """One exam as a card."""

    def __init__(self, owner: ExamsView) -> None:
        super().__init__()
        self._owner = owner

    def fill(self, card: ExamCard, column: QVBoxLayout) -> None:
        """Put title, facts, report and buttons into the card."""
        self.setAccessibleName(f"{card.title}, {card.when}")
        column.addWidget(label(card.title, "strong", selectable=True))
        column.addWidget(label(" · ".join(part for part in (card.when, card.person) if part), "body"))
        column.addWidget(label(" · ".join(card.facts), "caption"))
        if card.whole:
            name = "triangle-alert" if card.whole_tone else "info"
            column.addLayout(self._line(name, card.whole, card.whole_tone))
        if card.report:
            name = "clock" if card.report_tone == "amber" else "file-text"
            column.addLayout(self._line(name, card.report, card.report_tone))
        if card.hint:
            column.addWidget(label(card.hint, "caption"))
        column.addSpacing(4)
        column.addLayout(self._actions(card))

    def _line(self, icon: str, words: str, tone: Tone) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        size = max(16, self.fontMetrics().height())
        mark = picture(self._owner.icons(icon, tone or "muted"), size)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(words, "body" if tone or icon != "info" else "caption", tone=tone, selectable=True), 1)
        return row

    def _actions(self, card: ExamCard) -> FlowLayout:
        flow = FlowLayout()
        icons = self._owner.icons
        if card.share_text:
            share = button(card.share_text, "primary", icons("share-2", "on_accent"))
            share.clicked.connect(lambda: self._owner.share_requested.emit(card.key))
            self.buttons["share"] = share
            flow.addWidget(share)
        if card.has_report:
            report = button(self.tr("Open the report"), "", icons("file-text"))
            report.clicked.connect(lambda: self._owner.report_requested.emit(card.key))
            self.buttons["report"] = report
            flow.addWidget(report)
        if card.can_download:
            words = self.tr("Download again") if card.on_shelf else self.tr("Download to my shelf")
            download = button(words, "", icons("download"))
            download.clicked.connect(lambda: self._owner.download_requested.emit(card.key))
            self.buttons["download"] = download
            flow.addWidget(download)
        activity = button(card.shares or self.tr("What happened"), "quiet")
        activity.clicked.connect(lambda: self._owner.activity_requested.emit(card.key))
        self.buttons["activity"] = activity
        flow.addWidget(activity)
        for made in self.buttons.values():
            made.setAccessibleDescription(f"{card.title}, {card.when}")
        return flow


class ExamsView(QWidget):
    """All exams, newest first."""

    share_requested = Signal(str)
    download_requested = Signal(str)
    activity_requested = Signal(str)
    report_requested = Signal(str)
    shelf_requested = Signal()

    def __init__(self, icons: NamedIcon, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.icons = icons
        column = page_of(self)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        column.addLayout(self._cards)
        self.empty = self._nothing()
        column.addWidget(self.empty)
        column.addStretch(1)
        self.list: CardList[ExamCard] = CardList(self._cards, lambda: ExamView(self), self)
        self.empty.hide()

    def set_icons(self, icons: NamedIcon) -> None:
        """Take icons in other colours."""
        self.icons = icons
        self.list.redraw()

    def show_exams(self, cards: Sequence[ExamCard]) -> None:
        """Show these exams."""
        self.list.show_cards(cards)
        self.empty.setVisible(not cards)

    def _nothing(self) -> Quiet:
        words = self.tr("Exams of your practice appear here by themselves. You can also send images from your shelf.")
        made = Quiet(self.tr("No exams yet"), words)
        self.to_shelf = button(self.tr("Choose images on my shelf"), "primary")
        self.to_shelf.clicked.connect(self.shelf_requested)
        flow = FlowLayout()
        flow.addWidget(self.to_shelf)
        made.column.addLayout(flow)
        return made
