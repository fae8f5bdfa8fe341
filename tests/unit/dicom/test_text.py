"""Text is decoded by its character set, or guessed and said to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dicom.text.character_set import codec_of, decode_text, decode_values

# The examples of PS3.5 annexes H to K, and one of each single-byte set.
STANDARD = [
    (None, b"Adams^John", "Adams^John"),
    ("", b"Adams^John", "Adams^John"),
    ("ISO_IR 6", b"Adams^John", "Adams^John"),
    ("ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
    ("ISO_IR 101", b"Wa\xb3\xeasa", "Wałęsa"),
    ("ISO_IR 109", b"\xc6u\xb1", "Ĉuħ"),
    ("ISO_IR 110", b"\xa3\xa6", "ŖĻ"),
    ("ISO_IR 144", "Люкceмбypг".encode("iso8859_5"), "Люкceмбypг"),
    ("ISO_IR 127", "قباني^لنزار".encode("iso8859_6"), "قباني^لنزار"),
    ("ISO_IR 126", "Διονυσιος".encode("iso8859_7"), "Διονυσιος"),
    ("ISO_IR 138", "שרון^דבורה".encode("iso8859_8"), "שרון^דבורה"),
    ("ISO_IR 148", "Çavuşoğlu".encode("iso8859_9"), "Çavuşoğlu"),
    ("ISO_IR 203", "Œuvre€".encode("iso8859_15"), "Œuvre€"),
    ("ISO_IR 166", "นามสกุล".encode("tis_620"), "นามสกุล"),
    ("ISO_IR 13", b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
    ("ISO_IR 192", "Wang^XiaoDong=王^小東".encode(), "Wang^XiaoDong=王^小東"),
    ("GB18030", "Wang^XiaoDong=王^小东".encode("gb18030"), "Wang^XiaoDong=王^小东"),
    ("GBK", "Wang^XiaoDong=王^小东".encode("gbk"), "Wang^XiaoDong=王^小东"),
    (
        "\\ISO 2022 IR 87",
        b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
        "Yamada^Tarou=山田^太郎=やまだ^たろう",
    ),
    (
        "ISO 2022 IR 13\\ISO 2022 IR 87",
        b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
        "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
    ),
    (
        "\\ISO 2022 IR 149",
        b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
        "Hong^Gildong=洪^吉洞=홍^길동",
    ),
    (
        "\\ISO 2022 IR 58",
        b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
        "Zhang^XiaoDong=张^小东=",
    ),
    ("ISO 2022 IR 100\\ISO 2022 IR 144", b"J\xe9r\xf4me \x1b-L\xbb\xee\xda", "Jérôme Люк"),
    ("ISO 2022 IR 6\\ISO 2022 IR 126", b"Dionysios is \x1b-F\xc4\xe9\xef\xed", "Dionysios is Διον"),
    ("\\ISO 2022 IR 159", b"\x1b$(D\x30\x21\x1b(B", "丂"),
    ("\\ISO 2022 IR 13", b"A^\x1b)I\xb1\xb2\x1b(B", "A^ｱｲ"),
]


@pytest.mark.parametrize("charset,raw,text", STANDARD)
def test_text_is_decoded_as_the_standard_says(charset: str | None, raw: bytes, text: str) -> None:
    assert decode_text(raw, charset) == (text, False)


MISSPELT = """ISO_IR 100|ISO_IR_100|ISO-IR 100|ISO IR 100|iso_ir 100|ISO_IR100|ISO 2022 IR 100|ISO_2022_IR_100
ISO 2022-IR-100 | ISO_IR 100|ISO8859-1|ISO-8859-1|latin-1|ISO_IR 100\\ISO 2022 IR 87""".replace("\n", "|").split("|")


@pytest.mark.parametrize("name", MISSPELT)
def test_a_misspelt_name_is_understood(name: str) -> None:
    assert decode_text(b"M\xfcller", name) == ("Müller", False)


@pytest.mark.parametrize("name", ["ISO_2022_IR_6", "ISO_IR 6", "ISO_9999", "none", "\\..\\ISO_9999", "?" * 5000])
def test_high_bytes_under_an_unknown_or_ascii_name_are_guessed(name: str) -> None:
    assert decode_text(b"M\xfcller", name) == ("Müller", True)


@pytest.mark.parametrize(
    "charset,raw,text",
    [
        (None, "Müller^Ænne".encode(), "Müller^Ænne"),
        ("ISO_IR 100", "Müller".encode(), "Müller"),
        ("ISO_IR 100", "山田^太郎".encode(), "山田^太郎"),
        ("ISO_IR 100", "王^小东".encode("gbk"), "王^小东"),
        (None, "Wang^XiaoDong=王^小东".encode("gbk"), "Wang^XiaoDong=王^小东"),
        (None, b"\x93M\xfcller\x94", "“Müller”"),
        ("ISO_IR 192", b"M\xfcller", "Müller"),
        ("GB18030", b"M\xfc", "Mü"),
        ("ISO_IR 87", b"M\xff\xff", "Mÿÿ"),
        (None, b"Hong=\x1b$)C\xfb\xf3^\xd1\xce\xd4\xd7", "Hong=洪^吉洞"),
    ],
)
def test_a_wrong_or_missing_name_is_guessed(charset: str | None, raw: bytes, text: str) -> None:
    assert decode_text(raw, charset) == (text, True)


@pytest.mark.parametrize("name", ["Ångström^Åsa", "Äöüß^ÄÖÜ", "Núñez^José", "Ærø^Øyvind", "ÉLÈVE^ÇÀ", "Ýr^Þór"])
def test_european_names_are_never_taken_for_something_else(name: str) -> None:
    assert decode_text(name.encode("latin-1"), "ISO_IR 100") == (name, False)


def test_escapes_nobody_defined_are_left_out() -> None:
    text, guessed = decode_text(b"a\x1b[2Jb\x1b", "ISO_IR 100")
    assert guessed
    assert "\x1b" not in text
    assert text.startswith("a")


def test_a_delimiter_brings_the_first_set_back() -> None:
    assert decode_text(b"\x1b-L\xbb^\xe9", "ISO 2022 IR 100\\ISO 2022 IR 144") == ("Л^é", False)


def test_a_backslash_that_is_half_a_character_does_not_part_values() -> None:
    raw = "慭\\b".encode("gb18030")
    assert raw.count(b"\\") == 2
    assert decode_values(raw, "GB18030") == (("慭", "b"), False)


def test_an_absurdly_long_list_of_sets_costs_nothing() -> None:
    assert codec_of("ISO_IR 100" + "\\ISO 2022 IR 87" * 100_000) == "latin_1"


@given(raw=st.binary(max_size=300), charset=st.one_of(st.none(), st.sampled_from([row[0] for row in STANDARD])))
def test_any_bytes_become_text(raw: bytes, charset: str | None) -> None:
    text, _ = decode_text(raw, charset)
    text.encode()


_PIECES = (
    *(b"\x1b" + escape for escape in (b"$B", b"$@", b"$(D", b"(B", b"(J", b"$)C", b"-A")),
    b"0!",
    b"^",
    b" ",
    b"\xff",
)


@given(st.lists(st.sampled_from(_PIECES), max_size=12), st.sampled_from([row[0] for row in STANDARD]))
def test_any_bytes_behind_an_escape_become_text(pieces: list[bytes], charset: str | None) -> None:
    decode_text(b"".join(pieces), charset)[0].encode()


@pytest.mark.parametrize("escape", [b"\x1b$B", b"\x1b$@", b"\x1b$(D"])
def test_half_a_japanese_sign_at_the_end_leaves_the_rest_readable(escape: bytes) -> None:
    text, guessed = decode_text(b"Yamada^Tarou=" + escape + b";3ED\xff", "\\ISO 2022 IR 87")
    assert (text[:13], text[-1], guessed) == ("Yamada^Tarou=", "\ufffd", True)


@given(st.text(st.sampled_from("ab \x1b$)(-CABLJI^=\\é王\xff"), max_size=60))
def test_any_escapes_become_text(text: str) -> None:
    decoded, _ = decode_text(text.encode("latin-1", "ignore"), "\\ISO 2022 IR 87")
    decoded.encode()
