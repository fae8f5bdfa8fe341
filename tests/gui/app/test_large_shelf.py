"""A shelf of a thousand exams is shown, sorted, searched and chosen; the watch says that no turn of it takes long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.window.places.shelf import words
from app.window.places.shelf.several_words import LINES_SHOWN
from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from library.index.rows import StudyRow
from library.shelf import Library
from tests.gui.app.test_whole_way import end
from tests.gui.engines import QuietEngines

PERSONS, EACH = 100, 10
LONG = 30_000


def row(person: int, study: int) -> StudyRow:
    return StudyRow(
        key=f"1.{person}.{study}",
        person_key=f"{person:012x}",
        patient_id=f"P{person}",
        issuer_of_patient_id=None,
        patient_name=f"Family{person:03}^Given",
        patient_birth_date=f"19{person % 90 + 10}0501",
        patient_sex=None,
        study_instance_uid=f"1.{person}.{study}",
        study_id=None,
        study_date=f"20{person % 25:02}{study + 1:02}{person % 28 + 1:02}",
        study_time=None,
        accession_number=None,
        study_description=f"Region {person % 40}",
        institution_name=None,
        modalities=("CT",),
        series=1,
        instances=1,
        bytes=10,
        damaged=0,
        conflicts=0,
        added_at="",
        source=None,
        same_uid_elsewhere=False,
    )


@pytest.fixture
def on_shelf(monkeypatch: pytest.MonkeyPatch) -> list[StudyRow]:
    """What the index answers: to put a thousand exams there takes longer than all else in this file."""
    there = [row(person, study) for person in range(PERSONS) for study in range(EACH)]

    def studies(_: Library, find: str | None = None, **__: object) -> list[StudyRow]:
        return [one for one in there if find is None or find in (one.patient_name or "")]

    monkeypatch.setattr(Library, "studies", studies)
    return there


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, on_shelf: list[StudyRow], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True, place="shelf")
    made = Controller(frame, QuietEngines(), tmp_path / "shelf")
    frame.window.resize(1200, 780)
    frame.window.show()
    begin(made, [])
    qtbot.waitUntil(lambda: shown(made) == len(on_shelf), timeout=LONG)
    yield made
    end(made, qtbot)


def shown(controller: Controller) -> int:
    return sum(len(person.studies) for person in controller.shelf.table.shelf.persons)


def first_key(controller: Controller) -> str:
    return controller.shelf.table.shelf.persons[0].studies[0].key


def test_it_is_searched_and_shown_again(controller: Controller, qtbot: QtBot, on_shelf: list[StudyRow]) -> None:
    qtbot.keyClicks(controller.shelf.search, "Family007")
    qtbot.waitUntil(lambda: shown(controller) == EACH, timeout=LONG)
    controller.shelf.search.clear()
    qtbot.waitUntil(lambda: shown(controller) == len(on_shelf), timeout=LONG)


def test_it_is_sorted_and_written_beside_the_window(
    controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_in, persons_of = set[str](), words.persons_of

    def noted(*args: object) -> object:
        written_in.add(threading.current_thread().name)
        return persons_of(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(words, "persons_of", noted)
    header, before = controller.shelf.table.header(), first_key(controller)
    place = QPoint(header.sectionViewportPosition(0) + 10, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: first_key(controller) != before, timeout=LONG)
    assert threading.current_thread().name not in written_in


def test_all_are_chosen_and_stay_so_when_another_comes(
    controller: Controller, qtbot: QtBot, on_shelf: list[StudyRow]
) -> None:
    table, preview = controller.shelf.table, controller.shelf.preview
    for _ in range(2):  # the person's, then all
        qtbot.keyClick(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.wait(1)
    assert len(table.chosen_studies()) == len(on_shelf)
    said = [made.text() for made in preview.findChildren(QLabel)]
    named = sum("Region" in text for text in said)
    assert named == LINES_SHOWN
    assert f"And {len(on_shelf) - named} more exams: all that are chosen are marked in the list." in said
    assert f"Move {len(on_shelf):,} exams to the bin" in preview.bin.text()
    on_shelf.insert(0, row(PERSONS, 0))
    controller.shelf.ask_again()
    qtbot.waitUntil(lambda: shown(controller) == len(on_shelf), timeout=LONG)
    chosen = table.chosen_studies()
    assert len(chosen) == len(on_shelf) - 1
    assert words.study_id(on_shelf[0]) not in chosen
