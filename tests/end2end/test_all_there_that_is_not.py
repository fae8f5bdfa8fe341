"""On the command line: a table of contents is believed only where every image it lists was read."""

from __future__ import annotations

from pathlib import Path

from tests.discs.directory import dicomdir, image_record, person_tree
from tests.discs.disc import Disc, listed_disc
from tests.discs.files import ANNA, BERT, uid
from tests.end2end.program import scanshelf


def a_disc(folder: Path) -> Disc:
    disc = listed_disc(folder, 4)
    disc.write("GOOD/A3", b"")
    disc.write("GOOD/A4", bytes(1000))
    return disc


def test_listed_images_that_are_dead_files_end_with_one_and_are_named_per_series(tmp_path: Path) -> None:
    disc = a_disc(tmp_path / "disc")
    said = scanshelf("scan", disc.folder, "--json")
    assert said.status == 1
    codes = {(problem["path"], problem["code"]) for problem in said.document["problems"]}
    assert {("GOOD/A3", "missing"), ("GOOD/A4", "missing")} <= codes
    (series,) = said.document["incomplete_series"]
    assert (series["listed"], series["here"]) == (4, 2)
    assert [one["instead"] for one in series["absent"]] == ["empty", "zeros"]
    imported = scanshelf("import", disc.folder, "--library", tmp_path / "shelf", "--json")
    assert (imported.status, imported.document["imported"]) == (1, 2)
    assert imported.document["receipt"]["incomplete_series"] == said.document["incomplete_series"]


def test_the_words_say_what_is_in_the_place_of_each_and_never_that_nothing_is_to_be_done(tmp_path: Path) -> None:
    disc = a_disc(tmp_path / "disc")
    for words in (scanshelf("scan", disc.folder), scanshelf("import", disc.folder, "--library", tmp_path / "shelf")):
        assert "listed 4, here 2: image 3 is an empty file; image 4 holds nothing but zeros." in words.output
        assert "Nothing needs to be done" not in words.output


def test_a_foreign_table_and_one_of_another_person_end_with_one(tmp_path: Path) -> None:
    disc = listed_disc(tmp_path / "disc")
    foreign = [image_record(path.replace("/", "\\"), uid(f"foreign {path}")) for path in disc.good]
    disc.write("DICOMDIR", dicomdir([person_tree(ANNA, "T1", "S1", foreign)]))
    said = scanshelf("scan", disc.folder, "--json")
    assert (said.status, said.document["totals"]["missing"], said.document["totals"]["unlisted"]) == (1, 2, 2)
    own = [image_record(path.replace("/", "\\"), known) for path, known in disc.good.items()]
    disc.write("DICOMDIR", dicomdir([person_tree(BERT, "T1", "S1", own)]))
    words = scanshelf("scan", disc.folder)
    assert words.status == 1
    assert "The table of contents names Bert SAMPLE" in words.output
    assert "but 2 files say Anna SAMPLE" in words.output
    imported = scanshelf("import", disc.folder, "--library", tmp_path / "shelf", "--json")
    assert (imported.status, imported.document["imported"]) == (1, 2)
    assert BERT.patient_name not in str(imported.document)
