"""Carries out on the index what records say of uploads: what shall be sent, and how it stands or ended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from library.index.counts import count_proven
from library.schema.tables import seal_statement

ENDED = frozenset({"complete", "partial", "failed", "cancelled"})

_INSERT_UPLOAD = """
INSERT INTO upload (id, person_key, study_key, target, kind, account, person_confirmed, asked_at, state)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting')
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, person_confirmed = excluded.person_confirmed,
    asked_at = excluded.asked_at, state = 'waiting', reason = NULL, ended_at = NULL, receipt = NULL"""

# what the server said it took stays known, so that it need not be fetched back to be compared
_INSERT_ITEM = """
INSERT INTO upload_item (upload, sha256, size, sop_instance_uid, position) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (upload, sha256) DO UPDATE SET position = excluded.position,
    code = CASE WHEN code = 'coerced' THEN code END, detail = CASE WHEN code = 'coerced' THEN detail END,
    state = CASE WHEN state IN ('sent', 'stored') THEN 'sent' ELSE 'waiting' END"""

_SET_STATE = """
UPDATE upload SET state = ?, reason = ?, ended_at = ?, receipt = coalesce(?, receipt) WHERE id = ?"""
_SET_ITEM = "UPDATE upload_item SET state = ?, code = ?, detail = ? WHERE upload = ? AND sha256 = ?"

_INSERT_PROOF = """
INSERT INTO proof (target, person_key, sha256, proven_at) VALUES (?, ?, ?, ?)
ON CONFLICT (person_key, sha256, target) DO UPDATE SET proven_at = excluded.proven_at RETURNING id"""
_DROP_PROOF = "DELETE FROM proof WHERE target = ? AND person_key = ? AND sha256 = ?"

_STUDIES_OF = """
SELECT s.id FROM study s JOIN patient p ON p.id = s.patient WHERE p.person_key = ? AND s.key = ?"""

DROP_SHARES_OF_NOTHING = """
DELETE FROM shares_seen WHERE study_instance_uid NOT IN
    (SELECT study_instance_uid FROM study WHERE study_instance_uid IS NOT NULL)"""


def apply_upload(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    """Put a study into the queue, or again with what it holds now."""
    values = (facts["upload"], facts["person"], facts["study"], facts["target"], facts["kind"])
    who = (facts.get("account") or "", facts["person_confirmed"])
    connection.execute(_INSERT_UPLOAD, (*values, *who, at))
    named = {item[0] for item in facts["items"]}
    there = connection.execute("SELECT sha256 FROM upload_item WHERE upload = ?", (facts["upload"],)).fetchall()
    _drop_items(connection, facts["upload"], (row["sha256"] for row in there if row["sha256"] not in named))
    connection.executemany(
        _INSERT_ITEM, ((facts["upload"], *item, position) for position, item in enumerate(facts["items"]))
    )
    connection.execute(seal_statement("upload"), (facts["upload"],))


def apply_upload_state(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    """Note where an upload stands, what the server proved, what it has not any more, and what was left."""
    receipt = json.dumps(facts["receipt"], ensure_ascii=True) if facts.get("receipt") else None
    ended = at if facts["state"] in ENDED else None
    connection.execute(_SET_STATE, (facts["state"], facts.get("reason"), ended, receipt, facts["upload"]))
    connection.execute(seal_statement("upload"), (facts["upload"],))
    if signed := facts.get("signed"):
        _keep_signed(connection, facts["upload"], facts["target"], signed)
    for state in ("stored", "already"):
        for sha256, code, detail in facts.get(state, ()):
            connection.execute(_SET_ITEM, (state, code, detail, facts["upload"], sha256))
            values = (facts["target"], facts["person"], sha256, at)
            (row_id,) = connection.execute(_INSERT_PROOF, values).fetchone()
            connection.execute(seal_statement("proof"), (row_id,))
    for sha256, code, detail in facts.get("left", ()):
        connection.execute(_SET_ITEM, ("left", code, detail, facts["upload"], sha256))
        connection.execute(_DROP_PROOF, (facts["target"], facts["person"], sha256))
    for row in connection.execute(_STUDIES_OF, (facts["person"], facts["study"])).fetchall():
        count_proven(connection, row["id"])


def forget_portal_keys(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    """Forget the keys a portal is known by, so that those it has now are believed at the next sight."""
    connection.execute("DELETE FROM portal_key WHERE target = ?", (facts["target"],))


def _keep_signed(connection: sqlite3.Connection, upload: str, target: str, signed: dict[str, Any]) -> None:
    values = (upload, signed["jws"], json.dumps(signed["key"]))
    connection.execute("INSERT OR REPLACE INTO signed_receipt (upload, jws, key) VALUES (?, ?, ?)", values)
    keys = ((target, key["kid"], json.dumps(key)) for key in signed["keys"])
    connection.executemany("INSERT OR IGNORE INTO portal_key (target, kid, key) VALUES (?, ?, ?)", keys)


def forget_uploads(connection: sqlite3.Connection, items: Iterable[list[str]]) -> None:
    """Forget what was noted of instances that are gone for good, and uploads of nothing else."""
    for person, sha256 in items:
        connection.execute("DELETE FROM proof WHERE person_key = ? AND sha256 = ?", (person, sha256))
        connection.execute(
            "DELETE FROM upload_item WHERE sha256 = ? AND upload IN (SELECT id FROM upload WHERE person_key = ?)",
            (sha256, person),
        )
    connection.execute("DELETE FROM upload WHERE NOT EXISTS (SELECT 1 FROM upload_item t WHERE t.upload = upload.id)")


def _drop_items(connection: sqlite3.Connection, upload: str, hashes: Iterable[str]) -> None:
    connection.executemany(
        "DELETE FROM upload_item WHERE upload = ? AND sha256 = ?", ((upload, sha256) for sha256 in hashes)
    )
