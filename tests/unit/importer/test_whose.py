"""Whether a record of a table of contents names somebody else than the file it lists."""

from __future__ import annotations

import pytest

from dicom.people.same_person import Identity
from importer.listing_rows import Listings, OtherName, SeriesListing
from importer.people.whose import names_another, of_persons


def person(name: str | None, number: str | None = None, born: str | None = None) -> Identity:
    return Identity(name, born, number)


@pytest.mark.parametrize(
    "listed, found, another",
    [
        (person("DOE^JANE", "P1"), person("ROE^RICHARD", "X9", "19550505"), True),
        (person("DOE^JANE"), person("ROE^RICHARD"), True),
        (person("DOE^JANE", "1"), person("ROE^RICHARD", "1"), True),  # a number from a template
        (person("DOE^JANE", "P1"), person("DOE^JANE", "P77"), True),
        (person("DOE^JANE", "P1", "19700101"), person("DOE^JANE", "P77", "19700101"), False),
        (person("DOE^JANE", "P1"), person("SMITH^JANE", "P1", "19700101"), False),  # married
        (person("DOE^JANE", "P1", "19700101"), person("SMITH^JANE", "P77", "19700101"), False),  # and given a number
        (person("DOE^JANE", "P1", "19700101"), person("SMITH^JANE", "P77", "19700102"), True),
        (person("DOE^JANE", "P1", "19700101"), person("SMITH^JANE", "P77"), True),
        (person("DOE^JANE", "P1"), person("SMITH^JANE", "P77"), True),
        (person("DOE^JANE", "P1"), person("SMITH^JANE", "P77", "19700101"), True),
        (person("DOE^JANE", "P1"), person("SMITH^JANE"), False),
        (person("DOE^JANE"), person("SMITH^JANE", "P1"), False),
        (person("DOE^JANE", "P1", "19700101"), person("DOE^JANE", "P1", "19421231"), False),
        (person("", "P1"), person("DOE^JANE", "P1"), False),
        (person(None, None), person("DOE^JANE", "P1"), False),
        (person("", "P1"), person("DOE^JANE", "P2"), True),
        (person("DOE^JANE", "P1"), person("", "P1"), False),
        (person("", "P1", "19700101"), person("DOE^JANE", "P2", "19700101"), True),
        (person("DOE^JANE"), person(None, "P1"), False),
        (person("M?LLER^J?RGEN"), person("MÜLLER^JÜRGEN", "7"), False),
        (person("MUELLER^JUERGEN"), person("MÜLLER^JÜRGEN"), False),
        (person("SCHWARZENBERGER-HOF"), person("SCHWARZENBERGER-HOFMANN^EVA"), False),
        (person("DOE^ANNA"), person("LEE^ANNABEL"), False),
        (person("DOE^ANN"), person("LEE^ANNABEL"), True),
        (person("DOE^BELL"), person("LEE^ANNABELL"), False),
        (person("IVANOV^IVAN", "77"), person("ИВАНОВ^ИВАН", "77"), False),
        (person("IVANOV^IVAN"), person("ИВАНОВ^ИВАН", "77"), False),
        (person("ИВАНОВ^ИВАН"), person("IVANOV^IVAN", "77"), False),
        (person("IVANOV^IVAN", "78"), person("ИВАНОВ^ИВАН", "77"), True),
        (person("ПЕТРОВ^ПЁТР"), person("ИВАНОВ^ИВАН"), True),
        (person("Yamada^Tarou=山田^太郎"), person("山田^太郎"), False),
    ],
)
def test_another_person_is_one_whom_something_speaks_against(listed: Identity, found: Identity, another: bool) -> None:
    assert names_another(listed, found) is another


def test_nothing_is_said_of_who_a_person_is_that_was_not_chosen() -> None:
    jane, richard = person("DOE^JANE", "P1"), person("ROE^RICHARD", "X9")
    hers = SeriesListing("1.2", 1, "CT", None, 3, 2, (), jane)
    his = SeriesListing("1.3", 1, "CT", None, 3, 2, (), richard)
    said = of_persons(Listings((hers, his), (OtherName(richard, jane, 2),)), [jane], everyone=False)
    assert said.series == (hers,)
    assert said.other_names == (OtherName(Identity(), jane, 2),)
    turned = of_persons(Listings((), (OtherName(jane, richard, 2), OtherName(jane, None, 1))), [jane], everyone=False)
    assert turned == Listings((), (OtherName(jane, Identity(), 2), OtherName(jane, None, 1)), 2)
    anna = person("SAMPLE^ANNA", "A1")
    assert of_persons(Listings((hers, his), ()), [anna, jane], everyone=False).series == (hers,)
    assert of_persons(Listings((his,), ()), [jane], everyone=True) == Listings((his,), ())
    assert of_persons(Listings((his,), (OtherName(richard, None, 1),)), [jane], everyone=False) == Listings()
