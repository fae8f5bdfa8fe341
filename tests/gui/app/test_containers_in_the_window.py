"""Archives and disc images dropped on the window: looked at, put on the shelf, or named with the true reason."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.places.discs.words import problem_lines, problem_of, told_once
from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from app.words.messages import Messages
from dicom.model import Rejection
from importer.listing_rows import Listings
from importer.reasons import nothing_found
from importer.ui.summary import DiscCard
from tests.discs import image
from tests.discs.containers import tar_bytes, zip_bytes
from tests.gui.app.test_whole_way import wait_for_exam
from tests.gui.engines import QuietEngines

LONG = 30_000
FILES = {f"DICOM/IM{number}": image(series="W", number=number) for number in (1, 2, 3)}


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True, text_size=int(os.environ.get("SCANSHELF_TEST_TEXT", "100")))
    made = Controller(frame, QuietEngines(), tmp_path / "shelf")
    frame.window.resize(1180, 900)
    frame.window.show()
    begin(made, [])
    yield made
    made.window.close()
    qtbot.waitUntil(lambda: not made.window.isVisible(), timeout=LONG)
    made.window.deleteLater()


def card(controller: Controller, source: str) -> DiscCard:
    shown = controller.discs.cards[source].card
    assert shown is not None
    return shown


def dropped(controller: Controller, qtbot: QtBot, source: Path) -> DiscCard:
    controller.discs.dropped.emit([str(source)])
    qtbot.waitUntil(lambda: card(controller, str(source)).state != "looking", timeout=LONG)
    picture(controller, f"{source.name}-looked")
    return card(controller, str(source))


def picture(controller: Controller, name: str) -> None:
    if folder := os.environ.get("SCANSHELF_TEST_PICTURES"):
        for _ in range(3):  # the layout follows the words
            QApplication.processEvents()
        controller.window.grab().save(f"{folder}/{name}.png")


def test_an_archive_is_dropped_looked_at_and_put_on_the_shelf(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "study.tar.gz"
    source.write_bytes(tar_bytes(FILES, "w:gz"))
    seen = dropped(controller, qtbot, source)
    assert (seen.state, seen.images, seen.problems) == ("ready", 3, ())
    controller.discs.cards[str(source)].buttons["look"].click()
    wait_for_exam(controller, qtbot)
    panel = controller.viewer.panel
    qtbot.waitUntil(lambda: not panel.picture.image().isNull(), timeout=LONG)
    controller.window.go_to("discs")
    controller.discs.cards[str(source)].buttons["keep"].click()
    qtbot.waitUntil(lambda: card(controller, str(source)).state == "kept", timeout=LONG)
    picture(controller, "kept")
    assert card(controller, str(source)).note.startswith("All 3 images are on your shelf")


def test_what_was_not_looked_into_is_said_before_and_after_the_import(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "study.zip").write_bytes(zip_bytes(FILES))
    (stick / "more.7z").write_bytes(b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(256)) * 9)
    (stick / "cut.zip").write_bytes(zip_bytes(FILES)[:-230])
    (stick / "backup.vhd").write_bytes(bytes(4096) + b"conectix" + bytes(504))
    (stick / "data.bin").write_bytes(bytes(range(1, 256)) * 40)
    seen = dropped(controller, qtbot, stick)
    said = " ".join(f"{line.what} {line.means} {line.do}" for line in seen.problems)
    assert "1 archive was not looked into: packed in a way not known here." in said
    assert "1 archive is broken off or damaged." in said
    assert "1 disk image was not looked into" in said
    controller.discs.cards[str(stick)].buttons["keep"].click()
    qtbot.waitUntil(lambda: card(controller, str(stick)).state == "kept", timeout=LONG)
    picture(controller, "stick-kept")
    assert "not everything could be looked into" in card(controller, str(stick)).note
    controller.discs.cards[str(stick)].buttons["receipt"].click()
    picture(controller, "stick-receipt")
    receipt = controller.discs.receipt
    assert receipt is not None
    assert receipt.receipt.tone == "amber"
    assert {one.tone for one in receipt.receipt.problems} == {"amber", "good"}


def test_an_archive_that_cannot_be_opened_is_never_called_empty(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    source = tmp_path / "study.rar"
    source.write_bytes(b"Rar!\x1a\x07\x01\0" + bytes(range(256)) * 9)
    seen = dropped(controller, qtbot, source)
    assert seen.state == "empty"
    assert [line.what for line in seen.problems] == [
        "No medical images were found here, but not everything could be looked into.",
        "1 archive was not looked into: packed in a way not known here.",
    ]


def test_a_lock_that_is_why_nothing_was_found_is_told_once_with_its_files() -> None:
    messages, listings = Messages(), Listings()
    nothing = problem_of(messages, nothing_found([Rejection("IMAGES.ZIP", "password-needed")]))
    for code in ("password-needed", "encrypted"):
        locked = problem_lines(messages, [Rejection("IMAGES.ZIP", code)], listings)
        (told,) = told_once(nothing, locked, messages)
        assert (told.what, told.tone, told.paths) == (nothing.what, "amber", ("IMAGES.ZIP",))
    torn = problem_lines(messages, [Rejection("IMAGES.ZIP", "encrypted"), Rejection("A", "unreadable")], listings)
    assert told_once(nothing, torn, messages) == (nothing, *torn)
    assert told_once(nothing, (), messages) == (nothing,)
    failed = problem_of(messages, "encrypted", "loss")
    assert {one.tone for one in told_once(failed, torn, messages)} == {"loss"}
