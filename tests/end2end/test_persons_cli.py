"""Persons on the command line: spellings, recycle bins, one study of two, names nobody wrote down rightly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discs import Disc
from tests.discs.files import ANNA, BERT, Person, image, uid
from tests.discs.persons import BINNED_OF_BERT, SPELLINGS, STUDY, borrowed_stick, spelled, telling_folders
from tests.end2end.program import instances, scanshelf, scanshelf_here

TELLING = (b"bert", b"quartz", b"19630217")


def test_spellings_are_one_person_and_one_question_says_what_differs(tmp_path: Path) -> None:
    disc = spelled(tmp_path / "disc", {"patient_birth_date": None}, {"patient_id": "0P-1"})
    shelf = tmp_path / "shelf"
    asked = scanshelf("--library", shelf, "import", disc.folder)
    assert asked.status == 3
    assert "perhaps the same person: 1 image of the same exam, without birth date" in asked.words
    document = scanshelf_here("scan", disc.folder, "--json").document
    assert len(document["patients"]) == 3
    assert [problem["code"] for problem in document["problems"] if problem["path"] == ""] == ["conflict"]
    done = scanshelf_here("--library", shelf, "import", disc.folder, "--json", "--yes").document
    assert done["imported"] == len(SPELLINGS) + 2
    studies = scanshelf_here("--library", shelf, "list", "--json").document["studies"]
    assert sorted(study["instances"] for study in studies) == [1, len(SPELLINGS) + 1]


def test_one_person_in_two_spellings_is_asked_in_words_of_its_own(tmp_path: Path) -> None:
    disc = spelled(tmp_path / "disc", {"patient_birth_date": None})
    said = scanshelf_here("--library", tmp_path / "shelf", "import", disc.folder)
    assert said.status == 3
    assert "probably the same person's" in said.words
    assert "several persons" not in said.words


def test_recycle_bins_are_marked_and_left_alone(tmp_path: Path) -> None:
    disc, shelf = borrowed_stick(tmp_path / "disc"), tmp_path / "shelf"
    document = scanshelf_here("scan", disc.folder, "--json").document
    assert sum(one["in_recycle_bin"] for one in instances(document)) == len(BINNED_OF_BERT) + 1
    assert "lie in a recycle bin" in scanshelf_here("scan", disc.folder).output
    done = scanshelf("--library", shelf, "import", disc.folder, "--json")
    assert (done.status, done.document["imported"], done.document["in_recycle_bin"]) == (0, 2, len(BINNED_OF_BERT) + 1)
    bert = next(one["key"] for one in document["patients"] if one["patient_name"] == BERT.patient_name)
    asked = scanshelf_here("--library", shelf, "import", disc.folder, "--json", "--patient", bert)
    assert (asked.status, asked.document["imported"]) == (0, len(BINNED_OF_BERT))


def test_a_stick_of_deleted_images_alone_says_so(tmp_path: Path) -> None:
    disc = Disc(tmp_path / "disc")
    disc.write(".Trash-1000/files/IM1", image(BERT))
    said = scanshelf_here("--library", tmp_path / "shelf", "import", disc.folder, "--yes")
    assert said.status == 3
    assert "lie in a recycle bin" in said.words


@pytest.mark.long
def test_the_shelf_of_a_chosen_person_holds_no_word_of_the_others(tmp_path: Path) -> None:
    disc, shelf = telling_folders(tmp_path / "disc"), tmp_path / "shelf"
    patients = scanshelf_here("scan", disc.folder, "--json").document["patients"]
    anna = next(one["key"] for one in patients if one["patient_name"] == ANNA.patient_name)
    done = scanshelf("--library", shelf, "import", disc.folder, "--json", "--patient", anna)
    assert (done.document["imported"], done.document["of_others"]) == (5, 5)
    for text in (repr(done.document["problems"]), repr(done.document["receipt"]), done.words):
        assert not any(word.decode() in text.casefold() for word in TELLING)
    for file in shelf.rglob("*"):
        content = file.name.encode() + (file.read_bytes() if file.is_file() else b"")
        assert not any(word in content.lower() for word in TELLING), file
    words = scanshelf_here("--library", tmp_path / "other", "import", disc.folder, "--patient", anna).output
    assert "5 files of other persons stayed on the medium" in words


def test_one_study_under_two_persons_is_said_counted_and_asked(tmp_path: Path) -> None:
    disc, shelf = Disc(tmp_path / "disc"), tmp_path / "shelf"
    for number in (1, 2):
        for place, person in (("A", ANNA), ("B", BERT)):
            same = uid("one") if number == 1 else uid(f"{place}2")
            values = {"study_instance_uid": STUDY, "sop_instance_uid": same}
            disc.write(f"{place}/IM{number}", image(person, number=number, **values))
    scanned = scanshelf_here("scan", disc.folder)
    assert scanned.status == 1
    assert "4 images of 2 persons" in scanned.output
    assert "One exam here stands under more than one person" in scanned.output
    document = scanshelf_here("scan", disc.folder, "--json").document
    [shared] = document["shared_studies"]
    assert sorted(shared["patients"]) == sorted(one["key"] for one in document["patients"])
    assert scanshelf_here("--library", shelf, "import", disc.folder).status == 3
    anna = next(one["key"] for one in document["patients"] if one["patient_name"] == ANNA.patient_name)
    done = scanshelf_here("--library", shelf, "import", disc.folder, "--json", "--patient", anna)
    assert (done.status, done.document["imported"], done.document["of_others"]) == (0, 2, 2)


def test_lists_show_what_tells_two_of_one_name_apart(tmp_path: Path) -> None:
    disc, shelf = Disc(tmp_path / "disc"), tmp_path / "shelf"
    disc.add_image("IM1", ANNA)
    disc.add_image("IM2", Person(ANNA.patient_name, "P-77", "19280303"))
    asked = scanshelf_here("--library", shelf, "import", disc.folder)
    scanshelf_here("--library", shelf, "import", disc.folder, "--yes", "--quiet")
    listed = scanshelf_here("--library", shelf, "list")
    for said in (asked.words, listed.output):
        assert "born 1951-05-04, ID P-1   [" in said
        assert "born 1928-03-03, ID P-77   [" in said


def test_a_guessed_name_is_told_at_its_path_and_in_the_list(tmp_path: Path) -> None:
    disc, shelf = Disc(tmp_path / "disc"), tmp_path / "shelf"
    disc.write("IM1", image(ANNA, patient_name="ИВАНОВ^ИВАН".encode("cp1251")))
    scanned = scanshelf("scan", disc.folder, "--json").document
    assert [(one["path"], one["code"]) for one in scanned["problems"]] == [("IM1", "non-standard")]
    assert "guessed" in scanned["problems"][0]["detail"]
    done = scanshelf("--library", shelf, "import", disc.folder, "--json").document
    assert [patient["key"] for patient in done["patients"]] == [patient["key"] for patient in scanned["patients"]]
    [study] = scanshelf_here("--library", shelf, "list", "--json").document["studies"]
    assert (study["patient_name"], study["name_guessed"]) == ("ИВАНОВ^ИВАН", True)
    assert "(name guessed)" in scanshelf_here("--library", shelf, "list").output
    assert scanshelf_here("--library", shelf, "verify").status == 0
