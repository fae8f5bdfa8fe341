"""Whose is it: this table is the definition of same, perhaps and other."""

from __future__ import annotations

import hashlib

import pytest

from dicom.model import Header
from dicom.people.names import display_name, normalised_name
from dicom.people.same_person import Identity, Verdict, compare, identity_of, person_key, resemble

Row = tuple[str, Identity, Identity, Verdict]


def who(
    name: str | None = None,
    born: str | None = None,
    patient_id: str | None = None,
    issuer: str | None = None,
    sex: str | None = None,
) -> Identity:
    return Identity(name, born, patient_id, issuer, sex)


MAY, LEAP, NEW = "19510504", "19800229", "20240101"
A7 = ("7", "A")
ANNA = who("MUELLER^ANNA", MAY)
ANNA_A7 = who("MUELLER^ANNA", MAY, *A7)

TABLE: list[Row] = [
    # names and dates
    ("equal", ANNA, ANNA, "same"),
    ("other case", ANNA, who("Mueller^Anna", MAY), "same"),
    ("umlaut as two letters", ANNA, who("Müller^Anna", MAY), "same"),
    ("umlaut without dots", who("Muller^Anna", MAY), who("Müller^Anna", MAY), "same"),
    ("accents", who("Lefèvre^Zoé", "19700101"), who("LEFEVRE^ZOE", "19700101"), "same"),
    ("Nordic letters", who("Sørensen^Åse", "19620930"), who("SOERENSEN^AASE", "19620930"), "same"),
    ("Polish letters", who("Wałęsa^Łucja", "19620930"), who("WALESA^LUCJA", "19620930"), "same"),
    ("sharp s", who("Groß^Uwe", "19620930"), who("GROSS^UWE", "19620930"), "same"),
    ("family and given exchanged", ANNA, who("ANNA^MUELLER", MAY), "same"),
    ("name in one piece", ANNA, who("Anna Mueller", MAY), "same"),
    ("comma instead of caret", ANNA, who("Mueller, Anna", MAY), "same"),
    ("title and suffix", ANNA, who("MUELLER^ANNA^^Dr.^MD", MAY), "same"),
    ("apostrophe", who("O'Brien^Sean", MAY), who("OBRIEN^SEAN", MAY), "same"),
    ("hyphen or blank", who("Mueller-Schmidt^Anna", MAY), who("MUELLER SCHMIDT^ANNA", MAY), "same"),
    ("particle", who("van der Berg^Jan", MAY), who("VANDERBERG^JAN", MAY), "same"),
    ("second given name left out", who("Mueller^Anna Maria", MAY), ANNA, "same"),
    ("second given name as middle name", who("Mueller^Anna^Maria", MAY), ANNA, "same"),
    ("second given name as initial", who("Mueller^Anna^M", MAY), who("Mueller^Anna^Maria", MAY), "same"),
    ("born as", who("Mueller geb. Schmidt^Anna", MAY), ANNA, "same"),
    ("née", who("Mueller (née Schmidt)^Anna", MAY), ANNA, "same"),
    ("date with dots", ANNA, who("MUELLER^ANNA", "1951.05.04"), "same"),
    (
        "other IDs of other hospitals",
        who("MUELLER^ANNA", MAY, "1", "A"),
        who("MUELLER^ANNA", MAY, "2", "B"),
        "same",
    ),
    # groups
    ("same ideographs, no letters", who("Yamada^Tarou=山田^太郎", LEAP), who("=山田^太郎", LEAP), "same"),
    ("ideographs in the first group", who("山田^太郎", LEAP), who("Yamada^Tarou=山田^太郎", LEAP), "same"),
    ("letters only on one side", who("Yamada^Tarou=山田^太郎", LEAP), who("YAMADA^TAROU", LEAP), "same"),
    (
        "one sound, other ideographs",
        who("Yamada^Tarou=山田^太郎", LEAP),
        who("Yamada^Tarou=山多^太朗", LEAP),
        "perhaps",
    ),
    ("full width letters", who("Ｙａｍａｄａ^Ｔａｒｏｕ", LEAP), who("YAMADA^TAROU", LEAP), "same"),
    ("half width kana", who("ﾔﾏﾀﾞ^ﾀﾛｳ", LEAP), who("ヤマダ^タロウ", LEAP), "same"),
    ("other kana", who("ハハ^タロウ", LEAP), who("ババ^タロウ", LEAP), "perhaps"),
    ("Korean", who("Hong^Gildong=洪^吉洞=홍^길동", LEAP), who("홍^길동", LEAP), "same"),
    ("Cyrillic", who("Люкceмбypг^Анна", LEAP), who("ЛЮКCEМБYPГ^АННА", LEAP), "same"),
    # wrong and missing dates
    ("day and month exchanged", ANNA, who("MUELLER^ANNA", "19510405"), "perhaps"),
    ("one digit other", ANNA, who("MUELLER^ANNA", "19510514"), "perhaps"),
    ("two digits exchanged", ANNA, who("MUELLER^ANNA", "19150504"), "perhaps"),
    ("quite another date", ANNA, who("MUELLER^ANNA", "19870618"), "perhaps"),
    ("no date", ANNA, who("MUELLER^ANNA"), "perhaps"),
    ("a date that means none", ANNA, who("MUELLER^ANNA", "19000101"), "perhaps"),
    ("no date at all", who("MUELLER^ANNA"), who("MUELLER^ANNA"), "perhaps"),
    ("date that is none", ANNA, who("MUELLER^ANNA", "05041951"), "perhaps"),
    ("no name shared, one digit other", ANNA, who("SCHMIDT^PETER", "19510505"), "perhaps"),
    ("no name shared, day and month exchanged", ANNA, who("SCHMIDT^PETER", "19510405"), "perhaps"),
    ("no name shared, no date", ANNA, who("SCHMIDT^PETER"), "perhaps"),
    # names that differ
    ("married", ANNA, who("SCHMIDT^ANNA", MAY), "perhaps"),
    ("double name after marriage", ANNA, who("Mueller-Schmidt^Anna", MAY), "perhaps"),
    ("twins", ANNA, who("MUELLER^MARIA", MAY), "perhaps"),
    ("twins with two names", who("Mueller^Anna Maria", MAY), who("Mueller^Anna Luise", MAY), "perhaps"),
    ("initial only", ANNA, who("MUELLER^A", MAY), "perhaps"),
    ("family name only", ANNA, who("MUELLER", MAY), "perhaps"),
    ("one family name, no given one, twice", who("MUELLER", MAY), who("MUELLER", MAY), "perhaps"),
    ("nothing shared but the date", ANNA, who("SCHMIDT^PETER", MAY), "perhaps"),
    ("typing error", ANNA, who("MUELER^ANNA", MAY), "perhaps"),
    # empty names and newborns
    ("no names", who(None, MAY), who(None, MAY), "perhaps"),
    ("no name on one side", ANNA, who(None, MAY), "perhaps"),
    ("no name, quite another date", ANNA, who(None, "19870618"), "perhaps"),
    ("carets only", ANNA, who("^^^^", MAY), "perhaps"),
    ("anonymised twice", who("ANONYMOUS", MAY), who("ANONYMOUS", MAY), "perhaps"),
    ("anonymised, quite another date", who("Anonymized^", MAY), ANNA, "perhaps"),
    ("nothing", who(), who(), "perhaps"),
    ("newborn", who("MUELLER^BABY BOY", NEW), who("MUELLER^LEON", NEW), "perhaps"),
    ("newborn twice", who("MUELLER^BABY BOY", NEW), who("MUELLER^BABY BOY", NEW), "perhaps"),
    (
        "newborn before the name",
        who("BABY OF MUELLER^ANNA", NEW),
        who("BABY OF MUELLER^ANNA", NEW),
        "perhaps",
    ),
    (
        "newborn with one ID",
        who("MUELLER^BABY", NEW, *A7),
        who("MUELLER^BABY", NEW, *A7),
        "same",
    ),
    (
        "newborn, then named, one ID",
        who("MUELLER^BABY", NEW, *A7),
        who("MUELLER^LEON", NEW, *A7),
        "perhaps",
    ),
    ("family name that sounds like one", who("JUNGE^ANNA", MAY), who("Junge^Anna", MAY), "same"),
    # IDs
    ("ID and issuer, nothing else", who(None, None, *A7), who(None, None, *A7), "same"),
    ("ID and issuer, name on one side", who("MUELLER^ANNA", None, *A7), who(None, None, *A7), "same"),
    ("ID without issuer, nothing else", who(None, None, "7"), who(None, None, "7"), "perhaps"),
    ("ID without issuer, name, no date", who("MUELLER^ANNA", None, "7"), who("MUELLER^ANNA", None, "7"), "same"),
    ("ID and issuer, other name", who("MUELLER^ANNA", None, *A7), who("SCHMIDT^PETER", None, *A7), "perhaps"),
    (
        "ID and issuer, married",
        ANNA_A7,
        who("SCHMIDT^ANNA", MAY, *A7),
        "perhaps",
    ),
    (
        "ID and issuer, date one digit other",
        ANNA_A7,
        who("MUELLER^ANNA", "19510514", *A7),
        "perhaps",
    ),
    (
        "ID and issuer, quite another person",
        ANNA_A7,
        who("SCHMIDT^PETER", "19870618", *A7),
        "other",
    ),
    (
        "two IDs of one issuer",
        ANNA_A7,
        who("MUELLER^ANNA", MAY, "8", "A"),
        "perhaps",
    ),
    ("other sex", who("MUELLER^KIM", MAY, sex="F"), who("MUELLER^KIM", MAY, sex="M"), "perhaps"),
    # others
    ("quite other", ANNA, who("SCHMIDT^PETER", "19870618"), "other"),
    ("one given name shared", ANNA, who("SCHMIDT^ANNA", "19870618"), "perhaps"),
    ("one family name shared", ANNA, who("MUELLER^PETER", "19870618"), "perhaps"),
    ("other script, other date", ANNA, who("山田^太郎", LEAP), "other"),
]


@pytest.mark.parametrize("first,second,verdict", [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_table_holds_in_both_directions(first: Identity, second: Identity, verdict: Verdict) -> None:
    assert compare(first, second) == verdict
    assert compare(second, first) == verdict


def test_the_key_is_the_documented_hash() -> None:
    header = Header(
        patient_name="Müller^Anna^^Dr.", patient_birth_date="19510504", patient_id=" 7 ", issuer_of_patient_id="A"
    )
    assert person_key(header) == hashlib.sha256(b"muller^anna\n19510504\n7\nA").hexdigest()[:12]


def test_nobody_has_a_key_too() -> None:
    assert person_key(Header()) == hashlib.sha256(b"\n\n\n").hexdigest()[:12]


def test_the_key_forgets_case_and_title_but_not_date_id_and_issuer() -> None:
    one = who("MUELLER^ANNA", "19510504", "7", "A")
    assert person_key(one) == person_key(who("Mueller^Anna^^Dr.", "19510504", "7", "A"))
    others = [
        who("MUELLER^MARIA", "19510504", "7", "A"),
        who("MUELLER^ANNA", "19510505", "7", "A"),
        who("MUELLER^ANNA", "19510504", "8", "A"),
        who("MUELLER^ANNA", "19510504", "7", "B"),
        who("MUELLER^ANNA", "19510504", "7"),
    ]
    assert len({person_key(identity) for identity in [one, *others]}) == 6


def test_a_key_of_a_name_nobody_can_encode_is_made_all_the_same() -> None:
    assert len(person_key(who("M\udcfcller^Anna"))) == 12


def test_an_identity_is_taken_from_a_header() -> None:
    header = Header(patient_name="A^B", patient_birth_date="19510504", patient_id="7", patient_sex="F")
    assert identity_of(header) == who("A^B", "19510504", "7", None, "F")


@pytest.mark.parametrize(
    "name,normal",
    [
        ("MUELLER^ANNA", "mueller^anna"),
        ("Müller-Lüdenscheidt^Anna Maria^K.", "muller ludenscheidt^anna maria^k"),
        ("=山田^太郎=やまだ^たろう", "山田^太郎"),
        ("^Anna", "^anna"),
        ("^^^^", ""),
        (None, ""),
    ],
)
def test_names_are_normalised(name: str | None, normal: str) -> None:
    assert normalised_name(name) == normal


@pytest.mark.parametrize(
    "name,shown",
    [
        ("MUELLER^ANNA", "Anna MUELLER"),
        ("Müller^Anna", "Anna MÜLLER"),
        ("MUELLER^ANNA-MARIA", "Anna-Maria MUELLER"),
        ("Adams^John Robert Quincy^^Rev.^B.A. M.Div.", "Rev. John Robert Quincy ADAMS, B.A. M.Div."),
        ("Groß^Uwe", "Uwe GROẞ"),
        ("Yamada^Tarou=山田^太郎=やまだ^たろう", "Tarou YAMADA (山田 太郎)"),
        ("=山田^太郎=やまだ^たろう", "山田 太郎 (やまだ たろう)"),
        ("山田^太郎", "山田 太郎"),
        ("홍^길동", "홍 길동"),
        ("Люксембург^Анна", "Анна ЛЮКСЕМБУРГ"),
        ("שרון^דבורה", "שרון דבורה"),
        ("قباني^لنزار", "قباني لنزار"),
        ("Διονυσιος", "Διονυσιος"),
        ("Mueller, Anna", "Anna MUELLER"),
        ("Anna Mueller", "Anna Mueller"),
        ("HEAD", "HEAD"),
        ("^Anna", "Anna"),
        ("A^B^C", "B C A"),
        ("^^^^", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_names_are_shown_as_people_write_them(name: str | None, shown: str) -> None:
    assert display_name(name) == shown


@pytest.mark.parametrize(
    "first,second,alike",
    [
        (ANNA, who("SCHMIDT^PETER"), False),
        (who("MUELLER^ANNA"), who("SCHMIDT^PETER"), False),
        (ANNA, who("SCHMIDT^PETER", MAY), False),
        (ANNA, who("MUELLER^ANNA", "19870618"), False),
        (ANNA, who("SCHMIDT^ANNA", MAY), True),
        (ANNA, who("MUELLER^ANNA"), True),
        (ANNA, who("MUELLER^ANNA", "19510405"), True),
        (who("MUELLER^ANNA", None, "7"), who("SCHMIDT^PETER", None, "7"), True),
        (ANNA, who(None, MAY), True),
        (who(), who(), False),
    ],
)
def test_only_who_has_something_in_common_is_called_perhaps_the_same(
    first: Identity, second: Identity, alike: bool
) -> None:
    assert resemble(first, second) is resemble(second, first) is alike


@pytest.mark.parametrize(
    "text,spelled",
    [
        ("19510504", "1951.05.04"),
        ("19510504", "1951-05-04"),
        ("19510504", " 19510504 "),
        ("May 1951", "May 1951 "),
        ("", "00000000"),
        ("", "0000"),
        ("19511231", "31.12.1951"),
    ],
)
def test_the_key_forgets_how_a_date_is_written(text: str, spelled: str) -> None:
    assert person_key(who("A^B", text)) == person_key(who("A^B", spelled))


@pytest.mark.parametrize("spelled", ["p1x", " P1X ", "Ｐ１Ｘ", "P1X\u00a0"])
def test_the_key_forgets_case_width_and_blanks_of_an_id(spelled: str) -> None:
    assert person_key(who("A^B", MAY, "P1X", "h")) == person_key(who("A^B", MAY, spelled, "H "))


@pytest.mark.parametrize("other", ["0P1X", "P-1X", "P 1X", "P1"])
def test_the_key_keeps_zeros_and_signs_of_an_id(other: str) -> None:
    assert person_key(who("A^B", MAY, "P1X")) != person_key(who("A^B", MAY, other))
