"""The question before the bin is emptied names what, how many, whose, and of what nothing proves another copy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.window.places.shelf import bin_words
from app.words.english_numbers import counted
from core.language.isolates import bare
from dicom.amounts import Amount
from library.index.rows import BinEntry, DeleteReport

ENTRY = BinEntry(
    "e", "", "", "study", "1", "a", "MUELLER^Anna", "19510504", None, "20190312", "CT of the chest", 386, 201_000_000
)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bin_words, "words", lambda text, n=-1: counted(text, n))


def said(*entries: BinEntry) -> str:
    return bare("\n".join((bin_words.purge_title(entries), *bin_words.purge_sentences(entries))))


@pytest.mark.parametrize(
    "proven, words",
    [
        (0, "None of them was ever proven to be at a portal or server: for all this program knows, this is the only"),
        (385, "1 of them was never proven to be at a portal or server: for all this program knows, this is the only"),
        (386, "All of them were proven to be at a portal or server when they were sent there."),
    ],
)
def test_only_copies_are_never_deleted_without_a_word(proven: int, words: str) -> None:
    assert words in said(replace(ENTRY, proven=proven))


def test_several_are_counted_and_every_person_is_named() -> None:
    part = replace(ENTRY, id="f", level="series", instances=14)
    karl = replace(ENTRY, id="g", person_key="b", patient_name="WEBER^Karl", patient_birth_date=None)
    words = said(ENTRY, part, karl)
    assert "Delete 2 exams and 1 part of an exam for good?" in words
    assert "Anna MUELLER" in words
    assert ": 1 exam and 1 part of an exam, " in words
    assert "Karl WEBER, birth date not given: CT of the chest, " in words


def test_more_persons_than_anybody_reads_are_counted() -> None:
    many = [replace(ENTRY, id=str(number), person_key=str(number)) for number in range(12)]
    assert "and 4 more persons" in said(*many)


def test_a_report_in_the_bin_is_no_image() -> None:
    mixed = replace(ENTRY, instances=3, besides=Amount(reports=1))
    assert said(mixed).count("2 images and 1 report") == 2
    assert (
        bare(bin_words.gone_words(DeleteReport(("e",), 1, 3, 10), [mixed]))
        == "2 images and 1 report are deleted for good."
    )
