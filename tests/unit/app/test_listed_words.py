"""What is listed and not here, in sentences a patient reads."""

from __future__ import annotations

import pytest

from app.words.listed import other_name_words, series_sentences, told_apart
from dicom.model import Rejection
from dicom.people.same_person import Identity
from importer.listing_rows import DETAILS, Absent, Instead, Listings, OtherName, SeriesListing


def said_of(*absent: tuple[str, int | None, Instead], listed: int = 120) -> str:
    gone = tuple(Absent(path, number, instead) for path, number, instead in absent)
    series = SeriesListing("1.2", 2, "CT", "Thorax", listed, listed - len(gone), gone)
    (sentence,) = series_sentences(Listings((series,)))
    return sentence.replace("\u2068", "").replace("\u2069", "")


def test_a_series_says_what_is_listed_what_is_here_and_what_is_with_the_rest() -> None:
    said = said_of(("A", 45, "empty"), ("B", 46, "empty"))
    assert said == "Series 2 (CT, Thorax): listed 120, here 118: images 45 and 46 are empty files."


def test_a_series_of_another_exam_is_told_from_one_of_the_same_name() -> None:
    gone = (Absent("A", 60, "absent"),)
    series = SeriesListing("1.2", 2, "CT", "Thorax", 1, 0, gone, study_date="20170620")
    (said,) = series_sentences(Listings((series,)))
    assert said.startswith("Series 2 of the exam of 2017-06-20 (")
    (said,) = series_sentences(Listings((series,)), day=lambda text: "20 June 2017")
    assert said.startswith("Series 2 of the exam of 20 June 2017 (")


@pytest.mark.parametrize(
    "numbers, words",
    [
        ([7], "image 7 is not there"),
        ([7, 8], "images 7 and 8 are not there"),
        ([7, 8, 9], "images 7 to 9 are not there"),
        ([1, 3, 4, 5, 9], "images 1, 3 to 5 and 9 are not there"),
        (list(range(1, 60, 2)), "images 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23 and 18 more are not there"),
    ],
)
def test_numbers_are_written_as_people_read_them(numbers: list[int], words: str) -> None:
    assert words in said_of(*((f"I{number}", number, "absent") for number in numbers))


def test_images_without_numbers_of_their_own_are_called_by_their_names() -> None:
    said = said_of(("DICOM/IM1", None, "zeros"), ("DICOM/IM2", 2, "zeros"))
    assert "IM1 and IM2 hold nothing but zeros" in said


def test_each_kind_of_thing_in_the_place_of_an_image_has_words() -> None:
    for instead in DETAILS:
        if instead != "other-person":
            assert "image 3" in said_of(("A", 3, instead))
            assert "{" not in said_of(("A", 3, instead))


def test_another_person_is_named_with_what_tells_them_apart() -> None:
    jane, richard = Identity("DOE^JANE", None, "P1"), Identity("ROE^RICHARD", "19550505", "X9")
    told = other_name_words(Listings(other_names=(OtherName(jane, richard, 2), OtherName(jane, None, 3))))
    said = [words.what.replace("\u2068", "").replace("\u2069", "") for words in told]
    assert said == [
        "The table of contents names Jane DOE (ID P1), but 2 files say Richard ROE (born 1955-05-05, ID X9).",
        "The table of contents names Jane DOE (ID P1), of whom no image is here.",
    ]


def test_what_stands_for_a_listed_image_is_not_called_harmless() -> None:
    empty, table = Rejection("A", "not-dicom", "empty"), Rejection("DICOMDIR", "dicomdir")
    missing, other = Rejection("A", "missing", DETAILS["empty"]), Rejection("B", "missing", DETAILS["other-person"])
    broken = Rejection("DICOMDIR", "unreadable", "x")
    assert told_apart([empty, missing, other, table]) == [missing, table]
    assert told_apart([table, broken]) == [broken]
