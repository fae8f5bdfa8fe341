"""A real Orthanc with its DICOMweb plug-in on free loopback ports, for tests and benchmarks."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.tools import needs_tool, skip_or_fail

_START_SECONDS = 60
_QUIET_PORTS = range(20_000, 30_000)
_FOLDERS = (Path("/usr/share/orthanc/plugins"), Path("/usr/lib/orthanc"))


@dataclass
class Orthanc:
    """Where it answers; `user` is None where everybody may come in."""

    url: str
    pid: int

    @property
    def dicomweb(self) -> str:
        """Give the address of its DICOMweb services."""
        return f"{self.url}/dicom-web"

    def answers(self) -> bool:
        """Say whether it and its plug-in are there, whoever may come in."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"{self.dicomweb}/studies", timeout=30).status_code in (200, 401)

    def get(self, path: str) -> Any:
        """Ask its own REST API."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(self.url + path, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def delete(self, path: str) -> None:
        """Delete by its own REST API."""
        with requests.Session() as session:
            session.trust_env = False
            session.delete(self.url + path, timeout=30).raise_for_status()

    def post(self, path: str, data: bytes, headers: dict[str, str] | None = None) -> requests.Response:
        """Post anything, any answer."""
        with requests.Session() as session:
            session.trust_env = False
            return session.post(self.url + path, data=data, headers=headers, timeout=30)

    @property
    def instances(self) -> int:
        """Count what it keeps."""
        return len(self.get("/instances"))


@contextmanager
def running_orthanc(folder: Path, **settings: Any) -> Iterator[Orthanc]:
    """Run one with its data under `folder`."""
    program = needs_tool("Orthanc")
    folder.mkdir(parents=True, exist_ok=True)
    http, dicom = _free_ports()
    config = folder / "orthanc.json"
    config.write_text(json.dumps(_settings(folder, http, dicom) | settings))
    with (folder / "orthanc.log").open("w") as log:
        process = subprocess.Popen([program, str(config)], stdout=log, stderr=subprocess.STDOUT)
        try:
            orthanc = Orthanc(f"http://127.0.0.1:{http}", process.pid)
            _wait(orthanc, process, folder / "orthanc.log")
            yield orthanc
        finally:
            process.kill()
            process.wait()


def _settings(folder: Path, http: int, dicom: int) -> dict[str, Any]:
    return {
        "Name": "Test",
        "StorageDirectory": str(folder / "storage"),
        "IndexDirectory": str(folder / "storage"),
        "HttpPort": http,
        "DicomPort": dicom,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "Plugins": [str(_plugin())],
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }


def _plugin() -> Path:
    for folder in _FOLDERS:
        for found in sorted(folder.glob("libOrthancDicomWeb*")):
            return found
    skip_or_fail("Orthanc's DICOMweb plug-in is not installed")
    raise AssertionError


def _free_ports() -> tuple[int, int]:
    """Give two ports nobody has, below those the system gives to whoever asks for any: no test beside takes them."""
    with contextlib.ExitStack() as held:
        taken = (_taken(port) for port in random.SystemRandom().sample(_QUIET_PORTS, len(_QUIET_PORTS)))
        first, second = itertools.islice((held.enter_context(one) for one in taken if one is not None), 2)
        return first.getsockname()[1], second.getsockname()[1]


def _taken(port: int) -> socket.socket | None:
    """Take a port of this computer, if it is free."""
    one = socket.socket()
    try:
        one.bind(("127.0.0.1", port))
    except OSError:
        one.close()
        return None
    return one


def _wait(orthanc: Orthanc, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            if orthanc.answers():
                return
        except requests.RequestException:
            pass
        time.sleep(0.05)
    raise AssertionError("Orthanc did not start: " + log.read_text()[-3000:])
