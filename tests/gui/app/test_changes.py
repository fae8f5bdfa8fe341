"""What changed on the shelf is shown, whoever changed it, and nothing is read for it but what was named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.window.shell.controller import Controller
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from core.job import QuietJob
from library.index.reading import Reader
from library.shelf import Library
from tests.gui.app.test_several import chosen, fill, key_of, said
from tests.gui.app.test_the_right_study import wait
from tests.gui.app.test_whole_way import end
from tests.gui.engines import QuietEngines
from tests.unit.library.material import incoming, put


class Asked:
    """Counts what the window asks of the shelf: the whole list, rows by their names, and what a preview needs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times: Counter[str] = Counter()
        for name in ("studies", "rows_of", "series"):
            monkeypatch.setattr(Reader, name, self._counted(name, getattr(Reader, name)))

    def _counted(self, name: str, ask: object) -> object:
        def counted(reader: Reader, *args: object, **more: object) -> object:
            self.times[name] += 1
            return ask(reader, *args, **more)  # type: ignore[operator]

        return counted


@pytest.fixture
def controller(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Controller]:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    fill(tmp_path / "shelf")
    frame = make_frame(qapp, tmp_path / "settings")
    frame.store.change(welcomed=True)
    made = Controller(frame, QuietEngines(), tmp_path / "shelf")
    frame.window.show()
    begin(made, [])
    made.window.go_to("shelf")
    wait(qtbot, lambda: made.shelf.preview.is_ready())
    yield made
    end(made, qtbot)


@pytest.fixture
def asked(controller: Controller, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Asked:
    assert chosen(controller) == ["2.1"]
    wait(qtbot, lambda: controller.shelf_presenter._previewed_study == key_of("2.1"))
    return Asked(monkeypatch)


def add(library: Library, uid: str, number: int, **said: str) -> None:
    """Put one more image into a study, as somebody beside this window's buttons does."""
    uids = {"study_instance_uid": uid, "series_instance_uid": f"{uid}.1", "sop_instance_uid": f"{uid}.1.{number}"}
    more = {
        "patient_name": "Adler^Anna",
        "study_date": "20190312",
        "modality": "CT",
        "study_description": f"Exam {uid}",
    }
    put(library, [incoming(library, f"{uid} {number}".encode(), person="aaaaaaaaaaaa", **uids, **(more | said))])


def listed(controller: Controller) -> int:
    return len(controller.shelf.table.shelf.all_keys())


def images(controller: Controller, uid: str) -> int:
    study = controller.shelf.table.shelf.study(controller.shelf.table.shelf.find(key_of(uid)))
    return study.images if study is not None else 0


def test_a_study_that_is_not_shown_at_the_right_costs_its_row_alone(
    controller: Controller, asked: Asked, qtbot: QtBot
) -> None:
    add(controller.jobs.library(), "2.3", 2, study_date="20170101", modality="MR")
    wait(qtbot, lambda: images(controller, "2.3") == 2)
    assert asked.times.keys() == {"rows_of"}
    assert chosen(controller) == ["2.1"]


def test_the_study_that_is_shown_is_shown_as_it_stands_now(controller: Controller, asked: Asked, qtbot: QtBot) -> None:
    add(controller.jobs.library(), "2.1", 2)
    wait(qtbot, lambda: "2 images" in said(controller))
    assert images(controller, "2.1") == 2
    assert asked.times["studies"] == 0
    assert asked.times["series"] >= 1


def test_a_study_that_comes_stands_where_the_whole_list_would_have_it(
    controller: Controller, asked: Asked, qtbot: QtBot
) -> None:
    library = controller.jobs.library()
    add(library, "2.5", 1, study_date="20180601")
    add(library, "2.6", 1, study_date="")
    add(library, "2.7", 1, study_date="20230101")
    wait(qtbot, lambda: listed(controller) == 7)
    assert asked.times["studies"] == 0
    shown = list(controller.shelf_presenter._rows)
    assert shown == [f"{row.person_key}:{row.key}" for row in library.studies()]


def test_what_somebody_else_deletes_leaves_the_list_and_comes_back(
    controller: Controller, asked: Asked, qtbot: QtBot
) -> None:
    library = controller.jobs.library()
    entries = library.delete([key_of("2.1")]).entries
    wait(qtbot, lambda: listed(controller) == 3)
    assert chosen(controller) == [], "nobody else's images come under the hand"
    library.restore(entries)
    wait(qtbot, lambda: listed(controller) == 4)
    assert asked.times["studies"] == 0


def test_while_something_is_searched_for_what_fits_is_asked_for_anew(controller: Controller, qtbot: QtBot) -> None:
    controller.shelf.search.setText("2019")
    wait(qtbot, lambda: listed(controller) == 1)
    add(controller.jobs.library(), "2.8", 1, study_date="20190505")
    wait(qtbot, lambda: listed(controller) == 2)
    add(controller.jobs.library(), "2.9", 1, study_date="20140505")
    controller.shelf.search.clear()
    wait(qtbot, lambda: listed(controller) == 6)


def test_images_found_missing_are_marked_without_being_asked_for(
    controller: Controller, asked: Asked, qtbot: QtBot
) -> None:
    library = controller.jobs.library()
    (row,) = library.instance_refs(key_of("2.2"))
    (library.folder / "objects" / row.sha256[:2] / f"{row.sha256}.dcm").unlink()
    library.verify(QuietJob())
    shelf = controller.shelf.table.shelf

    def warned() -> bool:
        study = shelf.study(shelf.find(key_of("2.2")))
        return study is not None and "damaged" in study.warning

    wait(qtbot, warned)
    assert asked.times.keys() == {"rows_of"}


def test_how_much_room_the_shelf_takes_is_counted_while_it_is_said(controller: Controller, qtbot: QtBot) -> None:
    controller.window.go_to("settings")
    page = controller.parts.settings()
    wait(qtbot, lambda: "The shelf takes" in page.room.text())
    page.show_room("old")
    add(controller.jobs.library(), "2.3", 2)
    wait(qtbot, lambda: "The shelf takes" in page.room.text())
    controller.window.go_to("shelf")
    page.show_room("not seen")
    add(controller.jobs.library(), "2.3", 3)
    wait(qtbot, lambda: images(controller, "2.3") == 3)
    assert page.room.text() == "not seen"
    controller.window.go_to("settings")
    wait(qtbot, lambda: "The shelf takes" in page.room.text())
