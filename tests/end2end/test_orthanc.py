"""To a real Orthanc: what it keeps is proven, what it only says is found out."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.build import Workers
from library.shelf import Library
from portal.client.upload.targets.dicomweb_target import DicomwebTarget
from tests.discs.files import image
from tests.orthanc_server import Orthanc, running_orthanc
from tests.upload_tools import STUDY, plain_target, put_image, put_images, run_upload

PART = b"--b\r\nContent-Type: application/dicom\r\n\r\n%b\r\n--b--\r\n"
MULTIPART = {"Content-Type": 'multipart/related; type="application/dicom"; boundary=b'}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with running_orthanc(tmp_path_factory.mktemp("orthanc")) as orthanc:
        yield orthanc


@pytest.fixture
def orthanc(server: Orthanc) -> Orthanc:
    for study in server.get("/studies"):
        server.delete(f"/studies/{study}")
    return server


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        yield opened


@pytest.fixture
def target(orthanc: Orthanc, library: Library) -> Iterator[DicomwebTarget]:
    with (
        Workers(decode_workers=1) as workers,
        closing(plain_target(orthanc.dicomweb, library.incoming, workers.compare)) as made,
    ):
        yield made


def test_a_study_is_sent_and_proven_by_the_servers_list(
    orthanc: Orthanc, library: Library, target: DicomwebTarget
) -> None:
    put_images(library, range(1, 13))
    report = run_upload(library, target)
    assert (report.state, report.stored, report.already, report.left) == ("complete", 12, 0, ())
    assert orthanc.instances == 12
    assert library.study(STUDY).uploaded == "complete"


def test_sent_again_nothing_is_sent_and_nothing_doubled(
    orthanc: Orthanc, library: Library, target: DicomwebTarget
) -> None:
    put_images(library, range(1, 4))
    run_upload(library, target)
    put_images(library, range(4, 6))
    assert library.study(STUDY).uploaded == "partly"
    before = orthanc.get("/statistics")["TotalDiskSizeMB"]
    report = run_upload(library, target)
    assert (report.state, report.stored, report.already) == ("complete", 2, 3)
    assert (orthanc.instances, orthanc.get("/statistics")["TotalDiskSizeMB"]) == (5, before)


def test_what_was_there_before_is_fetched_back_and_compared(
    orthanc: Orthanc, library: Library, target: DicomwebTarget
) -> None:
    put_images(library, range(1, 4))
    assert orthanc.post("/dicom-web/studies", PART % image(number=1), MULTIPART).status_code == 200
    report = run_upload(library, target)
    assert (report.state, report.stored, report.already) == ("complete", 2, 1)


def test_the_same_in_another_preamble_is_the_same(orthanc: Orthanc, library: Library, target: DicomwebTarget) -> None:
    put_image(library, 1)
    other = b"II*\0" + bytes(124) + image(number=1)[128:]
    assert orthanc.post("/dicom-web/studies", PART % other, MULTIPART).status_code == 200
    report = run_upload(library, target)
    assert (report.state, report.already) == ("complete", 1)


def test_other_content_under_our_uid_is_found_out_though_orthanc_says_200(
    orthanc: Orthanc, library: Library, target: DicomwebTarget
) -> None:
    sent = put_images(library, [1, 2])
    other = image(number=1, series_description="something else", patient_name="OTHER^PERSON")
    assert orthanc.post("/dicom-web/studies", PART % other, MULTIPART).status_code == 200
    blind = orthanc.post("/dicom-web/studies", PART % image(number=1), MULTIPART)
    assert (blind.status_code, sent[0] in blind.text) == (200, True)  # why a 200 is not believed
    report = run_upload(library, target)
    assert (report.state, report.stored) == ("partial", 1)
    assert [(one.sop_instance_uid, one.code) for one in report.left] == [(sent[0], "kept-other")]
    assert library.study(STUDY).uploaded == "partly"


def test_how_orthanc_answers_one_bad_part_and_gzip(orthanc: Orthanc) -> None:
    """The answers the engine's rules come from; when Orthanc changes them, the rules can be looked at again."""
    bad = orthanc.post("/dicom-web/studies", PART % b"no dicom at all", MULTIPART)
    assert bad.status_code in (400, 409)
    swallowed = orthanc.post(
        "/dicom-web/studies", gzip.compress(PART % image(number=7)), MULTIPART | {"Content-Encoding": "gzip"}
    )
    assert (swallowed.status_code < 300, orthanc.instances) == (True, 0)


def test_a_deleted_study_is_asked_for_and_sent_again(
    orthanc: Orthanc, library: Library, target: DicomwebTarget
) -> None:
    put_images(library, range(1, 4))
    run_upload(library, target)
    for study in orthanc.get("/studies"):
        orthanc.delete(f"/studies/{study}")
    report = run_upload(library, target)
    assert (report.state, report.stored, orthanc.instances) == ("complete", 3, 3)
