"""`portal serve --mailbox`, and what the practice's commands do beside it, as another program sees them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.portal_tools import PortalProcess
from tests.tools import REPOSITORY

SECONDS = 60


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[PortalProcess]:
    process = PortalProcess(tmp_path / "data", ("--mailbox", str(tmp_path / "mail")))
    process.start()
    yield process
    process.end()


def command(*words: str, given: str | None = None, ends: int = 0) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "app", "portal", *words, "--json"],
        cwd=REPOSITORY, input=given, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == ends, done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def letter_in(folder: Path, subject: str) -> str:
    """Wait for an e-mail and give its text."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        for file in sorted(folder.glob("*.eml")):
            letter = message_from_bytes(file.read_bytes(), policy=policy.default)
            if letter["Subject"] == subject:
                return str(letter.get_body(("plain",)).get_content())  # type: ignore[attr-defined]
        time.sleep(0.05)
    raise AssertionError(f"no letter {subject!r} in {list(folder.glob('*'))}")


@pytest.mark.long
def test_invited_by_letter_recovered_by_letter_and_asked_to_the_practice(portal: PortalProcess, tmp_path: Path) -> None:
    data, mail = str(portal.data), tmp_path / "mail"
    anna = ("--name", "MUELLER^ANNA", "--birth-date", "1951-05-04", "--email", "anna@example.org")
    invited = command("invite", "--data", data, *anna)
    assert invited["activation_code"] in letter_in(mail, "Your account at our patient portal")
    chosen = ("--code", invited["activation_code"], "--user", "anna", "--password-stdin")
    command("activate", "--data", data, *chosen, given="three green apples\n")

    asked = requests.post(f"{portal.url}/api/v1/account/recovery", json={"email": "anna@example.org"}, timeout=SECONDS)
    assert asked.status_code == 202
    found = re.search(r"/recover/(\S+)", letter_in(mail, "Your sign-in at our patient portal"))
    assert found
    address, new = f"{portal.url}/api/v1/account/recovery/{found[1]}", {"password": "four yellow pears"}
    assert [requests.post(address, json=new, timeout=SECONDS).status_code for _ in range(2)] == [200, 410]

    rules = command("settings", "--data", data, "--release-hours-after-report", "48", "--self-service", "off")
    assert (rules["release_rule"], rules["release_hours"], rules["self_service"]) == ("after-report", 48, False)
    token = command("token", "--data", data, "--user", "anna", "--days", "2")["token"]
    edit = requests.patch(
        f"{portal.url}/api/v1/account",
        json={"phone": "1"},
        headers={"Authorization": f"Bearer {token}"},
        timeout=SECONDS,
    )
    assert (edit.status_code, edit.json()["code"]) == (403, "contact-the-practice")
    command("reinstate", "--data", data, "--user", "nobody", ends=3)
    assert command("reinstate", "--data", data, "--user", "anna") == {"user_name": "anna"}
