"""Whatever the shelf writes about a study, in whatever language, is found when it is typed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import ClassVar

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from app.cli.run import run
from app.window.appearance.formats import born_words, date_words
from app.window.places.shelf.vocabulary import shelf_vocabulary
from app.window.places.shelf.words import persons_of, preview_of
from library.search.vocabulary import MARKS
from library.shelf import Library
from tests.unit.library.material import incoming, put

SPOKEN = ("en_GB", "en_US", "de_DE", "fr_FR", "es_ES", "pl_PL", "ru_RU", "tr_TR", "el_GR", "he_IL", "ar_EG", "fa_IR",
          "hi_IN", "th_TH", "ja_JP", "ko_KR", "zh_CN", "hu_HU", "lv_LV", "fi_FI", "C")  # fmt: skip


class Foreign(QTranslator):
    """Translates some words as a translation file would."""

    WORDS: ClassVar = {
        "Ultrasound": "Ultraschall",
        "X-ray": "Röntgen",
        "woman": "Frau",
        "born {date}": "geboren am {date}",
    }

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return self.WORDS.get(source, source)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """One study that is looked for, and one that differs in everything."""
    with Library.open(tmp_path_factory.mktemp("shelf") / "shelf") as library:
        anna = {"patient_name": "MÜLLER^Anna", "patient_birth_date": "19510504", "modality": "US",
                "institution_name": "Klinik Nord", "study_description": None,
                "series_description": "Hals links"}  # fmt: skip
        put(library, [incoming(library, b"1", study_date="20190312", **anna)])
        karl = {"patient_name": "WEBER^Karl", "patient_birth_date": "19600707", "modality": "CT", "patient_sex": "M"}
        put(library, [incoming(library, b"2", person="b" * 12, study_instance_uid="9", sop_instance_uid="9.1",
                               study_date="20081130", study_time="070000", patient_id="X9", series_description=None,
                               accession_number=None, **karl)])  # fmt: skip
        yield library


def found(shelf: Library, typed: str) -> list[str | None]:
    return [row.patient_name for row in shelf.studies(typed, words=shelf_vocabulary())]


@pytest.mark.parametrize("locale", SPOKEN, indirect=True)
def test_dates_are_found_as_they_are_drawn(shelf: Library, locale: str) -> None:
    for typed in (date_words("20190312"), date_words("19510504"), born_words("19510504")):
        assert found(shelf, typed) == ["MÜLLER^Anna"], typed
    assert found(shelf, date_words("20190313")) == []


@pytest.mark.parametrize(
    "locale, month_first",
    [("en_US", True), ("en_GB", False), ("de_DE", False), ("fr_FR", False), ("ja_JP", True), ("C", False)],
    indirect=["locale"],
)
def test_slashes_follow_the_form_of_dates_of_the_window(shelf: Library, locale: str, month_first: bool) -> None:
    anna = ["MÜLLER^Anna"]
    assert found(shelf, "5/4/1951") == (anna if month_first else [])
    assert found(shelf, "4/5/1951") == ([] if month_first else anna)
    assert (found(shelf, "4.5.1951"), found(shelf, "5.4.1951")) == (anna, [])


@pytest.mark.parametrize("translated", [False, True])
def test_each_line_of_a_row_and_its_preview_is_found(shelf: Library, qapp: QApplication, translated: bool) -> None:
    translator = Foreign(qapp)
    if translated:
        qapp.installTranslator(translator)
    row = next(row for row in shelf.studies() if row.patient_name == "MÜLLER^Anna")
    (person,) = persons_of([row])
    preview = preview_of(row, shelf.series("1.2.3"), [])
    (study,) = person.studies
    lines = [person.name, person.details, study.when, study.what, study.kind, preview.title, preview.person]
    lines += [*preview.facts[:3], preview.series[0].title.partition(" ")[2]]
    try:
        assert {line: found(shelf, line) for line in lines} == {line: ["MÜLLER^Anna"] for line in lines}
        assert ("Ultraschall" in lines) == translated
    finally:
        qapp.removeTranslator(translator)


def test_every_mark_has_its_words(qapp: QApplication) -> None:
    vocabulary = shelf_vocabulary()
    assert set(vocabulary.marks) == MARKS
    assert all(words.strip() for words in vocabulary.marks.values())


def test_the_terminal_finds_by_the_same_words(shelf: Library, capsys: pytest.CaptureFixture[str]) -> None:
    for typed in ("ultrasound 12 March 2019", "4.5.1951"):
        assert run(["--library", str(shelf.folder), "list", "--find", typed, "--json"]) == 0
        assert [one["patient_name"] for one in json.loads(capsys.readouterr().out)["studies"]] == ["MÜLLER^Anna"]
