"""What people mistype, and folders that are not as hoped, end in one message and the promised exit status."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from library.shelf import Library
from tests.discs import disc_with_good_files, image
from tests.discs.files import uid
from tests.end2end.program import ROOT, TEST_FILES, scanshelf

CT = TEST_FILES / "CT_small.dcm"
STUDY = uid("P-1/T1")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    disc, shelf = disc_with_good_files(tmp_path / "disc", 3), tmp_path / "shelf"
    assert scanshelf("import", disc.folder, "--library", shelf, "--json").document["imported"] == 3
    return shelf


def test_an_option_cut_short_is_wrong_usage(tmp_path: Path) -> None:
    assert scanshelf("--lib", tmp_path / "shelf", "list").status == 2
    assert scanshelf("list", "--lib", tmp_path / "shelf").status == 2


@pytest.mark.parametrize("command", ["scan", "import"])
def test_a_source_without_a_name_is_absent(tmp_path: Path, command: str) -> None:
    said = scanshelf(command, "", "--library", tmp_path / "shelf", "--json")
    assert (said.status, said.output) == (3, "")


@pytest.mark.parametrize(
    "wrong", [("--frame", "0"), ("--frame", "-1"), ("--window", "0/40"), ("--window", "40"), ("--size", "0x5")]
)
def test_a_picture_nobody_can_mean_is_wrong_usage_in_plain_words(tmp_path: Path, wrong: tuple[str, str]) -> None:
    said = scanshelf("picture", CT, "--out", tmp_path / "x.png", *wrong)
    assert said.status == 2
    assert "invalid _" not in said.words


def test_an_input_without_a_name_is_missing(tmp_path: Path) -> None:
    said = scanshelf("tags", "", "--library", tmp_path / "shelf", "--json")
    assert said.status == 3
    assert [problem["code"] for problem in said.document["problems"]] == ["missing"]


def test_a_picture_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_bytes(b"a file")
    for out in (taken / "x.png", Path("/dev/full")):
        said = scanshelf("picture", CT, "--out", out, "--json")
        assert said.status == 3
        assert said.document["problems"][0]["code"] in {"refused-path", "no-space"}
    assert scanshelf("picture", CT, CT, "--out", taken, "--json").status == 3
    assert taken.read_bytes() == b"a file"


def test_a_folder_named_with_a_slash_at_its_end_is_a_folder(tmp_path: Path) -> None:
    said = scanshelf("picture", CT, "--out", f"{tmp_path}/new/", "--json")
    assert said.status == 0
    assert Path(said.document["pictures"][0]["out"]).parent == tmp_path / "new"


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("command", [("picture", "--out", "out"), ("tags",)])
def test_a_kept_image_whose_file_is_gone_does_not_stop_the_rest(
    tmp_path: Path, library: Path, command: tuple[str, ...]
) -> None:
    gone = next((library / "objects").rglob("*.dcm"))
    gone.unlink()
    words = [str(tmp_path / word) if word == "out" else word for word in command]
    said = scanshelf(*words, STUDY, "--library", library, "--json")
    assert said.status == 1
    assert [problem["code"] for problem in said.document["problems"]] == ["missing"]
    assert len(said.document.get("pictures") or said.document["datasets"]) == 2


def test_verify_names_what_is_wrong_by_the_codes_of_files(library: Path) -> None:
    gone, changed, *_ = sorted((library / "objects").rglob("*.dcm"))
    gone.unlink()
    changed.chmod(0o600)
    changed.write_bytes(changed.read_bytes()[:-1] + b"\x01")
    said = scanshelf("verify", "--library", library, "--json")
    assert said.status == 1
    assert sorted(problem["code"] for problem in said.document["problems"]) == ["changed", "missing"]
    assert all(problem["sop_instance_uid"] for problem in said.document["problems"])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_an_answer_that_cannot_be_written_is_not_done(library: Path) -> None:
    command = [sys.executable, "-m", "app", "list", "--json", "--library", str(library)]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 3
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.long
def test_the_bin_of_a_shelf_that_is_in_use_can_be_read(library: Path) -> None:
    scanshelf("delete", STUDY, "--library", library)
    with Library.open(library):
        said = scanshelf("bin", "--library", library, "--json")
    assert (said.status, len(said.document["bin"])) == (0, 1)


def test_an_archive_inside_an_archive_is_read_under_both_names(tmp_path: Path) -> None:
    disc = disc_with_good_files(tmp_path / "disc")
    data = image(series="S7")
    for name in ("IM1", "inner.zip"):
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr(name, data)
        data = held.getvalue()
    disc.write("outer.zip", data)
    said = scanshelf("scan", disc.folder, "--json")
    assert said.status == 0
    studies = said.document["patients"][0]["studies"]
    paths = {one["path"] for study in studies for series in study["series"] for one in series["instances"]}
    assert "outer.zip/inner.zip/IM1" in paths
    assert [one["path"] for one in said.document["archives"]] == ["outer.zip", "outer.zip/inner.zip"]
