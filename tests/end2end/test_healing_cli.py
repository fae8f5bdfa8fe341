"""A scratched disc and its whole copy, on the command line as processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discs import Disc, image
from tests.end2end.program import scanshelf


@pytest.fixture
def discs(tmp_path: Path) -> dict[str, Disc]:
    """Make a disc with one image cut in its pixels and one cut before the name, and the same disc whole."""
    made = {name: Disc(tmp_path / name) for name in ("bad", "good")}
    for number in (1, 2, 3):
        data = image(number=number)
        cut = {1: len(data), 2: len(data) - 150, 3: data.index(b"SAMPLE^ANNA") - 8}[number]
        made["good"].write(f"DICOM/IM{number}", data)
        made["bad"].write(f"DICOM/IM{number}", data[:cut])
    return made


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("order", [("bad", "good"), ("good", "bad")])
def test_a_scratched_disc_and_its_whole_copy_make_one_whole_exam(
    discs: dict[str, Disc], tmp_path: Path, order: tuple[str, str]
) -> None:
    shelf = tmp_path / "shelf"
    said = {}
    for name in order:
        said[name] = scanshelf("--library", shelf, "import", discs[name].folder, "--yes", "--json")
    bad, good = said["bad"], said["good"]
    codes = {(problem["path"], problem["code"]) for problem in bad.document["problems"]}
    assert (bad.status, bad.document["damaged"]) == (1, 2)
    assert codes >= {("DICOM/IM2", "truncated"), ("DICOM/IM3", "truncated")}
    assert (good.status, good.document["damaged"], good.document["conflicts"]) == (0, 0, 0)
    completed = said[order[1]].document["completed"]
    assert sorted(one["instance_number"] for one in completed) == [2, 3]
    assert {one["source"] for one in completed} == {order[0]}
    (study,) = scanshelf("--library", shelf, "list", "--json").document["studies"]
    figures = [study[name] for name in ("patient_name", "instances", "damaged", "conflicts")]
    assert figures == ["SAMPLE^ANNA", 3, 0, 0]
    verified = scanshelf("--library", shelf, "verify", "--json")
    assert (verified.status, verified.document["objects"], verified.document["problems"]) == (0, 5, [])
    rebuilt = scanshelf("--library", shelf, "verify", "--rebuild", "--json")
    assert rebuilt.status == 0
    (study,) = scanshelf("--library", shelf, "list", "--json").document["studies"]
    assert [study["instances"], study["damaged"], study["conflicts"]] == [3, 0, 0]


@pytest.mark.long
def test_both_copies_on_one_disc_make_one_whole_exam(discs: dict[str, Disc], tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    both = Disc(tmp_path / "both")
    for name, disc in discs.items():
        for number in (1, 2, 3):
            both.write(f"{name}/IM{number}", (disc.folder / f"DICOM/IM{number}").read_bytes())
    said = scanshelf("--library", shelf, "import", both.folder, "--yes", "--json")
    assert (said.status, said.document["conflicts"]) == (1, 0)
    (study,) = scanshelf("--library", shelf, "list", "--json").document["studies"]
    assert [study[name] for name in ("instances", "damaged", "conflicts")] == [3, 0, 0]


def test_the_words_say_what_was_completed_and_from_where(discs: dict[str, Disc], tmp_path: Path) -> None:
    shelf = tmp_path / "shelf"
    scanshelf("--library", shelf, "import", discs["bad"].folder, "--yes")
    said = scanshelf("--library", shelf, "import", discs["good"].folder, "--yes")
    assert "Images 2, 3 were damaged on bad and are completed from this disc." in said.output
