"""What holds no image is no image, and what there is adds up."""

from __future__ import annotations

import pytest

from core.language.english_numbers import counted
from core.ui.amounts import MARKED
from dicom.amounts import (
    ALL,
    ALL_MIXED,
    AND,
    BOTH_MIXED,
    WORDS,
    Amount,
    all_words,
    amount_of,
    amount_words,
    held_as,
)

STORAGE = "1.2.840.10008.5.1.4.1.1."


@pytest.mark.parametrize(
    "modality, uid, kind",
    [
        *(("CT", STORAGE + "2", "images"), ("US", STORAGE + "3.1", "images"), ("CT", None, "images")),
        *(("SR", STORAGE + "88.11", "reports"), ("SR", None, "reports"), (" sr ", "", "reports")),
        *(("SR", STORAGE + "88.67", "reports"), ("KO", STORAGE + "88.59", "others"), ("KO", None, "others")),
        *(("DOC", STORAGE + "104.1", "documents"), ("OT", STORAGE + "104.1", "documents"), ("DOC", None, "documents")),
        *((None, STORAGE + "104.2", "documents"), ("OT", STORAGE + "104.3", "others"), ("OT", STORAGE + "7", "images")),
        *(("PR", STORAGE + "11.1", "others"), ("RTSTRUCT", STORAGE + "481.3", "others")),
        *(("RTDOSE", STORAGE + "481.2", "others"), ("RTIMAGE", STORAGE + "481.1", "images")),
        *(("SEG", STORAGE + "66.4", "others"), ("ECG", STORAGE + "9.1.1", "others"), (None, None, "images")),
        ("DOC", STORAGE + "7", "images"),  # a scanned page that is a picture
        ("SR", STORAGE + "7.4", "images"),
        # what a series is called says nothing of an object that tells its class
        *(
            ("US", STORAGE + "104.1", "documents"),
            ("CT", STORAGE + "88.67", "reports"),
            ("MR", STORAGE + "11.1", "others"),
        ),
        *(("US", STORAGE + "88.59", "others"), ("MR", STORAGE + "4.2", "others"), ("PX", STORAGE + "11", "others")),
        *(("CR", STORAGE + "1", "images"), ("US", STORAGE + "6.1", "images"), ("XA", STORAGE + "12.1", "images")),
        *(("MR", "1.3.12.2.1107.5.9.1", "others"), ("MR", "1.3.46.670589.11.0.0.12.2", "others")),
        ("MR", "1.2.3.4", "images"),  # somebody's own class
    ],
)
def test_an_object_is_counted_as_what_it_is(modality: str | None, uid: str | None, kind: str) -> None:
    assert held_as(modality, uid) == kind


@pytest.mark.parametrize(
    "amount, said",
    [
        (Amount(63, 1), "63 images and 1 report"),
        (Amount(1), "1 image"),
        (Amount(), "0 images"),
        (Amount(0, 1), "1 report"),
        (Amount(1200, 2, 1, 3), "1,200 images, 2 reports, 1 document and 3 other files"),
        (Amount(0, 0, 2), "2 documents"),
    ],
)
def test_it_is_said_as_people_count(amount: Amount, said: str) -> None:
    assert amount_words(amount, counted) == said


@pytest.mark.parametrize(
    "amount, said",
    [
        (Amount(1), "The image"),
        (Amount(2), "Both images"),
        (Amount(3), "All 3 images"),
        (Amount(), "All 0 images"),
        (Amount(0, 2), "Both reports"),
        (Amount(0, 0, 0, 1200), "All 1,200 other files"),
        (Amount(63, 1), "All 63 images and 1 report"),
        (Amount(1, 1), "Both files, 1 image and 1 report,"),
    ],
)
def test_a_sentence_about_all_of_it_begins_as_people_speak(amount: Amount, said: str) -> None:
    assert all_words(amount, counted) == said


def test_nothing_is_lost_in_a_sum() -> None:
    objects = [
        ("CT", STORAGE + "2", 62),
        ("SR", STORAGE + "88.11", 1),
        ("PR", None, 2),
        ("DOC", None, 1),
        (None, None, 1),
    ]
    amount = amount_of(objects)
    assert amount == Amount(63, 1, 1, 2)
    assert amount.total == sum(number for *_, number in objects) == (amount + Amount()).total
    assert Amount(0, 1, 1, 2).among(67) == amount
    assert Amount(0, 3).among(2) == Amount(2)  # a number that cannot be is told as it was


def test_the_words_are_marked_for_translation() -> None:
    assert {*WORDS.values(), *ALL.values(), AND, ALL_MIXED, BOTH_MIXED} == set(map(str, MARKED))
