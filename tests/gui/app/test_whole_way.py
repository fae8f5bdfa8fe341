"""The window with the real engines: a disc is looked at, put on the shelf, found there, opened, binned, put back."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.window.jobs.job_runner import Task
from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from importer.sources.media import Medium
from importer.ui.summary import DiscCard
from tests.discs import two_persons
from tests.gui.engines import QuietEngines

LONG = 30_000


@pytest.fixture
def engines() -> QuietEngines:
    return QuietEngines()


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engines: QuietEngines
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True)
    made = Controller(frame, engines, tmp_path / "shelf")
    frame.window.show()
    begin(made, [])
    yield made
    end(made, qtbot)


@pytest.fixture
def disc(tmp_path: Path) -> str:
    return str(two_persons(tmp_path / "disc").folder)


def end(controller: Controller, qtbot: QtBot) -> None:
    """Close the window as a person does, and wait until it is gone."""
    controller.window.close()
    qtbot.waitUntil(lambda: not controller.window.isVisible(), timeout=LONG)
    controller.window.deleteLater()


def card(controller: Controller, source: str) -> DiscCard:
    shown = controller.discs.cards[source].card
    assert shown is not None
    return shown


def look_at(controller: Controller, qtbot: QtBot, source: str) -> DiscCard:
    controller.add_paths([source])
    qtbot.waitUntil(lambda: card(controller, source).state != "looking", timeout=LONG)
    return card(controller, source)


def keep_all(controller: Controller, qtbot: QtBot, source: str) -> DiscCard:
    look_at(controller, qtbot, source)
    controller.discs.cards[source].buttons["keep"].click()
    assert controller.discs.chooser is not None
    for box in controller.discs.chooser.boxes.values():
        box.setChecked(True)
    controller.discs.chooser.keep.click()
    qtbot.waitUntil(lambda: card(controller, source).state == "kept", timeout=LONG)
    return card(controller, source)


def wait_for_exam(controller: Controller, qtbot: QtBot) -> None:
    """Wait until the viewer has an exam."""
    qtbot.waitUntil(lambda: controller.viewer.currentWidget() is controller.viewer.panel, timeout=LONG)
    assert controller.window.place() == "viewer"


def studies_on_shelf(controller: Controller) -> int:
    model = controller.shelf.table.shelf
    return sum(model.rowCount(model.index(row, 0)) for row in range(model.rowCount()))


def test_a_disc_of_two_persons_goes_on_the_shelf_and_onto_the_screen(
    controller: Controller, qtbot: QtBot, disc: str
) -> None:
    seen = look_at(controller, qtbot, disc)
    assert seen.state == "ready"
    assert len(seen.persons) == 2
    kept = keep_all(controller, qtbot, disc)
    assert kept.note.startswith(f"All {seen.images} images are on your shelf")
    qtbot.waitUntil(lambda: studies_on_shelf(controller) == seen.studies, timeout=LONG)
    controller.discs.cards[disc].buttons["shelf"].click()
    assert controller.window.place() == "shelf"
    qtbot.waitUntil(lambda: controller.shelf.preview.is_ready(), timeout=LONG)
    controller.shelf.preview.open.click()
    wait_for_exam(controller, qtbot)
    assert controller.viewer.panel is controller.viewer.currentWidget()
    with qtbot.waitActive(controller.window):
        controller.window.activateWindow()
    qtbot.keyClick(controller.viewer.panel.picture, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: controller.window.place() == "shelf", timeout=LONG)


def test_only_the_chosen_person_is_kept(controller: Controller, qtbot: QtBot, disc: str) -> None:
    seen = look_at(controller, qtbot, disc)
    controller.discs.cards[disc].buttons["keep"].click()
    assert controller.discs.chooser is not None
    controller.discs.chooser.boxes[seen.persons[0].key].click()
    controller.discs.chooser.keep.click()
    qtbot.waitUntil(lambda: card(controller, disc).state == "kept", timeout=LONG)
    assert {row.person_key for row in controller.jobs.library().studies()} == {seen.persons[0].key}
    assert seen.persons[0].name in card(controller, disc).note
    controller.discs.cards[disc].buttons["receipt"].click()
    assert controller.discs.receipt is not None
    counts = {line.label: line.count for line in controller.discs.receipt.receipt.lines}
    assert counts["of other persons, left where they are as you chose"] == seen.persons[1].images
    qtbot.mouseClick(controller.window.rail._buttons["discs"], Qt.MouseButton.LeftButton)
    assert controller.discs.receipt is None


def test_a_disc_is_looked_at_without_being_kept(controller: Controller, qtbot: QtBot, disc: str) -> None:
    look_at(controller, qtbot, disc)
    controller.discs.cards[disc].buttons["look"].menu().actions()[0].trigger()
    wait_for_exam(controller, qtbot)
    assert controller.jobs.library().studies() == []


def test_images_that_were_opened_have_the_keys_wherever_one_stood_before(
    controller: Controller, qtbot: QtBot, disc: str
) -> None:
    keep_all(controller, qtbot, disc)
    study = controller.jobs.library().studies()[0].study_instance_uid
    with qtbot.waitActive(controller.window):
        controller.window.activateWindow()
    controller.window.rail._buttons["discs"].setFocus()
    controller.shelf_presenter.open_uid(study or "")
    wait_for_exam(controller, qtbot)
    assert controller.viewer.panel.picture.hasFocus()


def test_the_receipt_adds_up(controller: Controller, qtbot: QtBot, disc: str) -> None:
    kept = keep_all(controller, qtbot, disc)
    controller.discs.cards[disc].buttons["receipt"].click()
    assert controller.discs.receipt is not None
    counts = {line.label: line.count for line in controller.discs.receipt.receipt.lines}
    assert counts["new on your shelf, and checked"] == kept.images
    assert f"All {kept.images} images are on your shelf" in controller.discs.receipt.receipt.as_text()


def test_a_study_goes_to_the_bin_and_comes_back(controller: Controller, qtbot: QtBot, disc: str) -> None:
    kept = keep_all(controller, qtbot, disc)
    controller.window.go_to("shelf")
    qtbot.waitUntil(lambda: controller.shelf.preview.is_ready(), timeout=LONG)
    controller.shelf.preview.bin.click()
    qtbot.waitUntil(lambda: studies_on_shelf(controller) == kept.studies - 1, timeout=LONG)

    def way_back() -> list[QPushButton]:
        return [b for b in controller.window.findChildren(QPushButton) if b.text().startswith("Bring ")]

    qtbot.waitUntil(lambda: len(way_back()) == 1, timeout=LONG)
    way_back()[0].click()
    qtbot.waitUntil(lambda: studies_on_shelf(controller) == kept.studies, timeout=LONG)


def test_a_search_finds_by_name(controller: Controller, qtbot: QtBot, disc: str) -> None:
    kept = keep_all(controller, qtbot, disc)
    name = kept.persons[0].name.split()[0]
    controller.window.go_to("shelf")
    qtbot.waitUntil(lambda: studies_on_shelf(controller) == kept.studies, timeout=LONG)
    controller.shelf.search.setText(name)
    qtbot.waitUntil(lambda: controller.shelf.table.shelf.rowCount() == 1, timeout=LONG)
    qtbot.keyClicks(controller.shelf.search, " nobodyatall")
    qtbot.waitUntil(lambda: controller.shelf.table.shelf.rowCount() == 0, timeout=LONG)


def test_a_folder_that_is_not_there_is_said_in_words(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    seen = look_at(controller, qtbot, str(tmp_path / "nowhere"))
    assert seen.state == "unreadable"
    assert seen.problems[0].what == "This disc, folder or file is not there."


def test_a_folder_without_images_is_said_in_words(controller: Controller, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "README.TXT").write_text("nothing", encoding="utf-8")
    seen = look_at(controller, qtbot, str(tmp_path / "empty"))
    assert seen.state == "empty"
    assert seen.problems[0].do.startswith("Choose the whole disc")


def test_a_disc_that_is_put_in_shows_up_is_read_and_goes_with_its_disc(
    controller: Controller, engines: QuietEngines, qtbot: QtBot, disc: str
) -> None:
    engines.media = [Medium(disc, "DISC_2019", "disc", "/dev/sr0", "iso9660")]
    qtbot.waitUntil(lambda: disc in controller.discs.cards, timeout=LONG)
    qtbot.waitUntil(lambda: card(controller, disc).state == "ready", timeout=LONG)
    assert card(controller, disc).title == "DISC_2019"
    engines.media = []
    qtbot.waitUntil(lambda: disc not in controller.discs.cards, timeout=LONG)


def test_a_disc_taken_off_the_list_stays_off_while_it_is_in(
    controller: Controller, engines: QuietEngines, qtbot: QtBot, disc: str
) -> None:
    engines.media = [Medium(disc, "DISC_2019", "disc", "/dev/sr0", "iso9660")]
    qtbot.waitUntil(lambda: disc in controller.discs.cards, timeout=LONG)
    qtbot.waitUntil(lambda: card(controller, disc).state == "ready", timeout=LONG)
    controller.discs.remove_requested.emit(disc)
    controller.discs_presenter.look_for_media()
    qtbot.waitUntil(lambda: not controller.discs_presenter.asking_for_media, timeout=LONG)
    assert disc not in controller.discs.cards


def test_another_disc_in_the_same_drive_is_another_card(
    controller: Controller, engines: QuietEngines, qtbot: QtBot, disc: str
) -> None:
    engines.media = [Medium(disc, "DISC", "disc", "/dev/sr0", "iso9660")]
    qtbot.waitUntil(lambda: disc in controller.discs.cards, timeout=LONG)
    qtbot.waitUntil(lambda: card(controller, disc).state == "ready", timeout=LONG)
    shutil.rmtree(disc)
    Path(disc).mkdir()
    controller.discs_presenter.look_for_media()
    qtbot.waitUntil(lambda: card(controller, disc).state == "empty", timeout=LONG)
    assert card(controller, disc).persons == ()


def test_what_was_looked_at_last_is_shown_even_when_the_shelf_answers_later(
    controller: Controller, qtbot: QtBot, disc: str
) -> None:
    keep_all(controller, qtbot, disc)
    controller.window.go_to("shelf")
    qtbot.waitUntil(lambda: controller.shelf.preview.is_ready(), timeout=LONG)
    shown: list[str] = []
    controller.shelf_presenter.view_requested.connect(lambda title, contents: shown.append("shelf"))
    held, gate = threading.Event(), threading.Event()
    controller.jobs.run(controller.jobs.asking, lambda job: held.set() or gate.wait(10), Task(done=lambda _: None))
    controller.shelf.preview.open.click()
    controller.discs_presenter.view(disc, "")
    gate.set()
    last: list[bool] = []
    controller.jobs.run(controller.jobs.asking, lambda job: None, Task(done=lambda _: last.append(True)))
    qtbot.waitUntil(lambda: bool(last) and controller.window.place() == "viewer", timeout=LONG)
    assert shown == []


def test_a_disc_that_went_away_is_not_called_a_mistake_of_the_program(controller: Controller) -> None:
    told = controller.notices.in_two_sentences(FileNotFoundError(2, "gone"))
    assert told[0] == "This disc, folder or file is not there."
    assert controller.notices.in_two_sentences(OSError(5, "scratched"))[0] == "This file cannot be read."


def test_a_second_window_may_look_but_not_change(
    controller: Controller, qtbot: QtBot, tmp_path: Path, qapp: QApplication, disc: str
) -> None:
    keep_all(controller, qtbot, disc)
    frame = make_frame(qapp, tmp_path / "other settings")
    second = Controller(frame, QuietEngines(), controller.library_folder)
    second.window.show()
    second.start()
    second.window.go_to("shelf")
    qtbot.waitUntil(lambda: studies_on_shelf(second) > 0, timeout=LONG)
    assert second.jobs.library().read_only
    end(second, qtbot)


def test_an_unknown_trouble_is_a_report_without_values(controller: Controller, qtbot: QtBot) -> None:
    def trouble() -> None:
        raise ZeroDivisionError("Anna MUELLER 4711")

    notices: list[str] = []
    told: Callable[[object], None] = lambda error: notices.append(str(type(error)))  # noqa: E731
    controller.jobs.failed.connect(told)
    controller.jobs.run(controller.jobs.asking, lambda job: trouble(), Task(done=lambda _: None))
    qtbot.waitUntil(lambda: bool(notices), timeout=LONG)
    from PySide6.QtWidgets import QPlainTextEdit

    details = [box.toPlainText() for box in controller.window.findChildren(QPlainTextEdit)]
    assert "ZeroDivisionError" in details[-1]
    assert "Anna" not in details[-1]
    assert "4711" not in details[-1]


def test_the_window_closes_while_a_disc_is_being_read(
    controller: Controller, qtbot: QtBot, disc: str, tmp_path: Path
) -> None:
    for number in range(40):
        shutil.copytree(disc, tmp_path / "many" / str(number))
    controller.add_paths([str(tmp_path / "many")])
    controller.window.close()
    qtbot.waitUntil(lambda: not controller.window.isVisible(), timeout=LONG)


def test_a_source_whose_turn_has_not_come_does_not_say_that_it_is_read(
    controller: Controller, qtbot: QtBot, disc: str
) -> None:
    free = threading.Event()
    busy = Task[object](done=lambda _: None)
    for _ in range(2):
        controller.jobs.run(controller.jobs.reading, lambda job: free.wait(LONG / 1000), busy)
    try:
        controller.add_paths([disc])
        assert card(controller, disc).note == "Waiting for its turn"
    finally:
        free.set()
    qtbot.waitUntil(lambda: card(controller, disc).state == "ready", timeout=LONG)
