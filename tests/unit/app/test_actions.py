"""What a person does, done by the actions alone: neither a window nor a command line is there."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.actions import binning, downloading, importing, opening, scanning, unfinished
from app.actions.downloading import Fetched
from app.actions.importing import Choice
from app.build import Workers
from core.errors import LibraryError, SourceError
from core.files.own_folder import OwnFolder
from core.job import QuietJob
from importer.plan import ImportPlan
from importer.receipts.receipt import ImportReport
from library.shelf import Library
from tests.discs import Disc, disc_with_good_files, two_persons
from tests.discs.files import ANNA, image, uid
from tests.tools import REPOSITORY

FILES = 3


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        yield opened


@pytest.fixture
def workers() -> Iterator[Workers]:
    with Workers(decode_workers=1) as started:
        yield started


def put(folder: Path, library: Library, workers: Workers, choice: Choice | None = None) -> ImportReport:
    job = QuietJob()
    scan = scanning.look_at(scanning.named_source(str(folder)), workers, job, library.incoming)
    return importing.bring_at_once(importing.plan_of_choice(scan, choice or Choice(), library), library, workers, job)


def test_a_disc_goes_on_the_shelf_is_opened_binned_and_comes_back(
    tmp_path: Path, library: Library, workers: Workers
) -> None:
    report = put(disc_with_good_files(tmp_path / "disc", FILES).folder, library, workers)
    assert (report.imported, report.end) == (FILES, "complete")
    study = importing.first_study(report)
    opened = opening.from_shelf(library, study)
    assert len(opened.contents) == FILES
    assert [len(series.contents) for series in opened.known] == [FILES]
    moved = binning.move_each(library, [study, "nobody:1.2.3"])
    assert isinstance(moved.error, LibraryError)
    assert list(moved.entries) == [study]
    assert library.studies() == []
    library.restore(list(moved.entries.values()))
    assert len(opening.stored(library, study)) == FILES


def test_several_persons_need_a_choice_and_nothing_is_kept_without(
    tmp_path: Path, library: Library, workers: Workers
) -> None:
    folder = two_persons(tmp_path / "disc").folder
    with pytest.raises(SourceError) as told:
        put(folder, library, workers)
    assert told.value.code == "several-patients"
    assert library.studies() == []
    assert put(folder, library, workers, Choice(everyone=True)).end == "complete"


def test_what_was_recorded_and_never_copied_is_told_until_it_is_left(
    tmp_path: Path, library: Library, workers: Workers
) -> None:
    folder = disc_with_good_files(tmp_path / "disc", FILES).folder
    scan = scanning.look_at(scanning.named_source(str(folder)), workers, QuietJob())
    begun = importing.begin(importing.plan_of_choice(scan, Choice(), library), library)
    importing.note_stopped(begun, library)
    (way,) = unfinished.ways_on(library, [("disc", scan)])
    assert [(name, found.found) for name, _, found in way.ways] == [("disc", FILES)]
    assert unfinished.leave(library, "another") == []
    (left,) = unfinished.leave(library, begun.import_id)
    assert left.import_id == begun.import_id
    assert unfinished.ways_on(library, [("disc", scan)]) == []


def test_a_download_stays_until_all_of_it_is_on_the_shelf(tmp_path: Path, library: Library, workers: Workers) -> None:
    downloads = OwnFolder(tmp_path / "downloads")

    def bring(plan: ImportPlan, job: QuietJob) -> ImportReport:
        return importing.bring(importing.begin(plan, library), library, workers, job)

    for damaged, exam in ((0, "e1"), (2, "e2")):
        folder = downloads.folder("https://portal.example", "a1", exam)
        disc_with_good_files(folder / "1.2.3", FILES)
        for file in list((folder / "1.2.3" / "GOOD").iterdir()):
            file.rename(folder / "1.2.3" / f"1.2.3.{file.name[1:]}.dcm")
        (folder / "1.2.3" / "GOOD").rmdir()
        brought = downloading.put_on_shelf(Fetched(folder, damaged), downloads, workers, QuietJob(), bring)
        assert (brought.came, brought.kept(), brought.persons) == (FILES, FILES, 1)
        assert brought.whole() == (not damaged)
        assert not folder.exists()


def test_importing_the_actions_brings_neither_qt_nor_an_engine() -> None:
    code = (
        "import importlib, pkgutil, sys, app.actions;"
        "[importlib.import_module(f'app.actions.{each.name}') for each in pkgutil.iter_modules(app.actions.__path__)];"
        "print([name for name in ('PySide6', 'argparse', 'requests', 'numpy', 'pydicom') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert found.stdout.strip() == "[]"


def test_of_a_series_with_a_paper_an_image_is_drawn_and_the_images_are_counted(
    tmp_path: Path, library: Library, workers: Workers
) -> None:
    disc = Disc(tmp_path / "disc")
    disc.add_image("IM1", number=1)
    for number in (2, 3):
        disc.write(f"PDF{number}", image(number=number, sop_class_uid="1.2.840.10008.5.1.4.1.1.104.1"))
    report = put(disc.folder, library, workers)
    opened = opening.from_shelf(library, importing.first_study(report))
    assert [(len(series.contents), series.images) for series in opened.known] == [(3, 1)]
    scan = scanning.look_at(scanning.named_source(str(disc.folder)), workers, QuietJob())
    (known,) = opening.from_source(scan, scan.patients[0].studies[0]).known
    assert (len(known.contents), known.images) == (3, 1)
    drawn = opening.a_picture(scan)
    assert drawn is not None
    assert "\0IM1\0" in drawn.key
    (row,) = library.studies()
    ((_, content),) = opening.middle_of_each(library, row.study_instance_uid or "", library.series(row.key))
    assert content.key in {one.content.key for one in opening.stored(library, uid(f"{ANNA.patient_id}/T1/S1/1"))}
