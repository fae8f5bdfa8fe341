"""Studies are found by what people type."""

from __future__ import annotations

import pytest

from core.job import QuietJob
from library.search.finding import match_expressions
from library.search.vocabulary import PLAIN
from library.search.words import fold
from library.shelf import Library
from tests.unit.library.material import ANNA, BERTA, incoming, put


@pytest.fixture
def shelf(library: Library) -> Library:
    put(library, [incoming(library, b"1", institution_name="Clinic North", body_part_examined="CHEST")])
    put(
        library,
        [
            incoming(
                library,
                b"2",
                person=BERTA,
                patient_name="Yamada^Tarou=山田^太郎=やまだ^たろう",
                patient_id="X-99",
                accession_number=None,
                study_instance_uid="9.9",
                series_instance_uid="9.9.1",
                study_date="19991231",
                modality="MR",
                study_description="Knie rechts",
            )
        ],
    )
    return library


@pytest.mark.parametrize(
    "name, typed",
    [("김^희중", "김희중"), ("O'Brien^Sean", "obrien"), ("O'Brien^Sean", "O’Brien"), ("やまだ^たろう", "やまだたろう")],
)
def test_a_name_is_found_written_together(library: Library, name: str, typed: str) -> None:
    put(library, [incoming(library, b"3", patient_name=name)])
    assert len(library.studies(typed)) == 1


@pytest.mark.parametrize("typed", ["*", "-", "🙂", "^^^", chr(34)])
def test_text_without_a_letter_finds_nothing(shelf: Library, typed: str) -> None:
    assert shelf.studies(typed) == []


@pytest.mark.parametrize(
    "typed",
    [
        "müller",
        "Muller",
        "MUELLER",
        "mül",
        "anna mull",
        "zoe",
        "pid42",
        "acc-7781",
        "ACC",
        "7781",
        "20240131",
        "2024-01-31",
        "31.01.2024",
        "31.1.2024",
        "2024-01",
        "2024",
        "ct",
        "thorax",
        "lung 1.0 thorax",
        "north",
        "chest",
        "muller ct 2024",
    ],
)
def test_what_is_typed_finds_anna(shelf: Library, typed: str) -> None:
    assert [study.person_key for study in shelf.studies(find=typed)] == [ANNA]


@pytest.mark.parametrize("typed", ["yamada", "太郎", "山田", "郎", "やまだ", "x-99", "31.12.1999", "knie", "MR"])
def test_what_is_typed_finds_berta(shelf: Library, typed: str) -> None:
    assert [study.person_key for study in shelf.studies(find=typed)] == [BERTA]


@pytest.mark.parametrize("typed", ["nobody", "anna knie", 'anna" OR "knie', "üller", "patient_name:anna x"])
def test_what_does_not_fit_finds_nothing(shelf: Library, typed: str) -> None:
    assert shelf.studies(find=typed) == []


@pytest.mark.parametrize("typed", ["", "   "])
def test_no_words_find_everything(shelf: Library, typed: str) -> None:
    assert len(shelf.studies(find=typed)) == 2


def test_series_and_instances_are_found_with_their_study(shelf: Library) -> None:
    assert [row.modality for row in shelf.series(find="knie")] == ["MR"]
    assert [row.study_instance_uid for row in shelf.instances(find="knie")] == ["9.9"]
    assert len(shelf.series()) == len(shelf.instances()) == 2


def test_pages_of_studies_follow_each_other(shelf: Library) -> None:
    assert [row.study_date for row in shelf.studies()] == ["20240131", "19991231"]
    assert [row.study_date for row in shelf.studies(limit=1, offset=1)] == ["19991231"]


@pytest.mark.parametrize("text", ["Ångström", "ÅNGSTRÖM", "angstro\u0308m"])
def test_case_and_accents_do_not_matter(text: str) -> None:
    assert fold(text) == "angstrom"


def test_typed_text_is_never_an_expression() -> None:
    for expression in match_expressions('a" OR b* NOT (c) NEAR {patient_name} : ^d', PLAIN):
        assert [part.count('"') % 2 for part in expression.split(" AND ")] == [0] * 8
        assert "NEAR" not in expression


def test_all_studies_of_a_person_are_found_by_a_name_that_is_known_for_certain_later(library: Library) -> None:
    guess = {"patient_name": "Èâàíîâ^Ïåòð", "doubtful": (("patient_name", "Èâàíîâ^Ïåòð"),)}
    put(library, [incoming(library, b"1", **guess)])
    put(
        library, [incoming(library, b"2", patient_name="Иванов^Петр", study_instance_uid="9.9", sop_instance_uid="9.1")]
    )
    assert {row.study_instance_uid for row in library.studies("Иванов")} == {"1.2.3", "9.9"}
    assert library.studies("Èâàíîâ") == []
    assert library.verify(QuietJob()).problems == ()


def test_all_studies_of_a_person_are_found_by_what_only_a_later_file_says(library: Library) -> None:
    put(library, [incoming(library, b"1", patient_name=None, patient_id=None)])
    put(library, [incoming(library, b"2", study_instance_uid="9.9", sop_instance_uid="9.1")])
    for typed in ("Müller", "PID42"):
        assert {row.study_instance_uid for row in library.studies(typed)} == {"1.2.3", "9.9"}
    assert library.verify(QuietJob()).problems == ()
