"""Verify finds what is wrong, and rebuild brings back what is known."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Cancelled, DicomError
from core.job import QuietJob
from dicom.model import Header
from library.index.rows import ItemNote
from library.objects.incoming import StandsBack
from library.report import instances_to_json, series_to_json, studies_to_json, to_json
from library.schema.tables import SEALED_COLUMNS
from library.shelf import Library
from tests.unit.library.material import ANNA, BERTA, CT, Clock, incoming, put, series_of


def no_header(_path: Path) -> Header:
    raise DicomError("unreadable")


def everything(library: Library) -> tuple[object, ...]:
    return (
        studies_to_json(library.studies()),
        series_to_json(library.series()),
        instances_to_json(library.instances()),
        library.bin(),
        library.receipts(),
        library.identity_decisions(),
        library.patients(),
    )


@pytest.fixture
def full(library: Library) -> Library:
    plan = {"planned": 1, "chosen": "everyone", "persons": [ANNA], "deleted": [], "studies": None}
    items = {"kept": [ANNA], "uids": ["1.2.3"], "syntaxes": [None], "items": [[0, 0, "1.2.3.1.1", 0, 9, ""]]}
    run = library.begin_import("folder", "Disc 1", "/media/disc", plan | items)
    put(library, series_of(library, 3), run)
    put(library, [incoming(library, b"two", sop_instance_uid="1.2.3.1.1", damaged="truncated")], run)
    library.save_receipt(run, {"imported": 4})
    library.save_identity_decision(run, ANNA, {"by": "owner"})
    damaged, whole = library.twins("1.2.3.1.1")[1], library.twins("1.2.3.1.1")[0]
    library.stand_back([StandsBack(ANNA, damaged.sha256, ANNA, whole.sha256, "damaged")])
    put(library, [incoming(library, b"b", person=BERTA, study_instance_uid="5", patient_name="Berg^Berta")])
    put(library, [incoming(library, b"c", person=BERTA, study_instance_uid="6", patient_name="Berg^Berta")])
    put(library, [incoming(library, b"d", person=BERTA, study_instance_uid="7", patient_name="Berg^Berta")])
    library.delete(["5"])
    library.delete(["6"], now=True)
    upload = library.begin_upload("7", "http://127.0.0.1:9", "portal")
    proofs = [ItemNote(item.sha256, "stored") for item in library.upload_items(upload)]
    library.finish_upload(upload, "complete", proofs, receipt={"upload_id": "1"})
    return library


def test_a_sound_shelf_has_no_problems(full: Library) -> None:
    report = full.verify(QuietJob())
    assert report.problems == ()
    assert report.objects == 6
    assert to_json(report)["problems"] == []


class AtOnce(QuietJob):
    """A job that lets something happen before the first object is read."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens: list[Callable[[], object]] = [happens]

    def report(self, done: int, total: int, step: str) -> None:
        while self._happens:
            self._happens.pop()()


def test_what_another_process_is_just_storing_is_not_called_wrong(full: Library) -> None:
    stray = full.folder / "objects" / "00" / f"{'0' * 64}.dcm"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"renamed, its row is still to come")
    more = series_of(full, 2, study_instance_uid="9.9")
    with Library.open(full.folder, read_only=True) as looked_at:
        assert looked_at.verify(AtOnce(lambda: put(full, more))).problems == ()


def test_changed_missing_and_unknown_objects_are_told_and_marked(full: Library) -> None:
    changed, missing, *_ = full.instances()
    path = Path(full.object_content(changed.sha256).path)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    Path(full.object_content(missing.sha256).path).unlink()
    stray = full.folder / "objects" / "ff" / f"{'f' * 64}.dcm"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"stray")
    problems = {(problem.code, problem.sop_instance_uid) for problem in full.verify(QuietJob()).problems}
    assert problems == {
        ("object-changed", changed.sop_instance_uid),
        ("object-missing", missing.sop_instance_uid),
        ("object-unreferenced", None),
    }
    marks = {row.sha256: row.damaged for row in full.instances()}
    assert (marks[changed.sha256], marks[missing.sha256]) == ("changed", "missing")
    assert len(full.verify(QuietJob()).problems) == 3


@pytest.mark.parametrize("table", list(SEALED_COLUMNS))
def test_a_row_changed_from_outside_is_told(full: Library, clock: Clock, table: str) -> None:
    full.close()
    column = next(name for name in reversed(SEALED_COLUMNS[table]) if name not in {"id", "bin_entry", "import_run"})
    other = sqlite3.connect(full.folder / "library.db")
    other.execute(f"UPDATE {table} SET {column} = '7'")
    other.commit()
    other.close()
    with Library.open(full.folder, clock=clock) as library:
        assert "row-damaged" in {problem.code for problem in library.verify(QuietJob()).problems}
    with Library.open(full.folder, clock=clock) as library:
        assert "index-rebuilt" in library.recovered
        assert library.verify(QuietJob()).problems == ()


def test_verify_stops_when_asked(full: Library) -> None:
    job = QuietJob()
    job.stop()
    with pytest.raises(Cancelled):
        full.verify(job)


def test_a_rebuild_from_records_gives_the_same_shelf(full: Library) -> None:
    before = everything(full)
    report = full.rebuild(no_header, QuietJob())
    assert report.problems == ()
    assert everything(full) == before
    assert full.verify(QuietJob()).problems == ()


def test_a_lost_index_is_made_again_at_the_opening(full: Library, clock: Clock) -> None:
    before = everything(full)
    full.close()
    for file in full.folder.glob("library.db*"):
        file.unlink()
    with Library.open(full.folder, clock=clock) as library:
        assert library.recovered == ("index-rebuilt",)
        assert everything(library) == before


def test_objects_no_record_knows_come_back_by_their_header(full: Library) -> None:
    for file in (full.folder / "records").rglob("*.json"):
        file.unlink()
    report = full.rebuild(lambda path: replace(CT, sop_instance_uid=path.stem[:8]), QuietJob())
    assert report.problems == ()
    assert len(full.instances()) == 6
    assert full.verify(QuietJob()).problems == ()
    again = full.rebuild(no_header, QuietJob())
    assert (again.instances, again.problems) == (6, ())


def test_a_rebuild_says_what_neither_holds(full: Library) -> None:
    lost = full.instances()[0]
    Path(full.object_content(lost.sha256).path).unlink()
    record = min((full.folder / "records").rglob("*-receipt.json"))
    record.write_text(record.read_text().replace("4", "5"))
    stray = full.folder / "objects" / "ff" / f"{'f' * 64}.dcm"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"stray")
    report = full.rebuild(no_header, QuietJob())
    assert {(problem.code, problem.detail) for problem in report.problems} == {
        ("object-missing", lost.sha256),
        ("record-damaged", record.name),
        ("object-changed", "f" * 64),
    }
    assert {row.sha256: row.damaged for row in full.instances()}[lost.sha256] == "missing"


def test_a_stopped_rebuild_changes_nothing(full: Library) -> None:
    before = everything(full)
    job = QuietJob()
    job.stop()
    with pytest.raises(Cancelled):
        full.rebuild(no_header, job)
    assert everything(full) == before


def test_records_are_plain_json_and_hold_no_path_outside(full: Library) -> None:
    for file in (full.folder / "records").rglob("*.json"):
        facts = json.loads(file.read_text(encoding="ascii"))
        assert set(facts) == {"version", "kind", "at", "facts", "sha256"}
        assert str(full.folder) not in file.read_text(encoding="ascii")


def test_a_shelf_can_be_carried_elsewhere(full: Library, tmp_path: Path, clock: Clock) -> None:
    before = everything(full)
    full.close()
    full.folder.rename(tmp_path / "elsewhere")
    with Library.open(tmp_path / "elsewhere", clock=clock) as library:
        assert everything(library) == before
        assert library.verify(QuietJob()).problems == ()
