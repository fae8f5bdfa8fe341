"""A practice portal on this computer: the program's own server as a child process that ends with the window.

Codes, tokens and passwords go to nothing but the server this window started: what else answers at its port stays
unasked. The server holds the other end of a pipe; it ends with the window, however the window ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import app
from app.practice_portal.trouble import Complaints, folder_trouble, why_not_started
from core.errors import PortalError
from core.files.file_lock import is_locked
from core.job import Job

NAME = "Practice portal"
POLL_SECONDS = 0.1
END_SECONDS = 4.0
LOCK = "server.lock"
NO_CONSOLE = getattr(subprocess, "CREATE_NO_WINDOW", 0)
LEAVE_SECONDS = 10.0  # how long the server of a window that was killed may take to end


class PracticePortal:
    """Starts and ends the server and invites people to it; from lane threads. The port stays, so that links do."""

    def __init__(self, folder: Path, mailbox: Path | None = None) -> None:
        self._folder = folder
        self._mailbox = mailbox  # where its letters are put; without it none is sent
        self._note = folder / "window.json"
        self._starting = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._complaints: Complaints | None = None
        self._url = ""

    @property
    def folder(self) -> Path:
        """Give where its data is."""
        return self._folder

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
        """Give the address of this window's server, starting it where it does not run; raises `PortalError`."""
        with self._starting:
            if not self.runs():
                self.end()
                with folder_trouble(self._folder):
                    self._wait_until_free(job)
                    self._url = self._begin(job)
            return self._url

    def invite(
        self, url: str, patient_name: str, birth_date: str, patient_id: str = "", email: str | None = None
    ) -> str | None:
        """Invite a person as the practice would; gives the activation code, None where they have an account already.

        Raises `PortalError("practice-portal-silent")` where this is not the address of this window's own server.
        """
        if not (self.runs() and url == self._url):
            raise PortalError("practice-portal-silent")
        from portal.client.staff import invite
        from portal.wire.accounts import Invitation

        try:
            person = Invitation(patient_name, birth_date, email=email, patient_id=patient_id or None)
            return invite(url, self._folder / "staff-token", person)
        except PortalError as problem:
            if problem.code != "conflict" or not patient_id:
                raise
        return self.invite(url, patient_name, birth_date, email=email)  # two hospitals may give two persons one number

    def begin_end(self) -> None:
        """Ask the server to end, without waiting."""
        if self._process is not None:
            _let_go(self._process)

    def end(self) -> None:
        """End the server and wait until it is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        _let_go(process)
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()
        if self._complaints is not None:
            self._complaints.wait(END_SECONDS)

    def _wait_until_free(self, job: Job) -> None:
        """Wait for the server of a window that was killed; raises `PortalError` where the data stays taken."""
        until = time.monotonic() + LEAVE_SECONDS
        while is_locked(self._folder / LOCK):
            job.check()
            if time.monotonic() > until:
                raise PortalError("practice-portal-elsewhere")
            time.sleep(POLL_SECONDS)

    def _begin(self, job: Job) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        words = ["portal", "serve", "--data", str(self._folder), "--port", str(self._port()), "--practice", NAME]
        words += ["--mailbox", str(self._mailbox)] if self._mailbox else []
        self._process = subprocess.Popen(
            [*program(), *words, "--ends-with-input", "--json"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace", cwd=home(), creationflags=NO_CONSOLE,
        )  # fmt: skip
        self._complaints = Complaints(self._process)
        said = self._first_line(self._process, job)
        url = str(said.get("url", ""))
        if not url:
            raise self._why_not(self._process, self._complaints, said)
        self._note.write_text(json.dumps({"port": int(url.rpartition(":")[2])}), encoding="utf-8")
        return url

    def _why_not(self, process: subprocess.Popen[str], complaints: Complaints, said: dict[str, Any]) -> PortalError:
        self.end()
        return why_not_started(said, process.returncode, complaints, self._folder)

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


def program() -> list[str]:
    """Give the words that start this program once more, frozen or not.

    On Windows the window's program has no standard output to say its address on; the one for terminals lies beside it.
    """
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "app"]
    here = Path(sys.executable)
    speaking = here.with_name(here.name.replace("-window", ""))
    return [str(speaking if speaking.is_file() else here)]


def home() -> Path | None:
    """Give the folder from which `-m app` is found; any will do for the frozen program."""
    return None if getattr(sys, "frozen", False) else Path(app.__file__).resolve().parent.parent


def _let_go(process: subprocess.Popen[str]) -> None:
    """Close the server's input, which ends it."""
    if process.stdin is not None:
        process.stdin.close()


def _document(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
