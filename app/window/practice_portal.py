"""A practice portal on this computer: the program's own server as a child process that ends with the window."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import app
from core.errors import PortalError
from core.job import Job

NAME = "Practice portal"
POLL_SECONDS = 0.1
END_SECONDS = 4.0


class PracticePortal:
    """Starts and ends the server and invites people to it; from lane threads. The port stays, so that links do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note = folder / "window.json"
        self._starting = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._url = ""

    def exists(self) -> bool:
        """Say whether there was one before."""
        return self._note.is_file()

    def usual_url(self) -> str:
        """Give the address it has whenever it runs, "" before the first time."""
        port = self._port()
        return f"http://127.0.0.1:{port}" if port else ""

    def runs(self) -> bool:
        """Say whether the server runs as this window's child."""
        return self._process is not None and self._process.poll() is None

    def start(self, job: Job) -> str:
        """Give the address of the server, starting it where it does not run; raises `PortalError`."""
        with self._starting:
            if self.runs():
                return self._url
            if self._answers(self.usual_url()):  # another window's
                return self.usual_url()
            self._url = self._begin(job)
            return self._url

    def invite(self, url: str, patient_name: str, birth_date: str, patient_id: str = "") -> str | None:
        """Invite a person as the practice would; gives the activation code, None where they have an account already."""
        from portal.client.connection import Connection
        from portal.client.credentials import MachineToken
        from portal.client.known_portals import read_token_file
        from portal.wire import API_PATH, Invitation, Invited, to_json

        token = read_token_file(self._folder / "staff-token")
        said = to_json(Invitation(patient_name, birth_date, patient_id=patient_id or None))
        with Connection(url, MachineToken(token)) as connection:
            try:
                return connection.ask(Invited, "POST", f"{API_PATH}/staff/invitations", json=said).activation_code
            except PortalError as problem:
                if problem.code != "conflict":
                    raise
                if problem.facts.get("reason") == "has-account":
                    return None
        return self.invite(url, patient_name, birth_date)  # two hospitals may give two persons one number

    def begin_end(self) -> None:
        """Ask the server to end, without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self) -> None:
        """End the server and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _begin(self, job: Job) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        words = ["portal", "serve", "--data", str(self._folder), "--port", str(self._port()), "--practice", NAME]
        self._process = subprocess.Popen(
            [*program(), *words, "--json"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, encoding="utf-8", cwd=home(),
        )  # fmt: skip
        said = self._first_line(self._process, job)
        url = str(said.get("url", ""))
        if not url:
            self.end()
            raise PortalError("practice-portal-silent")
        self._note.write_text(json.dumps({"port": int(url.rpartition(":")[2])}), encoding="utf-8")
        return url

    def _first_line(self, process: subprocess.Popen[str], job: Job) -> dict[str, Any]:
        """Wait for what the server says when it answers, or for its end; the person may stop the wait."""
        lines: list[str] = []
        assert process.stdout is not None
        stdout = process.stdout
        reader = threading.Thread(target=lambda: lines.append(stdout.readline()), name="practice portal", daemon=True)
        reader.start()
        try:
            while reader.is_alive():
                job.check()
                reader.join(POLL_SECONDS)
        except BaseException:
            process.kill()
            reader.join()
            self.end()
            raise
        return _document("".join(lines))

    def _port(self) -> int:
        try:
            return int(json.loads(self._note.read_text(encoding="utf-8"))["port"])
        except (OSError, ValueError, TypeError, KeyError):
            return 0

    def _answers(self, url: str) -> bool:
        from portal.client.account import Portal
        from portal.client.connection import Connection

        if not url:
            return False
        with Connection(url) as connection:
            try:
                return Portal(connection).well_known().local
            except PortalError:
                return False


def program() -> list[str]:
    """Give the words that start this program once more, frozen or not."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "app"]


def home() -> Path | None:
    """Give the folder from which `-m app` is found; any will do for the frozen program."""
    return None if getattr(sys, "frozen", False) else Path(app.__file__).resolve().parent.parent


def _document(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
