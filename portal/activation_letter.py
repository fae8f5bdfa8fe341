"""The letter that gives an account to its person: A4, large print, with address, QR square and activation code.

It names the person, so that at the desk no two letters are mixed up. No I/O.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from portal.invitation import LEFT, QR_SIDE, SheetPage, draw_qr
from portal.wire.people import Practice


@dataclass(frozen=True, slots=True)
class LetterWords:
    """The sentences of one language; {code}, {until}, {phone} and the like are filled in already."""

    language: str
    title: str
    lead: str
    open: str
    type: str
    choose: str
    code: str
    until: str
    keep: str
    local: str | None
    questions: str


@dataclass(frozen=True, slots=True)
class ActivationLetter:
    """What is printed: whose it is in one line each, where to go, and the code."""

    practice: Practice
    letterhead: tuple[str, ...]
    person: tuple[str, ...]
    address: str
    page: str
    code: str
    words: LetterWords


def activation_pdf(letter: ActivationLetter) -> bytes:
    """Draw the letter."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1, lang=letter.words.language)
    canvas.setTitle(letter.words.title)
    canvas.setAuthor("Scanshelf")
    _Letter(canvas, letter).draw()
    canvas.save()
    return target.getvalue()


class _Letter(SheetPage):
    """One sheet: whose it is, three steps, until when, whom to ask."""

    def __init__(self, canvas: Canvas, letter: ActivationLetter) -> None:
        super().__init__(canvas, letter.practice)
        self._letter = letter

    def draw(self) -> None:
        words = self._letter.words
        for line in self._letter.letterhead:
            self.text(line, 11)
        self.head(words.title)
        for line in self._letter.person:
            self.text(line, 15, bold=True)
        self.y -= 8
        self.text(words.lead)
        self.step(1, words.open)
        self._address()
        self.step(2, words.type)
        self.boxed_code(self._letter.code, LEFT + 40)
        self.step(3, words.choose)
        self.y -= 14
        self.note(words.until)
        if words.local:
            self.note(words.local, amber=True)
        self.text(words.keep, 14)
        self.text(words.questions, 14, bold=True)
        self.canvas.showPage()

    def _address(self) -> None:
        """Put the QR square beside the address that is short enough to be typed."""
        side = QR_SIDE - 10
        top, beside = self.y - 6, LEFT + 40 + side + 20
        draw_qr(self.canvas, self._letter.address, LEFT + 40, top - side, side)
        self.y = top - 8
        self.text(self._letter.words.code, left=beside)
        self.y -= 4
        self.typed(self._letter.page, 14, left=beside)
        self.y = min(self.y, top - side)
