"""What of an exam is no image is told as what it is, at the portal too."""

from __future__ import annotations

from dataclasses import replace

from app.cli.exams import exam_words
from core.language.english_numbers import counted
from dicom.amounts import Amount
from portal.exam_amounts import all_mixed, exam_amount
from portal.whole_words import away_sentences
from portal.wire.exams import Exam, ExamStudy, Report
from portal.wire.people import Person
from portal.wire.wholeness import NotHere, Wholeness, together

STUDY = ExamStudy("1", "20190312", None, None, None, ("CT", "SR"), 2, 64, 1000, Wholeness("whole", 64, 64), reports=1)
EXAM = Exam(
    "e", "CT", "20190312", "upload", Person(), (STUDY,), Report("not-expected"), True, 0, "2026-11-01T00:00:00Z"
)


def test_a_report_is_told_apart_and_the_sum_is_that_of_the_objects() -> None:
    assert exam_amount(EXAM) == Amount(63, 1)
    assert exam_amount(replace(EXAM, studies=(STUDY, STUDY))) == Amount(126, 2)
    said = " ".join(exam_words(EXAM))
    assert said.count("63 images and 1 report") == 2
    assert "All 63 images and 1 report of the sender's copy are here." in said


def test_an_older_portal_and_one_that_says_impossible_numbers_count_images() -> None:
    assert exam_amount(replace(EXAM, studies=(replace(STUDY, reports=0),))) == Amount(64)
    assert exam_amount(replace(EXAM, studies=(replace(STUDY, reports=65),))) == Amount(64)
    assert all_mixed(Amount(64), counted) == ""


def test_where_a_report_is_among_what_is_here_the_sum_is_not_one_of_images() -> None:
    partial = Wholeness("partial", 62, 63, (NotHere("damaged", 1),), besides=1)
    said = "62 of 63 images, reports and other files: 1 was damaged on the disc and is not here."
    assert away_sentences(partial) == [said]
    assert away_sentences(together([partial])) == [said]
    assert away_sentences(replace(partial, besides=0))[0].startswith("62 of 63 files: ")
