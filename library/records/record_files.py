"""The records: every change of the shelf as one small JSON file, written before the index learns of it.

The index can be made again by replaying them in order, and what was interrupted is finished from the last one.
A record is never changed, except that what is purged is taken out of it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from core.files.durable import remove_file, replace_file, sync_folder
from core.files.whole import write_durably

RecordKind = Literal[
    "import",
    "commit",
    "receipt",
    "settle",
    "identity",
    "name",
    "damaged",
    "aside",
    "delete",
    "restore",
    "purge",
    "upload",
    "uploadstate",
    "forgetkeys",
]

_NAME = re.compile(r"(\d{8})-([a-z]+)\.json")
_A_FOLDER = 1000
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Record:
    """One change: its place in the order, its kind, when (UTC) and what."""

    sequence: int
    kind: str
    at: str
    facts: dict[str, Any]


class DamagedRecord(Exception):  # noqa: N818 - it is data for a report
    """A record cannot be read; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class RecordLog:
    """The folder of records, in the order of their numbers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last: int | None = None

    @property
    def last(self) -> int:
        """Give the number of the newest record, 0 when there is none."""
        if self._last is None:
            self._last = max(self._numbers(0), default=0)
        return self._last

    def prepare(self, kind: RecordKind, at: str, facts: dict[str, Any]) -> Record:
        """Give the next record without writing it."""
        return Record(self.last + 1, kind, at, facts)

    def write(self, record: Record) -> None:
        """Write a record durably; raises OSError when it cannot."""
        path = self._path(record.sequence, record.kind)
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700)
            sync_folder(self._folder)
        write_durably(path, self._folder / "record.part", _encode(record))
        self._last = max(self.last, record.sequence)

    def remove(self, record: Record) -> None:
        """Take a record away: one that was not carried out, or that holds nothing any more."""
        path = self._path(record.sequence, record.kind)
        remove_file(path, missing_ok=True)
        sync_folder(path.parent)

    def forget_last(self, record: Record) -> None:
        """Take back the newest record, which was not carried out; its number is used again."""
        self.remove(record)
        self._last = record.sequence - 1

    def after(self, sequence: int) -> Iterator[Record | DamagedRecord]:
        """Give every record behind that number, in order; one that cannot be read comes as `DamagedRecord`."""
        for number, path in sorted(self._files(sequence)):
            try:
                yield _decode(number, path)
            except DamagedRecord as damaged:
                yield damaged

    def newest_first(self, kind: RecordKind) -> Iterator[Record]:
        """Give every record of a kind that can be read, the newest first."""
        for number, path in sorted(self._files(0), reverse=True):
            if path.name.endswith(f"-{kind}.json"):
                with contextlib.suppress(DamagedRecord):
                    yield _decode(number, path)

    def set_aside(self, name: str) -> None:
        """Keep a record that cannot be read where it is no longer replayed."""
        path = self._folder / f"{int(name[:8]) // _A_FOLDER:05d}" / name
        replace_file(path, path.with_name(f"{name}.damaged"))

    def _path(self, sequence: int, kind: str) -> Path:
        return self._folder / f"{sequence // _A_FOLDER:05d}" / f"{sequence:08d}-{kind}.json"

    def _numbers(self, sequence: int) -> Iterator[int]:
        return (number for number, _ in self._files(sequence))

    def _files(self, sequence: int) -> Iterator[tuple[int, Path]]:
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            if not (folder.name.isdigit() and int(folder.name) >= (sequence + 1) // _A_FOLDER):
                continue
            for path in folder.iterdir():
                found = _NAME.fullmatch(path.name)
                if found and int(found[1]) > sequence:
                    yield int(found[1]), path


def _encode(record: Record) -> bytes:
    body = {"version": _VERSION, "kind": record.kind, "at": record.at, "facts": record.facts}
    return json.dumps(body | {"sha256": _seal(body)}, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def _decode(sequence: int, path: Path) -> Record:
    try:
        body = json.loads(path.read_bytes())
        seal = body.pop("sha256")
        if seal != _seal(body) or body["version"] > _VERSION:
            raise DamagedRecord(path.name)
        return Record(sequence, body["kind"], body["at"], body["facts"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedRecord(path.name) from error


def _seal(body: dict[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()
