"""A report is no image: on the card, in the receipt, on the shelf and at the terminal, and every sum adds up."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pydicom import Dataset, dcmread
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.cli.run import run
from app.window.places.shelf.words import persons_of, preview_of
from app.window.shell.controller import Controller
from library.ui.shelf_model import IMAGES, ShelfModel
from tests.discs import Disc
from tests.discs.files import ANNA, image
from tests.gui.app.test_whole_way import LONG, card, controller, engines, look_at

__all__ = ["controller", "engines"]  # fixtures

REPORT = "1.2.840.10008.5.1.4.1.1.88.11"
ALL = "3 images and 1 report"


@pytest.fixture(params=[("SR", "S2"), ("CT", "S1")], ids=["apart", "among-images"])
def disc(tmp_path: Path, request: pytest.FixtureRequest) -> Disc:
    disc = Disc(tmp_path / "disc")
    for number in range(1, 4):
        disc.add_image(f"IM{number}", number=number)
    disc.write("SR1", report(*request.param))
    return disc


def report(modality: str, series: str) -> bytes:
    """Write a structured report: content, and no pixels; in a series of its own, or in that of the images."""
    said = dcmread(io.BytesIO(image(ANNA, number=4, modality=modality, sop_class_uid=REPORT, series=series)))
    del said.PixelData
    said.file_meta.MediaStorageSOPClassUID = REPORT
    said.ContentSequence = [Dataset()]
    written = io.BytesIO()
    said.save_as(written)
    return written.getvalue()


def test_a_report_is_told_apart_from_the_images(
    controller: Controller, qtbot: QtBot, disc: Disc, capsys: pytest.CaptureFixture[str]
) -> None:
    source = str(disc.folder)
    look_at(controller, qtbot, source)
    view = controller.discs.cards[source]
    said = [label.text() for label in view.findChildren(QLabel)]
    assert any(f" · {ALL} · " in text for text in said), said
    assert view.buttons["keep"].text().strip() == f"Put \u2068Anna\u2069's {ALL} on my shelf"
    view.buttons["keep"].click()
    qtbot.waitUntil(lambda: card(controller, source).state == "kept", timeout=LONG)
    assert card(controller, source).note.startswith(f"All {ALL} are on your shelf")
    controller.discs.cards[source].buttons["receipt"].click()
    assert controller.discs.receipt is not None
    assert controller.discs.receipt.receipt.headline == f"All {ALL} are on your shelf"
    library = controller.jobs.library()
    (row,) = library.studies()
    preview = preview_of(row, library.series(row.key), [])
    assert any(fact.startswith(f"{ALL} · ") for fact in preview.facts)
    assert sorted(line.caption for line in preview.series) in ([ALL], ["1 report", "3 images"])
    model = ShelfModel()
    model.show_persons(persons_of([row]))
    cell = model.first_study().siblingAtColumn(IMAGES)
    assert cell.data() == "3 + 1"
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == ALL
    assert run(["list", "--library", str(library.folder)]) == 0
    assert f": {ALL}, " in capsys.readouterr().out
    assert run(["scan", source]) == 0
    assert f"{ALL} of 1 person" in capsys.readouterr().out
