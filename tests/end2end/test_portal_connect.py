"""`scanshelf portal connect` as it is started: receives, says what it does, ends in order, and goes on after a kill."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.portal_tools import PortalProcess, portal_process
from tests.tools import REPOSITORY, needs_tool
from tests.unit.portal.server.dicomweb.senders import made


@contextmanager
def receiver(portal: PortalProcess, *words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "app", "portal", "connect", "--json", "--data", str(portal.data), "--port", "0"]
    with subprocess.Popen([*command, *words], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def store(port: int, image: Path) -> int:
    command = [needs_tool("storescu"), "-xe", "-aec", "SCANSHELF", "127.0.0.1", str(port), str(image)]
    return subprocess.run(command, capture_output=True, check=False).returncode


@pytest.mark.long
def test_e4_a_machine_sends_to_the_command_and_a_kill_loses_nothing(tmp_path: Path) -> None:
    images = [tmp_path / f"{number}.dcm" for number in (1, 2)]
    for number, image in enumerate(images, 1):
        image.write_bytes(made(SOPInstanceUID=f"1.{number}"))
    with portal_process(tmp_path) as portal:
        invitation = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504", "patient_id": "A-1"}
        portal.asked("POST", "staff/invitations", portal.staff_token, invitation)
        with receiver(portal) as (first, said):
            assert (said["aet"], said["host"]) == ("SCANSHELF", "127.0.0.1")
            assert store(said["port"], images[0]) == 0
            (portal.data / "connect" / f"{'a' * 24}.dcm").write_bytes(images[1].read_bytes())  # as a kill leaves it
            first.kill()
        with receiver(portal) as (second, said):
            assert list((portal.data / "connect").iterdir()) == []
            assert store(said["port"], images[1]) == 0
            second.terminate()
            assert second.wait(60) == 0
        (exam,) = portal.asked("GET", "exams", portal.staff_token)["exams"]
        assert sum(study["instances"] for study in exam["studies"]) == len(images)
