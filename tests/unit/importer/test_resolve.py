from __future__ import annotations

import pytest

from importer.sources.resolve import Matcher, Reference


def resolved(path: str, listing: list[str], folder: str = "") -> list[str]:
    return Matcher(listing).find(folder, Reference(folder, tuple(path.split("/"))).parts)


@pytest.mark.parametrize(
    "named, lies",
    [
        ("DICOM/IM1", "DICOM/IM1"),
        ("DICOM/IM1", "dicom/im1"),
        ("DICOM/IM1", "DICOM/IM1;1"),
        ("DICOM/IM1", "dicom/im1."),
        ("DICOM/IM1", "dicom/im1.dcm"),
        ("DICOM/IM1.DCM", "DICOM/IM1"),
        ("DICOM/B\u00c4R", "dicom/ba\u0308r"),
        ("DICOM\\IM1", "DICOM/IM1"),
        ("./DICOM/IM1", "DICOM/IM1"),
    ],
)
def test_a_reference_finds_its_file_under_another_spelling(named: str, lies: str) -> None:
    assert resolved(named, ["OTHER/IM1", lies]) == [lies]


def test_the_exact_name_wins_over_a_more_forgiving_one() -> None:
    assert resolved("A/im1", ["A/IM1", "A/im1", "A/im1.dcm"]) == ["A/im1"]


def test_an_extension_is_only_guessed_where_one_file_fits() -> None:
    assert resolved("A/IM1", ["A/IM1.DCM", "A/IM1.JPG"]) == []


def test_names_are_seen_from_the_dicomdir_first_and_then_from_the_top() -> None:
    assert resolved("IM1", ["IM1", "DISC/IM1"], folder="DISC") == ["DISC/IM1"]
    assert resolved("IM2", ["IM2", "DISC/IM1"], folder="DISC") == ["IM2"]
