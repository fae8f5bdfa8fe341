"""What an import keeps, what it takes for the same, and what it refuses to keep."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from core.errors import Cancelled, LibraryError, SourceError, WorkerError
from core.job import QuietJob
from core.workers.worker import WorkerPool
from importer.copy.copy_rows import CopyRow
from importer.copy.importing import import_files
from importer.copy.keeper import Keeper
from importer.copy.resume import kept_before
from importer.copy.twins import Sameness
from importer.plan import make_plan
from importer.receipts.receipt import ImportReport, import_to_json, receipt_of
from importer.scan.scanning import scan
from importer.sources.kinds_of_source import open_source
from library.shelf import Library
from tests.discs import ANNA, Disc, disc_with_good_files, image, listed_disc, two_persons
from tests.importer_tools import (
    StrictJudge,
    assert_receipt_adds_up,
    codes_by_path,
    import_folder,
    scan_folder,
    shelf_hashes,
)

BIG = {"rows": 512, "columns": 512, "pixel_data": os.urandom(512 * 512 * 2)}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def disc(tmp_path: Path) -> Disc:
    return listed_disc(tmp_path / "disc", 5)


def test_large_and_small_files_are_kept_byte_for_byte(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    disc = disc_with_good_files(tmp_path / "disc")
    disc.add_image("BIG", number=30, **BIG)
    disc.add_image("BIGGER", number=31, **BIG | {"number_of_frames": 20, "pixel_data": os.urandom(512 * 512 * 40)})
    disc.write("ODD", (disc.folder / "BIG").read_bytes() + b"x")
    report = import_folder(disc.folder, library, media)
    assert shelf_hashes(library) == {sha256(path) for path in disc.folder.rglob("*") if path.is_file()}
    assert_receipt_adds_up(report)
    assert {path.stat().st_mode & 0o777 for path in (library.folder / "objects").rglob("*.dcm")} == {0o400}


def test_a_source_is_never_written(disc: Disc, media: WorkerPool, library: Library) -> None:
    for path in [disc.folder, *disc.folder.rglob("*")]:
        os.utime(path, ns=(1_000_000_000, 1_000_000_000))
    before = disc.snapshot()
    import_folder(disc.folder, library, media)
    assert disc.snapshot() == before


def test_several_persons_need_a_choice(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    disc = two_persons(tmp_path / "disc")
    found = scan_folder(disc.folder, media)
    with pytest.raises(SourceError, match="several-patients"):
        make_plan(found)
    chosen = found.patients[0]
    plan = make_plan(found, [chosen.key])
    report = import_files(plan, library, media, StrictJudge(), QuietJob())
    assert {row.person_key for row in library.instances()} == {chosen.key}
    assert report.imported == sum(len(series.instances) for study in chosen.studies for series in study.series)
    assert [(row.person_key, row.facts) for row in library.identity_decisions()] == [(chosen.key, {"chosen": "named"})]


def test_a_chosen_study_comes_alone(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    disc = Disc(tmp_path / "disc")
    disc.add_image("A", study="T1")
    disc.add_image("B", study="T2")
    found = scan_folder(disc.folder, media)
    uid = found.patients[0].studies[0].study_instance_uid
    assert uid is not None
    import_files(make_plan(found, studies=[uid]), library, media, StrictJudge(), QuietJob())
    assert {row.study_instance_uid for row in library.instances()} == {uid}
    with pytest.raises(SourceError, match="study-unknown"):
        make_plan(found, studies=["1.2.3"])
    with pytest.raises(SourceError, match="patient-unknown"):
        make_plan(found, ["000000000000"])


def test_a_source_without_images_has_no_plan(tmp_path: Path, media: WorkerPool) -> None:
    (tmp_path / "disc").mkdir()
    with pytest.raises(SourceError, match="no-images"):
        make_plan(scan_folder(tmp_path / "disc", media), everything=True)


def test_a_file_that_became_another_image_since_the_scan_is_not_kept(
    disc: Disc, media: WorkerPool, library: Library
) -> None:
    found = scan_folder(disc.folder, media)
    disc.write("GOOD/A1", image(series="S7", number=9))
    disc.write("GOOD/A2", image(number=2) + b"\0\0")
    disc.write("GOOD/A3", image(number=3, patient_name="Other^Person"))
    report = import_files(make_plan(found), library, media, StrictJudge(), QuietJob())
    assert (report.imported, report.failed) == (2, 3)
    codes = codes_by_path(report.problems)
    assert all(codes[f"GOOD/A{number}"] == {"changed"} for number in (1, 2, 3))
    assert report.exit_status == 1
    assert_receipt_adds_up(report)
    assert list(library.incoming.iterdir()) == []


def test_a_file_that_vanished_since_the_scan_is_told(disc: Disc, media: WorkerPool, library: Library) -> None:
    found = scan_folder(disc.folder, media)
    (disc.folder / "GOOD/A4").unlink()
    report = import_files(make_plan(found), library, media, StrictJudge(), QuietJob())
    assert (report.imported, report.failed, report.end) == (4, 1, "complete")
    assert codes_by_path(report.problems)["GOOD/A4"] == {"unreadable"}


@pytest.mark.parametrize("sameness", ["same-data-set", "same-image"])
def test_the_same_image_in_other_wrapping_is_kept_once_and_noted(
    sameness: Sameness, tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 1)
    disc.write("WRAPPED", image(number=1, study_id="other"))
    judge = StrictJudge(sameness)
    report = import_folder(disc.folder, library, media, judge)
    assert (report.imported, report.already, report.conflicts, judge.asked) == (1, 1, 0, 1)
    assert report.exit_status == 0
    assert "duplicate" in {problem.code for problem in report.problems}
    assert len(shelf_hashes(library)) == 1


def test_other_content_under_one_uid_is_a_conflict_and_both_are_kept(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 1)
    disc.write("OTHER", image(number=1, pixel_data=bytes(512)))
    report = import_folder(disc.folder, library, media)
    assert (report.imported, report.conflicts) == (2, 1)
    assert report.exit_status == 1
    assert len(shelf_hashes(library)) == 2


def test_a_whole_file_is_never_given_up_for_a_damaged_one(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    whole = image(number=1)
    for name, data in {"first": whole[:-100], "second": whole}.items():
        disc = Disc(tmp_path / name)
        disc.write("A", data)
        import_folder(disc.folder, library, media, StrictJudge("same-image"))
    assert hashlib.sha256(whole).hexdigest() in shelf_hashes(library)


def test_a_truncated_file_is_kept_and_told(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 1)
    disc.write("CUT", image(number=7)[:-100])
    report = import_folder(disc.folder, library, media)
    assert (report.imported, report.damaged) == (2, 1)
    assert codes_by_path(report.problems)["CUT"] == {"truncated"}
    assert {row.damaged for row in library.instances()} == {None, "truncated"}


class StopAfter(QuietJob):
    """A job the person stops once something has been copied."""

    def report(self, done: int, total: int, step: str) -> None:
        if step == "copy":
            self.stop()


def test_a_stopped_import_keeps_what_it_has_and_goes_on_the_next_time(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 300)
    with pytest.raises(Cancelled):
        import_folder(disc.folder, library, media, job=StopAfter())
    kept = len(library.instances())
    assert 0 < kept < 300
    assert list(library.incoming.iterdir()) == []
    receipt = library.receipts()[0].facts
    assert (receipt["end"], receipt["imported"]) == ("stopped", kept)
    again = import_folder(disc.folder, library, media)
    assert (again.imported, again.already) == (300 - kept, kept)
    assert shelf_hashes(library) == {disc.sha256(path) for path in disc.good}


def test_an_import_that_does_not_fit_is_refused_before_the_first_byte(
    disc: Disc, media: WorkerPool, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(needed: int) -> None:
        raise LibraryError("no-space", needed=needed)

    monkeypatch.setattr(library, "check_room", no_room)
    with pytest.raises(LibraryError, match="no-space"):
        import_folder(disc.folder, library, media)
    assert library.receipts() == []
    assert shelf_hashes(library) == set()


def test_the_receipt_says_what_the_disc_lists_and_what_was_kept(
    disc: Disc, media: WorkerPool, library: Library
) -> None:
    (disc.folder / "GOOD/A5").unlink()
    disc.write("EXTRA", image(ANNA, series="S4"))
    disc.write("notes.txt", b"hello")
    report = import_folder(disc.folder, library, media)
    receipt: dict[str, Any] = receipt_of(report)
    assert (receipt["listed"], receipt["planned"], receipt["imported"]) == (5, 5, 5)
    assert (receipt["totals"]["missing"], receipt["totals"]["unlisted"], receipt["totals"]["not_dicom"]) == (1, 1, 2)
    assert codes_by_path(report.problems) == {
        "DICOMDIR": {"dicomdir"},
        "EXTRA": {"unlisted"},
        "GOOD/A5": {"missing"},
        "notes.txt": {"not-dicom"},
    }
    assert library.receipts()[0].facts == receipt
    assert import_to_json(report)["receipt"] == receipt


def test_a_picture_is_looked_at_without_being_imported(disc: Disc, media: WorkerPool) -> None:
    found = scan(open_source(str(disc.folder)), media, StrictJudge(), QuietJob())
    for instance in found.instances():
        with found.content(instance).open() as stream:
            assert stream.read() == (disc.folder / instance.path).read_bytes()


def test_only_what_an_interrupted_import_left_is_read_again(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 300)
    with pytest.raises(Cancelled):
        import_folder(disc.folder, library, media, job=StopAfter())
    plan = make_plan(scan_folder(disc.folder, media))
    kept = {row.source_path for row in library.instances()}
    assert set(kept_before(plan, library)) == kept
    victim = min(kept)
    disc.write(victim, image(series="S8", number=1))
    library.delete([row.sha256 for row in library.instances() if row.source_path == max(kept)])
    changed = make_plan(scan_folder(disc.folder, media))
    assert set(kept_before(changed, library)) == kept - {victim, max(kept)}
    import_folder(disc.folder, library, media)
    import_folder(disc.folder, library, media)
    assert {disc.sha256(path) for path in disc.good} <= shelf_hashes(library)
    again = make_plan(scan_folder(disc.folder, media))
    assert set(kept_before(again, library)) <= kept


def test_the_receipt_of_a_repeated_import_is_listed_with_each_study_it_met(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = two_persons(tmp_path / "disc")
    first = import_folder(disc.folder, library, media)
    again = import_folder(disc.folder, library, media)
    assert (again.imported, again.already) == (0, first.imported)
    for study in library.studies():
        receipts = [receipt.import_id for receipt in library.receipts(f"{study.person_key}:{study.key}")]
        assert sorted(receipts) == sorted([first.import_id, again.import_id])


def test_an_import_that_goes_on_is_listed_with_the_studies_kept_before(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 300)
    with pytest.raises(Cancelled):
        import_folder(disc.folder, library, media, job=StopAfter())
    before = {f"{study.person_key}:{study.key}" for study in library.studies()}
    report = import_folder(disc.folder, library, media)
    for study in before:
        assert report.import_id in [receipt.import_id for receipt in library.receipts(study)]


@pytest.mark.parametrize("name", ["../library.db", "/etc/hostname", "x.part", "../incoming/0123456789abcdef.part"])
def test_a_worker_may_only_name_files_it_was_told_to_make(
    disc: Disc, media: WorkerPool, library: Library, name: str
) -> None:
    plan = make_plan(scan_folder(disc.folder, media))
    keeper = Keeper(ImportReport(plan, "run", len(plan.items)), library, StrictJudge(), QuietJob())
    item = plan.items[0]
    with pytest.raises(WorkerError, match="task-failed"):
        keeper.take(item, CopyRow(0, "copied", name, "0" * 64, 1, item.instance.header))
    assert (library.folder / "library.db").exists()


def test_many_problems_of_one_kind_are_each_told_once(disc: Disc, media: WorkerPool) -> None:
    plan = make_plan(scan_folder(disc.folder, media))
    report = ImportReport(plan, "run", 0)
    before = len(report.problems)
    for _ in range(2):
        for number in range(3):
            report.tell(f"DICOM/{number}", "duplicate", "same-image")
    assert len(report.problems) == before + 3
