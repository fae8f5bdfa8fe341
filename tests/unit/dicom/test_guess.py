"""Names without a character set, or with a wrong one, become what they were or stay Latin: never another real name."""

from __future__ import annotations

import pytest

from dicom.model import Header
from dicom.people.person_key import person_key
from dicom.people.same_person import Identity, compare, identity_of
from dicom.reading.header import read_header
from dicom.text.character_set import Text, decode_together
from tests.discs.files import ANNA, image

NAMES: dict[str, list[str]] = {
    "cp1251 koi8_r iso8859_5 cp866": [
        "ИВАНОВ^ИВАН",
        "СИДОРОВА^АННА",
        "Петров^Олег",
        "Кузнецова^Мария^Петровна",
        "ЦОЙ^ВИКТОР",
        "ЛИ^АННА",
        "ЩЕРБАКОВ^ЮРИЙ",
        "ЛОСЕВ^ИГОРЬ",
        "ВАСИЛЬЕВА^ЕЛЕНА",
        "БОГДАНОВ^БОРИС",
        "Жуков^Фёдор",
        "ЮДИН^ЭДУАРД",
        "ГРИБ^ОСТАП",
        "ЕЛКИН^ПАВЕЛ",
        "Григорян^Армен",
        "НИ^ЯН",
        "АН^ИЯ",
        "ПАК^ЧЖИ",
    ],
    "cp1253 iso8859_7": [
        "ΙΩΑΝΝΗΣ^ΝΙΚΟΣ",
        "ΝΙΚΟΛΑΟΥ^ΑΝΝΑ",
        "Παπαδόπουλος^Γιώργος",
        "ΓΕΩΡΓΙΟΥ^ΜΑΡΙΑ",
        "ΖΩΗ^ΕΥΑ",
        "Βλάχος^Ηλίας",
    ],
    "cp1255 iso8859_8": ["שרון^דבורה", "כהן^משה", "לוי^רחל", "מזרחי^יעקב", "ברק^אודליה"],
    "cp1256 iso8859_6": ["قباني^لنزار", "محمد^احمد", "حسين^فاطمة", "الخطيب^يوسف"],
    "cp874": ["สมชาย^ใจดี", "นามสกุล^ชื่อ", "สุวรรณ^มาลี", "แก้ว^พร"],
    "gb18030": [
        "王^小东",
        "张^伟",
        "李^秀英",
        "刘^洋",
        "欧阳^娜",
        "王小东",
        "陈^建国",
        "吕^布",
        "宋^佳",
        "Zhang^Wei=张^伟",
    ],
    "cp950": ["王^小明", "陳^怡君", "林^志豪", "張^雅婷", "歐陽^娜", "黃^淑芬", "李^四"],
    "euc_kr": [
        "홍^길동",
        "김^철수",
        "이^영희",
        "박지현",
        "최^민수",
        "남궁^민",
        "정^은",
        "황^보라",
        "Hong^Gildong=洪^吉洞=홍^길동",
    ],
    "euc_jp cp932": [
        "山田^太郎",
        "佐藤^花子",
        "鈴木^一郎",
        "ヤマダ^タロウ",
        "高橋^健",
        "小林^美咲",
        "渡辺^直美",
        "林^明",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ],
    "shift_jis": ["ﾔﾏﾀﾞ^ﾀﾛｳ", "ｽｽﾞｷ^ﾊﾅｺ"],
    "cp1250 iso8859_2 cp852": ["Wałęsa^Łucja", "Dvořák^Antonín", "Łódź^Paweł", "Kowalczyk^Małgorzata"],
    "cp850 cp437": ["MÜLLER^JÖRG", "Núñez^José", "Müller^Änne", "ÖZGÜR^ÄNNE"],
}
EVIDENT = {  # of each, what must be right, not merely left alone
    "cp1251": 14,
    "koi8_r": 14,
    "iso8859_5": 14,
    "cp866": 14,
    "cp1253": 6,
    "iso8859_7": 6,
    "cp1255": 5,
    "iso8859_8": 5,
    "cp1256": 4,
    "iso8859_6": 4,
    "cp874": 3,
    "gb18030": 7,
    "cp950": 6,
    "euc_kr": 9,
    "euc_jp": 8,
    "cp932": 8,
    "shift_jis": 2,
}
CODECS = [(codec, names) for codecs, names in NAMES.items() for codec in codecs.split()]


def read(raw: bytes, charset: str | None) -> Text:
    [text] = decode_together([(raw, True)], charset)
    return text


@pytest.mark.parametrize("charset", [None, "ISO_IR 100", "ISO_IR 6", "ISO_IR 192", "nonsense"])
@pytest.mark.parametrize("codec,names", CODECS, ids=[codec for codec, _ in CODECS])
def test_a_name_without_its_set_is_read_rightly_or_stays_latin(
    codec: str, names: list[str], charset: str | None
) -> None:
    right = 0
    for name in names:
        raw = name.encode(codec)
        found = read(raw, charset)
        latin = {raw.decode("latin_1"), raw.decode("cp1252", "replace")}
        assert found.text == name or found.text in latin, (name, found.text)
        assert found.doubtful or (charset == "ISO_IR 100" and found.text != name), name
        right += found.text == name
    assert right >= EVIDENT.get(codec, 0)


LABELS = {
    "cp1251": None,
    "koi8_r": None,
    "cp866": None,
    "iso8859_5": "ISO_IR 144",
    "iso8859_7": "ISO_IR 126",
    "iso8859_8": "ISO_IR 138",
    "iso8859_6": "ISO_IR 127",
    "cp874": "ISO_IR 166",
    "gb18030": "GB18030",
    "euc_kr": "ISO 2022 IR 149",
    "shift_jis": "ISO_IR 13",
}


@pytest.mark.parametrize("codec", [codec for codec, label in LABELS.items() if label])
def test_a_true_label_is_believed(codec: str) -> None:
    for codecs, names in NAMES.items():
        if codec not in codecs.split():
            continue
        for name in names:
            assert read(name.encode(codec), LABELS[codec]) == Text(name), name


RARE = [
    "爨^宝子",
    "万俟^卨",
    "缑^莞尔",
    "兀^术",
    "仉^督",
    "难^记",
    "逄^蒙",
    "爱新觉罗^溥仪",
    "占^全辨",
    "赫连^勃勃",
    "全^辨悼",
]


@pytest.mark.parametrize("name", RARE)
def test_a_rare_chinese_name_that_is_labelled_stays(name: str) -> None:
    assert read(name.encode("gb18030"), "GB18030").text == name
    assert read(name.encode("gb18030"), "GBK").text == name


EUROPEAN = [
    "ÖZGÜR^ÄNNE",
    "ÅÅ^ÖÖ",
    "Müller^Jörg",
    "Håkansson^Åsa",
    "Ærø^Øyvind",
    "Ýr^Þór",
    "ÉLÈVE^ÇÀ",
    "Núñez^José",
    "Öz^Ünal",
    "Ó^Ío",
    "Gonçalves^João",
    "ØÅ^ÆØ",
    "Björk^Guðmundsdóttir",
    "Äö^Üß",
    "Ångström^Åsa",
    "Crète^Hélène",
]


@pytest.mark.parametrize("name", EUROPEAN)
def test_european_names_are_exactly_what_they_are(name: str) -> None:
    assert read(name.encode("latin_1"), "ISO_IR 100") == Text(name)
    assert read(name.encode("latin_1"), None).text == name
    assert read(name.encode(), "ISO_IR 192") == Text(name)
    assert read(name.encode(), "ISO_IR 100").text == name


@pytest.mark.parametrize("name", ["홍^길동", "김^철수", "이^영희", "박^지현", "최^민수"])
def test_korean_under_a_chinese_label_is_never_chinese_unmarked(name: str) -> None:
    found = read(name.encode("euc_kr"), "GB18030")
    assert found.text == name or found.doubtful


@pytest.mark.parametrize("name", ["ИВАНОВ^ИВАН", "Петров^Олег", "СИДОРОВА^АННА"])
@pytest.mark.parametrize("codec", ["cp1251", "koi8_r"])
def test_another_cyrillic_set_under_the_standard_ones_label_is_noticed(name: str, codec: str) -> None:
    found = read(name.encode(codec), "ISO_IR 144")
    assert (found.text, found.doubtful) == (name, True)


@pytest.mark.parametrize("end", [b" ", b"", b"\0", b"  "])
def test_japanese_that_ends_in_two_bytes_is_read_to_its_end(end: bytes) -> None:
    raw = b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:" + end
    found = read(raw, "\\ISO 2022 IR 87")
    assert (found.text.strip(" \0"), found.guessed) == ("Yamada^Tarou=山田^太郎", False)


def test_japanese_without_a_way_back_before_a_delimiter_loses_nothing() -> None:
    raw = b"Yamada^Tarou=\x1b$B;3ED^\x1b$BB@O:=\x1b$B$d$^$@^\x1b$B$?$m$& "
    assert read(raw, "\\ISO 2022 IR 87").text.strip() == "Yamada^Tarou=山田^太郎=やまだ^たろう"


def test_escapes_tell_their_set_where_no_set_is_named() -> None:
    assert read(b"\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B", None).text == "山田^太郎"


def test_the_other_texts_of_an_object_help() -> None:
    name, description = "АН^ИЯ".encode("cp1251"), "Органы грудной клетки, обзорная".encode("cp1251")
    assert read(name, None).text != "АН^ИЯ"
    together = decode_together([(name, True), (description, False)], None)
    assert [text.text for text in together] == ["АН^ИЯ", "Органы грудной клетки, обзорная"]


def header_of(name: str, codec: str, charset: str | None, **values: str) -> Header:
    data = image(ANNA, patient_name=name.encode(codec), specific_character_set=charset, **values)
    return read_header(data, len(data), lambda offset, length: data[offset : offset + length])


def test_a_guessed_name_is_marked_and_never_the_same() -> None:
    guessed = header_of("ИВАНОВ^ИВАН", "cp1251", None)
    labelled = header_of("ИВАНОВ^ИВАН", "iso8859_5", "ISO_IR 144")
    assert guessed.patient_name == labelled.patient_name == "ИВАНОВ^ИВАН"
    assert guessed.doubtful_name is not None
    assert labelled.doubtful_name is None
    assert compare(labelled, labelled) == "same"
    for one, other in ((guessed, labelled), (labelled, guessed), (guessed, guessed)):
        assert compare(one, other) == "perhaps"
    assert compare(identity_of(guessed), Identity("ИВАНОВ^ИВАН", "19510504")) == "perhaps"


def test_a_guess_joins_nobody_in_the_key() -> None:
    keys = {person_key(header_of("ИВАНОВ^ИВАН", codec, None)) for codec in ("cp1251", "koi8_r", "cp866", "iso8859_5")}
    keys.add(person_key(header_of("ИВАНОВ^ИВАН", "iso8859_5", "ISO_IR 144")))
    keys.add(person_key(header_of("ИЕБНОВ^ИВАН", "cp1251", None)))  # the same without accents, taken for Latin
    assert len(keys) == 6


def test_the_key_of_unlabelled_european_names_is_that_of_labelled_ones() -> None:
    assert header_of("Müller^Jörg", "latin_1", None).doubtful_name is None
    for name in ("Müller^Jörg", "Sørensen^Åse"):
        keys = {person_key(header_of(name, "latin_1", charset)) for charset in (None, "ISO_IR 100")}
        assert len(keys) == 1
