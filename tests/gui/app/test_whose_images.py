"""Whose images: one question about one person, deleted ones apart and not ticked, nothing of who stays behind."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.actions.importing import DELETED
from app.window.shell.controller import Controller
from importer.ui.person_chooser import PersonChooser
from tests.discs import Disc
from tests.discs.files import ANNA, BERT, image
from tests.discs.persons import SPELLINGS, borrowed_stick, spelled, telling_folders
from tests.gui.app.test_whole_way import LONG, card, controller, engines, look_at

__all__ = ["controller", "engines"]  # fixtures


def ask(controller: Controller, qtbot: QtBot, disc: Disc) -> PersonChooser:
    look_at(controller, qtbot, str(disc.folder))
    controller.discs.cards[str(disc.folder)].buttons["keep"].click()
    chooser = controller.discs.chooser
    assert chooser is not None
    return chooser


def keep(controller: Controller, qtbot: QtBot, disc: Disc, *keys: str) -> None:
    """Tick with the space bar, as the keyboard does, and keep."""
    chooser = controller.discs.chooser
    assert chooser is not None
    for key in keys:
        chooser.boxes[key].setFocus()
        qtbot.keyClick(chooser.boxes[key], Qt.Key.Key_Space)
    assert chooser.chosen() == list(keys)
    qtbot.mouseClick(chooser.keep, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: card(controller, str(disc.folder)).state == "kept", timeout=LONG)


def said(chooser: PersonChooser) -> str:
    return "\n".join(label.text() for label in chooser.findChildren(QLabel))


def test_deleted_images_are_shown_apart_and_not_ticked_with_the_rest(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    disc = borrowed_stick(tmp_path / "disc")
    chooser = ask(controller, qtbot, disc)
    assert "Deleted, in a recycle bin" in said(chooser)
    present = [key for key in chooser.boxes if not key.startswith(DELETED)]
    assert (len(present), len(chooser.boxes)) == (1, 3)
    next(button for button in chooser.findChildren(type(chooser.keep)) if button.text() == "Tick all").click()
    assert chooser.chosen() == present
    chooser.boxes[present[0]].setChecked(False)
    keep(controller, qtbot, disc, *present)
    library = controller.jobs.library()
    assert [(row.patient_name, row.instances) for row in library.patients()] == [(ANNA.patient_name, 2)]


def test_ones_own_deleted_image_can_be_taken_alone(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    disc = borrowed_stick(tmp_path / "disc")
    chooser = ask(controller, qtbot, disc)
    own = next(key for key in chooser.boxes if not key.startswith(DELETED))
    keep(controller, qtbot, disc, DELETED + own)
    assert [(row.patient_name, row.instances) for row in controller.jobs.library().patients()] == [
        (ANNA.patient_name, 1)
    ]


def test_what_leaves_out_the_birth_date_is_one_question_and_kept_as_one(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    disc = spelled(tmp_path / "disc", {"patient_birth_date": None})
    chooser = ask(controller, qtbot, disc)
    assert len(chooser.boxes) == 1
    assert "1 image of the same exam does not say: birth date." in said(chooser)
    keep(controller, qtbot, disc, *chooser.boxes)
    assert [row.instances for row in controller.jobs.library().patients()] == [len(SPELLINGS) + 1]


def test_what_only_some_images_say_is_written_as_people_write_it(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    disc = Disc(tmp_path / "disc")
    for number in range(1, 6):
        disc.add_image(f"IM{number}", patient_name="MUELLER^ANNA", number=number)
    disc.add_image("IM6", patient_name="MUELLER^ANNA^MARIE", patient_birth_date=None, number=6)
    words = said(ask(controller, qtbot, disc))
    assert "Only 1 image of the same exam says: name \u2068Anna Marie MUELLER\u2069." in words
    assert "^" not in words


def test_the_card_and_the_receipt_name_nobody_who_stays_behind(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    disc = telling_folders(tmp_path / "disc")
    chooser = ask(controller, qtbot, disc)
    anna = next(key for key, box in chooser.boxes.items() if "Anna" in box.accessibleName())
    keep(controller, qtbot, disc, anna)
    left = card(controller, str(disc.folder)).left
    assert "5 images of others were left where they are, as you chose: " in left
    assert "\u2068Bert SAMPLE\u2069 4" in left
    assert left in [label.text() for label in controller.discs.cards[str(disc.folder)].findChildren(QLabel)]
    controller.discs.cards[str(disc.folder)].buttons["receipt"].click()
    receipt = controller.discs.receipt
    assert receipt is not None
    text = receipt.receipt.as_text() + receipt.receipt.document
    assert "of other persons, left where they are as you chose" in text
    assert not any(word in text.casefold() for word in ("bert", "quartz", "19630217"))


def test_after_one_of_two_was_kept_the_card_says_whose_images_were_left(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    disc = Disc(tmp_path / "disc")
    for number in range(1, 4):
        disc.add_image(f"A{number}", number=number)
    disc.write("B1", image(BERT, number=1))
    chooser = ask(controller, qtbot, disc)
    anna = next(key for key, box in chooser.boxes.items() if "Anna" in box.accessibleName())
    keep(controller, qtbot, disc, anna)
    shown = card(controller, str(disc.folder))
    assert shown.note == "All 3 images of \u2068Anna SAMPLE\u2069 are on your shelf."
    assert shown.left == "1 image of \u2068Bert SAMPLE\u2069 was left where it is, as you chose."
    assert "Bert" not in receipt_text(controller, disc)


def test_what_stayed_in_a_recycle_bin_is_said_after_the_import(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    disc = borrowed_stick(tmp_path / "disc")
    chooser = ask(controller, qtbot, disc)
    keep(controller, qtbot, disc, next(key for key in chooser.boxes if not key.startswith(DELETED)))
    left = card(controller, str(disc.folder)).left
    assert re.fullmatch(r"[2-9] deleted files in a recycle bin were left there\.", left)


def receipt_text(controller: Controller, disc: Disc) -> str:
    controller.discs.cards[str(disc.folder)].buttons["receipt"].click()
    assert controller.discs.receipt is not None
    return controller.discs.receipt.receipt.as_text() + controller.discs.receipt.receipt.document


def test_a_guessed_name_is_marked_on_the_card_and_on_the_shelf(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    disc = Disc(tmp_path / "disc")
    disc.write("IM1", image(ANNA, patient_name="ИВАНОВ^ИВАН".encode("cp1251")))
    shown = look_at(controller, qtbot, str(disc.folder))
    assert [person.name for person in shown.persons] == ["Иван ИВАНОВ (name guessed)"]
    controller.discs.cards[str(disc.folder)].buttons["keep"].click()
    qtbot.waitUntil(lambda: card(controller, str(disc.folder)).state == "kept", timeout=LONG)
    assert [row.name_guessed for row in controller.jobs.library().studies()] == [True]


def test_a_damaged_image_without_a_name_is_told_as_such_and_counted_as_damaged(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    disc = Disc(tmp_path / "disc")
    whole = image(ANNA, number=1)
    disc.write("IM1", whole)
    disc.write("IM2", image(ANNA, number=2)[:-150])
    third = image(ANNA, number=3)
    disc.write("IM3", third[: third.index(ANNA.patient_name.encode()) - 8])
    chooser = ask(controller, qtbot, disc)
    assert "The name cannot be read in this image: damaged before the name" in said(chooser)
    keep(controller, qtbot, disc, *chooser.boxes)
    note = card(controller, str(disc.folder)).note
    assert note == "All 3 images are on your shelf; 2 of them are damaged."
