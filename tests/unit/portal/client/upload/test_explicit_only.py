"""A server that takes explicit VRs alone gets them: other bytes, the same data set, and the receipt says so."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pydicom
import pytest

from app.actions.servers import PASSWORD, Wish, dicomweb_target, keep_password
from app.actions.signing_in import Access
from app.build import Workers
from app.cli.sending_words import report_lines
from dicom.source import Content
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.known_servers import profile_of
from portal.client.upload.reporting import report_to_json
from portal.client.upload.targets.dicomweb_target import DicomwebTarget
from tests.discs.files import IMPLICIT
from tests.faults.fault_proxy import said_stored
from tests.unit.portal.client.strange_server import Asked, answer, strange_server
from tests.upload_tools import put_images, run_upload

COUNT = 3


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(decode_workers=1) as made:
        yield made


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        put_images(opened, range(1, COUNT + 1), syntax=IMPLICIT)
        put_images(opened, [9])
        yield opened


class ExplicitOnly:
    """Made from Azure's conformance statement: what is Implicit VR fails; the preamble is zeroed in what is kept."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def __call__(self, asked: Asked) -> Iterable[bytes]:
        if asked.first_line.startswith("GET"):
            with self._lock:
                listed = [{"00080018": {"vr": "UI", "Value": [uid]}} for uid in self.kept]
            page = [] if "offset=" in asked.first_line and "offset=0" not in asked.first_line else listed
            return answer(json.dumps(page).encode())
        edge = asked.headers["content-type"].rpartition("boundary=")[2].encode()
        (part,) = asked.body.split(b"--" + edge)[1:-1]
        content = part.partition(b"\r\n\r\n")[2][:-2]
        read = pydicom.dcmread(io.BytesIO(content))
        uid = str(read.SOPInstanceUID)
        if read.file_meta.TransferSyntaxUID == IMPLICIT:
            failed = {"00081198": {"vr": "SQ", "Value": [_failed(uid, 43264)]}}
            return answer(json.dumps(failed).encode(), "409 Conflict")
        with self._lock:
            self.kept[uid] = bytes(128) + content[128:]
        return answer(said_stored(uid))


def _failed(uid: str, reason: int) -> dict[str, object]:
    return {"00081155": {"vr": "UI", "Value": [uid]}, "00081197": {"vr": "US", "Value": [reason]}}


@pytest.mark.shared_workers
def test_a_server_that_refuses_implicit_vr_gets_the_same_data_set_with_explicit_ones(
    library: Library, workers: Workers
) -> None:
    server = ExplicitOnly()
    with strange_server(server) as strange:
        with closing(DicomwebTarget(Connection(strange.url), workers.compare, library.incoming)) as target:
            refused = run_upload(library, target)
        assert (refused.state, refused.stored) == ("partial", 1), "it does refuse them"
        rewriting = DicomwebTarget(Connection(strange.url), workers.compare, library.incoming, workers.explicit_form)
        with closing(rewriting) as target:
            report = run_upload(library, target)
    assert (report.state, len(server.kept)) == ("complete", COUNT + 1)
    assert len(report.converted) == COUNT
    assert report.receipt is not None
    assert (report.receipt["converted"], report.receipt["transfer_syntax_uid"]) == (COUNT, "1.2.840.10008.1.2.1")
    assert sorted(report_to_json(report)["converted"]) == sorted(report.converted)
    (line,) = [line for line in report_lines(report, library.upload(report.upload)) if "explicit VRs" in line]
    assert "the bytes are not those of your shelf" in line
    for row in library.instances():
        ours = pydicom.dcmread(library.object_content(row.sha256).path)
        theirs = pydicom.dcmread(io.BytesIO(server.kept[row.sop_instance_uid or ""]))
        assert list(theirs) == list(ours), "read back equal"
        assert theirs.PixelData == ours.PixelData
    assert not list(library.incoming.iterdir()), "nothing of it stays"


@pytest.mark.shared_workers
def test_what_would_not_stay_the_same_data_set_is_never_sent(library: Library, workers: Workers) -> None:
    def doubt(one: Content, other: Content, job: object) -> str:
        return "different"

    server = ExplicitOnly()
    with strange_server(server) as strange:
        target = DicomwebTarget(
            Connection(strange.url),
            doubt,  # type: ignore[arg-type]
            library.incoming,
            workers.explicit_form,
        )
        with closing(target):
            report = run_upload(library, target)
    assert {one.code for one in report.left} == {"not-converted"}
    assert (report.stored, len(server.kept)) == (1, 1)


@pytest.mark.parametrize(
    "url, name, explicit",
    [
        ("https://ws-dicom.dicom.azurehealthcareapis.com/v2", "Azure DICOM service", True),
        ("https://healthcare.googleapis.com/v1/projects/p/dicomStores/s/dicomWeb", "Google Cloud Healthcare API", True),
        ("https://dicom-medical-imaging.eu-west-1.amazonaws.com/datastore/1", "AWS HealthImaging", False),
    ],
)
def test_servers_are_known_by_their_address(url: str, name: str, explicit: bool) -> None:
    profile = profile_of(url)
    assert profile is not None
    assert (profile.name, profile.explicit_vr, profile.tested) == (name, explicit, False)
    assert profile_of(url.replace(".com", ".com.example")) is None


@pytest.mark.shared_workers
def test_a_servers_password_comes_from_the_address_the_environment_or_the_keyring_and_is_in_no_queue(
    library: Library, workers: Workers, tmp_path: Path
) -> None:
    kept_in = {"SCANSHELF_KEYRING": f"file:{tmp_path / 'keys'}"}

    def header(named: str, more: dict[str, str]) -> str | None:
        access = Access(tmp_path / "settings", {**kept_in, **more})
        with closing(dicomweb_target(Wish(named), library, workers, access)) as target:
            upload = library.begin_upload(library.studies()[0].study_instance_uid or "", target.url, "dicomweb")
            assert "geheim" not in library.upload(upload).target
            signed = target._connection.credentials
            return signed.header() if signed is not None else None

    carried = header("http://anna:geheim@127.0.0.1:9/dicom-web", {})
    assert carried is not None
    assert header("http://127.0.0.1:9/dicom-web", {}) is None
    assert header("http://127.0.0.1:9/dicom-web", {PASSWORD: "anna:geheim"}) == carried
    access = Access(tmp_path / "settings", kept_in)
    assert keep_password("http://anna:geheim@127.0.0.1:9/dicom-web", access)
    assert header("http://127.0.0.1:9/dicom-web", {}) == carried
    assert header("http://127.0.0.1:9/other", {}) is None, "another address, another server"
