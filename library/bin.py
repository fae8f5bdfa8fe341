"""The bin: what is deleted waits 30 days, can come back, and then is gone for good."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.errors import LibraryError
from core.files.durable import remove_file
from library.index import queries
from library.index.reading import Reader
from library.index.rows import DeleteReport, InstanceRow
from library.records.writing import Writer, stamp
from library.schema.tables import seal_statement

KEPT = timedelta(days=30)
# a clock that went back, or on by more than this since the shelf was last open, was set and did not run
_BACK = timedelta(days=1)
_ON = timedelta(days=400)


def delete(writer: Writer, reader: Reader, uids: Sequence[str], *, now: bool = False) -> DeleteReport:
    """Put studies, series or instances into the bin, or with `now` away for good; all UIDs are looked up first."""
    resolved = [(uid, *reader.resolve(uid)) for uid in dict.fromkeys(uids)]
    entries: list[str] = []
    gone: dict[tuple[str, str], InstanceRow] = {}
    for uid, level, rows in resolved:
        fresh = [row for row in rows if (row.person_key, row.sha256) not in gone]
        gone |= {(row.person_key, row.sha256): row for row in fresh}
        if not fresh:
            continue
        entry = uuid.uuid4().hex[:12]
        entries.append(entry)
        facts = {
            "entry": entry,
            "level": level,
            "uid": uid,
            "expires_at": stamp(writer.clock() + KEPT),
            "items": [*([row.person_key, row.sha256] for row in fresh), *map(list, reader.behind(fresh))],
        }
        writer.carry_out("delete", facts)
    if now:
        purge(writer, reader, entries)
    studies = {(row.person_key, row.study_key) for row in gone.values()}
    return DeleteReport(tuple(entries), len(studies), len(gone), sum(row.size for row in gone.values()))


def restore(writer: Writer, reader: Reader, uids: Sequence[str]) -> DeleteReport:
    """Bring bin entries back, named by their id or by the UID of something inside; raises "not-on-shelf"."""
    entries = sorted({entry for uid in uids for entry in _entries_of(reader, uid)})
    found = [entry for entry in reader.bin() if entry.id in entries]
    writer.carry_out("restore", {"entries": entries})
    return DeleteReport(
        tuple(entries), len(found), sum(entry.instances for entry in found), sum(entry.bytes for entry in found)
    )


def empty(writer: Writer, reader: Reader) -> DeleteReport:
    """Make everything in the bin gone for good."""
    return purge(writer, reader, [entry.id for entry in reader.bin()])


def purge(writer: Writer, reader: Reader, entries: Sequence[str]) -> DeleteReport:
    """Make bin entries gone for good: rows, objects, what records said, old copies of the index."""
    found = [entry for entry in reader.bin() if entry.id in set(entries)]
    items = [item for entry in entries for item in reader.bin_items(entry)]
    if items:
        pairs = [[person, sha256] for person, sha256, _ in items]
        writer.carry_out("purge", {"entries": list(entries), "items": pairs})
        writer.finish_removals()
        for copy in writer.folders.copies_of_database():
            remove_file(copy, missing_ok=True)
    return DeleteReport(tuple(entries), len(found), len(items), sum(size for _, _, size in items))


def purge_expired(writer: Writer, reader: Reader) -> DeleteReport:
    """Purge what waited its time, unless the clock jumped, or nothing says when the shelf was last open.

    Then everything in the bin waits its time from now.
    """
    now = writer.clock()
    with writer.index.reading() as connection:
        seen = connection.execute(queries.META, ("seen_at",)).fetchone()
        expired = [row["id"] for row in connection.execute(queries.BIN_EXPIRED, (stamp(now),))]
    jumped = seen is None or _jumped(datetime.fromisoformat(seen["value"]), now)
    with writer.index.writing() as connection:
        connection.execute(queries.SET_META, ("seen_at", stamp(now)))
        if jumped:
            ids = [row["id"] for row in connection.execute(queries.BIN_IDS).fetchall()]
            connection.execute("UPDATE bin_entry SET expires_at = ?", (stamp(now + KEPT),))
            connection.executemany(seal_statement("bin_entry"), ((one,) for one in ids))
    return purge(writer, reader, [] if jumped else expired)


def _jumped(seen: datetime, now: datetime) -> bool:
    return now < seen - _BACK or now > seen + _ON


def _entries_of(reader: Reader, uid: str) -> set[str]:
    named = {entry.id for entry in reader.bin() if uid in {entry.id, entry.uid}}
    if named:
        return named
    wanted = {(row.person_key, row.sha256) for row in reader.resolve(uid, binned=True)[1]}
    found = {
        entry.id
        for entry in reader.bin()
        if not wanted.isdisjoint((person, sha256) for person, sha256, _ in reader.bin_items(entry.id))
    }
    if not found:
        raise LibraryError("not-on-shelf", uid=uid)
    return found
