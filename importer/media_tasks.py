"""The tasks of the media worker: list a source, read headers, hash, copy. It runs sandboxed, in its own process.

It may read the source and write the incoming folder; nothing else.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Callable
from typing import Any

from core.errors import DicomError, SourceError
from core.workers.task import Task, TaskCall
from dicom.model import DAMAGE, MEDIA_STORAGE_DIRECTORY
from dicom.reading.header import read_header
from dicom.reading.joined import is_joined
from dicom.reading.recognise import recognise
from dicom.source import Entry, Source
from dicom.text import character_set as text
from importer.containers.search import judge
from importer.containers.signs import named_at_start, opened_at_start
from importer.copy.copy_task import copy_files
from importer.copy.rescue_task import rescue_files
from importer.reading.bounded import Reading, medium_is_gone, reading
from importer.reading.entry_reader import EntryReader
from importer.reading.ticking import TickingCall
from importer.reasons import BROKEN, not_looked_into
from importer.scan.directory_task import DirectoryReader
from importer.sources.folder import FolderTrouble
from importer.sources.session import session
from importer.sources.wire import Look, Row, entry_from_row, look_to_row, marked_cut, source_from_json

FIRST_BYTES = 64 << 10
_ROWS_IN_A_PART = 256
_HASH_STEP = 4 << 20


def list_and_read(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """List a source, read its DICOMDIRs, then the header of every entry, in parts.

    Parts: `{"listed", "troubles", "shortfalls"}`, those of `DirectoryReader`, `{"looks": rows, "start"}`. `start` is
    the entry to go on at, `skip` names entries (by number) that killed a worker before.
    """
    ticking = TickingCall(call)
    source = source_from_json(arguments["source"], ticking.tick)
    try:
        with session(source):
            return _list_and_read(source, arguments, ticking)
    except OSError as error:  # the container itself cannot be opened
        raise _of_container(source, error) from error


def _list_and_read(source: Source, arguments: dict[str, Any], call: TickingCall) -> dict[str, Any]:
    entries = _list(source)
    directories = DirectoryReader(source, call)
    start = int(arguments.get("start", 0))
    skip = frozenset(arguments.get("skip", ()))
    if start == 0:
        troubles = [[trouble.path, trouble.error.strerror or ""] for trouble in _troubles(source)]
        call.part({"listed": len(entries), "troubles": troubles, "shortfalls": list(getattr(source, "shortfalls", ()))})
        directories.read_named(entries, skip)
    rows: list[Row] = []
    for number in range(start, len(entries)):
        call.working_on(number)
        look = look_at(source, entries[number], call.tick, skipped=number in skip)
        rows.append(look_to_row(look))
        if look.code == "dicomdir" and entries[number].kind == "file":
            directories.read(entries[number])
        if len(rows) >= _ROWS_IN_A_PART:
            call.part({"looks": rows, "start": number + 1 - len(rows)})
            rows = []
    call.part({"looks": rows, "start": len(entries) - len(rows)})
    return {"listed": len(entries)}


def _list(source: Source) -> list[Entry]:
    try:
        entries = source.entries()
    except OSError as error:
        raise SourceError("medium-gone" if medium_is_gone(source, error) else "source-unopenable") from error
    for trouble in _troubles(source):
        if medium_is_gone(source, trouble.error):
            raise SourceError("medium-gone")
        if trouble.path == "" and not entries:
            raise SourceError("source-unopenable", reason=trouble.error.strerror or "")
    return entries


def _of_container(source: Source, error: OSError) -> SourceError:
    code = "medium-gone" if medium_is_gone(source, error) else "source-unopenable"
    return SourceError(code, reason=error.strerror or type(error).__name__)


def _troubles(source: Source) -> list[FolderTrouble]:
    found: list[FolderTrouble] = getattr(source, "troubles", [])
    return found


def look_at(source: Source, entry: Entry, tick: Callable[[], None] = lambda: None, *, skipped: bool = False) -> Look:
    """Read one entry's header or say why not; raises `SourceError("medium-gone")`."""
    if entry.refused:
        return Look(entry, None, entry.refused)
    if entry.kind == "special":
        return Look(entry, None, "refused-special")
    if entry.kind == "link":
        return Look(entry, None, None if entry.target else "refused-link")
    if skipped:
        return Look(entry, None, "refused-limit", "the header reader took too much")
    try:
        with reading(source, entry) as opened:
            return _look_inside(entry, opened, tick)
    except OSError as error:
        if medium_is_gone(source, error):
            raise SourceError("medium-gone") from error
        return Look(entry, None, "unreadable", error.strerror or type(error).__name__)


def _look_inside(entry: Entry, opened: Reading, tick: Callable[[], None]) -> Look:
    first = opened.read(0, FIRST_BYTES)
    try:
        if first[128:132] != b"DICM" and (opened_at_start(first, entry.path) or named_at_start(first)):
            raise DicomError("not-dicom", kind=recognise(first))  # bytes in it may look like an element by chance
        header = read_header(first, opened.size, opened.read)
    except DicomError as error:
        return _look_without_header(entry, opened, first, error, tick)
    if header.sop_class_uid == MEDIA_STORAGE_DIRECTORY:
        return Look(entry, None, "dicomdir")
    if is_joined(first, opened.size, opened.read):
        return Look(entry, None, "archive", "found")
    salvage = not DAMAGE.isdisjoint(header.marks)
    return Look(entry, marked_cut(header, entry), salvage=salvage)


def _look_without_header(
    entry: Entry, opened: Reading, first: bytes, error: DicomError, tick: Callable[[], None]
) -> Look:
    detail = str(error.facts.get("kind", error.facts.get("reason", "")))
    if error.code == "not-dicom":
        if entry.cut:
            return Look(entry, None, "unreadable", not_looked_into(BROKEN))
        judged = judge(entry.path, opened, first, detail, tick)
        return Look(entry, None, judged.code, judged.detail)
    match error.code:
        case "header-damaged" | "truncated" | "refused-limit":
            return Look(entry, None, error.code, detail, salvage=True)
        case "encrypted":
            return Look(entry, None, error.code, detail)
    return Look(entry, None, "unreadable", detail)


def hash_files(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Hash entries; parts are `{"number", "sha256"}`, null for one that cannot be read."""
    call = TickingCall(call)
    source = source_from_json(arguments["source"], call.tick)
    with session(source):
        for number, row in enumerate(arguments["entries"]):
            call.working_on(number)
            call.part({"number": number, "sha256": _hash(source, entry_from_row(row), number, call)})
    return {}


def _hash(source: Source, entry: Entry, number: int, call: TaskCall) -> str | None:
    digest = hashlib.sha256()
    try:
        with reading(source, entry) as opened:
            offset = 0
            while piece := opened.read(offset, _HASH_STEP):
                call.check()
                call.working_on(number)
                digest.update(piece)
                offset += len(piece)
    except OSError as error:
        if medium_is_gone(source, error):
            raise SourceError("medium-gone") from error
        return None
    return digest.hexdigest()


def warm_up() -> None:
    """Import what must be there before the sandbox closes."""
    importlib.import_module("importer.sources.container_source")
    text.warm_up()
    for codec in ("cp437", "utf_16_be"):  # names in ZIP files and on Joliet discs
        b"AA".decode(codec)
    hashlib.sha256(b"").hexdigest()


TASKS: dict[str, Task] = {
    "list_and_read": list_and_read,
    "hash_files": hash_files,
    "copy_files": copy_files,
    "rescue_files": rescue_files,
    "read_entry": EntryReader(),
}
