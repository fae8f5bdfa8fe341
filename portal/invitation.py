"""The invitation on paper: A4, large print, with link, QR square and verification code.

Link and code open the images, so the sheet says no more than its reader needs: neither whose images they are nor of
what, unless the owner wants it. The code may go on a second sheet that travels another way. No I/O.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime

import segno
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from core.language.calendar_words import day_in_words
from portal.exam_names import ExamName, exam_name
from portal.lettering import Lettering, Style
from portal.whole_words import away_sentences
from portal.wire.moments import parse_utc
from portal.wire.people import Practice
from portal.wire.sharing import NewShare
from portal.wire.well_known import WellKnown
from portal.wire.wholeness import Wholeness

WIDTH, HEIGHT = A4
LEFT, RIGHT = 56.0, WIDTH - 56.0
TOP, BOTTOM = HEIGHT - 46.0, 40.0
TEAL, INK, GREY = HexColor("#0F766E"), HexColor("#1F2937"), HexColor("#4B5563")
PALE, AMBER, PALE_AMBER = HexColor("#F1F5F4"), HexColor("#92400E"), HexColor("#FEF3C7")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
QR_SIDE = 140.0
QUIET = 4  # modules left white around a QR code


@dataclass(frozen=True, slots=True)
class InvitationSheet:
    """What is printed. `expires_at` is written in the time zone it comes in.

    `link` is None where only its hash is kept: then the sheet leads to `page`, where the share code is typed. Without
    `verification_code` the sheet leaves room for it. `exam` and `person_name` only where the owner wants them.
    `not_whole` says which images are not among what is shared, which holds what was there at `made_at`.
    """

    practice: Practice
    page: str
    locator: str
    expires_at: datetime
    link: str | None = None
    verification_code: str | None = None
    accesses: int = 10
    session_minutes: int = 60
    local: bool = False
    second_sheet: bool = False
    exam: ExamName | None = None
    person_name: str | None = None
    not_whole: str = ""
    made_at: datetime | None = None


def sheet_of(
    made: NewShare, known: WellKnown, practice: Practice, *, second_sheet: bool = False, with_title: bool = False
) -> InvitationSheet:
    """Take the facts from a share that was just made; the moment is given in this computer's time zone."""
    return InvitationSheet(
        practice=practice,
        page=known.share,
        locator=made.share_code.partition("-")[0],
        expires_at=parse_utc(made.share.expires_at).astimezone(),
        link=made.url,
        verification_code=made.verification_code,
        accesses=made.share.max_accesses,
        session_minutes=known.limits.share_session_minutes,
        local=known.local,
        second_sheet=second_sheet,
        exam=exam_name(made.share) if with_title else None,
        not_whole=not_whole_words(made.share.wholeness),
        made_at=_moment(made.share.created_at),
    )


def _moment(text: str) -> datetime | None:
    """Read a moment of this computer's time zone; a portal may say none."""
    try:
        return parse_utc(text).astimezone()
    except (ValueError, OverflowError):
        return None


def invitation_pdf(sheet: InvitationSheet) -> bytes:
    """Draw the sheet, or both."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=A4, invariant=1, pageCompression=1, lang="en")
    canvas.setTitle("Invitation: medical images for you to look at")
    canvas.setAuthor("Scanshelf")
    _Invitation(canvas, sheet).draw()
    if sheet.second_sheet and sheet.verification_code:
        _CodeSheet(canvas, sheet).draw()
    canvas.save()
    return target.getvalue()


def not_whole_words(wholeness: Wholeness | None) -> str:
    """Say what is not among what is shared, as on the day of printing; "" where nothing is known to be missing."""
    return " ".join(away_sentences(wholeness))


def until_words(moment: datetime) -> str:
    """Write a moment so that nobody takes the month for the day."""
    zone = "UTC" if not moment.utcoffset() else moment.strftime("%Z")
    return f"{day_in_words(moment)}, {moment:%H:%M} {zone}".strip()


def views_words(accesses: int) -> str:
    """Write a number of views as figure and word."""
    word = NUMBERS[accesses] if accesses < len(NUMBERS) else ""
    return f"{accesses} {'view' if accesses == 1 else 'views'}" + (f" ({word})" if word else "")


class SheetPage:
    """One sheet of a practice's, written from the top down; `tight` where more is to fit on it."""

    def __init__(self, canvas: Canvas, practice: Practice, *, tight: bool = False) -> None:
        self.canvas, self.practice = canvas, practice
        self.letters = Lettering(canvas)
        self.y = TOP
        self.tight = tight

    def text(self, text: str, size: float = 15, colour: Color = INK, *, bold: bool = False, left: float = LEFT) -> None:
        """Write a paragraph and go below it."""
        self._lines(text, Style("Helvetica-Bold" if bold else "Helvetica", size, colour), left)

    def typed(self, text: str, size: float = 15, *, left: float = LEFT) -> None:
        """Write what is to be typed, in letters that cannot be taken for each other."""
        self._lines(text, Style("Courier-Bold", size, INK), left)

    def _lines(self, text: str, style: Style, left: float) -> None:
        for line in self.letters.wrapped(text, style, RIGHT - left):
            self._room(style.size * 1.5)
            self.y -= style.size * 1.32
            self.letters.draw(left, self.y, line, style)

    def _room(self, height: float) -> None:
        """Go on with another sheet where this one is full, which takes very long names."""
        if self.y - height < BOTTOM:
            self.canvas.showPage()
            self.y = TOP

    def head(self, title: str) -> None:
        """Write whom it comes from, and what it is."""
        self.canvas.setFillColor(TEAL)
        self.canvas.rect(LEFT, self.y - 26, 6, 28, stroke=0, fill=1)
        before = self.y
        self.text(self.practice.name, 17, TEAL, bold=True, left=LEFT + 18)
        self.y = min(self.y, before - 26) - (4 if self.tight else 14)
        self.text(title, 24 if self.tight else 27, bold=True)
        self.y -= 4 if self.tight else 8

    def step(self, number: int, text: str) -> None:
        """Write one numbered step."""
        self._room(80 if self.tight else 110)
        self.y -= 6 if self.tight else 14
        self.canvas.setFillColor(TEAL)
        self.canvas.circle(LEFT + 14, self.y - 15, 14, stroke=0, fill=1)
        self.letters.draw(LEFT + 9.6, self.y - 20.6, str(number), Style("Helvetica-Bold", 16, HexColor("#FFFFFF")))
        self.text(text, 16, bold=True, left=LEFT + 40)

    def boxed_code(self, code: str, left: float) -> None:
        """Write a code large, in a frame."""
        self._room(70)
        self.y -= 12
        width = self.letters.width(code, Style("Courier-Bold", 30, INK)) + 36
        self.canvas.setStrokeColor(TEAL)
        self.canvas.setLineWidth(2)
        self.canvas.setFillColor(PALE)
        self.canvas.roundRect(left, self.y - 50, width, 50, 8, stroke=1, fill=1)
        self.letters.draw(left + 18, self.y - 35, code, Style("Courier-Bold", 30, INK))
        self.y -= 56

    def note(self, text: str, *, amber: bool = False) -> None:
        """Write a paragraph on a coloured ground."""
        style = Style("Helvetica-Bold" if amber else "Helvetica", 14, AMBER if amber else INK)
        lines = self.letters.wrapped(text, style, RIGHT - LEFT - 32)
        height = len(lines) * 19 + 18
        self._room(height)
        self.canvas.setFillColor(PALE_AMBER if amber else PALE)
        self.canvas.roundRect(LEFT, self.y - height, RIGHT - LEFT, height, 8, stroke=0, fill=1)
        for index, line in enumerate(lines):
            self.letters.draw(LEFT + 16, self.y - 22 - index * 19, line, style)
        self.y -= height + 10

    def questions(self) -> None:
        """Write whom to ask: the name on a line of its own, so that its script cannot turn the number round."""
        practice = self.practice
        reached = ", ".join(each for each in (practice.phone, practice.email) if each)
        self.text(f"Questions? Ask {practice.name}", 14, GREY)
        if reached:
            self.text(reached, 14, bold=True)


class _ShareSheet(SheetPage):
    """A sheet of an invitation to a share."""

    def __init__(self, canvas: Canvas, sheet: InvitationSheet) -> None:
        super().__init__(canvas, sheet.practice, tight=bool(sheet.not_whole))  # one more note is to fit on the sheet
        self.sheet = sheet


class _Invitation(_ShareSheet):
    """The first sheet: what it is, where to go, what to type, until when, whom to ask."""

    def draw(self) -> None:
        self.head("Medical images for you to look at")
        self._what()
        self.step(1, "Open the page" if self.sheet.link else "Open this page")
        self._address()
        self._code()
        self.step(3, "Look at the images in the browser")
        self._end()
        self.canvas.showPage()

    def _what(self) -> None:
        who, exam = self.sheet.person_name, self.sheet.exam
        self.text(f"{who or 'The person who gave you this sheet'} wants to show you medical images.")
        if exam is not None:
            self.text(exam.main, bold=True)
        if exam is not None and exam.plain:
            self.text(exam.plain)
        self.text("You need no account and no program, only a computer or phone with a browser.")
        if self.sheet.not_whole:
            self.y -= 8
            self.note(self.sheet.not_whole, amber=True)
            self.y += 6

    def _address(self) -> None:
        """Put the QR square beside the address."""
        address = self.sheet.link or self.sheet.page
        side = QR_SIDE - 20 if self.tight else QR_SIDE
        self._room(side + 10)
        top, beside = self.y - 6, LEFT + 40 + side + 20
        draw_qr(self.canvas, address, LEFT + 40, top - side, side)
        self.y = top - 8
        self.text("Point the camera of a phone at the square, or type this address into a browser:", left=beside)
        self.y -= 4
        self.typed(address, 14, left=beside)
        self.y = min(self.y, top - side)

    def _code(self) -> None:
        code, here = self.sheet.verification_code, not self.sheet.second_sheet
        shown = code if code and here else "_ " * 6
        if self.sheet.link:
            self.step(2, "Type the verification code")
            self.boxed_code(shown.strip(), LEFT + 40)
        else:
            self.step(2, "Type the share code")
            self.boxed_code(f"{self.sheet.locator}-{shown.strip()}", LEFT + 40)
        if not (code and here):
            what = "code" if self.sheet.link else "second half"
            self.text(f"The {what} comes to you by another way, for example by phone.", left=LEFT + 40)
        elif self.sheet.link:
            self._typed_way(code)

    def _typed_way(self, code: str) -> None:
        self.text("No camera? Open the short address and type the share code:", 14, GREY, left=LEFT + 40)
        self.typed(f"{self.sheet.page}   {self.sheet.locator}-{code}", 14, left=LEFT + 40)

    def _end(self) -> None:
        sheet = self.sheet
        self.y -= 14 if self.tight else 16
        views = f"{views_words(sheet.accesses)}; each lasts up to {sheet.session_minutes} minutes."
        held = f" It opens what was there on {day_in_words(sheet.made_at)}, nothing later." if sheet.made_at else ""
        self.note(f"Open until {until_words(sheet.expires_at)}. {views}{held}")
        if sheet.local:
            self.note("Practice portal on this computer: this link works on this computer only.", amber=True)
        self.text("Whoever has link and code can see the images: share only with people you trust.", 14, GREY)
        self.questions()


class _CodeSheet(_ShareSheet):
    """The second sheet: the code alone, which opens nothing without the first."""

    def draw(self) -> None:
        self.head("The code for your invitation")
        self.text("You have, or will get, an invitation with a link to medical images. When the page asks, type this:")
        self.y -= 12
        self.boxed_code(self.sheet.verification_code or "", LEFT)
        self.y -= 12
        self.note("Keep this sheet apart from the invitation: give or send them by two different ways.")
        self.questions()
        self.canvas.showPage()


def draw_qr(canvas: Canvas, text: str, x: float, y: float, side: float) -> None:
    """Draw a QR code as vectors, black on white with its quiet zone; one bar for modules side by side."""
    matrix = segno.make_qr(text, error="m").matrix
    module = side / (len(matrix) + 2 * QUIET)
    canvas.setFillColor(HexColor("#FFFFFF"))
    canvas.rect(x, y, side, side, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))
    for line, modules in enumerate(matrix):
        top = y + side - (QUIET + line + 1) * module
        for start, length in _bars(modules):
            canvas.rect(x + (QUIET + start) * module, top, length * module, module * 1.02, stroke=0, fill=1)


def _bars(modules: bytearray | tuple[int, ...]) -> list[tuple[int, int]]:
    bars: list[tuple[int, int]] = []
    for index, dark in enumerate(modules):
        if dark and bars and sum(bars[-1]) == index:
            bars[-1] = (bars[-1][0], bars[-1][1] + 1)
        elif dark:
            bars.append((index, 1))
    return bars
