"""What one image leaves open, the others of its study tell; what was guessed stays marked to the shelf."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.job import QuietJob
from core.workers.worker import WorkerPool
from dicom.model import Header
from dicom.reading.header import read_header
from importer.copy.importing import import_files
from importer.plan import make_plan
from library.records.record_files import Record, RecordLog
from library.shelf import Library
from tests.discs.disc import Disc
from tests.discs.files import ANNA, Person, image
from tests.importer_tools import StrictJudge, codes_by_path, scan_folder

SHORT, LONG = "АН^ИЯ", "Рентгенография органов грудной клетки".encode("cp1251")


def mixed_disc(folder: Path) -> Disc:
    """Write one disc of many sets: short and long names, with and without labels."""
    disc = Disc(folder)
    people = [
        ("A", SHORT.encode("cp1251"), None),
        ("B", "홍^길동".encode("euc_kr"), "ISO_IR 100"),
        ("C", "山田^太郎".encode("shift_jis"), "ISO_IR 100"),
        ("D", "王^小东".encode("gb18030"), "ISO_IR 100"),
        ("E", "ÖZGÜR^ÄNNE".encode("latin_1"), "ISO_IR 100"),
        ("F", "王^小东".encode("gb18030"), "GB18030"),
    ]
    for number, (place, name, charset) in enumerate(people):
        person = Person("X", f"P{number}")
        values: dict[str, str | bytes | None] = {"patient_name": name, "specific_character_set": charset}
        disc.write(f"{place}/IM1", image(person, number=1, **values))
        disc.write(f"{place}/IM2", image(person, number=2, **values))
    disc.write("A/IM3", image(Person("X", "P0"), number=3, patient_name=SHORT.encode("cp1251"), study_description=LONG))
    return disc


RIGHT = {"A": SHORT, "B": "홍^길동", "C": "山田^太郎", "D": "王^小东", "E": "ÖZGÜR^ÄNNE", "F": "王^小东"}


def test_every_name_of_a_mixed_disc_is_right_and_guesses_are_told(tmp_path: Path, media: WorkerPool) -> None:
    found = scan_folder(mixed_disc(tmp_path / "disc").folder, media)
    names = {one.path[0]: one.header.patient_name for one in found.instances()}
    assert names == RIGHT
    codes = codes_by_path(found.problems)
    for place, guessed in (("A", True), ("B", True), ("C", True), ("D", True), ("E", False), ("F", False)):
        assert ("non-standard" in codes.get(f"{place}/IM1", set())) is guessed
    assert len(found.patients) == len(RIGHT)


def test_the_shelf_keeps_names_as_the_scan_read_them_and_marks_guesses(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    found = scan_folder(mixed_disc(tmp_path / "disc").folder, media)
    report = import_files(make_plan(found, everything=True), library, media, StrictJudge(), QuietJob())
    assert (report.imported, report.failed) == (13, 0)
    shelf = {(row.patient_name, row.name_guessed) for row in library.patients()}
    assert shelf == {(SHORT, True), ("홍^길동", True), ("山田^太郎", True), ("王^小东", True), ("王^小东", False)} | {
        ("ÖZGÜR^ÄNNE", False)
    }
    assert {row.person_key for row in library.patients()} == {patient.key for patient in found.patients}
    assert {(row.patient_name, row.name_guessed) for row in library.studies()} == shelf
    again = import_files(make_plan(found, everything=True), library, media, StrictJudge(), QuietJob())
    assert (again.imported, again.already) == (0, 13)


def test_a_rebuilt_shelf_knows_what_was_guessed(tmp_path: Path, library: Library, media: WorkerPool) -> None:
    found = scan_folder(mixed_disc(tmp_path / "disc").folder, media)
    import_files(make_plan(found, everything=True), library, media, StrictJudge(), QuietJob())
    before = library.patients()

    def no_header(_: Path) -> Header:
        raise AssertionError("every object has its record")

    assert library.rebuild(no_header, QuietJob()).problems == ()
    assert library.patients() == before
    assert library.verify(QuietJob()).problems == ()


def test_a_name_said_for_certain_takes_the_place_of_a_guess(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    disc = Disc(tmp_path / "disc")
    values = {"study_instance_uid": "1.2.3"}
    name = "ИВАНОВ^ИВАН"
    disc.write("IM1", image(ANNA, number=1, patient_name=name.encode("cp1251"), **values))
    disc.write(
        "IM2",
        image(ANNA, number=2, patient_name=name.encode("iso8859_5"), specific_character_set="ISO_IR 144", **values),
    )
    found = scan_folder(disc.folder, media)
    assert len(found.patients) == 2  # never joined silently
    import_files(make_plan(found, everything=True), library, media, StrictJudge(), QuietJob())
    assert [(row.patient_name, row.name_guessed) for row in library.patients()] == [(name, False)]


@pytest.mark.parametrize("charset", [None, "ISO_IR 100"])
def test_a_european_name_beside_cyrillic_ones_stays(charset: str | None, tmp_path: Path, media: WorkerPool) -> None:
    disc = Disc(tmp_path / "disc")
    disc.write("IM1", image(ANNA, patient_name="СИДОРОВА^АННА".encode("cp1251")))
    disc.write(
        "IM2", image(Person("X", "P9"), patient_name="Öz^Ünal".encode("latin_1"), specific_character_set=charset)
    )
    found = scan_folder(disc.folder, media)
    assert {one.header.patient_name for one in found.instances()} == {"СИДОРОВА^АННА", "Öz^Ünal"}


def as_an_older_program_wrote(library: Library, name: str, key: str) -> None:
    """Turn the newest batch into one of before: another name, filed under another key, nothing said about texts."""
    [record] = [one for one in RecordLog(library.folder / "records").after(0) if getattr(one, "kind", "") == "commit"]
    assert isinstance(record, Record)
    facts = json.loads(json.dumps(record.facts))
    del facts["texts"]
    for place in (facts["shared"], *(item["header"] for item in facts["items"])):
        place.pop("doubtful", None)
        if "patient_name" in place:
            place["patient_name"] = name
    facts["items"] = [item | {"person": key} for item in facts["items"]]
    RecordLog(library.folder / "records").write(Record(record.sequence, "commit", record.at, facts))
    library.close()
    for file in library.folder.glob("library.db*"):
        file.unlink()


def test_a_rebuild_reads_again_what_an_older_program_read_wrongly_and_the_person_stays_one(
    tmp_path: Path, library: Library, media: WorkerPool
) -> None:
    disc = Disc(tmp_path / "disc")
    for number in (1, 2):
        disc.write(f"IM{number}", image(ANNA, number=number, patient_name="ИВАНОВ^ИВАН".encode("cp1251")))
    found = scan_folder(disc.folder, media)
    import_files(make_plan(found), library, media, StrictJudge(), QuietJob())
    as_an_older_program_wrote(library, "热拎腻^热拎", "c" * 12)
    read: list[Path] = []

    def read_header_of(path: Path) -> Header:
        read.append(path)
        data = path.read_bytes()
        return read_header(data, len(data), lambda offset, length: data[offset : offset + length])

    with Library.open(library.folder) as shelf:
        assert [(row.patient_name, row.name_guessed) for row in shelf.patients()] == [("热拎腻^热拎", False)]
        assert shelf.rebuild(read_header_of, QuietJob()).problems == ()
        assert [(row.person_key, row.patient_name, row.name_guessed) for row in shelf.patients()] == [
            ("c" * 12, "ИВАНОВ^ИВАН", True)
        ]
        assert [row.instances for row in shelf.studies("ИВАНОВ")] == [2]
        assert shelf.studies("热拎腻") == []
        assert shelf.verify(QuietJob()).problems == ()
        assert len(read) == 1
        shelf.rebuild(read_header_of, QuietJob())
        assert len(read) == 1  # what was read again is in the records
        again = import_files(make_plan(scan_folder(disc.folder, media)), shelf, media, StrictJudge(), QuietJob())
        assert (again.imported, again.already, len(shelf.patients())) == (0, 2, 1)
        shelf.delete([row.study_instance_uid or "" for row in shelf.studies()], now=True)
        assert not any("name" in file.name for file in (shelf.folder / "records").rglob("*-name.json"))
