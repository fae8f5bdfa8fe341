from __future__ import annotations

import pytest

from importer.resolve import Reference, Resolution, resolve


def resolved(path: str, listing: list[str], folder: str = "", **uids: list[str]) -> Resolution:
    return resolve([Reference(folder, tuple(path.split("/")), "1.2")], listing, {"1.2": uids.get("uid", [])})


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
    result = resolved(named, ["OTHER/IM1", lies])
    assert (result.listed, result.missing) == (frozenset({lies}), ())


def test_the_exact_name_wins_over_a_more_forgiving_one() -> None:
    assert resolved("A/im1", ["A/IM1", "A/im1", "A/im1.dcm"]).listed == {"A/im1"}


def test_an_extension_is_only_guessed_where_one_file_fits() -> None:
    result = resolved("A/IM1", ["A/IM1.DCM", "A/IM1.JPG"])
    assert result.listed == frozenset()
    assert [one.path for one in result.missing] == ["A/IM1"]


def test_names_are_seen_from_the_dicomdir_first_and_then_from_the_top() -> None:
    assert resolved("IM1", ["IM1", "DISC/IM1"], folder="DISC").listed == {"DISC/IM1"}
    assert resolved("IM2", ["IM2", "DISC/IM1"], folder="DISC").listed == {"IM2"}


def test_a_file_under_quite_another_name_is_found_by_its_uid() -> None:
    result = resolved("A/IM1", ["MOVED/x.dcm"], uid=["MOVED/x.dcm"])
    assert (result.listed, result.missing) == (frozenset({"MOVED/x.dcm"}), ())


@pytest.mark.parametrize("named", ["../secret", "/etc/passwd", "C:/A", "A/../../B", "A\0"])
def test_a_hostile_name_matches_nothing_and_is_told(named: str) -> None:
    result = resolved(named, ["secret", "etc/passwd", "A", "B"])
    assert result.listed == frozenset()
    assert len(result.hostile) == len(result.missing) == 1


def test_a_record_that_is_not_in_use_is_never_missing() -> None:
    assert resolve([Reference("", ("IM1",), None, in_use=False)], [], {}).missing == ()


def test_a_file_named_twice_is_missing_once() -> None:
    twice = [Reference("", ("A", "IM1"), "1.2"), Reference("", ("a", "im1"), "1.3")]
    result = resolve(twice, [], {})
    assert (len(result.missing), result.named) == (1, 1)


def test_a_record_without_a_file_name_is_no_reference() -> None:
    assert resolve([Reference("", ())], [], {}) == Resolution(0, frozenset(), (), ())
