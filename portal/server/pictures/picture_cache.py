"""Pictures that were made, kept in a folder that may be deleted any time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core.files.durable import remove_file, replace_file

MOST_CACHED = 2 << 30
_PRUNE_EVERY = 256 << 20


@dataclass(frozen=True, slots=True)
class Rendered:
    """A picture file, and what has to be said about it (`dicom.description` marks)."""

    data: bytes
    marks: tuple[str, ...]


class PictureCache:
    """A folder of pictures: a line of JSON, then the file. What cannot be read or written is drawn anew.

    It outlives the program; what another `pipeline` made is not looked at, and goes as what nobody uses.
    """

    def __init__(self, folder: Path, pipeline: str) -> None:
        self._folder = folder
        self._pipeline = pipeline
        self._lock = threading.Lock()
        self._written = _PRUNE_EVERY  # so that the first one looks after what is there

    def get(self, name: str) -> Rendered | None:
        """Find a picture; one that is used stays longer."""
        path = self._path(name)
        try:
            line, _, data = path.read_bytes().partition(b"\n")
            os.utime(path)
            said = json.loads(line)
            whole = said["sha256"] == hashlib.sha256(data).hexdigest()
            return Rendered(data, tuple(map(str, said["marks"]))) if whole else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, name: str, rendered: Rendered) -> None:
        """Keep a picture, if there is room."""
        path = self._path(name)
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            half.write_bytes(_headed(rendered))
            replace_file(half, path)
        remove_file(half, missing_ok=True)
        self._prune(len(rendered.data))

    def _path(self, name: str) -> Path:
        place = hashlib.sha256(f"{self._pipeline} {name}".encode()).hexdigest()
        return self._folder / place[:2] / place

    def _prune(self, size: int) -> None:
        """Now and then remove what was not used for the longest time."""
        with self._lock:
            self._written += size
            if self._written < _PRUNE_EVERY:
                return
            self._written = 0
        total = 0
        for _, size, path in sorted(_present(self._folder.glob("*/*")), reverse=True):
            total += size
            if total > MOST_CACHED:
                with contextlib.suppress(OSError):
                    remove_file(path, missing_ok=True)


def _headed(rendered: Rendered) -> bytes:
    said = {"marks": rendered.marks, "sha256": hashlib.sha256(rendered.data).hexdigest()}
    return json.dumps(said).encode() + b"\n" + rendered.data


def _present(paths: Iterable[Path]) -> Iterator[tuple[float, int, Path]]:
    """Give time, size and path of each file; one that another thread removed meanwhile is passed over alone."""
    for path in paths:
        with contextlib.suppress(OSError):
            status = path.stat()
            yield status.st_mtime, status.st_size, path
