"""What one walk makes of a worker that dies, a header nobody can settle, and links."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import SourceError, WorkerError
from core.job import Job, QuietJob
from core.workers.worker import WorkerPool
from dicom.model import Header, Patient
from dicom.source import Content
from importer.media_tasks import TASKS
from importer.scan.scanning import scan
from importer.scan.walk import walk
from importer.sources.kinds_of_source import open_source
from tests.discs import disc_with_good_files, image, listed_disc, two_persons
from tests.importer_tools import StrictJudge, all_paths, assert_adds_up, codes_by_path, scan_folder


class DyingMedia:
    """Runs the tasks here, and dies over one entry as a worker would."""

    def __init__(self, killer: str, deaths: int) -> None:
        self.killer = killer
        self.left = deaths
        self.data = memoryview(b"")
        self.file = None
        self._item: int | str | None = None
        self._on_part: Any = None
        self._listing: list[str] = []

    def call(self, task: str, arguments: dict[str, Any], *, job: Job, on_part: Any) -> None:
        self._on_part = on_part
        self._listing = [entry.path for entry in open_source(arguments["source"]["path"]).entries()]
        self._skip = set(arguments.get("skip", ()))
        TASKS[task](json.loads(json.dumps(arguments)), self)

    def part(self, header: dict[str, Any], data: object = None) -> None:
        self._on_part(json.loads(json.dumps(header)), bytearray())

    def working_on(self, item: int | str) -> None:
        if self.left and self._listing[int(item)] == self.killer and item not in self._skip:
            self.left -= 1
            raise WorkerError("worker-died", item=item)

    def check(self) -> None: ...


@pytest.mark.parametrize("deaths, refused", [(1, 0), (2, 1), (9, 1)])
def test_an_entry_is_refused_when_it_killed_two_workers(deaths: int, refused: int, tmp_path: Path) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 20)
    media = DyingMedia("GOOD/A7", deaths)
    result = scan(open_source(str(disc.folder)), media, StrictJudge(), QuietJob())  # type: ignore[arg-type]
    assert_adds_up(result)
    assert (result.totals.refused, result.totals.dicom) == (refused, 20 - refused)
    if refused:
        assert codes_by_path(result.problems) == {"GOOD/A7": {"refused-limit"}}


def test_a_directory_nobody_can_read_costs_only_itself(tmp_path: Path) -> None:
    disc = listed_disc(tmp_path / "disc", 3)
    media = DyingMedia("DICOMDIR", 9)
    result = scan(open_source(str(disc.folder)), media, StrictJudge(), QuietJob())  # type: ignore[arg-type]
    assert_adds_up(result)
    assert (result.totals.refused, result.totals.dicom) == (1, 3)


def test_a_worker_that_dies_over_nothing_in_particular_ends_the_walk(tmp_path: Path) -> None:
    class Dead:
        def call(self, *_: object, **__: object) -> None:
            raise WorkerError("worker-died", item=None)

    with pytest.raises(WorkerError):
        walk(open_source(str(tmp_path)), Dead(), QuietJob())  # type: ignore[arg-type]


class Salvager(StrictJudge):
    """Reads what the header reader could not."""

    def salvage_header(self, content: Content, job: Job) -> Header:
        content.open().close()
        return Header(sop_instance_uid="1.2.3", patient_name="Found^Again", marks=("header-damaged",))


def test_a_header_nobody_else_could_settle_goes_to_the_tolerant_parser(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 1)
    whole = image(number=5)
    disc.write("CUT", whole[:160])
    source = open_source(str(disc.folder))
    refused = scan(source, media, StrictJudge(), QuietJob())
    assert (refused.totals.unreadable, refused.totals.dicom) == (1, 1)
    assert codes_by_path(refused.problems)["CUT"] <= {"header-damaged", "truncated"}
    salvaged = scan(source, media, Salvager(), QuietJob())
    assert (salvaged.totals.unreadable, salvaged.totals.dicom) == (0, 2)
    assert all_paths(salvaged)["CUT"].header.patient_name == "Found^Again"
    assert codes_by_path(salvaged.problems)["CUT"] == {"header-damaged"}


def test_a_link_inside_the_source_is_a_duplicate_and_no_second_image(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 2)
    disc.write("notes.txt", b"hello")
    (disc.folder / "again").symlink_to("GOOD/A1")
    (disc.folder / "notes").symlink_to("notes.txt")
    result = scan_folder(disc.folder, media)
    assert_adds_up(result)
    assert (result.totals.entries, result.totals.dicom, result.totals.not_dicom) == (5, 3, 2)
    assert result.totals.instances == 2
    assert all_paths(result)["again"].path == "GOOD/A1"


def test_a_scan_says_the_same_twice(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 30)
    one, two = scan_folder(disc.folder, media), scan_folder(disc.folder, media)
    assert (one.patients, one.problems, one.totals) == (two.patients, two.problems, two.totals)


def test_what_a_worker_says_out_of_turn_is_not_believed(tmp_path: Path) -> None:
    class Liar:
        def call(self, *_: object, on_part: Any, **__: object) -> None:
            on_part({"start": 7, "looks": []}, bytearray())

    with pytest.raises(SourceError):
        walk(open_source(str(tmp_path)), Liar(), QuietJob())  # type: ignore[arg-type]


def test_what_a_dicomdir_says_is_told_before_the_files_are_read(tmp_path: Path, media: WorkerPool) -> None:
    disc = two_persons(tmp_path / "disc")
    hints: list[list[Patient]] = []
    result = scan(open_source(str(disc.folder)), media, StrictJudge(), QuietJob(), on_hint=hints.append)
    assert len(hints) == 1
    assert {patient.patient_name for patient in hints[0]} == {patient.patient_name for patient in result.patients}
    assert [len(patient.studies) for patient in hints[0]] == [len(patient.studies) for patient in result.patients]


def test_a_dicomdir_under_another_name_is_believed_too(tmp_path: Path, media: WorkerPool) -> None:
    disc = listed_disc(tmp_path / "disc", 3)
    (disc.folder / "DICOMDIR").rename(disc.folder / "INDEX")
    (disc.folder / "GOOD/A3").unlink()
    result = scan_folder(disc.folder, media)
    assert (result.totals.missing, result.totals.unlisted, result.listed) == (1, 0, 3)


def test_one_broken_name_costs_no_other_file(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 3)
    broken = image(number=9, specific_character_set="\\ISO 2022 IR 87", patient_name=b"\x1b$B;3ED^\xff")
    (disc.folder / "GOOD" / "A9").write_bytes(broken)
    result = scan_folder(disc.folder, media)
    assert_adds_up(result)
    assert (result.totals.dicom, result.totals.unreadable) == (4, 0)
