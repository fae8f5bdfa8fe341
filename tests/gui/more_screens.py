"""Further states of the window for `screens.py`: menus, lists, marks, reasons, questions, names from the right.

All persons are made up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox

from app.window.places.viewer.opening_page import OpeningPage
from app.words.known import known_words
from app.words.messages import Messages
from core.language.isolates import isolated
from core.ui.notice import Notice
from importer.scan.known import Known
from importer.ui.summary import DiscCard, PersonLine, ProblemLine, Receipt, ReceiptLine, StudyLine
from library.ui.entries import CopyGroup, CopySide, ShelfPerson, ShelfStudy, StudyPreview
from portal.ui.dialogs.share_dialog import ShareDialog
from portal.ui.entries import ShareQuestion
from tests.gui.portal_screens import SHARE
from tests.gui.viewer.phantom_study import ct_slice, damaged_slice
from viewer.study.known import KnownSeries

if TYPE_CHECKING:
    from tests.gui.screens import Screens

AHMED = PersonLine(
    "555555555555", isolated("أحمد علي عبد الرحمن"), "born 30 November 1948", "man", f"ID {isolated('55-١٢')}",
    (StudyLine("12 March 2019", isolated("تصوير البطن بالأشعة المقطعية"), 36),), 36, short=isolated("أحمد"),
)  # fmt: skip
SARA = PersonLine(
    "121212121212", isolated("שרה כהן־לוי"), "born 17 July 1983", "woman", "ID IL-12",
    (StudyLine("13 March 2019", isolated("MR ברך שמאל"), 164), StudyLine("13 March 2019", "X-ray of the knee", 2)), 166,
    short=isolated("שרה"), alike=f"Perhaps the same person as {isolated('שרה כהן')}: the ID is another one.",
)  # fmt: skip
REASONS = ("empty", "others", "viewer", "password", "encrypted", "gone", "unreadable", "refused", "damaged", "unseen")


def draw_all(made: Screens) -> None:
    """Draw every further state."""
    _discs(made)
    _from_the_right(made)
    _copies(made)
    _second_window(made)
    _viewer(made)
    _lists(made)


def _discs(made: Screens) -> None:
    """Why nothing was found, one reason after the other, and what is under way."""
    made.window.go_to("discs")
    for reason in REASONS:
        words = Messages().for_code(f"no-images:{reason}")
        told = ProblemLine("amber", words.what, words.means, words.do)
        made.discs.show_card(DiscCard("n", "PHOTOS", "CD", "disc-3", "empty", problems=(told,)))
        made.draw(f"40-no-images-{reason}")
    made.discs.remove_card("n")
    card = DiscCard("k", "DISC_20190312", "CD", "disc-3", "ready", (AHMED,), 1, 36, "18 MB")
    for number, known in enumerate((Known(36, 36, 0, 0), Known(36, 12, 0, 2), Known(36, 0, 4, 0))):
        made.discs.show_card(replace(card, on_shelf=known_words(known)))
        made.draw(f"41-known-{number}")
    made.discs.remove_card("k")


def _from_the_right(made: Screens) -> None:
    """Hebrew and Arabic names: cards, whose images, the receipt, the shelf with its menu, the share question."""
    both = DiscCard("r", isolated("דיסק_2019"), "CD", "disc-3", "ready", (AHMED, SARA), 3, 202, "98 MB")
    made.discs.show_card(both)
    made.draw("42-names-from-the-right")
    made.discs.ask_persons("r", (AHMED, SARA))
    assert made.discs.chooser is not None
    made.draw("42a-whose-from-the-right", made.discs.chooser)
    made.discs.chooser.reject()
    lines = (
        ReceiptLine(202, "images are listed on the disc"),
        ReceiptLine(202, "new on your shelf, and checked", "good"),
    )
    facts = tuple(f"Kept for {one.name}, {one.born}, {one.ids}" for one in (AHMED, SARA))
    title = f"{isolated('דיסק_2019')} · 22 November 2025, 10:24"
    made.discs.show_receipt(Receipt("r", title, "All 202 images are on your shelf", "good", lines, (), "{}", facts))
    made.draw("42b-receipt-from-the-right")
    made.discs.show_cards()
    made.discs.remove_card("r")
    made.window.go_to("shelf")
    exam = ShelfStudy(
        "h", "3 March 2019", "MR ברך שמאל", "MR", 164, "בית חולים", portal="✓", portal_words="at the portal"
    )
    made.shelf.show_persons("", [ShelfPerson("p", SARA.name, "born 17 July 1983 · ID IL-12 · woman", (exam,))])
    made.shelf.table.choose("h")
    preview = StudyPreview(
        "h", "MR ברך שמאל", f"{SARA.name}, born 17 July 1983",
        ("3 March 2019, 10:24", "בית חולים", "164 images · 80 MB"), (),
        f"All 164 images on “{isolated('דיסק_2019')}” are kept.", "good", (), "",
        f"Send {isolated('שרה')}'s MR", f"Share {isolated('שרה')}'s MR",
    )  # fmt: skip
    made.shelf.show_study(preview)
    made.draw("42c-shelf-from-the-right")
    share = ShareQuestion("e", "שרה", "MR ברך שמאל", ("3 March 2019", "164 images"), False, "מרפאת ד״ר וייס", False)
    dialog = ShareDialog(made.frame.style.icons, share, made.window)
    dialog.show()
    made.draw("42d-share-from-the-right", dialog)
    dialog.close()
    dialog.deleteLater()


def _copies(made: Screens) -> None:
    """Two versions of one image, before and after a choice."""
    facts = ("From “DISC_20190312”", "DICOM/A/IM0002", "132 KB", "On your shelf since 22 November 2025, 10:24")
    sides = (CopySide("a", "Version 1", facts), CopySide("b", "Version 2", (*facts, "This version is damaged.")))
    group = CopyGroup("u", "CT, image 2", sides)
    chosen = replace(
        group, key="v",
        sides=(replace(sides[0], title="This one counts", counts=True), replace(sides[1], title="Set aside")),
        decided=True, said="You chose one of them. It is the one that is shown and sent.",
    )  # fmt: skip
    made.window.go_to("shelf")
    made.shelf.show_copies((group, chosen), ("CT of the chest", "Anna MUELLER, born 4 May 1951"))
    for side in ("a", "b"):
        made.shelf.set_copy_picture(side, QImage(64, 64, QImage.Format.Format_Grayscale8))
    made.draw("43-two-versions")
    made.shelf.show_shelf()


def _second_window(made: Screens) -> None:
    """The shelf may only be looked at, with another notice above it."""
    notices = []
    for code, tone in (("library-read-only", "amber"), ("library-writable", "good")):
        words = Messages().for_code(code)
        notices.append(Notice(made.frame.style.icons, tone, words.what, words.means, words.do, closable=True))  # type: ignore[arg-type]
        made.window.add_notice(notices[-1])
        made.draw(f"44-{code}")
    for notice in notices:
        made.window.remove_notice(notice)


def _viewer(made: Screens) -> None:
    """Marks, brightness of colour, menus, what is not there yet."""
    made.window.go_to("viewer")
    panel, decoder = made.bench.panel, made.bench.decoder
    made.bench.open(made.application)
    made.bench.choose(made.application, panel.position.study.sets[1].key)
    for _ in range(4):
        panel.commands["brighter"].trigger()
    made.draw("45-colour-made-brighter")
    made.bench.choose(made.application, panel.position.study.sets[0].key)
    for name, menu in (("menu", panel.commands.menu(panel)), ("presets", panel.commands.window_menu)):
        menu.popup(panel.mapToGlobal(QPoint(0, 0)))
        made.draw(f"46-viewer-{name}", menu)
        menu.close()
    more = panel.tool_bar.more.menu()
    if panel.tool_bar.more.isVisible():
        more.popup(panel.mapToGlobal(QPoint(0, 0)))
        made.draw("46-viewer-more", more)
        more.close()
    who = {"patient_name": "كوهين^سارة", "institution_name": "بيت الشفاء", "study_description": "MR ברך שמאל"}
    said = ct_slice(1)
    twin = replace(said, texts={**said.texts, **who}, lossy="yes", lossy_ratio=12.0, marks=("truncated",))
    both = [decoder.add(twin, "twin one"), decoder.add(twin, "twin two")]
    made.bench.show(made.application, both)
    made.draw("47-two-versions-marked")
    made.bench.show(made.application, [decoder.add(damaged_slice(900))])
    made.draw("48-cannot-be-shown")
    decoder.hold = True
    waits = [decoder.add(ct_slice(950)), decoder.add(ct_slice(951, series="4"))]
    known = [KnownSeries(f"k{n}", (one,), f"1.{n}", n, f"Lung, thin {n}", "CT") for n, one in enumerate(waits, 3)]
    panel.show_study("Anna MUELLER · CT of the chest", waits, known)
    made.draw("49-opening")
    decoder.hold = False
    page = OpeningPage()
    page.resize(600, 400)
    page.show()
    made.draw("49-opening-page", page)
    page.close()


def _lists(made: Screens) -> None:
    """Drop-downs that are open."""
    made.window.go_to("settings")
    dialog = ShareDialog(made.frame.style.icons, SHARE, made.window)
    dialog.show()
    for place, holder in (("settings", made.settings), ("share", dialog)):
        for number, box in enumerate(holder.findChildren(QComboBox)):
            if box.isVisible():
                box.showPopup()
                made.draw(f"50-list-{place}-{number}", box.view().window())
                box.hidePopup()
    dialog.close()
    dialog.deleteLater()
