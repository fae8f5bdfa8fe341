"""Media that went wrong once, each made by a generator of its own, and what is right for each of them.

The generators lie outside the repository (`SCANSHELF_CASES`, default `../shared/cases`); without them these tests skip.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.program import Said, instances, scanshelf_here
from tests.tools import REPOSITORY

DEAD = {"missing", "unreadable", "truncated", "header-damaged"}
LOOKED_PAST = {"not-dicom", "viewer-program"}


def cases_folder() -> Path:
    folder = Path(os.environ.get("SCANSHELF_CASES") or REPOSITORY.parent / "shared" / "cases") / "media"
    if not folder.is_dir():
        pytest.skip("the generators of made-up media are absent (SCANSHELF_CASES)")
    return folder


class Case:
    """One made-up medium and a shelf of its own; whatever is asked of it, the sums must add up."""

    def __init__(self, folder: Path, shelf: Path) -> None:
        self.folder, self.shelf = folder, shelf

    def scan(self, part: str = "") -> Said:
        said = scanshelf_here("scan", self.folder / part, "--json")
        assert_adds_up(said.document)
        return said

    def keep(self, *words: str, part: str = "") -> Said:
        said = scanshelf_here("--library", self.shelf, "import", self.folder / part, "--json", *words)
        if said.document is not None:
            assert_adds_up(said.document)
        return said

    def listed(self) -> list[dict[str, Any]]:
        said = scanshelf_here("--library", self.shelf, "list", "--json")
        assert said.status == 0
        found: list[dict[str, Any]] = said.document["studies"]
        return found

    def verify(self) -> None:
        said = scanshelf_here("--library", self.shelf, "verify", "--json")
        assert (said.status, said.document["problems"]) == (0, [])


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Case:
    """Make the medium that the test is named after."""
    name = request.node.originalname.removeprefix("test_")
    made = tmp_path / "medium"
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, cases_folder() / f"{name}.py", made], check=True, env=environment)
    return Case(made, tmp_path / "shelf")


def assert_adds_up(document: Any) -> None:
    for totals in (document["totals"], *(archive["totals"] for archive in document.get("archives", ()))):
        assert totals["entries"] == totals["dicom"] + totals["not_dicom"] + totals["unreadable"] + totals["refused"]


def problems(document: Any) -> set[tuple[str, str]]:
    return {(one["path"], one["code"]) for one in document["problems"]}


def codes_at(document: Any, path: str) -> set[str]:
    return {code for where, code in problems(document) if where == path}


def names(patients: Iterable[dict[str, Any]]) -> Counter[str | None]:
    return Counter(one["patient_name"] for one in patients)


def words_of(folder: Path, *words: str) -> str:
    said = scanshelf_here(*words)
    return said.output + said.words


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("order", [("bad", "good"), ("good", "bad")], ids=["damaged first", "whole first"])
def test_scratched_then_good(case: Case, order: tuple[str, str]) -> None:
    came = {part: case.keep("--yes", part=part) for part in order}
    bad, good = came["bad"], came["good"]
    assert bad.status == 1
    assert {("DICOM/IM2", "truncated"), ("DICOM/IM3", "truncated")} <= problems(bad.document)
    if order[0] == "bad":
        assert bad.document["damaged"] == 2
    assert (good.status, good.document["conflicts"]) == (0, 0)
    [study] = case.listed()
    assert study["patient_name"] == "DOE^JANE"
    assert (study["instances"], study["damaged"], study["conflicts"]) == (3, 0, 0)
    case.verify()


def test_listed_but_dead(case: Case) -> None:
    for said in (case.scan(), kept := case.keep("--yes")):
        assert said.status == 1
        for number in (3, 4, 5):
            assert codes_at(said.document, f"DICOM/IM{number}") & DEAD, number
    assert kept.document["imported"] == 2
    case.verify()


def test_dir_stale_foreign(case: Case) -> None:
    for said in (case.scan(), kept := case.keep("--yes")):
        assert said.status == 1
        assert (said.document["totals"]["missing"], said.document["totals"]["unlisted"]) == (3, 3)
    assert kept.document["imported"] == 3
    case.verify()


def test_dir_other_patient(case: Case) -> None:
    scanned = case.scan()
    assert scanned.status == 1
    assert names(scanned.document["patients"]) == {"ROE^RICHARD": 1}
    assert any("DICOMDIR" in one["path"] for one in scanned.document["problems"])
    kept = case.keep()
    assert kept.status in {1, 3}
    if kept.status == 1:
        assert names(case.listed()) == {"ROE^RICHARD": 1}


def test_cyrillic_as_chinese(case: Case) -> None:
    generator = {"__name__": "generator"}
    sys.path.insert(0, str(cases_folder()))
    try:
        exec((cases_folder() / "cyrillic_as_chinese.py").read_text(encoding="utf-8"), generator)  # its table of names
    finally:
        sys.path.remove(str(cases_folder()))
    table: Any = generator["T"]
    document = case.scan().document
    shown = {one["patient_id"]: one["patient_name"] for one in document["patients"]}
    paths = {
        patient["patient_id"]: instance["path"]
        for patient in document["patients"]
        for instance in instances({"patients": [patient]})
    }
    assert case.keep("--yes").document["imported"] == len(table)
    on_shelf = {one["patient_id"]: one["patient_name"] for one in case.listed()}
    for number, (encoding, name, _label) in enumerate(table, 1):
        for found in (shown[f"R{number}"], on_shelf[f"R{number}"]):
            if encoding == "latin_1":
                assert found == name
                continue
            assert found in {name, name.encode(encoding).decode("latin_1")}, (number, found)
            if found == name:
                assert codes_at(document, paths[f"R{number}"]), f"{found} was guessed without a word"
    case.verify()


def test_un_undefined(case: Case) -> None:
    scanned = case.scan()
    assert (scanned.status, scanned.document["problems"]) == (0, [])
    [patient] = scanned.document["patients"]
    assert (patient["patient_name"], patient["patient_id"]) == ("DOE^JANE", "P1")
    assert patient["patient_birth_date"] == "19700101"
    assert len(instances(scanned.document)) == 6
    kept = case.keep()
    assert (kept.status, kept.document["imported"], kept.document["damaged"]) == (0, 6, 0)
    case.verify()


def test_big_source_sequence(case: Case) -> None:
    scanned = case.scan()
    assert (scanned.status, scanned.document["totals"]["refused"]) == (0, 0)
    assert len(scanned.document["patients"][0]["studies"]) == 1
    kept = case.keep()
    assert (kept.status, kept.document["imported"]) == (0, 2)
    case.verify()


def test_zip_leading_slash(case: Case) -> None:
    scanned = case.scan()
    assert scanned.status == 0
    [archive] = scanned.document["archives"]
    assert (archive["totals"]["dicom"], archive["totals"]["refused"]) == (6, 0)
    kept = case.keep()
    assert (kept.status, kept.document["imported"]) == (0, 6)
    case.verify()


def test_zip_deflate64(case: Case) -> None:
    kept = case.keep()
    if kept.status == 0:
        assert kept.document["imported"] == 3
        case.verify()
        return
    said = case.scan()
    assert said.status == 1
    told = words_of(case.folder, "scan", str(case.folder))
    assert "unpack" in told
    assert "damaged" not in told
    assert "wipe" not in told


def test_iso_on_stick(case: Case) -> None:
    kept = case.keep()
    assert (kept.status, kept.document["imported"]) == (0, 3)
    assert all(one["path"].startswith("PATIENT_CD.iso/") for one in instances(case.scan().document))
    case.verify()


def test_other_archives(case: Case) -> None:
    scanned = case.scan()
    kept = case.keep()
    assert (scanned.status, kept.status) == (1, 1)
    for unopened in ("study.7z", "study.rar"):
        assert codes_at(scanned.document, unopened) - LOOKED_PAST, unopened
    assert kept.document["imported"] == 4
    case.verify()


def test_partial_choice(case: Case) -> None:
    [jane] = [one for one in case.scan().document["patients"] if one["patient_name"] == "DOE^JANE"]
    kept = case.keep("--patient", jane["key"])
    assert (kept.status, kept.document["imported"]) == (0, 2)
    assert not [one for one in kept.document["problems"] if "ROE" in one["path"]]
    assert "3 files of other persons" in words_of(
        case.folder, "--library", str(case.shelf), "import", str(case.folder), "--patient", jane["key"]
    )
    for file in case.shelf.rglob("*"):
        assert "ROE" not in file.name
        if file.is_file():
            content = file.read_bytes()
            assert b"ROE_RICHARD" not in content, file
            assert b"HIV" not in content, file
    case.verify()


def test_recycle_bin(case: Case) -> None:
    scanned = case.scan()
    deleted = {
        "$RECYCLE.BIN/S-1-5-21-1/$R0ABCDE": "ROE^RICHARD",
        ".Trashes/501/IM7": "ROE^RICHARD",
        ".Trash-1000/files/IM9": "DOE^JANE",
    }
    by_path = {one["path"]: one for one in instances(scanned.document)}
    for path in deleted:
        assert by_path[path]["in_recycle_bin"], path
    kept = case.keep()
    assert kept.document["imported"] == 2
    assert names(case.listed()) == {"DOE^JANE": 1}
    case.verify()


def test_same_person_spellings(case: Case) -> None:
    patients = case.scan().document["patients"]
    assert len(patients) <= 4
    identities = {
        (
            one["patient_name"].upper().replace(",", "^").replace(" ", "").strip("^"),
            (one["patient_birth_date"] or "").replace(".", "").replace("-", ""),
            (one["patient_id"] or "").strip().upper(),
            one["issuer_of_patient_id"],
        )
        for one in patients
    }
    assert len(identities) == len(patients)
    kept = case.keep("--yes")
    assert kept.document["imported"] == 14
    case.verify()


def test_cut_at_boundary(case: Case) -> None:
    kept = case.keep("--yes")
    assert kept.status == 1
    for path in ("cut500", "cut730"):
        assert codes_at(kept.document, path) & {"truncated", "header-damaged"}, path
    assert not codes_at(kept.document, "whole")
    assert kept.document["damaged"] == 2
    case.verify()


def test_two_same_names(case: Case) -> None:
    asked = case.keep()
    assert asked.status == 3
    assert case.keep("--yes").status == 0
    told = words_of(case.folder, "--library", str(case.shelf), "list")
    for sign in ("P1", "P77"):
        assert sign in told
    assert "1970" in told
    assert "1942" in told
    case.verify()


def test_same_study_two_persons(case: Case) -> None:
    scanned = case.scan()
    counts = {
        one["patient_name"]: sum(len(series["instances"]) for study in one["studies"] for series in study["series"])
        for one in scanned.document["patients"]
    }
    assert counts == {"DOE^JANE": 2, "ROE^RICHARD": 2}
    told = words_of(case.folder, "scan", str(case.folder))
    assert "4 " in told
    assert "3 images" not in told
    assert "3 found" not in told
    assert case.keep().status == 3
    [jane] = [one for one in scanned.document["patients"] if one["patient_name"] == "DOE^JANE"]
    assert case.keep("--patient", jane["key"]).document["imported"] == 2
    assert names(case.listed()) == {"DOE^JANE": 1}
    assert case.keep("--yes").document["imported"] == 2
    assert [study["instances"] for study in case.listed()] == [2, 2]
    case.verify()
