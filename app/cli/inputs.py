"""What PATH and UID arguments mean: files on this computer, or objects on the shelf."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.actions.opening import Stored, stored
from app.build import open_to_read
from app.places import library_folder
from core.errors import DicomError, LibraryError, ScanshelfError, SourceError, WorkerError
from dicom.source import Content, FileContent

# What a failed object is called in the closed list of codes.
_CODES = {
    "no-pixels": "decode-failed",
    "frame-absent": "decode-failed",
    "worker-died": "decode-failed",
    "task-failed": "decode-failed",
    "worker-memory": "refused-limit",
    "source-absent": "missing",
    "not-on-shelf": "missing",
    "several-patients": "conflict",
}
_DETAILS = {
    "no-pixels": "this object holds no picture",
    "frame-absent": "there is no such frame",
    "several-patients": "this UID exists under several persons; name it as person:UID",
}


@dataclass(frozen=True, slots=True)
class Input:
    """One object to work on: the argument that named it, a name for its output, and its bytes."""

    argument: str
    name: str
    content: Content
    sop_instance_uid: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """One input that could not be worked on."""

    path: str
    code: str
    detail: str | None = None


def trouble(path: str, problem: ScanshelfError | OSError) -> Trouble:
    """Name what went wrong with one input in the closed list of codes."""
    if isinstance(problem, OSError):
        code = "missing" if isinstance(problem, FileNotFoundError) else "unreadable"
        return Trouble(path, code, os.strerror(problem.errno or 0))
    code = _CODES.get(problem.code, problem.code)
    reason = problem.facts.get("reason")
    return Trouble(path, code, _DETAILS.get(problem.code) or (str(reason) if reason else None))


def resolve_inputs(words: list[str], arguments: argparse.Namespace) -> Iterator[Input | Trouble]:
    """Say what each argument names: an existing file, else everything the shelf holds under that UID."""
    shelf = _Shelf(arguments)
    for word in words:
        path = Path(word)
        if word and path.is_file():
            yield Input(word, path.name, FileContent(str(path), f"{path.absolute()}"))
        elif word and path.exists():
            yield Trouble(word, "refused-special", "name the files in it, or use scan and import")
        else:
            yield from shelf.find(word)


class _Shelf:
    """The shelf, opened only if an argument is no file."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._folder = library_folder(arguments.library)

    def find(self, uid: str) -> list[Input | Trouble]:
        if not self._folder.exists():
            return [Trouble(uid, "missing", "no such file, and nothing on the shelf has this UID")]
        try:
            with open_to_read(self._folder) as library:
                return [_input(uid, one) for one in stored(library, uid)]
        except LibraryError as problem:
            if problem.code not in {"not-on-shelf", "several-patients"}:
                raise
            return [trouble(uid, problem)]


def _input(uid: str, one: Stored) -> Input:
    return Input(uid, one.sop_instance_uid or one.sha256, one.content, one.sop_instance_uid)


# What may be wrong with one object; anything else ends the command.
EXPECTED = (DicomError, WorkerError, SourceError, OSError)
