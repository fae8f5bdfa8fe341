"""Makes the index again from the records and the objects, and says what neither holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from core.errors import DicomError, LibraryError
from core.files.content_address import hash_file
from core.files.durable import remove_file
from core.job import Job
from dicom.model import Header
from library.index import queries
from library.index.database import Index
from library.index.headers import pack_headers
from library.index.person_names import TEXTS
from library.records.writing import Writer
from library.report import Problem, RebuildReport
from library.upkeep.names_again import correct_names
from library.upkeep.recovery import mark_missing, replay
from library.waiting_to_send import carry_shares_over

HeaderReader = Callable[[Path], Header]
Remembered = dict[str, list[dict[str, Any]]]

_A_BATCH = 64


def rebuild(writer: Writer, read_object_header: HeaderReader, job: Job) -> RebuildReport:
    """Replay all records into a new index, take in objects no record knows, and put the new index in place.

    `read_object_header` reads the header of one object (in a worker: its bytes are foreign). Steps: "rebuild-records",
    "rebuild-objects". Nothing is changed when the job is stopped before the new index is in place.
    """
    with writer.guard:  # what is taken in meanwhile would not be in the new index
        unreadable, remembered = _replay(writer, job)
    problems = [Problem(None, "record-damaged", name) for name in unreadable]
    problems += [Problem(None, "object-missing", sha256) for sha256 in mark_missing(writer)]
    problems += _adopt(writer, read_object_header, remembered, job)
    correct_names(writer, read_object_header, job)
    writer.finish_removals()
    for name in unreadable:
        writer.log.set_aside(name)
    with writer.index.reading() as connection:
        totals = connection.execute(queries.TOTALS).fetchone()
    return RebuildReport(totals["studies"], totals["instances"], tuple(problems))


def _replay(writer: Writer, job: Job) -> tuple[list[str], Remembered]:
    def step(sequence: int) -> None:
        job.report(sequence, writer.log.last, "rebuild-records")
        job.check()

    target = writer.folders.incoming / "library.db"  # where an interrupted rebuild is cleaned up
    _remove_database(target)
    fresh = Index.open(target)
    try:
        with fresh.writing() as connection:
            unreadable = replay(writer.log, connection, step)
        remembered = _remember(writer.index, fresh) if unreadable else {}
        with suppress(LibraryError):  # what the old index cannot say, the portal says when it is next asked
            carry_shares_over(writer.index, fresh)
    finally:
        fresh.close()
    writer.steps("index-built")
    writer.index.replace_content(target)
    writer.steps("index-replaced")
    _remove_database(target)
    return unreadable, remembered


def _remember(old: Index, fresh: Index) -> Remembered:
    """Give what the old index says and records that cannot be read do not: whose an object is, and what it lacks."""
    found: Remembered = {}
    with suppress(LibraryError), old.reading() as before, fresh.reading() as after:
        for row in before.execute(queries.KEPT_FOR):
            if after.execute(queries.STORED_OBJECT, (row["person"], row["sha256"])).fetchone() is None:
                found.setdefault(row["sha256"], []).append(dict(row))
    return found


def _adopt(writer: Writer, read_object_header: HeaderReader, remembered: Remembered, job: Job) -> list[Problem]:
    """Take in objects that no row speaks of, as one import without a source."""
    problems: list[Problem] = []
    unknown = _unknown_objects(writer)
    import_id = f"rebuild-{writer.log.last + 1:08d}"
    done = 0
    while batch := list(islice(unknown, _A_BATCH)):
        items: list[tuple[str, int, Header]] = []
        for sha256, size in batch:
            job.report(done, done + len(batch), "rebuild-objects")
            job.check()
            done += 1
            header = _header(writer, sha256, read_object_header, problems, job)
            if header is not None:
                items.append((sha256, size, header))
        if items:
            writer.carry_out("commit", _commit_facts(import_id, items, remembered))
    return problems


def _unknown_objects(writer: Writer) -> Iterator[tuple[str, int]]:
    for sha256, size in writer.store.listed():
        with writer.index.reading() as connection:
            known = connection.execute(queries.OBJECT_SIZE, (sha256,)).fetchone()
            leaving = connection.execute("SELECT 1 FROM removal WHERE sha256 = ?", (sha256,)).fetchone()
        if known is None and leaving is None:
            yield sha256, size


def _header(
    writer: Writer, sha256: str, read_object_header: HeaderReader, problems: list[Problem], job: Job
) -> Header | None:
    path = writer.store.path(sha256)
    try:
        if hash_file(path, job.check) != sha256:
            problems.append(Problem(None, "object-changed", sha256))
            return None
        return read_object_header(path)
    except (DicomError, OSError) as error:
        problems.append(Problem(None, "object-unreferenced", f"{sha256} {error}"))
        return None


def _commit_facts(import_id: str, items: list[tuple[str, int, Header]], remembered: Remembered) -> dict[str, object]:
    from dicom.people.same_person import person_key  # only a rebuild needs it

    shared, own = pack_headers([header for _, _, header in items])
    rows = [
        {"sha256": sha256, "size": size, "temp": "", "header": packed} | said
        for (sha256, size, header), packed in zip(items, own, strict=True)
        for said in remembered.get(sha256, [{"person": person_key(header), "source_path": ""}])
    ]
    return {"import_id": import_id, "shared": shared, "items": rows, "known": [], "same": [], "texts": TEXTS}


def _remove_database(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        remove_file(path.with_name(path.name + suffix), missing_ok=True)
