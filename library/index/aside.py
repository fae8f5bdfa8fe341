"""Which copy of an image stands back for which other: a damaged one for a whole one, or as the person decided."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from library.schema.tables import seal_statement

_INSERT = """
INSERT INTO stands_back (person_key, sha256, for_person, for_sha256, why, at) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (person_key, sha256, for_person, for_sha256) DO UPDATE SET why = excluded.why RETURNING id"""
# one that counts from now on stands back for none of those that stand back for it, be it by way of others: no rings
_DROP_REVERSE = """
WITH RECURSIVE behind (person_key, sha256) AS (
    VALUES (:person, :sha256)
    UNION SELECT b.person_key, b.sha256 FROM behind n JOIN stands_back b
          ON b.for_person = n.person_key AND b.for_sha256 = n.sha256)
DELETE FROM stands_back WHERE person_key = :for_person AND sha256 = :for_sha256
    AND (for_person, for_sha256) IN (SELECT person_key, sha256 FROM behind)"""
_DROP_CHOICE = """
DELETE FROM stands_back WHERE why = 'chosen' AND person_key = ? AND sha256 = ? RETURNING for_person, for_sha256"""
_FORGET = """
DELETE FROM stands_back WHERE (person_key = :person AND sha256 = :sha256)
    OR (for_person = :person AND for_sha256 = :sha256)"""

# in the bin a copy stands back whatever became of the other; outside it only for one that is there and sound
_FLAG = """
UPDATE instance SET aside = (
    SELECT b.why FROM patient p JOIN stands_back b ON b.person_key = p.person_key AND b.sha256 = instance.sha256
    JOIN patient q ON q.person_key = b.for_person JOIN instance w ON w.patient = q.id AND w.sha256 = b.for_sha256
    WHERE p.id = instance.patient AND coalesce(w.damaged, '') NOT IN ('changed', 'missing')
      AND (w.bin_entry IS NULL OR instance.bin_entry IS NOT NULL) ORDER BY b.id DESC LIMIT 1)
WHERE id = ? RETURNING id"""

_BEHIND = """
SELECT o.id FROM instance i JOIN patient p ON p.id = i.patient
JOIN stands_back b ON b.for_person = p.person_key AND b.for_sha256 = i.sha256
JOIN patient q ON q.person_key = b.person_key JOIN instance o ON o.patient = q.id AND o.sha256 = b.sha256
WHERE i.id = ?"""
_OUT_OF_BIN = "UPDATE instance SET bin_entry = NULL WHERE id = ? AND bin_entry IS NOT NULL RETURNING id"

# what waits to be sent is the copy that counts now
_SWAP_ITEMS = """
UPDATE OR IGNORE upload_item SET sha256 = :new, size = :size, state = 'waiting', code = NULL, detail = NULL
WHERE sha256 = :old AND upload IN (SELECT id FROM upload WHERE person_key = :person
    AND state NOT IN ('complete', 'partial', 'failed', 'cancelled'))"""
_INSTANCE = """
SELECT i.id, i.size FROM instance i JOIN patient p ON p.id = i.patient WHERE p.person_key = ? AND i.sha256 = ?"""


def stand_back(connection: sqlite3.Connection, at: str, items: Iterable[Sequence[str]]) -> list[int]:
    """Note pairs (person, sha256, for person, for sha256, why); gives the rows this may change."""
    changed: list[int] = []
    for person, sha256, for_person, for_sha256, why in items:
        pair = {"person": person, "sha256": sha256, "for_person": for_person, "for_sha256": for_sha256}
        connection.execute(_DROP_REVERSE, pair)
        (row_id,) = connection.execute(_INSERT, (person, sha256, for_person, for_sha256, why, at)).fetchone()
        connection.execute(seal_statement("stands_back"), (row_id,))
        changed += _ids(connection, ((person, sha256), (for_person, for_sha256)))
        _swap_items(connection, person, sha256, for_person, for_sha256)
    return changed


def take_choice_back(connection: sqlite3.Connection, items: Iterable[Sequence[str]]) -> list[int]:
    """Forget what the person decided about these copies (person, sha256); gives the rows this may change."""
    changed: list[int] = []
    for person, sha256 in items:
        others = connection.execute(_DROP_CHOICE, (person, sha256)).fetchall()
        changed += _ids(connection, [(person, sha256), *((row["for_person"], row["for_sha256"]) for row in others)])
    connection.executemany("UPDATE instance SET aside = NULL WHERE id = ?", ((one,) for one in changed))
    return changed


def forget_standing_back(connection: sqlite3.Connection, items: Iterable[Sequence[str]]) -> None:
    """Forget what is gone for good."""
    for person, sha256 in items:
        connection.execute(_FORGET, {"person": person, "sha256": sha256})


def rows_behind(connection: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """Give the rows that stand back for any of these, and those behind them."""
    if connection.execute("SELECT 1 FROM stands_back LIMIT 1").fetchone() is None:
        return set()
    found: set[int] = set()
    waiting = list(ids)
    while waiting:
        behind = {row[0] for row in connection.execute(_BEHIND, (waiting.pop(),)).fetchall()} - found
        found |= behind
        waiting += behind
    return found


def flag_aside(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Reckon again which of these rows stand back."""
    if connection.execute("SELECT 1 FROM stands_back LIMIT 1").fetchone() is None:
        return  # most shelves have none
    for one in ids:
        connection.execute(_FLAG, (one,)).fetchall()


def bring_back_behind(connection: sqlite3.Connection, ids: Iterable[int]) -> list[int]:
    """Take copies out of the bin with the one they stand back for."""
    behind = rows_behind(connection, ids)
    return [one for one in behind if connection.execute(_OUT_OF_BIN, (one,)).fetchone()]


def _ids(connection: sqlite3.Connection, items: Iterable[Sequence[Any]]) -> list[int]:
    found = (connection.execute(_INSTANCE, (person, sha256)).fetchone() for person, sha256 in items)
    return [row["id"] for row in found if row is not None]


def _swap_items(connection: sqlite3.Connection, person: str, sha256: str, for_person: str, for_sha256: str) -> None:
    row = connection.execute(_INSTANCE, (for_person, for_sha256)).fetchone()
    if row is not None and person == for_person:
        values = {"new": for_sha256, "size": row["size"], "old": sha256, "person": person}
        connection.execute(_SWAP_ITEMS, values)
