"""Why the practice portal did not start: what its process said of itself, or how it ended."""

from __future__ import annotations

import re
import subprocess
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import PortalError

# what the server calls it -> what it means for the person at the window
_CODES = {
    "portal-address-in-use": "practice-portal-port",
    "portal-in-use": "practice-portal-elsewhere",
    "portal-data-newer": "practice-portal-newer",
    "portal-data-broken": "practice-portal-broken",
    "portal-folder-refused": "practice-portal-folder",
    "portal-no-space": "practice-portal-full",
    "portal-parts-missing": "portal-parts-missing",
}
_WITH_FOLDER = frozenset({"practice-portal-broken", "practice-portal-folder", "practice-portal-full"})
_LAST_LINES, _LONGEST_LINE = 40, 1000
_KIND = re.compile(r"(?:\w+\.)*(\w*(?:Error|Exception|Interrupt|Exit))\b(?:: No module named '(\w+)[\w.]*')?")
_CRASHED = 0xC0000000  # Windows' statuses of programs that were ended from outside or crashed


class Complaints:
    """Reads what a process says on stderr to its end, and keeps only the last of it: it may go on for days."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._process = process
        self._thread = threading.Thread(target=self._read, name="practice portal's complaints", daemon=True)
        self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait until nothing more can come."""
        self._thread.join(seconds)

    def kind(self) -> tuple[str, str]:
        """Give the kind of mistake it ended with and the package it missed; no other word, which may name somebody."""
        for line in reversed(self._lines):
            if found := _KIND.match(line):
                return found[1], found[2] or ""
        return "", ""

    def _read(self) -> None:
        if self._process.stderr is None:
            return
        with self._process.stderr as said:
            while line := said.readline(_LONGEST_LINE):
                self._lines.append(line)


def why_not_started(said: dict[str, Any], status: int | None, complaints: Complaints, folder: Path) -> PortalError:
    """Turn what the process said, or how it ended, into an error with words."""
    code = _CODES.get(str(said.get("trouble")))
    if code is not None:
        parts = said.get("parts")
        facts: dict[str, object] = {"parts": parts} if isinstance(parts, str) else {}
        return _error(code, folder, **facts)
    kind, package = complaints.kind()
    if package:
        return PortalError("portal-parts-missing", parts=package)
    if status is not None and (status < 0 or status >= _CRASHED):
        return PortalError("practice-portal-killed")
    return PortalError("practice-portal-silent", **({"ended_with": kind} if kind else {}))


@contextmanager
def folder_trouble(folder: Path) -> Iterator[None]:
    """Turn what the system refuses in the practice portal's own folder into words."""
    try:
        yield
    except OSError as error:
        raise _error("practice-portal-folder", folder) from error


def _error(code: str, folder: Path, **facts: object) -> PortalError:
    return PortalError(code, **facts, **({"folder": str(folder)} if code in _WITH_FOLDER else {}))
