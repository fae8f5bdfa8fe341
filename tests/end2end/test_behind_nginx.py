"""A portal of two processes behind a real nginx: with the configuration that is shipped, and as nginx comes."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload.targets.portal_target import PortalTarget
from tests.discs.files import ANNA
from tests.nginx_server import free_port, nginx_as_shipped, nginx_by_default
from tests.portal_tools import TIMEOUT, Portal, PortalProcess, SignedIn, portal_process
from tests.unit.portal.server.dicomweb.senders import BOUNDARY, body_of, made
from tests.upload_tools import put_image, run_upload

KIND = {"Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'}
WIDE = {"Rows": 1024, "Columns": 1024, "PixelData": bytes(2 << 20)}
STUDY = "/dicomweb/studies/1.2.3.4"


@dataclass
class Clinic:
    """nginx with https, and the portal behind it."""

    url: str
    certificate: Path
    portal: PortalProcess
    anna: SignedIn

    def ask(self, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
        """Ask nginx."""
        headers = {**({"Authorization": f"Bearer {token}"} if token else {}), **more.pop("headers", {})}
        with requests.Session() as session:
            session.trust_env = False
            more.setdefault("verify", str(self.certificate))
            return session.request(method, self.url + path, headers=headers, timeout=TIMEOUT, **more)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """Run both; what is counted per address is left to the last test."""
    folder, port, inside = tmp_path_factory.mktemp("clinic"), free_port(), free_port()
    url = f"https://localhost:{port}"
    words = ("--workers", "2", "--port", str(inside), "--public-url", url, "--trusted-proxy", "127.0.0.1")
    with portal_process(folder, *words) as portal:
        portal.url = f"http://127.0.0.1:{inside}"  # it says the one people use
        with nginx_as_shipped(folder / "nginx", port, [f"127.0.0.1:{inside}"]) as certificate:
            yield Clinic(url, certificate, portal, portal.account())


def test_large_images_pass_and_come_back_whole_and_in_ranges(clinic: Clinic) -> None:
    image = made(SOPInstanceUID="1.2.1", **WIDE)
    answer = clinic.ask("POST", "/dicomweb/studies", clinic.anna.token, data=body_of([image]), headers=KIND)
    assert answer.status_code == 200, answer.text
    place = f"{STUDY}/series/1.2.3.4.5/instances/1.2.1"
    plain = {"Accept": "application/dicom"}
    assert clinic.ask("GET", place, clinic.anna.token, headers=plain).content == image
    part = clinic.ask("GET", place, clinic.anna.token, headers={**plain, "Range": "bytes=1000000-1000099"})
    assert (part.status_code, part.content) == (206, image[1000000:1000100])


def test_what_is_sent_slowly_streams_through(clinic: Clinic) -> None:
    body, begun = body_of([made(SOPInstanceUID="1.2.2", **WIDE)]), threading.Event()

    def pieces() -> Iterator[bytes]:
        yield body[:70_000]
        assert clinic.ask("GET", "/health").status_code == 200  # others are answered meanwhile
        begun.set()
        yield body[70_000:]

    answer = clinic.ask("POST", "/dicomweb/studies", clinic.anna.token, data=pieces(), headers=KIND)
    assert (answer.status_code, begun.is_set()) == (200, True)


def test_links_and_cookies_are_those_of_https(clinic: Clinic) -> None:
    answer = clinic.ask("GET", "/.well-known/patient-portal")
    assert answer.headers["Strict-Transport-Security"]
    assert clinic.ask("GET", "/.well-known/oauth-authorization-server").json()["issuer"] == clinic.url


def test_where_a_request_comes_from_is_what_nginx_says_and_nobody_else(clinic: Clinic) -> None:
    code = {"code": "AAAA-AAAA-AAAA", "user_name": "berta", "password": "three green apples"}
    statuses = [
        clinic.ask("POST", "/api/v1/activation", json=code, headers={"X-Forwarded-For": f"192.0.2.{each}"}).status_code
        for each in range(31)
    ]
    assert statuses == [404] * 30 + [429]


def test_while_no_portal_answers_nginx_says_so_in_the_portals_own_form(tmp_path: Path) -> None:
    port = free_port()
    with nginx_as_shipped(tmp_path / "nginx", port, [f"127.0.0.1:{free_port()}"]) as certificate:
        answer = requests.get(f"https://localhost:{port}/api/v1/exams", verify=str(certificate), timeout=TIMEOUT)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert (answer.headers["Content-Type"], answer.json()["code"]) == ("application/problem+json", "unavailable")


def test_with_nginx_as_it_comes_large_images_are_refused_in_words_and_the_others_arrive(
    portal: Portal, tmp_path: Path
) -> None:
    anna = portal.account(ANNA.patient_name, ANNA.patient_birth_date, ANNA.patient_id)
    with (
        nginx_by_default(tmp_path / "nginx", portal.url.removeprefix("http://")) as url,
        Library.open(tmp_path / "shelf") as library,
        closing(PortalTarget(Connection(url, MachineToken(anna.token)))) as target,
    ):
        small, large = put_image(library, 1), put_image(library, 2, rows=1024, columns=1024, pixel_data=bytes(2 << 20))
        report = run_upload(library, target, kind="portal")
    assert report.state != "complete"
    assert [(one.sop_instance_uid, one.code) for one in report.left] == [(large, "too-large")]
    exams = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    assert [study["instances"] for exam in exams for study in exam["studies"]] == [1]
    assert small != large
