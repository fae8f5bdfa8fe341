"""Draw every state of the window to look at: `python tests/gui/screens.py FOLDER [light dark small-large …]`.

All persons are made up.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QRadialGradient
from PySide6.QtWidgets import QApplication, QWidget

from app.window.jobs.jobs_strip import JobLine
from app.window.places.discs import unfinished_words as cut_off_words
from app.window.places.help.page import HelpPage
from app.window.places.settings.page import SettingsPage
from app.window.places.shelf import several_words
from app.window.places.shelf.purge_question import PurgeQuestion
from app.window.places.shelf.words import bin_lines
from app.window.shell.frame import Frame
from app.window.shell.main_window import MainWindow
from app.window.shell.undo import Undo, Undoable
from app.window.starting.start import make_application, make_frame, welcome
from app.words.known import known_words
from app.words.messages import Messages, Words
from app.words.unfinished import mark_words
from core.lanes import NewestFirstLane
from core.qt import Bridge
from core.ui.confirm import Confirm
from core.ui.notice import Notice
from dicom.source import Content
from importer.scan.known import Known
from importer.ui.discs_panel import DiscsPanel
from importer.ui.summary import DiscCard, PersonLine, ProblemLine, Receipt, ReceiptLine, StudyLine
from library.index.rows import BinEntry, StudyRow, Unfinished
from library.ui.entries import Order, SeriesLine, ShelfPerson, ShelfStudy, StudyPreview
from library.ui.shelf_panel import ShelfPanel
from portal.ui.portal_panel import PortalPanel
from tests.gui import more_screens, portal_screens
from tests.gui.viewer.phantom_study import PhantomDecoder, whole_study
from viewer.ui.viewer_panel import ViewerPanel


@dataclass(frozen=True, slots=True)
class Look:
    """How the window is dressed: style, text size, which side it reads from, and how large it is."""

    style: str
    text: int = 100
    mirrored: bool = False
    size: tuple[int, int] = (1200, 780)


LOOKS = {
    "light": Look("light"),
    "dark": Look("dark"),
    "large": Look("light", 200),
    "contrast": Look("contrast", 130),
    "mirrored": Look("light", mirrored=True),
    "small": Look("light", 100, size=(900, 600)),
    "small-large": Look("light", 200, size=(900, 600)),
    "small-large-mirrored": Look("dark", 200, mirrored=True, size=(900, 600)),
    "laptop-large": Look("light", 200, size=(1366, 768)),
}

ANNA = PersonLine(
    "a1b2c3d4e5f6",
    "Anna MUELLER",
    "born 4 May 1951",
    "woman",
    "ID 4711-23",
    (StudyLine("12 March 2019", "CT of the chest", 386), StudyLine("12 March 2019", "X-ray of the chest", 26)),
    412,
    short="Anna",
)
KARL = PersonLine(
    "0f0f0f0f0f0f",
    "Karl-Heinz VON DER TANN-RATHSAMHAUSEN",
    "birth date not given",
    "",
    "ID 4711-32",
    (StudyLine("13 March 2019", "MR of the left knee without contrast agent, repeated", 188),),
    188,
    short="Karl-Heinz",
)
TWIN = PersonLine(
    "123412341234",
    "Anna MÜLLER",
    "born 5 April 1951",
    "woman",
    "ID 99120",
    (StudyLine("2 February 2018", "Ultrasound of the thyroid gland", 14),),
    14,
    alike="Perhaps the same person as Anna MUELLER: the birth date has day and month the other way round.",
)
CARD = DiscCard("d1", "DISC_20190312", "CD", "disc-3", "ready", (ANNA,), 2, 412, "231 MB",
                exams="CT, Ultrasound · 12 March 2019 and 3 May 2020")  # fmt: skip

NAMES = (
    ("Anna MUELLER", "born 4 May 1951 · ID 4711-23 · woman", "CT", "CT of the chest", 386),
    ("山田 太郎 (Yamada Taro)", "born 1 January 1960 · ID JP-100 · man", "MR", "頭部 MRI", 240),
    ("김 희중 (Hong Gildong)", "born 9 September 1972 · ID KR-7 · man", "X-ray", "흉부 X선", 2),
    ("أحمد علي", "born 30 November 1948 · ID 55 · man", "Ultrasound", "تصوير البطن", 36),
    ("שרה כהן", "born 17 July 1983 · ID IL-12 · woman", "MR", "MR ברך שמאל", 164),
    ("Γιώργος ΠΑΠΑΔΌΠΟΥΛΟΣ", "born 2 June 1939 · ID GR-3 · man", "CT", "Αξονική τομογραφία θώρακος", 512),
    ("Людмила ПЕТРОВА", "born 12 December 1965 · ID RU-8 · woman", "Mammogram", "Маммография", 4),
)


def problem(code: str, count: int, *paths: str) -> ProblemLine:
    """Make the line for files of one code from the real words."""
    words = Messages().files(code, count)
    tone = Messages().tone(code)
    said = words.what, words.means, words.do
    return ProblemLine("" if tone == "quiet" else "amber", *said, code, count, paths, lost=tone == "loss")


def unfinished(here: int, of: int, label: str, end: str) -> Unfinished:
    """Make an import that was cut off."""
    began = "2025-11-22T09:14:05.000000Z"
    names = ("MUELLER^Anna",) if here else ()
    return Unfinished(label, began, "drive", label, "/media/x", end, here, of, "everyone", ("a",), (), None, names, {})


def phantom(seed: int) -> QImage:
    """Draw something that looks like a slice, of nobody."""
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    image.fill(QColor("#050707"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    body = QRadialGradient(128, 128, 110)
    body.setColorAt(0, QColor(120 + seed * 9 % 60, 120 + seed * 9 % 60, 120 + seed * 9 % 60))
    body.setColorAt(1, QColor("#3A3A3A"))
    painter.setBrush(body)
    painter.drawEllipse(28, 48, 200, 160)
    organ = QLinearGradient(0, 0, 256, 256)
    organ.setColorAt(0, QColor("#111111"))
    organ.setColorAt(1, QColor("#2B2B2B"))
    painter.setBrush(organ)
    painter.drawEllipse(56, 76, 62, 96)
    painter.drawEllipse(138, 76, 62, 96)
    painter.setBrush(QColor("#E8E8E8"))
    painter.drawEllipse(116, 160, 26, 24)
    painter.end()
    return image


SEVERAL = (
    ("MUELLER^Anna", "19510504", "20190303", ("CT",), "CT of the chest", 386),
    ("MUELLER^Anna", "19510504", "20111014", ("CT",), "CT of the chest (2011)", 1200),
    ("Yamada^Taro=山田^太郎", "19600101", "20190304", ("MR",), "頭部 MRI", 240),
)


def study_row(name: str, born: str, date: str, modalities: tuple[str, ...], what: str, images: int) -> StudyRow:
    """Make a study of the shelf."""
    return StudyRow(
        f"{name}{date}", name, "4711", None, name, born, "F", "1.2.3", None, date, None, None, what, None, modalities,
        3, images, images * 525_000, 0, 0, "", None, same_uid_elsewhere=False,
    )  # fmt: skip


def bin_entry(row: StudyRow, number: int) -> BinEntry:
    """Make a line of the bin."""
    return BinEntry(
        str(number), "2025-11-22T09:00:00Z", "2025-12-22T09:00:00Z", "study", row.key, row.person_key, row.patient_name,
        row.patient_birth_date, row.patient_id, row.study_date, row.study_description, row.instances, row.bytes,
        row.instances if number else 0,
    )  # fmt: skip


def shelf_of_many() -> list[ShelfPerson]:
    """Make a shelf of seven persons."""
    persons = []
    for number, (name, details, kind, what, images) in enumerate(NAMES):
        study = ShelfStudy(f"s{number}", f"{number + 3} March 2019", what, kind, images, "St. Mary's Hospital",
                           portal="✓ · shared 2" if number == 0 else "", portal_words="at the portal")  # fmt: skip
        older = ShelfStudy(f"t{number}", "14 October 2011", f"{what} (2011)", kind, 1200 + number, "Practice Dr. Weiss")
        warned = ShelfStudy(f"w{number}", "2 May 2009", "Knee", "X-ray", 2, "", "1 image is damaged")
        studies = (study, older, warned) if number == 0 else (study,)
        persons.append(ShelfPerson(f"p{number}", name, details, studies))
    return persons


PREVIEW = StudyPreview(
    "s0",
    "CT of the chest",
    "Anna MUELLER, born 4 May 1951",
    ("3 March 2019, 10:24", "St. Mary's Hospital", "386 images · 201 MB"),
    (
        SeriesLine("x1", "Scout", "2 images"),
        SeriesLine("x2", "Lung, thin slices", "312 images · 1 mm"),
        SeriesLine("x3", "Soft tissue", "72 images · 5 mm"),
    ),
    "383 of 386 images, 3 cannot be read",
    "amber",
    ("3 images are damaged.",),
    "All that is on your shelf is at the portal. It is shared 2 times.",
    "Send Anna's CT",
    "Share Anna's CT",
)


class ViewerBench:
    """The viewer with a drawn study instead of files and workers."""

    def __init__(self, frame: Frame) -> None:
        self._bridge = Bridge()
        self._lane = NewestFirstLane("viewing", self._bridge.post, threads=2)
        self.decoder = PhantomDecoder()
        self.panel = ViewerPanel(self.decoder, self._lane, frame.style.dark_icons)

    def open(self, application: QApplication) -> None:
        """Open the study and wait until all of it is known."""
        self.panel.show_study("Anna MUELLER · CT of the chest", whole_study(self.decoder))
        self._wait(application, lambda: not self.panel.position.study.reading)

    def show(self, application: QApplication, contents: list[Content]) -> None:
        """Open other objects and wait for the first picture, or for why there is none."""
        self.panel.show_study("Anna MUELLER · CT of the chest", contents)
        self._wait(application, lambda: not self.panel.position.study.reading)
        self._wait(application, lambda: self.panel.position.error is not None or self._is_shown())

    def choose(self, application: QApplication, key: str) -> None:
        """Show a series and wait for its picture."""
        self.panel.position.choose(key)
        self._wait(application, lambda: self.panel.picture.notice is not None or self._is_shown())

    def close(self) -> None:
        """End what runs."""
        self.panel.stop()
        self._lane.close()
        self._bridge.close()

    def _is_shown(self) -> bool:
        wanted, shown = self.panel.position.frame, self.panel.picture.presentation.frame
        return wanted is not None and shown is not None and shown.shown.key == wanted.key

    def _wait(self, application: QApplication, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not done() and time.monotonic() < deadline:
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)


class Screens:
    """The states, each a method that prepares the window and gives the widget to draw."""

    def __init__(self, application: QApplication, folder: Path, look: str) -> None:
        self.dress = LOOKS[look]
        os.environ["SCANSHELF_STYLE"] = self.dress.style
        self.folder, self.look, self.application = folder, look, application
        mirrored = self.dress.mirrored
        application.setLayoutDirection(Qt.LayoutDirection.RightToLeft if mirrored else Qt.LayoutDirection.LeftToRight)
        self.frame: Frame = make_frame(application, Path(tempfile.mkdtemp()))
        self.frame.style.choose("system", self.dress.text)
        self.window: MainWindow = self.frame.window
        self.discs = DiscsPanel(self.frame.style.icons)
        self.shelf = ShelfPanel(self.frame.style.icons)
        self.settings = SettingsPage(self.frame.style, self.frame.store, "/home/anna/.local/share/Scanshelf/shelf")
        self.settings.show_room("The shelf takes 4.2 GB. 118 GB are free.")
        self.bench = ViewerBench(self.frame)
        pages = {"discs": self.discs, "shelf": self.shelf, "viewer": self.bench.panel, "settings": self.settings}
        self.portal = PortalPanel(self.frame.style.icons)
        pages["portal"] = self.portal
        for name, page in {**pages, "help": HelpPage(self.frame.style, "0.1.0")}.items():
            self.window.add_place(name, lambda page=page: page)
        self.discs.count_changed.connect(lambda count: self.window.rail.set_count("discs", count))
        self.window.go_to("discs")
        self.window.resize(*self.dress.size)
        self.window.show()

    def draw(self, name: str, widget: QWidget | None = None) -> None:
        """Save one state."""
        for _ in range(3):
            self.application.processEvents()
        (widget or self.window).grab().save(str(self.folder / f"{name}-{self.look}.png"))

    def all(self, *, more: bool = True) -> None:
        """Draw every state; without `more` not those of `more_screens.py`."""
        states: list[Callable[[], None]] = [
            self.first_start, self.empty_discs, self.one_person, self.two_persons, self.looking, self.running,
            self.kept, self.receipt, self.nothing_there, self.empty_shelf, self.full_shelf, self.no_hit, self.several,
            self.bin, self.cut_off, self.binned, self.message, self.settings_page, self.help_page, self.viewer,
        ]  # fmt: skip
        try:
            for state in states:
                state()
            if more:
                more_screens.draw_all(self)
            portal_screens.draw_all(self.window, self.portal, self.frame.style.icons, self.draw)
        finally:
            self.bench.close()
        self.window.close()
        self.window.deleteLater()  # else all later windows pay for its widgets
        self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def viewer(self) -> None:
        """A drawn study in the viewer: a slice, a film, a document, a report that cannot be shown."""
        self.window.go_to("viewer")
        self.bench.open(self.application)
        for number, item in enumerate(self.bench.panel.position.study.sets):
            self.bench.choose(self.application, item.key)
            self.draw(f"18-viewer-{number}")

    def first_start(self) -> None:
        """The very first screen."""
        welcome(self.frame, Path("/home/anna/.local/share/Scanshelf/shelf"))
        self.draw("01-first-start")
        self.window.uncover()

    def empty_discs(self) -> None:
        """No disc is in."""
        self.draw("02-discs-empty")

    def one_person(self) -> None:
        """A disc of one person."""
        known = known_words(Known(412, 386, 0, 2))
        self.discs.show_card(replace(CARD, on_shelf=known))
        self.discs.set_thumbnail("d1", phantom(2))
        self.draw("03-disc-of-one")

    def two_persons(self) -> None:
        """A stick of three persons, and the question whose images to keep."""
        stick = DiscCard("d2", "KINGSTON", "USB stick", "usb", "ready", (ANNA, KARL, TWIN), 4, 614, "402 MB",
                         problems=(problem("missing", 1, "DICOM/00001/IM000007"),))  # fmt: skip
        self.discs.show_card(stick)
        self.draw("04-disc-of-three")
        self.discs.ask_persons("d2", (ANNA, KARL, TWIN))
        assert self.discs.chooser is not None
        self.discs.chooser.boxes["a1b2c3d4e5f6"].setFocus()
        self.draw("05-whose-disc", self.discs.chooser)
        self.discs.chooser.reject()
        self.discs.remove_card("d2")

    def looking(self) -> None:
        """A disc is being read."""
        card = DiscCard("d3", "Hospital folder", "Folder", "folder", "looking", note="Reading: 120 of 3,400 files")
        self.discs.show_card(card)
        self.window.strip.show_job(JobLine("0", "Reading Hospital folder · 120 of 3,400 files"))
        self.draw("06-looking")
        self.window.strip.end_job("0")
        self.discs.remove_card("d3")

    def running(self) -> None:
        """An import is under way."""
        card = DiscCard("d1", "DISC_20190312", "CD", "disc-3", "importing", (ANNA,), 2, 412, "231 MB",
                        "180 of 412 images are on your shelf", share=0.44)  # fmt: skip
        self.discs.show_card(card)
        words = "Putting 412 images on your shelf · 180 done · about 1 minute left"
        self.window.strip.show_job(JobLine("1", words, 0.44))
        self.window.strip.show_job(JobLine("2", "Reading KINGSTON", None))
        self.draw("07-importing")
        self.window.strip.end_job("1")
        self.window.strip.end_job("2")

    def kept(self) -> None:
        """An import has ended with a few files short."""
        card = DiscCard("d1", "DISC_20190312", "CD", "disc-3", "kept", (ANNA,), 2, 412, "231 MB",
                        "409 of 412 images are on your shelf.",
                        problems=(problem("unreadable", 3, "DICOM/A/I01", "DICOM/A/I02", "DICOM/A/I03"),))  # fmt: skip
        self.discs.show_card(card)
        self.draw("08-kept")

    def receipt(self) -> None:
        """The receipt with problems."""
        lines = (
            ReceiptLine(412, "images are listed on the disc"),
            ReceiptLine(409, "kept on your shelf and checked", "good"),
            ReceiptLine(3, "cannot be read", "amber"),
            ReceiptLine(4, "found, though the disc does not list them"),
            ReceiptLine(2, "not medical images"),
        )
        problems = (problem("unreadable", 3, "DICOM/A/I0001", "DICOM/A/I0002", "DICOM/A/I0003"),
                    problem("truncated", 1, "DICOM/B/I0009"))  # fmt: skip
        facts = ("Kept for Anna MUELLER, born 4 May 1951, ID 4711",)
        headline = "409 of 412 images are on your shelf"
        title = "DISC_20190312 · 22 November 2025, 10:24"
        self.discs.show_receipt(Receipt("d1", title, headline, "amber", lines, problems, "{}", facts))
        self.draw("09-receipt")
        self.discs.show_cards()
        self.discs.remove_card("d1")

    def nothing_there(self) -> None:
        """A disc without images."""
        words = Messages().for_code("no-images")
        told = ProblemLine("amber", words.what, words.means, words.do)
        self.discs.show_card(DiscCard("d4", "PHOTOS", "CD", "disc-3", "empty", problems=(told,)))
        self.draw("10-no-images")
        self.discs.remove_card("d4")

    def empty_shelf(self) -> None:
        """Nothing on the shelf yet."""
        self.window.go_to("shelf")
        self.shelf.show_persons("", [])
        self.draw("11-shelf-empty")

    def full_shelf(self) -> None:
        """Seven persons, six scripts."""
        self.shelf.table.set_widths({})
        self.shelf.show_persons("", shelf_of_many())
        self.shelf.show_study(PREVIEW)
        for number, series in enumerate(PREVIEW.series):
            self.shelf.set_thumbnail("s0", series.key, phantom(number))
        self.draw("12-shelf")

    def no_hit(self) -> None:
        """A search that finds nothing."""
        self.shelf.search.setText("schmidt")
        self.shelf.show_persons("schmidt", [])
        self.draw("13-shelf-no-hit")
        self.shelf.search.clear()

    def several(self) -> None:
        """Several exams of two persons are chosen, with the menu of the right mouse button; sorted by date."""
        self.shelf.show_persons("", shelf_of_many())
        self.shelf.show_order(Order("when", down=True))
        rows = [study_row(*one) for one in SEVERAL]
        keys = ("s0", "t0", "s1")
        self.shelf.table.choose(*keys)
        self.shelf.show_several(several_words.several_of(keys, rows))
        self.draw("13a-several-of-two")
        self.shelf.table.choose(*keys[:2])
        self.shelf.show_several(several_words.several_of(keys[:2], rows[:2]))
        self.draw("13b-several-of-one")
        self.shelf.show_menu(several_words.menu_words_of(("s0",), rows[:1]), self.shelf.mapToGlobal(QPoint(0, 0)))
        self.draw("13c-menu", self.shelf.menu)
        self.shelf.menu.close()
        self.shelf.show_order(Order())

    def bin(self) -> None:
        """The bin, and the question before it is emptied."""
        entries = [bin_entry(study_row(*one), number) for number, one in enumerate(SEVERAL)]
        self.shelf.show_bin(bin_lines(entries))
        self.draw("14-bin")
        question = PurgeQuestion(entries, self.window)
        question.show()
        self.draw("14a-empty-the-bin", question)
        question.close()
        self.shelf.show_shelf()

    def cut_off(self) -> None:
        """Imports that were cut off, the receipt of one, and the question at closing in the middle."""
        self.window.go_to("discs")
        pulled, dead = unfinished(79, 400, "DISC_20190312", "medium-gone"), unfinished(0, 188, "KINGSTON", "")
        self.discs.show_unfinished([cut_off_words.card_of(pulled, 0, fetched=False),
                                    cut_off_words.card_of(dead, 188, fetched=False)])  # fmt: skip
        self.draw("17a-cut-off")
        self.discs.show_receipt(cut_off_words.receipt(Messages(), pulled, fetched=False))
        self.draw("17b-receipt-of-a-part")
        self.discs.show_cards()
        self.discs.show_unfinished([])
        title, sentences = cut_off_words.closing_words(79, 400)
        question = Confirm(title, sentences, "Stop and close", "", self.window)
        question.no.setText("Go on")
        question.show()
        self.draw("17c-closing", question)
        question.close()

    def binned(self) -> None:
        """A study was moved to the bin: nothing is chosen, and the way back has a name."""
        self.window.go_to("shelf")
        persons = shelf_of_many()
        part = replace(persons[0].studies[0], images=79, of=400, warning=mark_words(321, 79))
        persons[0] = replace(persons[0], studies=(part, *persons[0].studies[1:]))
        self.shelf.show_persons("", persons)
        self.shelf.table.choose("s0")
        self.shelf.show_study(replace(PREVIEW, warnings=(mark_words(321, 79),)))
        self.draw("17d-shelf-with-a-part")
        self.shelf.table.choose("")
        undo = Undo(self.window, lambda said: self.told(said))
        said = Words("Anna's CT is in the bin.", "It stays there for 30 days. Ctrl+Z brings it back too.", "")
        undo.did(Undoable("e", said, "Bring Anna's CT back", lambda: None))
        self.draw("17e-binned")
        undo.undo_newest()

    def told(self, said: Words) -> Notice:
        """Show what was done."""
        notice = Notice(self.frame.style.icons, "", said.what, said.means, said.do, closable=True)
        self.window.add_notice(notice)
        return notice

    def message(self) -> None:
        """A problem that ended something."""
        words = Messages().for_code("no-space")
        icons = self.frame.style.icons
        notice = Notice(icons, "loss", words.what, words.means, words.do, closable=True)
        notice.add_action("Try again", lambda: None)
        self.window.go_to("discs")
        self.window.add_notice(notice)
        self.draw("15-message")
        self.window.remove_notice(notice)

    def settings_page(self) -> None:
        """Settings."""
        self.window.go_to("settings")
        self.draw("16-settings")

    def help_page(self) -> None:
        """Help and About."""
        self.window.go_to("help")
        self.draw("17-help")


def main(arguments: list[str]) -> int:
    """Draw all states in the looks asked for."""
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application([])
    for look in arguments[1:] or ["light", "dark", "large"]:
        Screens(application, folder, look).all()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
