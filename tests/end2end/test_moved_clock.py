"""The real portal by a clock that was moved from outside (Debian's faketime): what ends, ends by it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.portal_tools import TIMEOUT, PortalProcess, ended_workers
from tests.tools import REPOSITORY

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
PERSON = {"patient_name": "BERG^KARL", "patient_birth_date": "19480101"}


def later(days: int) -> dict[str, str]:
    """Give the environment of a program that begins so many days from now."""
    return {"LD_PRELOAD": str(LIBRARIES[0]), "FAKETIME": f"+{days}d", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


@pytest.mark.long
@pytest.mark.skipif(not LIBRARIES, reason="faketime is not installed")
def test_a3_a8_s5_what_ends_ends_by_the_servers_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    portal = PortalProcess(tmp_path / "portal-data")
    portal.start()
    try:
        anna = portal.account()
        code = portal.asked("POST", "staff/invitations", portal.staff_token, PERSON)["activation_code"]
        share = shared(portal, anna.token)
        portal.end()
        ended_workers(portal.data)
        with monkeypatch.context() as moved:
            for name, value in later(32).items():
                moved.setenv(name, value)
            portal.start()
        opened = ask(portal, "redeem", {"share_code": share})
        assert (opened.status_code, opened.json()["reason"]) == (410, "expired")
        chosen = {"code": code, "user_name": "karl", "password": "correct horse battery"}
        assert (taken := ask(portal, "activation", chosen)).status_code == 410, taken.text
        assert taken.json()["code"] == "code-used"
    finally:
        portal.end()
        ended_workers(portal.data)
    words = ["portal", "token", "--user", anna.user_name, "--data", str(portal.data), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=REPOSITORY,
        env=os.environ | later(366),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stdout
    assert "a year" in done.stderr


def shared(portal: PortalProcess, token: str) -> str:
    """Send one image and share it; gives the share's code."""
    from tests.unit.portal.server.dicomweb.senders import BOUNDARY, body_of, made

    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": f'multipart/related; type="application/dicom"; boundary={BOUNDARY}',
    }
    image = made(PatientID=None)
    sent = requests.post(f"{portal.url}/dicomweb/studies", data=body_of([image]), headers=headers, timeout=TIMEOUT)
    assert sent.status_code == 200, sent.text
    return str(portal.asked("POST", "shares", token, {"studies": ["1.2.3.4"]})["share_code"])


def ask(portal: PortalProcess, path: str, body: dict[str, str]) -> requests.Response:
    return requests.post(f"{portal.url}/api/v1/{path}", json=body, timeout=TIMEOUT)
