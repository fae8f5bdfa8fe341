"""Copies that contradict each other are compared side by side in the window, and the choice can be taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from library.objects.incoming import Incoming
from library.shelf import Library
from tests.discs import Disc, image
from tests.discs.files import uid
from tests.gui.engines import QuietEngines
from tests.importer_tools import import_folder, media_worker
from tests.unit.library.material import incoming, put

LONG = 30_000


def picture(turn: bool) -> bytes:
    y, x = np.mgrid[0:1:128j, 0:1:128j]
    values = (np.hypot(x - 0.5, y - 0.4) < 0.3) * 2500 + (x if turn else y) * 900
    return image(number=2, rows=128, columns=128, pixel_data=values.astype("<u2").tobytes())


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Make a shelf with two contents under one image's number, from two discs."""
    with Library.open(tmp_path / "shelf") as library, media_worker(tmp_path) as media:
        for name, turn in (("CD of March", False), ("Stick of May", True)):
            disc = Disc(tmp_path / name)
            disc.write("DICOM/IM1", image(number=1))
            disc.write("DICOM/IM2", picture(turn))
            import_folder(disc.folder, library, media)
        assert [(study.instances, study.conflicts) for study in library.studies()] == [(3, 2)]
    return tmp_path / "shelf"


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shelf: Path
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True, place="shelf")
    made = Controller(frame, QuietEngines(), shelf)
    frame.window.show()
    begin(made, [])
    made.window.go_to("shelf")
    yield made
    made.window.close()
    qtbot.waitUntil(lambda: not made.window.isVisible(), timeout=LONG)
    made.window.deleteLater()


def texts(controller: Controller) -> str:
    QApplication.processEvents()
    page = controller.shelf.currentWidget()
    return "\n".join(each.text() for each in page.findChildren(QLabel) if each.isVisible())


def conflicts(controller: Controller) -> list[tuple[int, int]]:
    return [(study.instances, study.conflicts) for study in controller.jobs.library().studies()]


def open_copies(controller: Controller, qtbot: QtBot) -> None:
    preview = controller.shelf.preview
    qtbot.waitUntil(lambda: preview.compare.isVisible() and preview.compare.isEnabled(), timeout=LONG)
    preview.compare.setFocus()
    QTest.keyClick(preview.compare, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: controller.shelf.copies is not None, timeout=LONG)


def test_the_person_compares_chooses_and_takes_it_back_with_keys(controller: Controller, qtbot: QtBot) -> None:
    open_copies(controller, qtbot)
    view = controller.shelf.copies
    assert view is not None
    said = texts(controller)
    for word in (
        "CT, image 2",
        "CD of March",
        "Stick of May",
        "Version 1",
        "Version 2",
        "Sample study",
        "Anna SAMPLE",
        "DICOM/IM2",
    ):
        assert word in said
    qtbot.waitUntil(lambda: all(mark.pixmap().height() > 100 for mark in view._pictures.values()), timeout=LONG)
    second = list(view.buttons)[1]
    view.buttons[second].setFocus()
    QTest.keyClick(view.buttons[second], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: controller.shelf.copies not in {None, view}, timeout=LONG)
    assert conflicts(controller) == [(2, 0)]
    assert second in {row.sha256 for row in controller.jobs.library().instances()}
    assert "You chose one of them" in texts(controller)

    decided = controller.shelf.copies
    assert decided is not None
    assert list(decided.buttons) == [uid("P-1/T1/S1/2")]
    undo = decided.buttons[uid("P-1/T1/S1/2")]
    undo.setFocus()
    QTest.keyClick(undo, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: controller.shelf.copies not in {None, decided}, timeout=LONG)
    assert conflicts(controller) == [(3, 2)]


def test_a_choice_of_before_can_still_be_taken_back(controller: Controller, qtbot: QtBot) -> None:
    open_copies(controller, qtbot)
    assert controller.shelf.copies is not None
    next(iter(controller.shelf.copies.buttons.values())).click()
    qtbot.waitUntil(lambda: conflicts(controller) == [(2, 0)], timeout=LONG)
    qtbot.waitUntil(lambda: controller.shelf.preview.compare.text().strip() == "Your choice of versions", timeout=LONG)
    assert controller.shelf.copies is not None
    controller.shelf.copies.back.click()
    assert controller.shelf.copies is None


def test_a_study_without_conflicts_offers_nothing_to_compare(
    qtbot: QtBot, controller: Controller, tmp_path: Path
) -> None:
    library = controller.jobs.library()
    item: Incoming = incoming(library, b"other", study_instance_uid="7.7", sop_instance_uid="7.7.1")
    put(library, [item])
    controller.shelf.ask_again()
    key, table, preview = f"{item.person}:7.7", controller.shelf.table, controller.shelf.preview
    qtbot.waitUntil(lambda: table.shelf.find(key).isValid(), timeout=LONG)
    table.choose(key)
    qtbot.waitUntil(lambda: preview.shows(key), timeout=LONG)
    assert not preview.compare.isVisible()


def test_a_window_that_opens_heals_what_an_older_program_left(
    qtbot: QtBot, controller: Controller, tmp_path: Path
) -> None:
    library = controller.jobs.library()
    whole = picture(turn=True)
    for content, damaged in ((whole[:-4000], "truncated"), (whole, None)):
        put(library, [incoming(library, content, sop_instance_uid="7.7.1", damaged=damaged)])
    assert library.doubtful_uids("1.2.3") == ["7.7.1"]
    controller.shelf_presenter.copies.heal()
    qtbot.waitUntil(lambda: library.doubtful_uids("1.2.3") == [], timeout=LONG)
    assert [row.damaged for row in library.instance_refs("7.7.1")] == [None]


def test_a_choice_is_taken_back_with_the_keys_too(controller: Controller, qtbot: QtBot) -> None:
    open_copies(controller, qtbot)
    assert controller.shelf.copies is not None
    next(iter(controller.shelf.copies.buttons.values())).click()
    qtbot.waitUntil(lambda: any("Take back the choice of" in text for text in button_texts(controller)), timeout=LONG)
    assert conflicts(controller) == [(2, 0)]
    assert any("Anna" in text for text in button_texts(controller) if "Take back" in text)
    with qtbot.waitActive(controller.window):
        controller.window.activateWindow()
    qtbot.keyClick(controller.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: conflicts(controller) == [(3, 2)], timeout=LONG)
    assert not any("Take back the choice of" in text for text in button_texts(controller))


def button_texts(controller: Controller) -> list[str]:
    return [made.text() for made in controller.window.findChildren(QPushButton) if made.isVisible()]
