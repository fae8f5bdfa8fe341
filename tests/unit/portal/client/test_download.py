"""Bring an exam into a folder: whole or not there, also where the portal is at odds with itself."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from core.errors import Cancelled, LibraryError, PortalError
from core.job import QuietJob
from portal.client.account import Portal as Account
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.download import bring_report, download_exam
from portal.names import ExamId, Uid
from portal.wire.exams import Exam, ExamStudy, Report
from portal.wire.people import Person
from tests.discs import ANNA, image
from tests.discs.files import uid
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.client.strange_server import Asked, answer, strange_server

STUDY, SERIES = "1.2.3", "1.2.3.1"
IMAGES = {f"1.2.3.1.{number}": f"image {number}".encode() * 100 for number in (1, 2, 3)}
MULTIPART = 'multipart/related; type="application/dicom"; boundary=B'
Serve = Callable[[str], Iterable[bytes]]


def exam_of(size: int = 2100, instances: int = 3, report: Report | None = None) -> Exam:
    one = ExamStudy(Uid(STUDY), "20240510", None, None, None, ("CT",), 1, instances, size)
    return Exam(
        ExamId("e1"), "CT", "20240510", "upload", Person(), (one,), report or Report("not-expected"), True, 0, ""
    )


def listing(*instances: str) -> bytes:
    tags = [
        {"0020000E": {"vr": "UI", "Value": [SERIES]}, "00080018": {"vr": "UI", "Value": [one]}} for one in instances
    ]
    return json.dumps(tags).encode()


def part(content: bytes) -> bytes:
    return b"--B\r\nContent-Type: application/dicom\r\n\r\n" + content + b"\r\n--B--\r\n"


def serving(one: Serve, listed: tuple[str, ...] = tuple(IMAGES)) -> Callable[[Asked], Iterable[bytes]]:
    """Serve a study; `one` gives the answer for an instance."""

    def say(asked: Asked) -> Iterable[bytes]:
        path = asked.first_line.split(" ")[1]
        if "/instances?" in path:
            first_page = "offset=0" in path
            return answer(listing(*listed) if first_page else b"", "200 OK" if first_page else "204 No Content")
        if path.endswith("/report"):
            return answer(b"%PDF-1.4 report", kind="application/pdf")
        return one(path.rpartition("/")[2])

    return say


def good(instance: str) -> list[bytes]:
    return answer(part(IMAGES[instance]), kind=MULTIPART)


def fetch(url: str, exam: Exam, folder: Path) -> list[Path]:
    with Connection(url) as connection:
        return list(download_exam(connection, exam, folder, QuietJob()).files)


def names(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def test_images_and_report_come_under_names_of_their_own(tmp_path: Path) -> None:
    exam = exam_of(report=Report("released"))
    with strange_server(serving(good)) as server:
        files = fetch(server.url, exam, tmp_path)
        assert fetch(server.url, exam, tmp_path) == files
    assert names(tmp_path) == {f"{STUDY}/{one}.dcm" for one in IMAGES} | {"report.pdf"}
    assert {file.read_bytes() for file in files[:-1]} == set(IMAGES.values())


def test_another_report_of_that_name_stays(tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(b"another")
    with strange_server(serving(good)) as server:
        report = fetch(server.url, exam_of(report=Report("released")), tmp_path)[-1]
    assert (tmp_path / "report.pdf").read_bytes() == b"another"
    assert report.read_bytes() == b"%PDF-1.4 report"


@pytest.mark.parametrize(
    "bad",
    [
        lambda one: answer(part(IMAGES[one])[:-5], kind=MULTIPART),
        lambda one: [
            b"HTTP/1.1 200 OK\r\nContent-Type: " + MULTIPART.encode() + b"\r\nContent-Length: 9999\r\n\r\n--B"
        ],
        lambda one: answer(b"<html>", kind="text/html"),
        lambda one: answer(b"", "204 No Content"),
        lambda one: answer(b"no", "500 No"),
        lambda one: answer(b"", "302 Found", more="Location: file:///etc/passwd\r\n"),
    ],
)
def test_a_cut_leaves_nothing_half_and_the_next_try_goes_on(tmp_path: Path, bad: Serve) -> None:
    asked: list[str] = []

    def second_is_bad(one: str) -> list[bytes]:
        asked.append(one)
        return bad(one) if one.endswith(".2") else good(one)

    with strange_server(serving(second_is_bad)) as server, pytest.raises(PortalError):
        fetch(server.url, exam_of(), tmp_path)
    assert names(tmp_path) == {f"{STUDY}.part/{STUDY}.1.1.dcm"}
    with strange_server(serving(good)) as server:
        files = fetch(server.url, exam_of(), tmp_path)
        assert len([each for each in server.asked if each.first_line.split(" ")[1].count("/") == 7]) == 2
    assert names(tmp_path) == {f"{STUDY}/{one}.dcm" for one in IMAGES}
    assert [hashlib.sha256(file.read_bytes()).hexdigest() for file in files] == [
        hashlib.sha256(content).hexdigest() for content in IMAGES.values()
    ]


def test_less_than_was_listed_is_not_kept_as_the_whole(tmp_path: Path) -> None:
    with strange_server(serving(good)) as server, pytest.raises(PortalError) as caught:
        fetch(server.url, exam_of(size=5000), tmp_path)
    assert caught.value.code == "download-incomplete"
    assert list(tmp_path.iterdir()) == []
    with strange_server(serving(good, ())) as server, pytest.raises(PortalError) as caught:
        fetch(server.url, exam_of(), tmp_path)
    assert caught.value.code == "download-incomplete"
    with strange_server(serving(good, tuple(IMAGES)[:2])) as server, pytest.raises(PortalError) as caught:
        fetch(server.url, exam_of(), tmp_path)
    assert caught.value.code == "download-incomplete"


def test_e4_images_come_at_once_while_a_report_among_them_is_held(tmp_path: Path) -> None:
    with strange_server(serving(good, tuple(IMAGES)[:2])) as server:
        assert len(fetch(server.url, exam_of(report=Report("held")), tmp_path)) == 2


@pytest.mark.parametrize("evil", ["../../evil", "/etc/passwd", "1.2\u0000", "1.2/../../3", "", ".", "1.2.", "1" * 65])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, evil: str) -> None:
    def any_image(_: str) -> list[bytes]:
        return answer(part(b"x"), kind=MULTIPART)

    folder = tmp_path / "to"
    with strange_server(serving(any_image, (evil,))) as server, pytest.raises(PortalError) as caught:
        fetch(server.url, exam_of(1, 1), folder)
    assert caught.value.code == "portal-answer"
    assert names(tmp_path) == set()


def endless(start: bytes, kind: str) -> Callable[[str], Iterator[bytes]]:
    def say(_: str) -> Iterator[bytes]:
        yield f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode() + start
        while True:
            yield bytes(1 << 16)

    return say


def test_a_body_without_end_is_left_where_more_comes_than_was_listed(tmp_path: Path) -> None:
    say = endless(b"--B\r\n\r\n", MULTIPART)
    with strange_server(serving(say)) as server, pytest.raises(PortalError) as caught:
        fetch(server.url, exam_of(), tmp_path)
    assert (caught.value.code, caught.value.facts["reason"]) == ("portal-answer", "too-large")
    assert names(tmp_path) == set()


def test_a_body_without_end_can_be_stopped(tmp_path: Path) -> None:
    job = QuietJob()

    def say(_: str) -> Iterator[bytes]:
        pieces = endless(b"--B\r\n\r\n", MULTIPART)("")
        yield next(pieces)
        yield next(pieces)
        job.stop()
        yield from pieces

    exam = exam_of(size=0)  # the portal does not say how much there is
    with strange_server(serving(say)) as server, Connection(server.url) as connection, pytest.raises(Cancelled):
        download_exam(connection, exam, tmp_path, job)
    assert names(tmp_path) == set()


def test_more_than_this_computer_has_room_for_is_not_begun(tmp_path: Path) -> None:
    with strange_server(serving(good)) as server, pytest.raises(LibraryError) as caught:
        fetch(server.url, exam_of(size=1 << 52), tmp_path)
    assert caught.value.code == "no-space"
    assert names(tmp_path) == set()


def test_room_is_asked_for_what_is_still_to_come_alone(tmp_path: Path) -> None:
    half = tmp_path / f"{STUDY}.part"
    half.mkdir()
    first, size = next(iter(IMAGES)), shutil.disk_usage(tmp_path).free * 2
    with open(half / f"{first}.dcm", "wb") as file:
        file.truncate(size)  # a hole: it takes no room
    rest = sum(len(content) for uid_, content in IMAGES.items() if uid_ != first)
    with strange_server(serving(good)) as server:
        assert len(fetch(server.url, exam_of(size=size + rest), tmp_path)) == len(IMAGES)


def test_a_length_that_lies_leaves_nothing_half(tmp_path: Path) -> None:
    for length in (10, 10**6):

        def say(one: str, length: int = length) -> list[bytes]:
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {MULTIPART}\r\nContent-Length: {length}\r\n\r\n"
            return [head.encode(), part(IMAGES[one])]

        with strange_server(serving(say)) as server, pytest.raises(PortalError):
            fetch(server.url, exam_of(), tmp_path)
        assert names(tmp_path) == set()


@pytest.mark.parametrize("said", [b"", b"<html>not a report</html>", b"MZ\x90\x00" * 500, b"PK\x03\x04"])
def test_what_is_no_pdf_is_never_kept_as_a_report(tmp_path: Path, said: bytes) -> None:
    with (
        strange_server(lambda _: answer(said, kind="application/pdf")) as server,
        Connection(server.url) as connection,
        pytest.raises(PortalError) as caught,
    ):
        bring_report(connection, ExamId("e1"), tmp_path / "report.pdf", QuietJob())
    assert caught.value.facts["reason"] == "no-pdf"
    assert names(tmp_path) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="making links there needs a privilege")
def test_a_folder_that_leads_elsewhere_gets_nothing(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / ".coming-mine").write_text("mine")
    folder = tmp_path / "to"
    for name in (f"{STUDY}.part", STUDY):
        folder.mkdir()
        (folder / name).symlink_to(elsewhere, target_is_directory=True)
        with strange_server(serving(good)) as server, pytest.raises(PortalError) as caught:
            fetch(server.url, exam_of(), folder)
        assert caught.value.code == "downloads-unusable"
        assert names(elsewhere) == {".coming-mine"}
        shutil.rmtree(folder)


@pytest.mark.parametrize(
    "said", [b"{", b"{}", b"[3]", b'[{"0020000E": 1}]', b'[{"0020000E": {"Value": []}}]', b"[" * 99_999]
)
def test_a_list_that_does_not_fit_is_told_so(tmp_path: Path, said: bytes) -> None:
    with strange_server(lambda _: answer(said)) as server, pytest.raises(PortalError) as caught:
        fetch(server.url, exam_of(), tmp_path)
    assert caught.value.code in {"portal-answer", "download-incomplete"}


def test_a_stopped_download_goes_on_later(tmp_path: Path) -> None:
    class StopsAfterOne(QuietJob):
        def report(self, done: int, total: int, step: str) -> None:
            if done:
                self.stop()

    with strange_server(serving(good)) as server:
        connection = Connection(server.url)
        with connection, pytest.raises(Cancelled):
            download_exam(connection, exam_of(), tmp_path, StopsAfterOne())
    assert names(tmp_path) == {f"{STUDY}.part/{STUDY}.1.1.dcm"}


def stowed(portal: Portal, person: SignedIn, *numbers: int) -> list[bytes]:
    images = [image(number=number) for number in numbers]
    body = b"".join(b"--B\r\nContent-Type: application/dicom\r\n\r\n" + one + b"\r\n" for one in images) + b"--B--\r\n"
    sent = portal.post("/dicomweb/studies", person.token, data=body, headers={"Content-Type": MULTIPART})
    assert sent.status_code == 200, sent.text
    return images


def test_e1_an_exam_of_the_real_portal_comes_byte_for_byte(portal: Portal, tmp_path: Path) -> None:
    person = portal.account(ANNA.patient_name, ANNA.patient_birth_date)
    images = stowed(portal, person, 1, 2, 3)
    with Connection(portal.url, MachineToken(person.token)) as connection:
        account = Account(connection)
        (exam,) = account.exams()
        assert account.exam(exam.id) == exam
        assert [study.study_instance_uid for study in exam.studies] == [uid("P-1/T1")]
        files = account.download_exam(exam, tmp_path, QuietJob()).files
        assert {file.read_bytes() for file in files} == set(images)
        with pytest.raises(PortalError) as caught:
            account.exam("no such")
    assert caught.value.code == "no-such-exam"


def test_what_is_damaged_there_keeps_nothing_else_back_and_comes_once_it_is_whole(tmp_path: Path) -> None:
    broken = set(list(IMAGES)[:1])
    told = b'{"type": "urn:scanshelf:problem:object-damaged", "code": "object-damaged"}'

    def some(one: str) -> list[bytes]:
        return answer(told, "500 Damaged", kind="application/problem+json") if one in broken else good(one)

    with strange_server(serving(some)) as server, Connection(server.url) as connection:
        came = download_exam(connection, exam_of(), tmp_path, QuietJob())
        assert (came.damaged, {file.stem for file in came.files}) == (1, set(IMAGES) - broken)
        broken.clear()
        whole = download_exam(connection, exam_of(), tmp_path, QuietJob())
        assert (whole.damaged, {file.stem for file in whole.files}) == (0, set(IMAGES))
        assert names(tmp_path) == {f"{STUDY}/{one}.dcm" for one in IMAGES}


def test_an_exam_that_is_damaged_altogether_is_told_as_that(tmp_path: Path) -> None:
    told = b'{"type": "urn:scanshelf:problem:object-damaged", "code": "object-damaged"}'
    with (
        strange_server(serving(lambda _: answer(told, "500 Damaged", kind="application/problem+json"))) as server,
        pytest.raises(PortalError) as caught,
    ):
        fetch(server.url, exam_of(), tmp_path)
    assert caught.value.code == "object-damaged"
