"""One card for one disc, stick, folder, ISO or ZIP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt, Signal, SignalInstance
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.language.isolates import isolated
from core.ui.amounts import counted_said
from core.ui.flow import FlowLayout
from core.ui.notice import Notice
from core.ui.parts import button, clear, holds_focus, label, paragraph
from dicom.amounts import amount_words
from importer.ui.summary import DiscCard, PersonLine, total_of, worst_tone

THUMBNAIL = 96


class CardView(QFrame):
    """The card; it says what is there and offers the next step."""

    look_requested = Signal(str, str)  # source, study ("" where there is only one)
    scan_requested = Signal(str)
    keep_requested = Signal(str)
    stop_requested = Signal(str)
    receipt_requested = Signal(str)
    shelf_requested = Signal(str)
    remove_requested = Signal(str)

    def __init__(self, icons: Callable[..., QIcon], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self._icons = icons
        self._thumbnail: QImage | None = None
        self.card: DiscCard | None = None
        self.buttons: dict[str, QPushButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._inner: QWidget | None = None
        self._note: QLabel | None = None
        self._progress: QProgressBar | None = None

    def set_icons(self, icons: Callable[..., QIcon]) -> None:
        """Take icons in other colours."""
        self._icons = icons
        self._again()

    def set_thumbnail(self, image: QImage | None) -> None:
        """Show a picture of what is on the disc, or none."""
        if image is None and self._thumbnail is None:
            return
        self._thumbnail = image
        self._again()

    def show_card(self, card: DiscCard) -> None:
        """Show the state of the source; mere progress changes only the words and the bar."""
        if self.card is not None and self._note is not None and _still(self.card) == _still(card):
            self._go_on(card)
            return
        focused = next((name for name, made in self.buttons.items() if made.hasFocus()), None)
        had_focus = holds_focus(self)
        self.card = card
        self.setAccessibleName(f"{card.title}, {card.kind}")
        clear(self._column)
        self.buttons = {}
        self._progress = None
        self._inner = self._build(card)
        self._column.addWidget(self._inner)
        self._inner.show()
        if had_focus:  # never by itself on a button that does something else
            (self.buttons.get(focused or "") or self).setFocus()

    def _again(self) -> None:
        card, self.card = self.card, None
        if card is not None:
            self.show_card(card)

    def _build(self, card: DiscCard) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(self._head(card))
        if card.state in {"looking", "importing"}:
            self._progress = QProgressBar()
            self._progress.setTextVisible(False)
            column.addWidget(self._progress)
            self._go_on(card)
        for problem in card.problems:
            details = "\n".join(problem.paths)
            notice = Notice(self._icons, problem.tone, problem.what, problem.means, problem.do, details=details)
            column.addWidget(notice)
        actions = self._actions(card)
        if actions.count():
            column.addLayout(actions)
        return inner

    def _head(self, card: DiscCard) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addWidget(self._mark(card), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(label(f"{isolated(card.title)} · {card.kind}", "caption" if card.persons else "strong"))
        for person in card.persons[:3]:
            words.addWidget(label(self._person(person), "strong"))
        if len(card.persons) > 3:
            words.addWidget(label(self.tr("and %n other person(s)", "", len(card.persons) - 3), "strong"))
        if card.exams:
            words.addWidget(label(card.exams, "body"))
        if card.images:
            words.addWidget(label(self._numbers(card), "body"))
        if card.on_shelf:
            words.addWidget(label(card.on_shelf, "body", tone="good"))
        self._note = None
        if card.note:
            self._note = label(card.note, "body", tone=worst_tone(card.problems) if card.state == "kept" else "")
            words.addWidget(self._note)
        if card.left:
            words.addWidget(label(card.left, "body"))
        words.addStretch(1)
        row.addLayout(words, 1)
        if card.state in {"looking", "importing"}:
            row.addWidget(self._stop(card), 0, Qt.AlignmentFlag.AlignTop)
        return row

    def _stop(self, card: DiscCard) -> QPushButton:
        """Stop stands alone in the upper corner, where in no state of a card another button is: whoever presses twice
        below presses nothing."""
        made = button(self.tr("Stop"), "", self._icons("square"))
        made.setAccessibleDescription(card.title)
        made.clicked.connect(lambda: self.stop_requested.emit(card.source_id))
        self.buttons["stop"] = made
        return made

    def _mark(self, card: DiscCard) -> QLabel:
        mark = QLabel()
        mark.setFixedSize(THUMBNAIL, THUMBNAIL)
        mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        if self._thumbnail is None:
            mark.setPixmap(self._icons(card.icon).pixmap(48, 48))
        else:
            mark.setProperty("role", "thumbnail")
            mark.setPixmap(_fitted(self._thumbnail, THUMBNAIL, self.devicePixelRatioF()))
        return mark

    def _person(self, person: PersonLine) -> str:
        """Name a person so that nobody takes the disc for a namesake's: the next one may have the same birth date."""
        said = self.tr("{name}, {born}").format(name=isolated(person.name), born=person.born)
        return f"{said} · {person.ids}" if person.ids else said

    def _numbers(self, card: DiscCard) -> str:
        studies = self.tr("%n exam(s)", "", card.studies)
        images = amount_words(total_of(card.persons).among(card.images), counted_said)
        return " · ".join(part for part in (studies, images, card.size) if part)

    def _go_on(self, card: DiscCard) -> None:
        self.card = card
        if self._note is not None:
            self._note.setText(card.note)
        if self._progress is not None:
            self._progress.setAccessibleName(card.note)
            self._progress.setRange(0, 1000 if card.share is not None else 0)
            self._progress.setValue(round((card.share or 0) * 1000))

    def _actions(self, card: DiscCard) -> FlowLayout:
        flow = FlowLayout()
        for name, text, kind, signal in self._offered(card):
            made = button(text, "primary" if kind else "")
            if name == "look":
                self._make_look(made, card)
            else:
                made.clicked.connect(lambda _=False, send=signal: send.emit(card.source_id))
            made.setAccessibleDescription(card.title)
            self.buttons[name] = made
            flow.addWidget(made)
        if card.state not in {"looking", "importing"}:
            flow.addWidget(self._more(card))
        return flow

    def _offered(self, card: DiscCard) -> list[tuple[str, str, bool, SignalInstance]]:
        look = ("look", self.tr("Look"), False, self.look_requested)
        keep = ("keep", self._keep(card), True, self.keep_requested)
        again = ("again", self.tr("Try again"), False, self.scan_requested)
        resume = ("resume", self.tr("Try again"), False, self.keep_requested)
        receipt = ("receipt", self.tr("Receipt"), False, self.receipt_requested)
        shelf = ("shelf", self.tr("Show on my shelf"), True, self.shelf_requested)
        return {
            "found": [("scan", self.tr("See what is on it"), True, self.scan_requested)],
            "looking": [],
            "ready": [look, again, keep] if _lost(card) else [look, keep],
            "importing": [look],
            "kept": [receipt, resume, shelf] if _lost(card) else [receipt, shelf],
            "empty": [again],
            "unreadable": [again],
        }[card.state]

    def _keep(self, card: DiscCard) -> str:
        """Say whose images it keeps; of several persons that is asked first."""
        return self.tr("Choose whose images to keep…") if len(card.persons) > 1 else keep_words(card.persons)

    def _make_look(self, made: QPushButton, card: DiscCard) -> None:
        """Let the person say which study, where there are several."""
        studies = [(person, study) for person in card.persons for study in person.studies]
        if len(studies) < 2:
            made.clicked.connect(lambda: self.look_requested.emit(card.source_id, studies[0][1].key if studies else ""))
            return
        menu = QMenu(made)
        for person, study in studies:
            name = f"{isolated(person.name)} · " if len(card.persons) > 1 else ""
            text = f"{name}{study.when} · {isolated(study.what)}".replace("&", "&&")
            action = menu.addAction(paragraph(text))
            action.triggered.connect(lambda _=False, key=study.key: self.look_requested.emit(card.source_id, key))
        made.setMenu(menu)

    def _more(self, card: DiscCard) -> QPushButton:
        made = button("", "quiet", self._icons("ellipsis"))
        made.setText("")
        made.setAccessibleName(self.tr("More"))
        made.setToolTip(self.tr("More"))
        menu = QMenu(made)
        if card.state in {"ready", "kept"}:
            menu.addAction(self.tr("Look through it again"), lambda: self.scan_requested.emit(card.source_id))
        if card.state == "kept":
            menu.addAction(self.tr("Look at what is on it"), lambda: self.look_requested.emit(card.source_id, ""))
            menu.addAction(self.tr("Put on my shelf again"), lambda: self.keep_requested.emit(card.source_id))
        menu.addAction(self.tr("Take off this list"), lambda: self.remove_requested.emit(card.source_id))
        made.setMenu(menu)
        self.buttons["more"] = made
        return made


def keep_words(persons: Sequence[PersonLine]) -> str:
    """Say whose images a button puts on the shelf, and how many."""
    amount = amount_words(total_of(persons), counted_said)
    if len(persons) > 1:
        said = _say("Put {amount} of {persons} persons on my shelf")
        return said.format(amount=amount, persons=f"{len(persons):,}")
    if not any(person.images for person in persons):
        return _say("Put on my shelf")
    if not persons[0].short:
        return _say("Put {amount} on my shelf").format(amount=amount)
    return _say("Put {name}'s {amount} on my shelf").format(name=isolated(persons[0].short), amount=amount)


def _say(text: str) -> str:
    return QCoreApplication.translate("CardView", text)


def _still(card: DiscCard) -> DiscCard:
    return replace(card, note="", share=None)


def _lost(card: DiscCard) -> bool:
    return any(problem.lost for problem in card.problems)


def _fitted(image: QImage, size: int, ratio: float) -> QPixmap:
    pixels = round((size - 2) * ratio)
    smooth = Qt.TransformationMode.SmoothTransformation
    pixmap = QPixmap.fromImage(image.scaled(pixels, pixels, Qt.AspectRatioMode.KeepAspectRatio, smooth))
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
