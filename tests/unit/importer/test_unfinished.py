"""An import that was cut off leaves a word until what it was to bring is here, or the person leaves it so."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Cancelled
from core.job import QuietJob
from core.workers.worker import WorkerPool
from dicom.people.person_key import person_key_as_read
from importer.copy.importing import begin, import_files
from importer.copy.unfinished import go_on, recognise, remembered
from importer.plan import make_plan
from library.schema.plans import PLAN_TABLES
from library.schema.tables import MIGRATIONS
from library.shelf import Library
from tests.discs import Disc, disc_with_good_files, two_persons
from tests.discs.files import BERT, Person
from tests.faults import import_program
from tests.importer_tools import StrictJudge, import_folder, scan_folder

FILES = 300

pytestmark = pytest.mark.shared_workers


class StopAfter(QuietJob):
    """Stops when so many files have arrived."""

    def __init__(self, files: int = 40) -> None:
        super().__init__()
        self._left = files

    def report(self, done: int, total: int, step: str) -> None:
        if step == "copy":
            self._left -= 1
            if self._left == 0:
                self.stop()


class Meanwhile(StopAfter):
    """Lets something happen to the disc when so many files have arrived."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__()
        self._act = act

    def stop(self) -> None:
        self._act()


def cut_off(folder: Path, library: Library, media: WorkerPool, files: int = 40, **choice: object) -> None:
    plan = make_plan(scan_folder(folder, media), **choice or {"everything": True})  # type: ignore[arg-type]
    with pytest.raises(Cancelled):
        import_files(plan, library, media, StrictJudge(), StopAfter(files))


@pytest.fixture
def disc(tmp_path: Path) -> Disc:
    return disc_with_good_files(tmp_path / "disc", FILES)


def awaited_of(library: Library) -> list[int]:
    return [row.awaited for row in library.studies()]


def test_a_stopped_import_is_told_until_the_rest_is_here(media: WorkerPool, library: Library, disc: Disc) -> None:
    cut_off(disc.folder, library, media)
    (left,) = library.unfinished()
    assert 0 < left.here < FILES
    assert (left.of, left.end) == (FILES, "stopped")
    assert left.here == len(library.instances())
    assert awaited_of(library) == [FILES - left.here]
    assert library.studies()[0].unfinished
    import_folder(disc.folder, library, media)
    assert library.unfinished() == []
    assert awaited_of(library) == [0]


def test_it_is_told_at_the_next_opening_and_after_a_rebuild(tmp_path: Path, media: WorkerPool, disc: Disc) -> None:
    with Library.open(tmp_path / "shelf") as library:
        cut_off(disc.folder, library, media)
        before = library.unfinished()
    with Library.open(tmp_path / "shelf") as again:
        assert again.unfinished() == before
        again.rebuild(lambda path: pytest.fail("every object has its record"), QuietJob())
        assert again.unfinished() == before
        assert awaited_of(again) == [FILES - before[0].here]
    with Library.open(tmp_path / "shelf", read_only=True) as looking:
        assert looking.unfinished() == before


@pytest.mark.parametrize("step, time", [("copied", 1), ("copied", 150), ("committed", 4)])
def test_a_killed_import_is_told_though_nobody_wrote_its_receipt(
    step: str, time: int, disc: Disc, tmp_path: Path
) -> None:
    shelf = tmp_path / "shelf"
    command = [sys.executable, "-m", import_program.__name__, str(disc.folder), str(shelf), step, str(time)]
    root = Path(__file__).resolve().parents[3]
    assert subprocess.run(command, cwd=root, check=False, timeout=120).returncode == -signal.SIGKILL
    with Library.open(shelf) as library:
        (left,) = library.unfinished()
        assert (left.of, left.end, left.here) == (FILES, "", len(library.instances()))
        assert left.label.endswith("disc")


def test_a_complete_import_leaves_nothing_of_its_plan_behind(media: WorkerPool, library: Library, disc: Disc) -> None:
    import_folder(disc.folder, library, media)
    with library._index.reading() as connection:
        assert connection.execute("SELECT count(*) FROM planned").fetchone()[0] == 0
        assert connection.execute("SELECT count(*) FROM import_plan").fetchone()[0] == 0
    (record,) = (library.folder / "records").rglob("*-import.json")
    assert "plan" not in record.read_text()


@pytest.mark.parametrize("name", ["other", "ANOTHER DRIVE"])
def test_the_disc_is_known_again_by_what_is_on_it(
    name: str, media: WorkerPool, library: Library, disc: Disc, tmp_path: Path
) -> None:
    cut_off(disc.folder, library, media)
    moved = tmp_path / name / "mounted elsewhere"
    shutil.copytree(disc.folder, moved)
    (known,) = recognise(scan_folder(moved, media), library)
    assert known.all
    assert known.found == FILES - known.unfinished.here


def test_another_disc_of_the_same_label_in_the_same_drive_is_not_taken_for_it(
    media: WorkerPool, library: Library, disc: Disc
) -> None:
    cut_off(disc.folder, library, media)
    shutil.rmtree(disc.folder)
    other = Disc(disc.folder)
    for number in range(5):
        other.add_image(f"GOOD/A{number}", BERT, "T9", number=number)
    assert recognise(scan_folder(other.folder, media), library) == []
    import_folder(other.folder, library, media)
    (left,) = library.unfinished()
    assert (left.of, left.end) == (FILES, "stopped")


def test_a_scratched_copy_is_known_and_says_that_it_holds_a_part(
    media: WorkerPool, library: Library, disc: Disc, tmp_path: Path
) -> None:
    cut_off(disc.folder, library, media)
    part = tmp_path / "part"
    shutil.copytree(disc.folder, part)
    gone = {image.sop_instance_uid for image in library.awaited(library.unfinished()[0].import_id)[:2]}
    for path in [path for path, uid in disc.good.items() if uid in gone]:
        (part / path).unlink()
    (known,) = recognise(scan_folder(part, media), library)
    assert not known.all
    import_folder(part, library, media)
    (left,) = library.unfinished()
    assert (left.here, left.of) == (FILES - 2, FILES)


def test_the_mark_goes_only_where_the_rest_was_checked_by_its_content(
    media: WorkerPool, library: Library, disc: Disc, tmp_path: Path
) -> None:
    cut_off(disc.folder, library, media)
    here = library.unfinished()[0].here
    reduced = tmp_path / "reduced"
    shutil.copytree(disc.folder, reduced)
    copy = Disc(reduced)
    for number in range(1, FILES + 1):  # the same UIDs, but other and larger pictures
        copy.add_image(f"GOOD/A{number}", number=number, rows=128, columns=128, pixel_data=bytes(128 * 128 * 2))
    import_folder(reduced, library, media)
    (left,) = library.unfinished()
    assert left.here == here
    rewritten = tmp_path / "rewritten"
    shutil.copytree(disc.folder, rewritten)
    for path in (rewritten / "GOOD").iterdir():  # another burner's preamble
        path.write_bytes(b"\1" * 128 + path.read_bytes()[128:])
    import_folder(rewritten, library, media)
    assert library.unfinished() == []


def test_the_choice_of_a_person_is_remembered(media: WorkerPool, library: Library, tmp_path: Path) -> None:
    disc = two_persons(tmp_path / "two")
    found = scan_folder(disc.folder, media)
    anna = next(patient for patient in found.patients if "ANNA" in (patient.patient_name or ""))
    begin(make_plan(found, [anna.key]), library)
    (left,) = library.unfinished()
    assert (left.here, left.of, left.persons) == (0, 6, (anna.key,))
    plan = remembered(found, library)
    assert plan is not None
    assert plan.persons == (anna.key,)
    import_files(plan, library, media, StrictJudge(), QuietJob())
    assert library.unfinished() == []
    assert {row.person_key for row in library.studies()} == {anna.key}
    assert remembered(found, library) is None


def test_the_choice_of_a_study_is_remembered(media: WorkerPool, library: Library, tmp_path: Path) -> None:
    found = scan_folder(two_persons(tmp_path / "two").folder, media)
    anna = next(patient for patient in found.patients if "ANNA" in (patient.patient_name or ""))
    study = anna.studies[0].study_instance_uid
    assert study is not None
    begin(make_plan(found, [anna.key], [study]), library)
    plan = go_on(found, library.unfinished()[0])
    assert {item.instance.header.study_instance_uid for item in plan.items} == {study}


def test_two_unfinished_imports_are_told_apart(media: WorkerPool, library: Library, disc: Disc, tmp_path: Path) -> None:
    other = two_persons(tmp_path / "two")
    cut_off(disc.folder, library, media)
    begin(make_plan(scan_folder(other.folder, media), everything=True), library)
    assert [one.of for one in library.unfinished()] == [9, FILES]
    import_folder(other.folder, library, media)
    assert [one.of for one in library.unfinished()] == [FILES]


def test_begun_again_and_cut_off_again_it_is_told_once(media: WorkerPool, library: Library, disc: Disc) -> None:
    cut_off(disc.folder, library, media)
    first = library.unfinished()[0].here
    cut_off(disc.folder, library, media, first + 30)
    (left,) = library.unfinished()
    assert first < left.here < FILES
    assert left.of == FILES


def test_all_persons_after_one_take_the_first_import_over(media: WorkerPool, library: Library, tmp_path: Path) -> None:
    found = scan_folder(two_persons(tmp_path / "two").folder, media)
    begin(make_plan(found, [found.patients[0].key]), library)
    begin(make_plan(found, everything=True), library)
    (left,) = library.unfinished()
    assert left.of == 9
    begin(make_plan(found, [found.patients[0].key]), library)
    assert sorted(one.of or 0 for one in library.unfinished()) == [6, 9]


def test_left_so_it_is_told_no_more_and_that_can_be_taken_back(tmp_path: Path, media: WorkerPool, disc: Disc) -> None:
    with Library.open(tmp_path / "shelf") as library:
        cut_off(disc.folder, library, media)
        (left,) = library.unfinished()
        library.settle_import(left.import_id, "left")
        assert library.unfinished() == []
        assert awaited_of(library) == [0]
        assert not library.studies()[0].unfinished
    with Library.open(tmp_path / "shelf") as again:
        assert again.unfinished() == []
        again.rebuild(lambda path: pytest.fail("every object has its record"), QuietJob())
        assert again.unfinished() == []
        again.settle_import(left.import_id, None)
        assert again.unfinished() == [left]


def test_in_the_bin_is_here_and_gone_for_good_is_forgotten(media: WorkerPool, library: Library, disc: Disc) -> None:
    cut_off(disc.folder, library, media)
    (left,) = library.unfinished()
    study = library.studies()[0]
    library.delete([f"{study.person_key}:{study.key}"])
    assert library.unfinished()[0].here == left.here
    library.empty()
    assert library.unfinished() == []
    assert not list((library.folder / "records").rglob("*-import.json"))


def test_a_shelf_of_the_earlier_version_tells_its_unfinished_imports(
    tmp_path: Path, media: WorkerPool, disc: Disc
) -> None:
    shelf = tmp_path / "shelf"
    with Library.open(shelf) as library:
        cut_off(disc.folder, library, media)
        here = library.unfinished()[0].here
    as_before(shelf)
    with Library.open(shelf) as library:
        (left,) = library.unfinished()
        assert (left.here, left.of, left.end, left.studies) == (here, FILES, "stopped", None)
        assert library.studies()[0].unfinished
        (known,) = recognise(scan_folder(disc.folder, media), library)
        assert known.unfinished == left
        library.settle_import(left.import_id, "left")
        assert library.unfinished() == []
        library.settle_import(left.import_id, None)
        assert library.unfinished() == [left]
        import_folder(disc.folder, library, media)
        assert library.unfinished() == []
        assert not library.studies()[0].unfinished


def test_a_person_whom_the_earlier_version_named_otherwise_is_known_again(tmp_path: Path, media: WorkerPool) -> None:
    disc = Disc(tmp_path / "disc")
    spelt = Person("SAMPLE^DORA", "p 4", "1970.01.01", "F")
    for number in range(3):
        disc.add_image(f"D{number}", spelt, "T4", number=number)
        disc.add_image(f"B{number}", BERT, "T5", number=number)
    found = scan_folder(disc.folder, media)
    dora = next(patient for patient in found.patients if "DORA" in (patient.patient_name or ""))
    older = person_key_as_read(dora)
    assert older != dora.key
    with Library.open(tmp_path / "shelf") as library:
        plan = make_plan(found, [dora.key])
        items = tuple(replace(item, person=older) for item in plan.items)
        begin(replace(plan, items=items, persons=(older,), kept_as={older: older}), library)
        (known,) = recognise(found, library)
        assert known.unfinished.persons == (older,)
        assert go_on(found, known.unfinished).persons == (dora.key,)


def test_what_the_earlier_version_finished_later_is_not_told(tmp_path: Path, media: WorkerPool, disc: Disc) -> None:
    shelf = tmp_path / "shelf"
    with Library.open(shelf) as library:
        cut_off(disc.folder, library, media)
        import_folder(disc.folder, library, media)
    as_before(shelf)
    with Library.open(shelf) as library:
        assert library.unfinished() == []
        assert library.verify(QuietJob()).problems == ()


def as_before(shelf: Path) -> None:
    """Make a shelf what the version before plans left: no tables and no records of them, nor what came later."""
    connection = sqlite3.connect(shelf / "library.db")
    for table in ("guessed_name", "planned", "import_plan"):
        connection.execute(f"DROP TABLE {table}")
    connection.execute(f"PRAGMA user_version = {MIGRATIONS.index(PLAN_TABLES)}")
    connection.commit()
    connection.close()
    for path in (shelf / "records").rglob("*.json"):
        body = json.loads(path.read_bytes())
        if body["kind"] == "settle":
            path.unlink()
        elif body["facts"].pop("plan", None):
            del body["sha256"]
            text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
            path.write_text(json.dumps(body | {"sha256": hashlib.sha256(text.encode()).hexdigest()}))


def rename(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def swap(folder: Path) -> None:
    rename(folder)
    other = Disc(folder)
    for number in range(4):
        other.add_image(f"GOOD/A{number}", BERT, "T9", number=number)


def leave_empty(folder: Path) -> None:
    rename(folder)
    folder.mkdir()


@pytest.mark.parametrize("happens", [rename, swap, leave_empty])
def test_a_medium_that_is_another_in_the_middle_leaves_an_unfinished_import(
    happens: Callable[[Path], None], media: WorkerPool, library: Library, disc: Disc
) -> None:
    plan = make_plan(scan_folder(disc.folder, media), everything=True)
    report = import_files(plan, library, media, StrictJudge(), Meanwhile(lambda: happens(disc.folder)))
    assert report.end == "medium-gone"
    (left,) = library.unfinished()
    assert (left.end, left.here, left.of) == ("medium-gone", len(library.instances()), FILES)
    assert {row.person_key for row in library.studies()} == set(plan.persons)


def test_one_file_that_was_deleted_meanwhile_is_told_and_does_not_end_the_import(
    media: WorkerPool, library: Library, disc: Disc
) -> None:
    plan = make_plan(scan_folder(disc.folder, media), everything=True)
    (disc.folder / "GOOD/A7").unlink()
    report = import_files(plan, library, media, StrictJudge(), QuietJob())
    assert (report.end, report.failed) == ("complete", 1)
    assert library.unfinished() == []
