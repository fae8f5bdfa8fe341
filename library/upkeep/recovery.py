"""Settles at the opening what an earlier run did not finish, so that no row is without its file and nothing is lost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from core.files.content_address import hash_file
from library.index import queries
from library.objects.room import library_error
from library.records.changes import apply
from library.records.record_files import DamagedRecord, Record, RecordLog
from library.records.writing import Writer


def settle(writer: Writer, *, index_is_new: bool) -> list[str]:
    """Carry out every record the index does not know; gives codes of what was recovered.

    An index that is new (absent or damaged before) is made again from all records. Otherwise the newest record may be
    a batch that was interrupted: what of it is complete on the disk is taken, the rest is dropped from the record.
    """
    try:
        recovered = _replay_all(writer) if index_is_new else _catch_up(writer)
    except OSError as error:
        raise library_error(error) from error
    if writer.finish_removals() and not index_is_new:
        recovered.append("removal-finished")
    return recovered


def replay(log: RecordLog, connection: sqlite3.Connection, step: Callable[[int], None] = lambda _: None) -> list[str]:
    """Carry out all records on an empty index; gives the names of those that cannot be read."""
    unreadable: list[str] = []
    for record in log.after(0):
        if isinstance(record, DamagedRecord):
            unreadable.append(record.name)
            continue
        step(record.sequence)
        apply(connection, record)
    return unreadable


def _replay_all(writer: Writer) -> list[str]:
    if not writer.log.last:
        return []
    with writer.index.writing() as connection:
        unreadable = replay(writer.log, connection)
    mark_missing(writer)
    return ["index-rebuilt", *(["record-damaged"] if unreadable else [])]


def _catch_up(writer: Writer) -> list[str]:
    waiting = list(writer.log.after(_applied_through(writer)))
    sound = [record for record in waiting if isinstance(record, Record)]
    recovered = ["record-damaged"] if len(sound) < len(waiting) else []
    if not sound:
        return recovered
    sound[-1:] = _finished(writer, sound[-1])
    with writer.index.writing() as connection:
        for record in sound:
            apply(connection, record)
    return [*recovered, "change-finished"]


def mark_missing(writer: Writer) -> list[str]:
    """Mark every row whose object is not there; gives their hashes."""
    with writer.index.reading() as connection:
        rows = connection.execute(queries.OBJECTS).fetchall()
    lost = [row for row in rows if not writer.store.holds(row["sha256"], row["size"])]
    unmarked = [{"sha256": row["sha256"], "damaged": "missing"} for row in lost if row["damaged"] != "missing"]
    if unmarked:
        writer.carry_out("damaged", {"items": unmarked})
    return [row["sha256"] for row in lost]


def _applied_through(writer: Writer) -> int:
    with writer.index.reading() as connection:
        row = connection.execute(queries.META, ("applied_through",)).fetchone()
    return int(row["value"]) if row else 0


def _finished(writer: Writer, record: Record) -> list[Record]:
    """Give the newest record with what is really there; nothing when that is nothing."""
    if record.kind != "commit":
        return [record]
    items = [item for item in record.facts["items"] if _is_in_place(writer, item)]
    writer.store.sync_folders(item["sha256"] for item in items)
    if len(items) == len(record.facts["items"]):
        return [record]
    if not (items or record.facts["known"] or record.facts["same"] or record.facts.get("aside")):
        writer.log.forget_last(record)
        return []
    kept = replace(record, facts=record.facts | {"items": items})
    writer.log.write(kept)
    return [kept]


def _is_in_place(writer: Writer, item: dict[str, Any]) -> bool:
    """Say whether an object of an interrupted batch is whole, taking its temp file if it was not renamed yet."""
    sha256, size = item["sha256"], item["size"]
    if writer.store.holds(sha256, size) and hash_file(writer.store.path(sha256)) == sha256:
        return True
    temp = writer.folders.incoming / item["temp"]
    if temp.parent != writer.folders.incoming or not temp.is_file() or hash_file(temp) != sha256:
        return False
    writer.store.take(temp, sha256)
    return True
