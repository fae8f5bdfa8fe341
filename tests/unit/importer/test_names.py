from __future__ import annotations

import pytest

from importer.sources.names import (
    components,
    fold,
    is_dicomdir_name,
    is_hostile,
    shown,
    without_extension,
    without_version,
)


def test_two_spellings_of_one_name_fold_to_the_same() -> None:
    assert fold("BÄRBEL.DCM") == fold("ba\u0308rbel.dcm")


@pytest.mark.parametrize(
    "name, plain", [("IM1;1", "IM1"), ("IM1.", "IM1"), ("IM1.;1", "IM1"), ("IM1.DCM;12", "IM1.DCM"), ("IM;A", "IM;A")]
)
def test_what_iso_9660_hangs_on_a_name_is_dropped(name: str, plain: str) -> None:
    assert without_version(name) == plain


@pytest.mark.parametrize("name, stem", [("IM1.DCM", "IM1"), ("IM1", "IM1"), (".hidden", ".hidden"), ("A.B.C;1", "A.B")])
def test_an_extension_is_dropped_and_a_leading_dot_is_none(name: str, stem: str) -> None:
    assert without_extension(name) == stem


def test_undecodable_bytes_are_shown_as_hexadecimal_and_stay_encodable() -> None:
    assert shown("A/B\udcff\udce9") == r"A/B\xff\xe9"
    assert shown("Bär \u65e5") == "Bär \u65e5"
    shown("\ud800").encode("utf-8")


@pytest.mark.parametrize(
    "name", ["../A", "A/../../B", "/../etc/passwd", "C:\\..\\..\\A", "A\0B", "", "/", "A\\..\\..\\B"]
)
def test_a_name_that_leads_elsewhere_is_hostile(name: str) -> None:
    assert is_hostile(components(name))


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "DICOM/IM1",
        "DICOM\\IM1",
        "A//B",
        "A/./B",
        "..A/B..",
        "CON",
        "/etc/passwd",
        "C:\\A",
        "\\\\server\\A",
        "A/../B",
        "A: 1",
    ],
)
def test_an_ordinary_name_is_not(name: str) -> None:
    assert not is_hostile(components(name))


@pytest.mark.parametrize("name", ["DICOMDIR", "dicomdir", "DICOMDIR.", "Dicomdir;1", "DICOMDIR.;1"])
def test_a_dicomdir_is_known_in_every_spelling(name: str) -> None:
    assert is_dicomdir_name(name)
    assert not is_dicomdir_name(f"X{name}")
