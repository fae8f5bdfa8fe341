"""STOW-RS: what comes in is stored for good, or it is said what is not and why."""

from __future__ import annotations

import hashlib
import http.client
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select

from portal.server.base.tables import InstanceRow
from portal.wire.store_failures import (
    FAILURE_DUPLICATE,
    FAILURE_NOT_AUTHORISED,
    FAILURE_NOT_MATCHING,
    FAILURE_NOT_UNDERSTOOD,
)
from portal.wire.well_known import Limits
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.unit.portal.server.dicomweb.senders import (
    BOUNDARY,
    FAILED,
    NAMELESS,
    STORED,
    body_of,
    made,
    real,
    reasons,
    sent,
    uids,
    wait_for,
)


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def left_in_incoming(portal: Portal) -> list[str]:
    return [path.name for path in portal.services.store.incoming.iterdir()]


def stored_count(portal: Portal) -> int:
    with portal.services.database.reading() as session:
        return session.scalar(select(func.count(InstanceRow.id))) or 0


def test_an_instance_is_stored_as_it_came(portal: Portal, anna: SignedIn) -> None:
    data = made(SOPInstanceUID="1.2.3.4.5.6")
    answer = sent(portal, anna.token, data)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/dicom+json"
    assert uids(answer) == ["1.2.3.4.5.6"]
    assert portal.services.store.path(hashlib.sha256(data).hexdigest()).read_bytes() == data
    assert left_in_incoming(portal) == []


@pytest.mark.sweep(keep=3)
@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "MR_small_RLE.dcm", "JPEG2000.dcm", "image_dfl.dcm", "MR_small_bigendian.dcm",
             "color3d_jpeg_baseline.dcm", "rtplan.dcm"]
)  # fmt: skip
def test_real_files_of_all_sorts_are_stored(portal: Portal, anna: SignedIn, name: str) -> None:
    data, data_set = real(name)
    answer = sent(portal, anna.token, data)
    assert uids(answer) == [data_set.SOPInstanceUID], answer.text


def test_one_bad_part_does_not_lose_the_good_ones(portal: Portal, anna: SignedIn) -> None:
    good, other = made(SOPInstanceUID="1.2.1"), made(SOPInstanceUID="1.2.2")
    answer = sent(portal, anna.token, good, b"this is no DICOM at all" * 40, other)
    assert answer.status_code == 202
    assert uids(answer) == ["1.2.1", "1.2.2"]
    assert reasons(answer, NAMELESS) == [FAILURE_NOT_UNDERSTOOD]


def test_same_uid_and_same_bytes_are_stored_once_and_other_bytes_are_refused(portal: Portal, anna: SignedIn) -> None:
    first = made(SOPInstanceUID="1.2.1")
    assert sent(portal, anna.token, first).status_code == 200
    assert sent(portal, anna.token, first).status_code == 200
    answer = sent(portal, anna.token, made(SOPInstanceUID="1.2.1", StudyDescription="Another"))
    assert answer.status_code == 409
    assert uids(answer, FAILED) == ["1.2.1"]
    assert reasons(answer) == [FAILURE_DUPLICATE]
    assert stored_count(portal) == 1
    assert left_in_incoming(portal) == []


def test_the_images_of_another_person_are_refused(portal: Portal, anna: SignedIn) -> None:
    other = made(PatientName="SCHMIDT^OTTO", PatientBirthDate="19330101", PatientID="O-1")
    answer = sent(portal, anna.token, other)
    assert answer.status_code == 409
    assert reasons(answer) == [FAILURE_NOT_AUTHORISED]
    assert not any(path.is_file() for path in portal.services.settings.objects.rglob("*"))


@pytest.mark.parametrize(
    "values",
    [
        {"SOPInstanceUID": None},
        {"StudyInstanceUID": "../../etc/passwd"},
        {"SeriesInstanceUID": "1.2." + "3" * 70},
        {"SOPInstanceUID": "1.2.3%2f..%2f"},
    ],
)
def test_uids_that_are_none_are_refused(portal: Portal, anna: SignedIn, values: dict[str, str | None]) -> None:
    answer = sent(portal, anna.token, made(**values))
    assert answer.status_code == 409
    assert (reasons(answer) + reasons(answer, NAMELESS)) == [FAILURE_NOT_UNDERSTOOD]
    assert stored_count(portal) == 0


def test_a_study_in_the_address_takes_nothing_else(portal: Portal, anna: SignedIn) -> None:
    answer = sent(portal, anna.token, made(SOPInstanceUID="1.2.1"), study="9.9.9")
    assert reasons(answer) == [FAILURE_NOT_MATCHING]
    assert sent(portal, anna.token, made(SOPInstanceUID="1.2.1"), study="1.2.3.4").status_code == 200


@pytest.mark.parametrize(
    "kind",
    ["multipart/form-data; boundary=x", "application/dicom", "multipart/related; type=text/plain; boundary=x", ""],
)
def test_other_kinds_of_body_are_refused(portal: Portal, anna: SignedIn, kind: str) -> None:
    answer = sent(portal, anna.token, made(), Content_Type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-type")


def test_a_compressed_body_is_refused_and_not_swallowed(portal: Portal, anna: SignedIn) -> None:
    assert sent(portal, anna.token, made(), Content_Encoding="gzip").status_code == 415


def test_a_body_without_content_length_is_taken(portal: Portal, anna: SignedIn) -> None:
    def pieces() -> Iterator[bytes]:
        whole = body_of([made(SOPInstanceUID="1.2.1")])
        yield from (whole[start : start + 7] for start in range(0, len(whole), 7))

    assert uids(sent(portal, anna.token, body=pieces())) == ["1.2.1"]


@pytest.mark.parametrize("before", [b"\r\n", b"\n\n", b"a preamble\r\n", b""])
def test_lines_before_and_after_the_parts_mean_nothing(portal: Portal, anna: SignedIn, before: bytes) -> None:
    body = before + body_of([made(SOPInstanceUID="1.2.1")]) + b"an epilogue\n"
    assert uids(sent(portal, anna.token, body=body)) == ["1.2.1"]


@pytest.mark.parametrize("body", [b"", b"no multipart", f"--{BOUNDARY}--\r\n".encode(), f"--{BOUNDARY}\r\n".encode()])
def test_a_body_without_parts_is_no_request(portal: Portal, anna: SignedIn, body: bytes) -> None:
    assert sent(portal, anna.token, body=body).status_code == 400


def test_an_instance_that_is_too_large_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with running_portal(tmp_path / "small", limits=Limits(instance_bytes_most=5000)) as small:
        anna = small.account()
        large, good = made(PixelData=bytes(20000)), made(SOPInstanceUID="1.2.1")
        answer = sent(small, anna.token, large)
        assert (answer.status_code, answer.json()["limit"]) == (413, 5000)
        mixed = sent(small, anna.token, large, good)
        assert (mixed.status_code, uids(mixed)) == (202, ["1.2.1"])
        assert left_in_incoming(small) == []


def test_a_connection_cut_midway_leaves_no_file(portal: Portal, anna: SignedIn) -> None:
    place = urlsplit(portal.url)
    whole = body_of([made(SOPInstanceUID="1.2.1"), made(SOPInstanceUID="1.2.2", PixelData=bytes(3 << 20))])
    connection = http.client.HTTPConnection(place.hostname or "", place.port)
    connection.putrequest("POST", "/dicomweb/studies")
    connection.putheader("Authorization", f"Bearer {anna.token}")
    connection.putheader("Content-Type", f'multipart/related; type="application/dicom"; boundary={BOUNDARY}')
    connection.putheader("Content-Length", str(len(whole)))
    connection.endheaders(whole[: 2 << 20])
    wait_for(lambda: stored_count(portal) == 1)
    connection.close()
    wait_for(lambda: left_in_incoming(portal) == [])
    assert stored_count(portal) == 1  # what had come whole is kept


def test_two_clients_that_send_one_uid_at_once_store_it_once(portal: Portal, anna: SignedIn) -> None:
    contents = [made(SOPInstanceUID="1.2.1", StudyDescription=f"number {number % 2}") for number in range(8)]
    start = threading.Barrier(len(contents))
    statuses: list[int] = []

    def send(data: bytes) -> None:
        start.wait()
        statuses.append(sent(portal, anna.token, data).status_code)

    threads = [threading.Thread(target=send, args=(data,)) for data in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 4 + [409] * 4
    assert stored_count(portal) == 1
    assert left_in_incoming(portal) == []


@pytest.mark.long
def test_many_tiny_parts_are_all_answered(portal: Portal, anna: SignedIn) -> None:
    answer = sent(portal, anna.token, *(b"x" for _ in range(10_000)))
    assert answer.status_code == 409
    assert reasons(answer, NAMELESS) == [FAILURE_NOT_UNDERSTOOD] * 10_000


def test_nobody_stores_without_an_account(portal: Portal) -> None:
    assert sent(portal, "nothing", made()).status_code == 401


def test_the_answer_tells_where_the_instance_is(portal: Portal, anna: SignedIn) -> None:
    said = sent(portal, anna.token, made(SOPInstanceUID="1.2.1")).json()
    where = f"{portal.url}/dicomweb/studies/1.2.3.4"
    assert said["00081190"]["Value"] == [where]
    assert said[STORED]["Value"][0]["00081190"]["Value"] == [f"{where}/series/1.2.3.4.5/instances/1.2.1"]


def test_while_nothing_can_be_looked_at_a_sender_is_told_to_come_again(tmp_path: Path) -> None:
    with running_portal(tmp_path / "without workers") as portal:
        anna = portal.account()
        portal.services.decoder._pool.close()
        answer = sent(portal, anna.token, made(), made(SOPInstanceUID="1.2.9"))
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        assert int(answer.headers["Retry-After"]) > 0
        assert (stored_count(portal), left_in_incoming(portal)) == (0, [])


def test_blanks_behind_a_boundary_mean_nothing(portal: Portal, anna: SignedIn) -> None:
    body = body_of([made(SOPInstanceUID="1.2.1"), made(SOPInstanceUID="1.2.2")])
    mark = f"--{BOUNDARY}\r\n".encode()
    assert uids(sent(portal, anna.token, body=body.replace(mark, mark[:-2] + b" \t \r\n"))) == ["1.2.1", "1.2.2"]


def test_the_answer_comes_as_it_is_accepted_or_nothing_is_kept(portal: Portal, anna: SignedIn) -> None:
    data = made(SOPInstanceUID="1.2.1")
    refused = sent(portal, anna.token, data, Accept="text/csv")
    assert (refused.status_code, refused.json()["code"]) == (406, "not-acceptable")
    assert portal.get("/dicomweb/studies", anna.token).status_code == 204
    for kind in ("application/dicom+json", "application/json", "application/dicom+xml"):
        answer = sent(portal, anna.token, data, Accept=f"{kind}, text/csv;q=0.9")
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
        assert b"1.2.1" in answer.content
    assert b'keyword="ReferencedSOPSequence"' in answer.content


@pytest.mark.parametrize("kind", ["application/dicom+json", "application/dicom+xml"])
def test_metadata_with_bulk_data_apart_are_refused_and_what_is_taken_is_told(
    portal: Portal, anna: SignedIn, kind: str
) -> None:
    headers = {"Content-Type": f'multipart/related; type="{kind}"; boundary={BOUNDARY}'}
    answer = portal.post("/dicomweb/studies", anna.token, data=body_of([b"[]"]), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported-type")
    assert answer.headers["accept"] == 'multipart/related; type="application/dicom"'
