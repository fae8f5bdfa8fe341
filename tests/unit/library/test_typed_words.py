"""What the shelf shows is found as people type it: dates in any usual form, kinds in words, whole lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from core.job import QuietJob
from library.index.queries import META
from library.schema.search import WORDS_KEY, WORDS_VERSION
from library.schema.tables import MIGRATIONS
from library.search.vocabulary import PLAIN, Vocabulary
from library.shelf import Library
from tests.unit.library.material import ANNA, BERTA, incoming, put

CARLA = "cccccccccccc"
GERMAN = Vocabulary(
    {"US": ("Ultraschall",), "CR": ("Röntgen",)},
    {"woman": "Frau", "born": "geboren", "noid": "keine ID", "hasid": "ID"},
    tuple(
        frozenset({name, name[:3]})
        for half in ("januar februar marz april mai juni", "juli august september oktober november dezember")
        for name in half.split()
    ),
    frozenset({"den"}),
)
ENGLISH = Vocabulary(
    {"US": ("Ultrasound",), "IVUS": ("Ultrasound",), "CR": ("X-ray",), "DX": ("X-ray", "radiograph")},
    {"woman": "woman", "man": "man", "born": "born", "noname": "No name on the disc", "nodate": "no date",
     "hasid": "ID", "noid": "no ID", "notborn": "birth date not given", "nokind": "Images"},
)  # fmt: skip


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Anna's ultrasound of 12 March 2019, Berta's X-ray of 4 December 2011, Carla of whom nothing else is known."""
    with Library.open(tmp_path_factory.mktemp("shelf") / "shelf") as library:
        run = library.begin_import("drive", "SONO_2019_4711", "/media/x")
        anna = {"patient_name": "MUELLER^Anna", "patient_birth_date": "19510504", "patient_id": "4711-23"}
        put(library, [incoming(library, b"1", study_date="20190312", study_time="102415", modality="US",
                               study_description="Schilddrüse", body_part_examined="NECK",
                               institution_name="St. Mary's Hospital", issuer_of_patient_id="MARY",
                               **anna)], run)  # fmt: skip
        berta = {"patient_name": "Born^Berta", "patient_birth_date": "19600312", "patient_sex": "M", "person": BERTA}
        put(library, [incoming(library, b"2", study_instance_uid="9.9", sop_instance_uid="9.1", modality="CR",
                               study_date="20111204", study_time=None, **berta)])  # fmt: skip
        carla = {"patient_name": None, "patient_birth_date": "", "patient_id": None, "patient_sex": None}
        put(library, [incoming(library, b"3", study_instance_uid="8.8", sop_instance_uid="8.1", modality=None,
                               study_date=None, study_time=None, person=CARLA, **carla)])  # fmt: skip
        yield library


def found(shelf: Library, typed: str, words: Vocabulary = ENGLISH) -> set[str]:
    return {study.person_key for study in shelf.studies(typed, words=words)}


@pytest.mark.parametrize(
    "typed",
    [
        *("12 March 2019", "12 Mar 2019", "March 12, 2019", "Mar 12th 2019", "12th of March 2019", "12-Mar-2019"),
        *("12.03.2019", "12.3.2019", "12/03/2019", "12-03-2019", "12 3 2019"),
        *("2019-03-12", "2019/03/12", "2019.03.12"),
        *(
            "20190312",
            "12032019",
            "120319",
            "12.3.19",
            "2019年3月12日",
            "2019년 3월 12일",
            "١٢/٣/٢٠١٩",
            "１２.３.２０１９",
        ),
        *("March 2019", "03/2019", "2019-03", "2019年3月", "12 March 20", "12.03.201", "March 201", "2019 March"),
        *(
            "4 May 1951",
            "04.05.1951",
            "4/5/1951",
            "1951-05-04",
            "51-05-04",
            "May 1951",
            "1951",
            "May 4",
            "4. May 1951",
            "4.5.",
        ),
        *("born 4 May 1951", "Anna 4 May 1951", "1951 ultrasound", "4 May 1951 12 March 2019 ultrasound"),
    ],
)
def test_a_date_is_found_in_every_usual_form(shelf: Library, typed: str) -> None:
    assert found(shelf, typed) == {ANNA}


AMERICAN = replace(ENGLISH, month_first=True)


@pytest.fixture
def mirrored(library: Library) -> Library:
    """Anna was born on 4 May 1951, Berta on 5 April 1951; scanned on 2 November and 11 February 2018."""
    anna = {"patient_birth_date": "19510504", "study_date": "20181102"}
    berta = {"patient_birth_date": "19510405", "study_date": "20180211", "person": BERTA}
    put(library, [incoming(library, b"1", **anna)])
    put(library, [incoming(library, b"2", study_instance_uid="9.9", sop_instance_uid="9.1", **berta)])
    return library


@pytest.mark.parametrize("words", [ENGLISH, AMERICAN, GERMAN])
@pytest.mark.parametrize(
    "typed, whose",
    [
        ("4.5.1951", ANNA),
        ("5.4.1951", BERTA),
        ("4.5.51", ANNA),
        ("04. 05. 1951", ANNA),
        ("4.5.", ANNA),
        ("2.11.18", ANNA),
    ],
)
def test_with_dots_the_day_comes_first_everywhere(mirrored: Library, words: Vocabulary, typed: str, whose: str) -> None:
    assert found(mirrored, typed, words) == {whose}


@pytest.mark.parametrize(
    "typed", ["4/5/1951", "04/05/1951", "4-5-1951", "4/5/51", "4 5 1951", "04051951", "040551", "4/5", "2/11/2018"]
)
def test_other_dates_in_numbers_are_read_as_the_window_writes_them(mirrored: Library, typed: str) -> None:
    assert found(mirrored, typed, ENGLISH) == {ANNA}
    assert found(mirrored, typed, AMERICAN) == {BERTA}


@pytest.mark.parametrize("words", [ENGLISH, AMERICAN])
@pytest.mark.parametrize(
    "typed", ["25/3/2019", "3/25/2019", "25.3.2019", "3.25.2019", "03252019", "2019-03-25", "3/25"]
)
def test_what_is_a_date_in_one_way_alone_is_read_that_way(library: Library, words: Vocabulary, typed: str) -> None:
    put(library, [incoming(library, b"1", study_date="20190325")])
    assert len(found(library, typed, words)) == 1


@pytest.mark.parametrize("words", [ENGLISH, AMERICAN])
@pytest.mark.parametrize("typed", ["1951-05-04", "1951/05/04", "1951.5.4", "19510504", "4 May 1951", "May 4, 1951"])
def test_with_the_year_first_or_the_month_in_words_there_is_one_way(
    mirrored: Library, words: Vocabulary, typed: str
) -> None:
    assert found(mirrored, typed, words) == {ANNA}


@pytest.mark.parametrize(
    "typed", ["12 März 2019", "12. Mär. 2019", "den 12. März 2019", "4. Mai 1951", "Mai", "März 2019"]
)
def test_months_have_the_names_of_the_persons_language(shelf: Library, typed: str) -> None:
    assert found(shelf, typed, GERMAN) == {ANNA}


@pytest.mark.parametrize(
    "typed",
    [
        *("4 March 2019", "12 May 1951", "4.5.2019", "5 May 1951", "31 February 2019", "March 1951", "13/13/2019"),
        *("Anna 4 December 2011", "2019-05", "12 March 2019 x-ray", "born 12 March 1951", "4 Decembre 2011"),
    ],
)
def test_parts_of_two_dates_are_not_put_together(shelf: Library, typed: str) -> None:
    assert found(shelf, typed) == set()


def test_a_month_alone_finds_studies_and_birthdays(shelf: Library) -> None:
    assert found(shelf, "March") == found(shelf, "Mar") == found(shelf, "12 March") == {ANNA, BERTA}
    assert found(shelf, "Dec") == {BERTA}


@pytest.mark.parametrize(
    "typed, whose",
    [
        *(("ultrasound", ANNA), ("Ultra", ANNA), ("sound", ANNA), ("us", ANNA), ("anna ultrasound", ANNA)),
        *(("x-ray", BERTA), ("X ray", BERTA), ("xray", BERTA), ("XR", BERTA), ("images", CARLA)),
        *(("schilddruse", ANNA), ("Schilddruese", ANNA), ("neck", ANNA), ("mary's", ANNA), ("SONO_2019", ANNA)),
        *(("müller", ANNA), ("Muller", ANNA), ("10:24", ANNA), ("10:2", ANNA), ("MARY 4711", ANNA)),
        ("Anna woman", ANNA),
        *(("No name on the disc", CARLA), ("no date", CARLA), ("birth date not given", CARLA), ("no ID", CARLA)),
        ("Anna MUELLER · born 4 May 1951 · woman · ID 4711-23 (MARY)", ANNA),
        ("\u2068Anna MUELLER\u2069, born 4 May 1951", ANNA),
    ],
)  # fmt: skip
def test_what_a_row_says_is_found(shelf: Library, typed: str, whose: str) -> None:
    assert found(shelf, typed) == {whose}


def test_kinds_are_found_in_the_persons_language(shelf: Library) -> None:
    assert found(shelf, "ultraschall", GERMAN) == found(shelf, "Frau Ultraschall geboren", GERMAN) == {ANNA}
    assert found(shelf, "röntgen", GERMAN) == found(shelf, "Roentgen", GERMAN) == {BERTA}
    assert found(shelf, "ultrasound", GERMAN) == set()


def test_a_name_comes_before_the_words_beside_the_names(shelf: Library) -> None:
    assert found(shelf, "born") == {BERTA}
    assert found(shelf, "born 4 May") == {ANNA}


@pytest.mark.parametrize("typed", ["d12", "m03", "n032019", "t1024", "hasid", "notborn", "m0312"])
def test_the_words_the_index_has_for_itself_are_no_words_of_the_shelf(shelf: Library, typed: str) -> None:
    assert found(shelf, typed) == set()


def test_series_and_instances_are_found_by_the_same_words(shelf: Library) -> None:
    assert [row.modality for row in shelf.series(find="12 March 2019", words=ENGLISH)] == ["US"]
    assert [row.person_key for row in shelf.instances(find="ultrasound", words=ENGLISH)] == [ANNA]


def test_a_disc_that_met_a_study_again_finds_it_too(library: Library) -> None:
    put(library, [incoming(library, b"1")])
    run = library.begin_import("drive", "Zweitkopie", "/media/y")
    assert put(library, [incoming(library, b"1")], run) == ["already"]
    assert len(library.studies("zweitkopie")) == 1
    assert library.verify(QuietJob()).problems == ()


def test_yesterdays_shelf_is_found_by_todays_words(library: Library) -> None:
    put(library, [incoming(library, b"1")])
    library.close()
    make_older(library.folder)
    with Library.open(library.folder) as again:
        assert len(again.studies("31 January 2024")) == len(again.studies("2 March 1949")) == 1
        assert again.verify(QuietJob()).problems == ()
        with again._index.reading() as connection:
            assert connection.execute(META, (WORDS_KEY,)).fetchone()[0] == WORDS_VERSION


def test_words_of_another_version_are_written_again(library: Library) -> None:
    put(library, [incoming(library, b"1")])
    library.close()
    with closing(sqlite3.connect(library.folder / "library.db")) as connection, connection:
        connection.execute("UPDATE study_search SET description = 'nothing'")
        connection.execute("UPDATE meta SET value = '1' WHERE key = ?", (WORDS_KEY,))
    with Library.open(library.folder) as again:
        assert len(again.studies("thorax")) == 1
        assert again.studies("nothing") == []


def make_older(folder: Path) -> None:
    """Give a shelf the search table, and the words, of the program before."""
    was = next(statement for statement in MIGRATIONS[0] if "study_search" in statement)
    with closing(sqlite3.connect(folder / "library.db")) as connection, connection:
        connection.execute("DROP TABLE study_search")
        connection.execute(was)
        connection.execute("INSERT INTO study_search (rowid, patient_name) SELECT id, 'muller anna' FROM study")
        connection.execute("DELETE FROM meta WHERE key = ?", (WORDS_KEY,))
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) - 1}")


def test_plain_words_know_english_months() -> None:
    assert [len(names) for names in PLAIN.months] == [1] * 12
