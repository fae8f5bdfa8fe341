"""Who is one person and who is not, by what a medium says of them: no medium needed, each rule a line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dicom.model import Header, Instance, Patient, Series, Study
from importer.people.hidden_names import hiding, telling_words, tells
from importer.people.who_is_here import join_spellings, joined_keys, questions_of, says_who, shared_studies

WHOLE: dict[str, Any] = {
    "patient_name": "SAMPLE^ANNA",
    "patient_birth_date": "19510504",
    "patient_id": "P-1",
    "issuer_of_patient_id": None,
    "patient_sex": "F",
}


def instances(count: int, path: str = "IM", study: str | None = "1.2", **said: Any) -> list[Instance]:
    header = Header(study_instance_uid=study, **{**WHOLE, **said})
    return [Instance(f"{path}{number}", 10, header) for number in range(count)]


def person(key: str, *, images: int = 1, studies: tuple[str | None, ...] = ("1.2",), **said: Any) -> Patient:
    read = {name: value for name, value in said.items() if name != "doubtful_name"}
    held = [
        Study(uid, None, None, None, None, [Series("1.3", "CT", 1, None, instances(images, key, uid, **read))])
        for uid in studies
    ]
    return Patient(key, studies=held, **{"doubtful_name": None, **WHOLE, **said})


def groups(*patients: Patient) -> list[tuple[str, ...]]:
    return [tuple(one.key for one in question.persons) for question in questions_of(patients)]


@pytest.mark.parametrize(
    "less",
    [
        {"patient_birth_date": None},
        {"patient_id": None},
        {"patient_id": None, "patient_birth_date": None},
        {"patient_name": None},
        {"patient_name": None, "patient_id": None, "patient_birth_date": None},
        {"issuer_of_patient_id": "H"},
        {"patient_name": "SAMPLE^ANNA MARIA"},
        {
            "patient_name": "SAMPEL^ANNA",
            "doubtful_name": "SAMP\xc4L^ANNA",
        },  # guessed: no contradiction, the number says it
    ],
)
def test_who_only_leaves_something_out_in_one_study_is_asked_about(less: dict[str, Any]) -> None:
    assert groups(person("a"), person("b", **less)) == [("a", "b")]
    assert groups(person("b", **less), person("a", images=5)) == [("a", "b")]


@pytest.mark.parametrize(
    "otherwise",
    [
        {"patient_birth_date": "19510505"},
        {"patient_id": "P-2"},
        {"patient_sex": "M"},
        {"patient_name": "OTHER^EVA"},
        {"patient_name": "SAMPLE^BERTA"},
        {"patient_name": "OTHER^EVA", "patient_birth_date": None, "patient_id": None},
        {"patient_name": None, "patient_id": None},  # the birth date alone: it has no name and no number
        {"patient_name": "SAMPEL^ANNA", "doubtful_name": "SAMP\xc4L^ANNA", "patient_id": None},
        {"patient_name": "SAMPLE^ANNA", "doubtful_name": "SAMP\xc4L^ANNA", "patient_id": None},
    ],
)
def test_whom_something_speaks_against_or_nothing_for_stays_apart(otherwise: dict[str, Any]) -> None:
    assert groups(person("a"), person("b", **otherwise)) == [("a",), ("b",)]


def test_a_guessed_name_is_no_name_whoever_bears_it() -> None:
    guessed = {"doubtful_name": "SAMP\xc4LE^ANNA"}
    assert groups(person("a", images=5, **guessed), person("b", patient_id=None)) == [("a",), ("b",)]
    assert groups(person("a", images=5, **guessed), person("b", patient_birth_date=None)) == [("a", "b")]


def test_two_without_a_number_have_no_number_in_common() -> None:
    first, second = person("a", patient_id=None), person("b", patient_id=None, patient_name=None)
    assert groups(first, second) == [("a",), ("b",)]


def test_the_number_of_one_is_no_number_of_the_other() -> None:
    assert groups(person("a", images=5, patient_id=None), person("b", patient_name=None)) == [("a",), ("b",)]


def test_persons_are_asked_about_in_the_order_they_came() -> None:
    assert groups(person("b", patient_id=None, studies=("1.8",)), person("a")) == [("b",), ("a",)]


def test_what_is_empty_says_no_more_than_what_is_not_there() -> None:
    first, second = person("a", patient_name=None), person("b", patient_name="", patient_birth_date=None)
    [question] = questions_of([first, second])
    assert question.differs(second) == ("patient_birth_date",)


def test_two_issuers_of_one_number_are_two_persons() -> None:
    first, second = person("a", issuer_of_patient_id="H"), person("b", issuer_of_patient_id="K")
    assert groups(first, second) == [("a",), ("b",)]


def test_nobody_is_joined_over_two_studies_or_over_studies_without_a_number() -> None:
    less = {"patient_birth_date": None}
    assert groups(person("a", studies=("1.2",)), person("b", studies=("1.9",), **less)) == [("a",), ("b",)]
    assert groups(person("a", studies=(None,)), person("b", studies=(None,), **less)) == [("a",), ("b",)]
    assert groups(person("a", studies=("1.2", "1.9")), person("b", studies=("1.9",), **less)) == [("a", "b")]


def test_a_variant_must_fit_each_one_of_its_group() -> None:
    bare = {"patient_name": None, "patient_id": None, "patient_birth_date": None}
    first = person("a", images=9)
    elsewhere = person("b", studies=("1.2", "1.8"), patient_birth_date=None)
    third = person("c", studies=("1.8",), **bare)  # in a study with b alone
    assert groups(first, elsewhere, third) == [("a", "b"), ("c",)]


def test_the_one_who_says_most_and_then_has_most_images_stands_for_the_others() -> None:
    less = {"patient_birth_date": None}
    assert groups(person("a", images=9, **less), person("b", images=1)) == [("b", "a")]
    twice = {"issuer_of_patient_id": "H"}
    assert groups(person("a", images=1), person("b", images=2, **twice)) == [("b", "a")]
    assert groups(person("b", images=2), person("a", images=2, **twice)) == [("a", "b")]


def test_of_a_hundred_persons_in_one_study_some_are_asked_about_of_more_nobody_is() -> None:
    many = [person(f"{number:03}", patient_id=f"N{number}", patient_name=f"N{number}^X") for number in range(98)]
    pair = [person("x"), person("y", patient_birth_date=None)]
    assert ("x", "y") in groups(*many, *pair)
    one_more = person("z", patient_id="Z", patient_name="Z^X")
    assert len(groups(*many, *pair, one_more)) == 101


def test_those_of_one_question_are_kept_as_one_where_they_were_chosen() -> None:
    everybody = [person("a"), person("b", patient_birth_date=None), person("c", patient_id="P-2")]
    assert joined_keys(everybody, ["a", "b", "c"]) == {"a": "a", "b": "a", "c": "c"}
    assert joined_keys(everybody, ["b", "c"]) == {"b": "b", "c": "c"}
    assert joined_keys(everybody, ["a"]) == {"a": "a"}
    three = [person("a"), person("b", patient_birth_date=None), person("d", patient_id=None)]
    assert joined_keys(three, ["d", "b", "a"]) == {"a": "a", "b": "a", "d": "a"}
    assert joined_keys(three, ["b", "d"]) == {"b": "b", "d": "b"}


def test_a_study_number_that_stands_with_two_persons_is_named_and_one_of_variants_is_not() -> None:
    one, variant, other = person("a"), person("b", patient_birth_date=None), person("c", patient_id="P-2")
    assert shared_studies([one, variant]) == {}
    shared = shared_studies([one, variant, other])
    assert {uid: [holder.key for holder in holders] for uid, holders in shared.items()} == {"1.2": ["a", "c"]}
    assert shared_studies([one, replace(other, studies=[])]) == {}


def test_whoever_bears_a_name_a_date_or_a_number_is_somebody() -> None:
    nothing = dict.fromkeys(WHOLE)
    assert not says_who(person("a", **nothing))
    for name in ("patient_name", "patient_birth_date", "patient_id"):
        assert says_who(person("a", **{**nothing, name: WHOLE[name]}))
    assert not says_who(person("a", **{**nothing, "patient_birth_date": "00000000", "patient_sex": "F"}))


def joined(*by_person: list[Instance]) -> dict[str, list[str]]:
    told = {f"k{number}": members for number, members in enumerate(by_person)}
    return {key: [one.path for one in members] for key, members in join_spellings(told).items()}


def test_spellings_of_one_name_are_joined_under_the_key_with_most_images() -> None:
    few, many = instances(1, "B"), instances(2, "A", patient_name="Sample^Anna Maria")
    assert joined(few, many) == {"k1": ["A0", "A1", "B0"]}
    assert joined(many, few) == {"k0": ["A0", "A1", "B0"]}
    third = instances(1, "C", patient_name="Anna Sample")
    assert joined(few, third, many) == {"k2": ["A0", "A1", "B0", "C0"]}


def test_as_many_images_leave_it_to_the_places_which_spelling_stays() -> None:
    assert joined(instances(1, "B"), instances(1, "A", patient_name="Sample^Anna Maria")) == {"k1": ["A0", "B0"]}


@pytest.mark.parametrize(
    "otherwise",
    [
        {"study": "1.9"},
        {"study": None},
        {"patient_birth_date": "19510505"},
        {"patient_birth_date": None},
        {"patient_id": "P-2"},
        {"patient_id": None},
        {"issuer_of_patient_id": "H"},
        {"patient_name": "OTHER^EVA"},
        {"patient_name": "SAMPLE^BERTA"},
        {"patient_name": None},
        {"patient_sex": "M"},
        {"doubtful": (("patient_name", "SAMP\xc4LE^ANNA"),)},
    ],
)
def test_only_another_spelling_is_joined_unasked(otherwise: dict[str, Any]) -> None:
    assert joined(instances(2, "A"), instances(1, "B", **otherwise)) == {"k0": ["A0", "A1"], "k1": ["B0"]}


def test_two_studies_without_a_number_are_not_one_study() -> None:
    other = instances(1, "B", None, patient_name="Sample^Anna Maria")
    assert joined(instances(2, "A", None), other) == {"k0": ["A0", "A1"], "k1": ["B0"]}


def test_words_of_who_stays_behind_are_told_by_name_number_and_date() -> None:
    left = person("a", patient_name="van den Berg^Jo^Li", patient_id="12345", patient_birth_date="19280303")
    words = telling_words([left], [])
    for text in ("Berg", "IMAGES/berg_scans", "x12345x", "19280303.dcm", "BERGMANN"):
        assert tells(text, words), text
    for text in ("Jo", "Li", "IM1", "20280303", ""):
        assert not tells(text, words), text
    assert not tells("Berg", frozenset())


@pytest.mark.parametrize("number, is_told", [("1234", True), ("123", False)])
def test_a_number_of_four_signs_tells(number: str, is_told: bool) -> None:
    nameless = {"patient_name": None, "patient_birth_date": None}
    assert tells(f"scan {number}", telling_words([person("a", patient_id=number, **nameless)], [])) is is_told


def test_words_that_a_chosen_person_bears_too_are_no_secret() -> None:
    chosen, left = person("a", patient_name="BERG^ANNA"), person("b", patient_name="BERG^PETER", patient_id="P-77777")
    words = telling_words([left], [chosen])
    assert not tells("BERG", words)
    assert not tells("19510504", words)  # both were born on that day
    assert tells("PETER", words)


def test_short_words_tell_as_the_beginning_of_a_word_and_longer_ones_anywhere() -> None:
    words = telling_words([person("a", patient_name="LEE^X", patient_id=None, patient_birth_date=None)], [])
    assert tells("Lee's", words)
    assert not tells("sleep", words)
    longer = telling_words([person("a", patient_name="LEES^X", patient_id=None, patient_birth_date=None)], [])
    assert tells("sleeson", longer)


def test_an_umlaut_tells_however_it_is_written() -> None:
    for written in ("Müller^Jörg", "MUELLER^JOERG"):
        words = telling_words([person("a", patient_name=written, patient_id=None, patient_birth_date=None)], [])
        for text in ("Müller", "MUELLER", "scans of joerg", "Jörg.dcm"):
            assert tells(text, words), (written, text)
    words = telling_words([person("a", patient_name="Müller^Jörg", patient_id=None, patient_birth_date=None)], [])
    assert tells("MULLER", words)
    words = telling_words([person("a", patient_name="MULLER^JORG", patient_id=None, patient_birth_date=None)], [])
    assert tells("Müller", words)


def test_names_of_one_sign_in_other_scripts_tell() -> None:
    words = telling_words([person("a", patient_name="李^明", patient_id=None, patient_birth_date=None)], [])
    assert tells("李", words)


def test_each_part_of_a_path_that_tells_is_written_as_a_number_of_its_own() -> None:
    hide = hiding(telling_words([person("a", patient_name="BERG^PETER")], []))
    assert hide("DISC/BERG/PETER/IM1") == "DISC/…1/…2/IM1"
    assert hide("OTHER/BERG/IM2") == "OTHER/…1/IM2"
    assert hiding(frozenset())("DISC/BERG") == "DISC/BERG"
