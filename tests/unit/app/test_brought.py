"""What is said of an exam from a portal: whole only where each image that came is on the shelf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from app.actions.downloading import Brought
from app.window.appearance.languages import English
from app.window.places.portal.brought import partial_words
from app.words.messages import Messages
from importer.plan import ImportPlan, make_plan
from importer.receipts.receipt import ImportReport
from tests.discs import disc_with_good_files
from tests.importer_tools import media_worker, scan_folder

FILES = 5


@pytest.fixture(autouse=True)
def counting(qapp: QApplication) -> Iterator[None]:
    """Let "%n image(s)" become "1 image"."""
    translator = English(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> ImportPlan:
    folder = tmp_path_factory.mktemp("downloads")
    disc = disc_with_good_files(folder / "exam", FILES)
    with media_worker(folder) as media:
        return make_plan(scan_folder(disc.folder, media), everything=True)


def brought(plan: ImportPlan, came: int = FILES, **said: Any) -> Brought:
    return Brought(ImportReport(plan, "i1", FILES, **said), came)


def test_what_is_all_there_is_whole_new_or_not(plan: ImportPlan) -> None:
    assert brought(plan, imported=FILES).whole()
    assert brought(plan, imported=2, already=3).whole()


@pytest.mark.parametrize(
    "said, came, words",
    [
        ({"imported": 3, "end": "no-space"}, FILES, "3 of 5 files of “CT”"),
        ({"imported": 3, "end": "medium-gone"}, FILES, "3 of 5 files of “CT”"),
        ({"imported": 4, "already": 0, "failed": 1}, FILES, "4 of 5 files of “CT”"),
        ({"imported": FILES}, FILES + 1, "5 of 6 files of “CT”"),
        ({"imported": FILES, "end": "interrupted"}, FILES, "5 of 5 files of “CT”"),
    ],
)
def test_what_is_not_all_there_is_said_with_its_numbers(
    plan: ImportPlan, said: dict[str, Any], came: int, words: str
) -> None:
    one = brought(plan, came, **said)
    assert not one.whole()
    what, why, do = partial_words(Messages(), "“CT”", one)
    assert what.startswith(words)
    assert why
    assert do


def test_what_the_portal_could_not_give_is_said(plan: ImportPlan) -> None:
    one = Brought(ImportReport(plan, "i1", FILES, imported=FILES), FILES, damaged=2)
    assert not one.whole()
    what, why, do = partial_words(Messages(), "“CT”", one)
    assert what.startswith("5 of 7 files")
    assert "2 files are damaged on the portal" in why
    assert "send it again" in do
