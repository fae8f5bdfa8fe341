"""`list` and `import` say what was cut off, go on with it, and leave it so when they are told."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from importer.copy.importing import begin
from importer.plan import make_plan
from library.shelf import Library
from tests.discs import disc_with_good_files, two_persons
from tests.end2end.program import ROOT, scanshelf, scanshelf_here
from tests.importer_tools import media_worker, scan_folder

FILES = 300


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A shelf on which an import was killed in the middle."""
    disc = disc_with_good_files(tmp_path / "OLD_CD", FILES)
    killed = [sys.executable, "-m", "tests.faults.import_program", str(disc.folder), str(tmp_path / "shelf")]
    done = subprocess.run([*killed, "committed", "3"], cwd=ROOT, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    return tmp_path / "shelf"


def test_list_says_what_was_cut_off_and_import_goes_on(shelf: Path, tmp_path: Path) -> None:
    said = scanshelf("--library", shelf, "list", "--json")
    (left,) = said.document["unfinished"]
    (study,) = said.document["studies"]
    assert said.status == 0
    assert (left["of"], left["end"], left["here"]) == (FILES, None, study["instances"])
    assert study["awaited"] == FILES - study["instances"]
    assert study["unfinished"] is True
    words = scanshelf_here("--library", shelf, "list").output
    assert f"{left['here']} of {FILES} files are here" in words
    assert "OLD_CD" in words
    moved = (tmp_path / "OLD_CD").rename(tmp_path / "elsewhere")
    done = scanshelf("--library", shelf, "import", moved, "--json")
    assert done.status == 0
    assert (done.document["unfinished"], done.document["already"]) == ([], left["here"])
    assert "This goes on where it was" in done.words
    after = scanshelf_here("--library", shelf, "list", "--json").document
    assert (after["unfinished"], after["studies"][0]["awaited"], after["studies"][0]["unfinished"]) == ([], 0, False)
    assert scanshelf_here("--library", shelf, "verify", "--json").status == 0


def test_it_is_left_so_when_that_is_said(shelf: Path) -> None:
    (left,) = scanshelf_here("--library", shelf, "list", "--json").document["unfinished"]
    assert scanshelf_here("--library", shelf, "import", "--leave", "nonsense").status == 2
    done = scanshelf_here("--library", shelf, "import", "--leave", left["import_id"], "--json")
    assert (done.status, done.document["unfinished"]) == (0, [])
    assert scanshelf_here("--library", shelf, "list", "--json").document["unfinished"] == []
    assert "not finished" not in scanshelf_here("--library", shelf, "list").output


def test_another_import_says_what_is_still_unfinished(shelf: Path, tmp_path: Path) -> None:
    other = disc_with_good_files(tmp_path / "other", 2)
    done = scanshelf_here("--library", shelf, "import", other.folder, "--json")
    assert done.status == 0
    assert [one["of"] for one in done.document["unfinished"]] == [FILES]


def test_the_person_named_when_it_began_is_not_asked_for_again(tmp_path: Path) -> None:
    disc = two_persons(tmp_path / "two")
    with Library.open(tmp_path / "shelf") as library, media_worker(tmp_path) as media:
        found = scan_folder(disc.folder, media)
        begin(make_plan(found, [found.patients[0].key]), library)
    done = scanshelf_here("--library", tmp_path / "shelf", "import", disc.folder, "--json")
    assert (done.status, done.document["imported"]) == (0, 6)
    assert done.document["receipt"]["persons"] == [found.patients[0].key]
    again = scanshelf_here("--library", tmp_path / "shelf", "import", disc.folder, "--json")
    assert (again.status, again.document["code"]) == (3, "several-patients")


def test_without_a_source_it_is_wrong_usage(tmp_path: Path) -> None:
    assert scanshelf_here("--library", tmp_path / "shelf", "import").status == 2
