"""The account behind the window: who is signed in, and where what comes from a portal may lie."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.actions import downloading, looking
from app.practice_portal.running import PracticePortal
from app.window.places.portal.session import PortalSession
from core.errors import Cancelled, PortalError
from core.job import QuietJob
from portal.client.download import is_ours
from portal.client.share_links import ShareLinks
from portal.names import ExamId, Link, ShareId
from portal.wire.exams import Exam
from tests.discs import ANNA, image
from tests.hostile_portal import ACCOUNT, MULTIPART, HostilePortal, know
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.client.hands import signing_in
from tests.unit.portal.client.strange_server import Asked, strange_server


@contextmanager
def signed_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, portal: HostilePortal) -> Iterator[PortalSession]:
    """Go on at a portal as somebody with a token, as at the start of the window."""
    monkeypatch.setenv("SCANSHELF_TOKEN", "t0ken")
    with strange_server(portal) as server, closing(PortalSession(tmp_path / "settings")) as work:
        know(tmp_path / "settings", server.url)
        assert work.resume(QuietJob()) is not None
        yield work


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """A folder of the person's, of which a portal has heard."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "1.2.3.dcm").write_text("mine")
    (folder / "report.pdf").write_text("mine")
    return folder


def _exam(work: PortalSession) -> Exam:
    (exam,) = work.portal().exams()
    return exam


def _download(work: PortalSession) -> Path:
    return downloading.fetch(work.here(), work.downloads, _exam(work), QuietJob()).folder


def _remove(work: PortalSession, folder: Path) -> bool:
    return downloading.let_go(work.downloads, folder)


def _report(work: PortalSession, exam: str) -> Path:
    return downloading.report(work.here(), work.reports, ExamId(exam), QuietJob())


@pytest.mark.parametrize(
    "name", ["{photos}", "../../photos", "..", ".", "a/../../../photos", "\0", "x" * 10_000_000, 7, None]
)
def test_no_exam_with_a_name_that_is_a_path_gets_in(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch, name: Any
) -> None:
    named = name.format(photos=photos) if isinstance(name, str) else name
    with signed_in(tmp_path, monkeypatch, HostilePortal(id=named)) as work, pytest.raises(PortalError) as told:
        looking.look(work.portal(), ("exams",), None)
    assert told.value.code == "portal-answer"
    assert (photos / "1.2.3.dcm").read_text() == "mine"


def test_an_exam_comes_into_a_folder_this_program_named_and_only_its_files_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with signed_in(tmp_path, monkeypatch, HostilePortal()) as work:
        folder = _download(work)
        assert folder.parent == tmp_path / "settings" / "downloads"
        assert re.fullmatch(r"[0-9a-f]{32}", folder.name)
        assert all(is_ours(file.name) for file in folder.rglob("*") if file.is_file())
        (folder / "letter.txt").write_text("mine")
        assert not _remove(work, folder)
        assert [file.name for file in folder.rglob("*")] == ["letter.txt"]
        (folder / "letter.txt").unlink()
        assert _remove(work, folder)


@pytest.mark.parametrize("exam", ["/home/anna/report", "..\\..\\x", "CON", "e1"])
def test_a_report_gets_a_name_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exam: str) -> None:
    with signed_in(tmp_path, monkeypatch, HostilePortal()) as work:
        path = _report(work, exam)
    assert path.parent == tmp_path / "settings" / "reports"
    assert path.stem.isalnum()
    assert len(path.stem) == 32
    assert path.read_bytes() == b"%PDF-1.4 hers"


def test_two_portals_that_name_an_exam_alike_have_two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = []
    for _ in range(2):
        with signed_in(tmp_path, monkeypatch, HostilePortal()) as work:
            folders.append(_download(work))
    assert folders[0] != folders[1]


def test_a_download_an_earlier_version_left_half_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "0123456789abcdef01234567"
    half = tmp_path / "settings" / "downloads" / name / "1.2.3.part"
    half.mkdir(parents=True)
    (half / "1.2.3.1.1.dcm").write_bytes(b"came before")
    (tmp_path / "settings" / "downloads" / ("ab" * 16)).mkdir()
    with signed_in(tmp_path, monkeypatch, HostilePortal(id=name)) as work:
        folder = _download(work)
        assert (folder / "1.2.3" / "1.2.3.1.1.dcm").read_bytes() == b"came before"
        assert not half.parent.exists()
    with signed_in(tmp_path, monkeypatch, HostilePortal(id="ab" * 16)) as work:  # a place of ours, not one of before
        assert _download(work).name != "ab" * 16
    assert (tmp_path / "settings" / "downloads" / ("ab" * 16)).is_dir()


def test_two_accounts_that_name_an_exam_alike_have_two_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = HostilePortal()
    with signed_in(tmp_path, monkeypatch, portal) as work:
        first = _download(work)
        portal.account = ACCOUNT | {"id": "a2", "user_name": "bert"}
        assert work.resume(QuietJob()) is not None
        assert _download(work) != first


@pytest.mark.skipif(sys.platform == "win32", reason="making links there needs a privilege")
def test_a_link_in_the_place_of_the_downloads_is_told_and_nothing_behind_it_touched(
    tmp_path: Path, photos: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with signed_in(tmp_path, monkeypatch, HostilePortal()) as work:
        for name in ("downloads", "reports"):
            (tmp_path / "settings" / name).symlink_to(photos, target_is_directory=True)
        with pytest.raises(PortalError) as told:
            _download(work)
        assert told.value.code == "downloads-unusable"
        with pytest.raises(PortalError) as told:
            _report(work, "e1")
        assert told.value.code == "downloads-unusable"
        assert not _remove(work, photos)
        assert not _remove(work, tmp_path / "settings" / "downloads")
    assert {file.name: file.read_text() for file in photos.iterdir()} == {"1.2.3.dcm": "mine", "report.pdf": "mine"}


def test_a_sign_out_between_two_reads_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with signed_in(tmp_path, monkeypatch, HostilePortal()) as work:

        class SignsOutMeanwhile(PracticePortal):
            def usual_url(self) -> str:
                work.begin_sign_out()
                return super().usual_url()

        work.practice = SignsOutMeanwhile(tmp_path / "practice")
        work.portal().whoami()  # who was signed in when it was asked
        for ask in (work.portal, lambda: looking.look(work.portal(), ("exams",), None), lambda: _report(work, "e1")):
            with pytest.raises(PortalError) as told:
                ask()
            assert told.value.code == "sign-in-needed"
        work.wake(QuietJob())
        assert work.links() == {}


def test_two_sign_outs_before_the_first_is_done_are_both_done(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCANSHELF_KEYRING", "memory")
    anna = portal.account(ANNA.patient_name, ANNA.patient_birth_date)
    with closing(PortalSession(tmp_path)) as work:
        connections = []
        for _ in range(2):
            connections.append(_sign_in(work, portal, anna))
            work.begin_sign_out()
        assert work.signs_out()
        assert work.sign_out()
        assert not work.signs_out()
    assert all(not connection.is_open() for connection in connections)


def test_a_second_sign_in_closes_the_connection_of_the_first(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCANSHELF_KEYRING", "memory")
    anna = portal.account(ANNA.patient_name, ANNA.patient_birth_date)
    with closing(PortalSession(tmp_path)) as work:
        first = _sign_in(work, portal, anna)
        assert first.is_open()
        second = _sign_in(work, portal, anna)
        assert not first.is_open()
        assert second.is_open()
    assert not second.is_open()


def test_who_gave_up_waiting_is_not_signed_in_behind_their_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, portal = QuietJob(), HostilePortal()

    def stops_meanwhile(asked: Asked) -> Iterable[bytes]:
        job.stop()
        return portal(asked)

    monkeypatch.setenv("SCANSHELF_TOKEN", "t0ken")
    with strange_server(stops_meanwhile) as server, closing(PortalSession(tmp_path)) as work:
        know(tmp_path, server.url)
        with pytest.raises(Cancelled):
            work.resume(job)
        with pytest.raises(PortalError) as told:
            work.portal()
    assert told.value.code == "sign-in-needed"


def _sign_in(work: PortalSession, portal: Portal, account: SignedIn) -> Any:
    hands = signing_in(account.user_name, account.password)
    work.sign_in(portal.url, hands.open, QuietJob())
    hands.rest()
    return work.portal().connection


def test_a_link_is_known_at_its_own_portal_alone(tmp_path: Path) -> None:
    links = ShareLinks(tmp_path / "links.json")
    links.keep("https://one.example", ShareId("s1"), Link("https://one.example/s/secret"))
    assert links.of("https://one.example") == {"s1": "https://one.example/s/secret"}
    assert links.of("https://two.example") == {}
    links.forget("https://two.example", ShareId("s1"))
    assert links.of("https://one.example")
    links.forget("https://one.example", ShareId("s1"))
    assert links.of("https://one.example") == {}


def test_a_portal_elsewhere_has_no_link_into_this_computer(tmp_path: Path) -> None:
    (tmp_path / "links.json").write_text(json.dumps({"https://one.example s1": "http://127.0.0.1:631/admin"}))
    assert ShareLinks(tmp_path / "links.json").of("https://one.example") == {}


def test_links_kept_by_an_older_version_go_on_and_bad_ones_do_not(tmp_path: Path) -> None:
    older = {"s1": "https://one.example/s/secret", "s2": "file:///etc/passwd", "s3": 7, "s4": "http://elsewhere/s/t"}
    (tmp_path / "links.json").write_text(json.dumps(older))
    links = ShareLinks(tmp_path / "links.json")
    assert links.of("https://one.example") == {"s1": "https://one.example/s/secret"}
    assert links.of("https://one") == {}


def test_an_image_of_a_real_portal_is_downloaded_and_taken_away_again(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCANSHELF_KEYRING", "memory")
    anna = portal.account(ANNA.patient_name, ANNA.patient_birth_date)
    body = b"--B\r\nContent-Type: application/dicom\r\n\r\n" + image(number=1) + b"\r\n--B--\r\n"
    sent = portal.post("/dicomweb/studies", anna.token, data=body, headers={"Content-Type": MULTIPART})
    assert sent.status_code == 200
    with closing(PortalSession(tmp_path)) as work:
        _sign_in(work, portal, anna)
        folder = _download(work)
        assert [file.read_bytes() for file in folder.rglob("*.dcm")] == [image(number=1)]
        assert _remove(work, folder)
        assert not folder.exists()
