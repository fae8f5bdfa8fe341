"""What is damaged on the server's disk is never sent as good: it is refused, named, and comes again."""

from __future__ import annotations

import hashlib
import io
import logging
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from core.job import QuietJob
from portal.server.dicomweb.retrieving import wado
from portal.server.running.administration import administration
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent
from tests.unit.portal.server.receiving.test_uploads import announce, complete, exams, images, manifest

STUDY = "/dicomweb/studies/1.2.3.4"
FIRST = f"{STUDY}/series/1.2.3.4.5/instances/1.2.0"
ANYTHING = {"Accept": "*/*"}
NEVER_TOO_LARGE = 0  # so much is read before an answer begins


def object_of(portal: Portal, data: bytes) -> Path:
    return portal.services.store.path(hashlib.sha256(data).hexdigest())


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-3] ^= 0x40
    path.write_bytes(data)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


DAMAGES: tuple[Callable[[Path], None], ...] = (flip, cut, zeros, Path.unlink)
ways = pytest.mark.parametrize("damage", DAMAGES, ids=["flipped", "cut", "zeros", "gone"])


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


@pytest.fixture
def uploaded(portal: Portal, anna: SignedIn) -> list[bytes]:
    datas = images(3)
    upload = announce(portal, anna, manifest(datas, left_out=[]))
    sent(portal, anna.token, *datas)
    assert complete(portal, anna, upload.id).status_code == 200
    return datas


@pytest.mark.sweep(keep=2)
@ways
def test_a_damaged_image_is_refused_in_every_form(
    portal: Portal, anna: SignedIn, uploaded: list[bytes], damage: Callable[[Path], None]
) -> None:
    assert portal.get(FIRST, anna.token, headers=ANYTHING).status_code == 200
    damage(object_of(portal, uploaded[0]))
    for path in ("", "/metadata", "/frames/1", "/rendered", "/thumbnail", "/frames/1/rendered"):
        answer = portal.get(FIRST + path, anna.token, headers=ANYTHING)
        assert (answer.status_code, answer.json()["code"]) == (500, "object-damaged"), path
    of_the_page = portal.get(f"/api/v1/view{FIRST.removeprefix('/dicomweb')}/frames/1", anna.token)
    assert of_the_page.status_code in (404, 500)
    assert b"object-damaged" in of_the_page.content or of_the_page.status_code == 404


@pytest.mark.skipif(os.name == "nt", reason="Windows tells when a file was made, not when it was changed")
def test_what_is_changed_in_place_is_found_although_its_time_and_size_are_as_before(
    portal: Portal, anna: SignedIn, uploaded: list[bytes]
) -> None:
    assert uploaded[0] in portal.get(FIRST, anna.token, headers=ANYTHING).content
    path = object_of(portal, uploaded[0])
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(-3, os.SEEK_END)
        byte = file.read(1)[0]
        file.seek(-3, os.SEEK_END)
        file.write(bytes([byte ^ 0x40]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    while path.stat().st_ctime_ns == before.st_ctime_ns:  # the disk's clock has its own steps
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_mtime_ns, after.st_size, after.st_ino) == (before.st_mtime_ns, before.st_size, before.st_ino)
    answer = portal.get(FIRST, anna.token, headers=ANYTHING)
    assert (answer.status_code, answer.json()["code"]) == (500, "object-damaged")


@pytest.mark.sweep(keep=2)
@ways
def test_the_rest_of_a_study_comes_and_says_that_it_is_not_all(
    portal: Portal, anna: SignedIn, uploaded: list[bytes], damage: Callable[[Path], None]
) -> None:
    damage(object_of(portal, uploaded[1]))
    answer = portal.get(STUDY, anna.token, headers=ANYTHING)
    assert (answer.status_code, "1 of 3 instances" in answer.headers["Warning"]) == (206, True)
    assert [data in answer.content for data in uploaded] == [True, False, True]
    said = portal.get(f"{STUDY}/metadata", anna.token)
    assert (said.status_code, len(said.json())) == (206, 2)
    packed = portal.get(f"/api/v1/exams/{exams(portal, anna)[0].id}/images.zip", anna.token)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.testzip() is None
        assert [name.rpartition("/")[2] for name in archive.namelist()] == [
            "IM00001.dcm",
            "IM00003.dcm",
            "NOT ALL IMAGES.txt",
        ]
        assert b"IM00002.dcm" in archive.read("NOT ALL IMAGES.txt")


def test_a_large_answer_is_broken_off_where_one_is_found_damaged(
    portal: Portal, anna: SignedIn, uploaded: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wado, "_READ_BEFORE", NEVER_TOO_LARGE)
    flip(object_of(portal, uploaded[1]))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        portal.get(STUDY, anna.token, headers=ANYTHING)
    assert portal.get(STUDY, anna.token, headers=ANYTHING).status_code == 206


@pytest.mark.sweep(keep=2)
@ways
def test_the_exam_says_so_until_the_right_bytes_come_again(
    portal: Portal,
    anna: SignedIn,
    uploaded: list[bytes],
    damage: Callable[[Path], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    whole = exams(portal, anna)[0].studies[0].wholeness
    assert whole is not None
    assert (whole.state, whole.here) == ("whole", 3)
    path = object_of(portal, uploaded[2])
    damage(path)
    with caplog.at_level(logging.ERROR, "portal"):
        portal.get(STUDY, anna.token, headers=ANYTHING)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        f"object {path.stem} is {'missing' if damage is Path.unlink else 'damaged'}"
    ]
    said = exams(portal, anna)[0].studies[0].wholeness
    assert said is not None
    assert (said.state, said.here, said.of, said.not_here[0].code) == ("partial", 2, 3, "damaged-here")
    upload = announce(portal, anna, manifest(uploaded, left_out=[]))
    assert upload.missing == ("1.2.2",)
    assert sent(portal, anna.token, uploaded[2]).status_code == 200
    assert complete(portal, anna, upload.id).status_code == 200
    assert exams(portal, anna)[0].studies[0].wholeness == whole
    assert portal.get(STUDY, anna.token, headers=ANYTHING).status_code == 200
    assert path.read_bytes() == uploaded[2]


@pytest.mark.sweep(keep=3)
@ways
@pytest.mark.parametrize("sender", ["account", "practice"])
def test_the_same_bytes_sent_again_replace_what_nobody_had_noticed(
    portal: Portal, anna: SignedIn, damage: Callable[[Path], None], sender: str
) -> None:
    token = portal.staff_token if sender == "practice" else anna.token
    data = made(SOPInstanceUID="1.2.0")
    assert sent(portal, token, data).status_code == 200
    damage(object_of(portal, data))
    assert sent(portal, token, data).status_code == 200
    assert object_of(portal, data).read_bytes() == data
    assert data in portal.get(FIRST, anna.token, headers=ANYTHING).content


def test_a_damaged_report_is_not_handed_out(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, made())
    exam = exams(portal, anna)[0].id
    report = b"%PDF-1.4 nothing to say"
    portal.said(
        200,
        portal.request(
            "PUT",
            f"/api/v1/staff/exams/{exam}/report",
            portal.staff_token,
            data=report,
            headers={"Content-Type": "application/pdf"},
        ),
    )
    flip(object_of(portal, report))
    answer = portal.get(f"/api/v1/exams/{exam}/report", portal.staff_token)
    assert (answer.status_code, answer.json()["code"]) == (500, "object-damaged")


def test_verify_names_what_is_damaged_and_takes_the_mark_off_what_came_back(
    portal: Portal, anna: SignedIn, uploaded: list[bytes]
) -> None:
    first, second = (object_of(portal, data) for data in uploaded[:2])
    flip(first)
    second.unlink()
    exam = exams(portal, anna)[0].id
    with administration(portal.services.settings) as desk:
        found = desk.verify(QuietJob())
        assert found.objects == 3
        assert {(one.sha256, one.found, one.exams, one.sop_instance_uids) for one in found.damaged} == {
            (first.stem, "damaged", (exam,), ("1.2.0",)),
            (second.stem, "missing", (exam,), ("1.2.1",)),
        }
        first.write_bytes(uploaded[0])
        second.write_bytes(uploaded[1])
        assert desk.verify(QuietJob()).damaged == ()
    said = exams(portal, anna)[0].studies[0].wholeness
    assert said is not None
    assert said.state == "whole"


def test_an_object_is_read_again_after_an_hour_though_its_file_looks_the_same(
    portal: Portal, anna: SignedIn, uploaded: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = object_of(portal, uploaded[0])
    assert portal.services.sound.is_sound(path.stem)
    before = path.stat()
    flip(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    monkeypatch.setattr("portal.server.objects.soundness.CHECKED_FOR_SECONDS", 0.0)
    assert not portal.services.sound.is_sound(path.stem)


def test_a_picture_that_rots_in_the_cache_is_drawn_anew(portal: Portal, anna: SignedIn, uploaded: list[bytes]) -> None:
    first = portal.get(f"{FIRST}/rendered", anna.token, headers=ANYTHING).content
    cached = [path for path in (portal.data / "cache").rglob("*") if path.is_file()]
    assert cached
    for path in cached:
        flip(path)
    assert portal.get(f"{FIRST}/rendered", anna.token, headers=ANYTHING).content == first
