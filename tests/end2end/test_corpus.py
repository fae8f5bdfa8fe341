"""On every folder of real files, scan, import, list, picture and verify do what the command line promises."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest

from tests.end2end.program import instances, scanshelf, scanshelf_here, snapshot
from tests.tools import corpus_folder

CORPUS = corpus_folder()
FOLDERS = [] if CORPUS is None else sorted(folder.name for folder in CORPUS.iterdir() if folder.is_dir())

pytestmark = pytest.mark.corpus


def hash_of(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.mark.sweep(keep=2)
@pytest.mark.parametrize("name", FOLDERS)
def test_a_real_folder_goes_onto_the_shelf_whole(corpus: Path, tmp_path: Path, name: str) -> None:
    folder, library = corpus / name, tmp_path / "shelf"
    before = snapshot(folder)
    files = [file for file in folder.rglob("*") if not file.is_dir()]
    scanned = scanshelf("scan", folder, "--json")
    assert scanned.status in {0, 1}
    totals = scanned.document["totals"]
    assert totals["entries"] == len(files)
    assert totals["entries"] == totals["dicom"] + totals["not_dicom"] + totals["unreadable"] + totals["refused"]
    assert totals["bytes"] == sum(file.stat().st_size for file in files)
    found = [item for item in instances(scanned.document) if ".zip/" not in item["path"]]
    places = [path for item in found for path in (item["path"], *item["duplicates"])]
    assert len(places) == len(set(places))
    contents = {hash_of(folder / path) for path in places if (folder / path).is_file()}
    imported = scanshelf("import", folder, "--library", library, "--yes", "--json")
    if totals["dicom"] == 0:
        assert imported.status == 3
        return
    assert imported.status in {0, 1}
    document = imported.document
    receipt = document["receipt"]
    assert receipt["planned"] == document["imported"] + document["already"] + receipt["failed"] + receipt["left"]
    rows = scanshelf_here("list", "--level", "instance", "--library", library, "--json").document["instances"]
    kept = {row["sha256"] for row in rows} | {file.stem for file in (library / "objects").rglob("*.dcm")}
    wrapped_again = document["already"]
    assert len(contents - kept) <= wrapped_again + receipt["failed"]
    assert scanshelf_here("verify", "--library", library, "--json").document["problems"] == []
    assert snapshot(folder) == before


@pytest.mark.long
def test_every_agreed_pixel_hash_is_met_from_outside(corpus: Path, tmp_path: Path) -> None:
    with (corpus / "pixels.tsv").open(encoding="utf-8") as lines:
        table = csv.DictReader(lines, delimiter="\t")
        rows = [row for row in table if row["verdict"].startswith("AGREED") and row["pixel_sha256_frame1"]]
    inputs = [corpus / row["path"] for row in rows]
    said = scanshelf("picture", *inputs, "--raw", "--out", tmp_path / "raw", "--json", timeout=600)
    assert said.document["problems"] == []
    made = {picture["input"]: Path(picture["out"]) for picture in said.document["pictures"]}
    wrong = []
    for row, path in zip(rows, inputs, strict=True):
        values = np.load(made[str(path)])
        expected = (row["dtype"], row["pixel_sha256_frame1"])
        actual = (
            values.dtype.str.replace(">", "<"),
            hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest(),
        )
        if actual != expected:
            wrong.append((row["path"], values.dtype.str, row["dtype"], values.shape, row["shape"]))
    assert wrong == []


@pytest.mark.long
def test_every_real_file_has_a_clear_outcome(corpus: Path, tmp_path: Path) -> None:
    files = [file for name in FOLDERS for file in (corpus / name).rglob("*") if file.is_file() and file.stat().st_size]
    said = scanshelf("picture", *files, "--out", tmp_path / "pictures", "--json", timeout=900)
    told = {picture["input"] for picture in said.document["pictures"]}
    told |= {problem["path"] for problem in said.document["problems"]}
    assert told == {str(file) for file in files}
    listed = scanshelf("tags", *files, "--json", timeout=900)
    assert len(listed.document["datasets"]) + len(listed.document["problems"]) == len(files)
