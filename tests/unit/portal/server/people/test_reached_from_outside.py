"""Beyond this computer: https by certificate files, or by a web server in front."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest
import requests

from core.errors import PortalError
from portal.names import is_loopback_host
from portal.server.base.settings import ServerSettings
from portal.server.http.slow_clients import HEADER_SECONDS
from portal.server.http.web_server import TlsFiles, bind
from portal.server.running.serve import serve
from tests.portal_tools import Portal, portal_process, running_portal
from tests.tools import needs_tool

OUTSIDE = "https://portal.example.org"


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for 127.0.0.1 that signs itself."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=portal", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [needs_tool("openssl"), *words, *names, "-keyout", str(key), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    return made, key


def test_certificate_files_give_https(tmp_path: Path) -> None:
    made, key = certificate(tmp_path)
    with portal_process(tmp_path, "--certificate", str(made), "--key", str(key)) as portal:
        assert portal.url.startswith("https://127.0.0.1:")
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{portal.url}/.well-known/patient-portal", verify=str(made), timeout=(10, 60))
            assert answer.json()["url"] == portal.url
            assert "max-age" in answer.headers["strict-transport-security"]
            page = session.get(f"{portal.url}/oauth/device", verify=str(made), timeout=(10, 60))
        assert page.headers["set-cookie"].startswith("__Host-form=")
        assert "; secure" in page.headers["set-cookie"].lower()


def test_files_that_are_no_certificate_say_so(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("nothing")
    settings = ServerSettings(tmp_path / "data", "", True)
    with pytest.raises(PortalError, match="portal-certificate-files"):
        serve(settings, "127.0.0.1", 0, print, TlsFiles(wrong, wrong))


@pytest.mark.parametrize(
    "host, is_this_computer",
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("127.9.9.9", True),
        ("0.0.0.0", False),
        ("192.168.1.5", False),
        ("localhost.example.org", False),
        ("", False),
    ],
)
def test_only_this_computer_is_loopback(host: str, is_this_computer: bool) -> None:
    assert is_loopback_host(host) is is_this_computer


def test_behind_a_web_server_links_are_made_from_the_public_url_alone(tmp_path: Path) -> None:
    with running_portal(tmp_path / "data", local=False, public_url=OUTSIDE) as portal:
        said = portal.get("/.well-known/patient-portal").json()
        assert (said["url"], said["local"]) == (OUTSIDE, False)
        page = portal.get("/oauth/device")
        assert "; secure" in page.headers["set-cookie"].lower()
        assert "practice portal on this computer" not in page.text
        person = {"patient_name": "A^B", "patient_birth_date": "19600101"}
        invited = portal.post("/api/v1/staff/invitations", portal.staff_token, json=person).json()
        assert invited["url"].startswith(f"{OUTSIDE}/oauth/activate?")


def tries_left(portal: Portal, address: str) -> bool:
    said = {"code": "AAAA-AAAA-AAAA", "user_name": "anna", "password": "three green apples"}
    answer = portal.post("/api/v1/activation", json=said, headers={"X-Forwarded-For": address})
    return answer.status_code != 429


def test_behind_a_web_server_tries_are_counted_by_the_callers_own_address(tmp_path: Path) -> None:
    with running_portal(tmp_path / "data", local=False, public_url=OUTSIDE) as portal:
        assert all(tries_left(portal, "203.0.113.7") for _ in range(30))
        assert not tries_left(portal, "203.0.113.7")
        assert tries_left(portal, "203.0.113.8")
        assert not tries_left(portal, "1.2.3.4, 203.0.113.7")  # what the caller itself wrote is not believed


def test_on_this_computer_nobody_is_believed_to_come_from_elsewhere(portal: Portal) -> None:
    for number in range(30):
        assert tries_left(portal, f"203.0.113.{number}")
    assert not tries_left(portal, "203.0.113.99")


@pytest.mark.long
def test_who_says_nothing_is_sent_away(portal: Portal) -> None:
    host, port = portal.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=HEADER_SECONDS * 6) as silent:
        silent.sendall(b"GET / HT")
        assert silent.recv(1) == b""


def test_a_taken_port_is_told_apart(portal: Portal) -> None:
    with pytest.raises(PortalError, match="portal-address-in-use"):
        bind("127.0.0.1", int(portal.url.rpartition(":")[2]))
