"""Two people of one name and birth date are told apart wherever a person is named, and nobody's images come unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.window.appearance.formats import born_words, person_words
from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from core.language.isolates import isolated
from tests.discs.disc import Disc
from tests.discs.files import Person
from tests.gui.engines import QuietEngines

LONG = 30_000
FIRST = Person("SMITH^JOHN", "S-1", "19600101", "M")
SECOND = Person("SMITH^JOHN", "S-2", "19600101", "M")


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True)
    made = Controller(frame, QuietEngines(), tmp_path / "shelf")
    frame.window.show()
    begin(made, [])
    yield made
    made.window.close()
    qtbot.waitUntil(lambda: not made.window.isVisible(), timeout=LONG)
    made.window.deleteLater()


def disc_of(folder: Path, person: Person) -> str:
    Disc(folder).add_image("IM1", person)
    return str(folder)


def state(controller: Controller, source: str) -> str:
    shown = controller.discs.cards[source].card
    assert shown is not None
    return shown.state


def test_card_strip_receipt_shelf_and_bin_tell_namesakes_apart(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    said: list[str] = []
    controller.jobs.line_changed.connect(lambda line: said.append(line.text))
    for person in (FIRST, SECOND):
        source = disc_of(tmp_path / person.patient_id, person)
        controller.add_paths([source])
        qtbot.waitUntil(lambda source=source: state(controller, source) == "ready", timeout=LONG)
        QApplication.processEvents()
        labels = [label.text() for label in controller.discs.cards[source].findChildren(QLabel)]
        whose = f"{isolated('John SMITH')}, born 1 January 1960"
        number = f"ID {isolated(person.patient_id)}"
        assert f"{whose} · {number}" in labels
        controller.discs.keep_requested.emit(source)
        qtbot.waitUntil(lambda source=source: state(controller, source) == "kept", timeout=LONG)
        assert any(text.startswith(f"Putting 1 image of {whose}, {number} on your shelf") for text in said)
        controller.discs.receipt_requested.emit(source)
        assert controller.discs.receipt is not None
        assert f"Kept for {whose}, {number}" in controller.discs.receipt.receipt.facts
        controller.discs.show_cards()
        with qtbot.waitSignal(controller.shelf_presenter.binned, timeout=LONG):
            study = f"{_only(controller, qtbot, person)}"
            controller.shelf_presenter.bin((study,))
        controller.shelf_presenter.show_bin()
        qtbot.waitUntil(lambda: controller.shelf.bin is not None, timeout=LONG)
        QApplication.processEvents()
        assert controller.shelf.bin is not None
        lines = [label.text() for label in controller.shelf.bin.findChildren(QLabel)]
        assert any(line.startswith(f"{whose}, {number} · ") for line in lines)
        controller.shelf.show_shelf()


def _only(controller: Controller, qtbot: QtBot, person: Person) -> str:
    """Give the study of a person, as soon as the shelf shows it."""

    def found() -> list[str]:
        rows = controller.shelf_presenter._rows
        return [study for study, row in rows.items() if row.patient_id == person.patient_id]

    qtbot.waitUntil(lambda: len(found()) == 1, timeout=LONG)
    return found()[0]


@pytest.mark.parametrize("text", ["19510000", "1951", "19290229", "19510431", "spring 1951"])
def test_a_birth_date_that_is_none_is_said_as_it_was_given(text: str) -> None:
    assert born_words(text) == f"birth date given as {isolated(text)}"


def test_who_somebody_is_leaves_out_an_id_nobody_gave() -> None:
    assert person_words("SMITH^JOHN", "19600101", "") == f"{isolated('John SMITH')}, born 1 January 1960"


def test_of_several_sources_opened_together_none_comes_up_by_itself(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    sources = [disc_of(tmp_path / person.patient_id, person) for person in (FIRST, SECOND)]
    with qtbot.assertNotEmitted(controller.discs_presenter.view_requested):
        controller.add_paths(sources, view=True)
        for source in sources:
            qtbot.waitUntil(lambda source=source: state(controller, source) == "ready", timeout=LONG)


def test_a_source_that_was_opened_does_not_come_over_what_is_looked_at_meanwhile(
    controller: Controller, qtbot: QtBot, tmp_path: Path
) -> None:
    source = disc_of(tmp_path / "one", FIRST)
    with qtbot.assertNotEmitted(controller.discs_presenter.view_requested):
        controller.add_paths([source], view=True)
        controller.window.go_to("shelf")
        qtbot.waitUntil(lambda: state(controller, source) == "ready", timeout=LONG)
    controller.window.go_to("discs")
    with qtbot.waitSignal(controller.discs_presenter.view_requested, timeout=LONG):
        controller.add_paths([source], view=True)
