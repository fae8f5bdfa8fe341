"""Images from a disc, a stick or a ZIP, brought in by the browser alone (U1)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end2end.patient.patient import Patient
from tests.end2end.recipient import annas, written

pytestmark = pytest.mark.shared_workers

STUDY = "1.2.826.0.1.3680043.8.498.90"


@pytest.fixture(scope="module")
def signed_in(anna: Patient) -> Patient:
    anna.sign_in("/my/upload")
    return anna


@pytest.fixture(autouse=True)
def nothing_is_complained_of(anna: Patient) -> Iterator[None]:
    yield
    assert anna.browser.console_errors == []


def image(number: int, study: int, name: str = "CT_small.dcm", **values: Any) -> bytes:
    uid = f"{STUDY}.{study}"
    said = {"StudyInstanceUID": uid, "SeriesInstanceUID": f"{uid}.1", "SOPInstanceUID": f"{uid}.1.{number}"}
    return written(annas(name, 1, **{**said, "InstanceNumber": number, **values}))


def packed(place: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            kind = zipfile.ZIP_STORED if name.startswith("plain") else zipfile.ZIP_DEFLATED
            made.writestr(name, content, kind)
    return place


def choose(anna: Patient, *files: Path) -> None:
    anna.go("/my/upload")
    anna.browser.give("#files", *files)
    anna.browser.wait_for("document.querySelector('.actions')")


def send(anna: Patient) -> None:
    anna.press("#consent")
    anna.press("#send")


def exams(anna: Patient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = anna.portal.said(200, anna.portal.get("/api/v1/exams", anna.account.token))["exams"]
    return found


def studies(anna: Patient) -> set[str]:
    return {study["study_instance_uid"] for exam in exams(anna) for study in exam["studies"]}


def uids_asked(anna: Patient) -> int:
    return sum("/dicomweb/studies/" in each for each in anna.browser.requests)


def test_u1_a_zip_is_looked_through_sent_and_proved(signed_in: Patient, tmp_path: Path) -> None:
    anna = signed_in
    files = {f"plain{n}" if n == 1 else f"IMAGES/IM{n}": image(n, 1) for n in range(1, 5)}
    choose(anna, packed(tmp_path / "disc.zip", **files, DICOMDIR=b"no directory", **{"AUTORUN.INF": b"[autorun]"}))
    assert "One exam with 4 images and documents" in anna.sees()
    assert "2 files are left aside" in anna.sees("#aside")
    assert anna.fits()
    assert anna.barriers() == []
    assert exams(anna) == []  # nothing is sent yet
    send(anna)
    anna.wait("4 of 4 images are at the portal, each read again there and the same byte for byte.")
    (exam,) = exams(anna)
    assert (exam["origin"], exam["shareable"], exam["studies"][0]["instances"]) == ("upload", True, 4)
    anna.press("#results a")
    anna.browser.wait_for("document.querySelector('a[href^=\"/my/share/\"]')")


def test_u1_the_same_again_sends_only_what_is_missing(signed_in: Patient, tmp_path: Path) -> None:
    anna = signed_in
    places = [tmp_path / f"IM{n}" for n in range(1, 4)]
    for number, place in enumerate(places, 1):
        place.write_bytes(image(number, 2))
    choose(anna, *places[:2])
    send(anna)
    anna.wait("2 of 2 images are at the portal")
    before = uids_asked(anna)
    choose(anna, *places)
    send(anna)
    anna.wait("3 of 3 images are at the portal")
    assert uids_asked(anna) - before == 1


def test_u1_a_lost_network_is_waited_out(signed_in: Patient, tmp_path: Path) -> None:
    anna, place = signed_in, tmp_path / "IM1"
    place.write_bytes(image(1, 3))
    choose(anna, place)
    anna.browser.lose("*/dicomweb/*")
    send(anna)
    anna.wait("The portal does not answer.")
    anna.browser.lose()
    anna.press(".notice button")
    anna.wait("1 of 1 images are at the portal")


def test_u1_images_of_another_person_are_refused_with_both_names(signed_in: Patient, tmp_path: Path) -> None:
    anna, place = signed_in, tmp_path / "IM1"
    place.write_bytes(image(1, 4, PatientName="BERG^KARL", PatientBirthDate="19480101", PatientID="B-2"))
    choose(anna, place)
    send(anna)
    anna.wait("the images are of Karl BERG")
    assert f"{STUDY}.4" not in studies(anna)


@pytest.mark.parametrize("theirs", [True, False])
def test_u1_where_it_is_not_sure_whose_they_are_the_person_is_asked(
    signed_in: Patient, tmp_path: Path, theirs: bool
) -> None:
    anna, place, study = signed_in, tmp_path / "IM1", 5 + theirs
    place.write_bytes(image(1, study, PatientName="MUELLER^A", PatientID=""))
    choose(anna, place)
    send(anna)
    anna.browser.wait_for("document.querySelector('dialog')")
    assert "A MUELLER" in anna.sees("dialog")
    anna.press("dialog .danger" if theirs else "dialog .secondary")
    anna.wait("1 of 1 images are at the portal" if theirs else "you did not say that it is yours")
    assert (f"{STUDY}.{study}" in studies(anna)) is theirs


def test_u1_what_holds_no_images_and_what_is_broken_is_said(signed_in: Patient, tmp_path: Path) -> None:
    anna, broken, other = signed_in, tmp_path / "broken.zip", tmp_path / "letter.txt"
    broken.write_bytes(b"PK\x03\x04" + bytes(100))
    other.write_bytes(b"Dear patient")
    cut = tmp_path / "IM1"
    cut.write_bytes(image(1, 7)[:160])
    choose(anna, broken, other, cut)
    assert "There are no images in what you chose." in anna.sees()
    anna.press("#aside summary")
    assert "not readable: broken.zip" in anna.sees("#aside")
    assert "letter.txt" in anna.sees("#aside")
    assert anna.sees("#send") == ""
