"""Carries one record out on the index: the same code when it is written, after a crash, and in a rebuild."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from library.index import queries
from library.index.aside import (
    bring_back_behind,
    flag_aside,
    forget_standing_back,
    rows_behind,
    stand_back,
    take_choice_back,
)
from library.index.counts import make_found, recount
from library.index.headers import unpack_header
from library.index.person_names import apply_name
from library.index.places import Placer, instance_key
from library.index.plan_changes import forget_plan, keep_plan, settle
from library.index.upload_changes import (
    DROP_SHARES_OF_NOTHING,
    apply_upload,
    apply_upload_state,
    forget_portal_keys,
    forget_uploads,
)
from library.objects.incoming import PARTIAL_COPIES
from library.records.record_files import Record
from library.schema.tables import seal_statement

_INSERT_INSTANCE = """
INSERT INTO instance (key, series, patient, sha256, size, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
                      instance_number, damaged, source_path, import_run, lost)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (patient, sha256) DO UPDATE SET damaged = excluded.damaged, bin_entry = NULL
RETURNING id"""

# an object that was found changed or missing is sound again for every person it belongs to
_HEAL = "UPDATE instance SET damaged = NULL WHERE sha256 = ? AND damaged IN ('changed', 'missing') RETURNING id"

_INSERT_IMPORT = """
INSERT INTO import_run (id, started_at, kind, label, path) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, label = excluded.label, path = excluded.path"""

# the flag of one UID of one person: other content under it that is whole, stands back for none, and is not in the bin
_PARTIAL = tuple(sorted(PARTIAL_COPIES))
_FLAG_CONFLICTS = f"""
UPDATE instance SET conflict = bin_entry IS NULL AND aside IS NULL AND coalesce(damaged, '') NOT IN {_PARTIAL}
    AND 1 < (SELECT count(*) FROM instance o WHERE o.key = instance.key AND o.patient = instance.patient
             AND o.bin_entry IS NULL AND o.aside IS NULL AND coalesce(o.damaged, '') NOT IN {_PARTIAL})
WHERE key = ? AND patient = ?
RETURNING id"""

_INSTANCE_IDS = """
SELECT i.id, i.key, i.patient, i.series FROM instance i JOIN patient p ON p.id = i.patient
WHERE p.person_key = ? AND i.sha256 = ?"""

_DROP_EMPTY = (
    "DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM instance i WHERE i.series = series.id)",
    "DELETE FROM study_search WHERE rowid IN (SELECT s.id FROM study s WHERE NOT EXISTS"
    " (SELECT 1 FROM series e WHERE e.study = s.id))",
    "DELETE FROM study WHERE NOT EXISTS (SELECT 1 FROM series e WHERE e.study = study.id)",
    "DELETE FROM patient WHERE NOT EXISTS (SELECT 1 FROM study s WHERE s.patient = patient.id)",
)
_DROP_EMPTY_BIN = "DELETE FROM bin_entry WHERE NOT EXISTS (SELECT 1 FROM instance i WHERE i.bin_entry = bin_entry.id)"
_DROP_DEAD_IMPORT = """
DELETE FROM import_run WHERE id = :id AND NOT EXISTS (SELECT 1 FROM instance i WHERE i.import_run = :id)
    AND NOT EXISTS (SELECT 1 FROM study_import l WHERE l.import_run = :id) RETURNING id"""
_IMPORTS_OF_INSTANCE = """
SELECT import_run FROM instance WHERE id = :id
UNION SELECT l.import_run FROM instance i JOIN series e ON e.id = i.series JOIN study_import l ON l.study = e.study
WHERE i.id = :id"""
_QUEUE_REMOVAL = """
INSERT OR IGNORE INTO removal SELECT ? WHERE NOT EXISTS (SELECT 1 FROM instance WHERE sha256 = ?)"""


def apply(connection: sqlite3.Connection, record: Record) -> None:
    """Carry out one record inside the caller's transaction."""
    _HANDLERS[record.kind](connection, record.at, record.facts)
    connection.execute(queries.SET_META, ("applied_through", str(record.sequence)))


def _import(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    connection.execute(_INSERT_IMPORT, (facts["import_id"], at, facts["kind"], facts["label"], facts["path"]))
    connection.execute(seal_statement("import_run"), (facts["import_id"],))
    if facts.get("plan"):
        keep_plan(connection, facts["import_id"], facts["plan"])


def _know_import(connection: sqlite3.Connection, at: str, import_id: str) -> None:
    if connection.execute(queries.IMPORT_KNOWN, (import_id,)).fetchone() is None:
        _import(connection, at, {"import_id": import_id, "kind": "", "label": "", "path": ""})


def _commit(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    import_id = facts["import_id"]
    _know_import(connection, at, import_id)
    placer = Placer(connection, import_id, at)
    ids = [_store(connection, placer, facts["shared"], item) for item in facts["items"]]
    for item in facts["items"]:
        ids += (row["id"] for row in connection.execute(_HEAL, (item["sha256"],)).fetchall())
    for study in placer.studies:
        _link(connection, study, import_id)
    ids += stand_back(connection, at, facts.get("aside", ()))
    ids += bring_back_behind(connection, ids)
    _refresh(connection, ids)
    for known in facts["known"]:
        _link_known(connection, known["person"], known["sha256"], import_id)
    for person, sha256, same_as in facts["same"]:
        connection.execute(
            "INSERT OR IGNORE INTO other_wrapping SELECT id, ?, ? FROM patient WHERE person_key = ?",
            (sha256, same_as, person),
        )
    connection.execute(_DROP_EMPTY_BIN)


def _store(connection: sqlite3.Connection, placer: Placer, shared: dict[str, Any], item: dict[str, Any]) -> int:
    header = unpack_header(shared, item["header"])
    place = placer.place(item["person"], header, item["source_path"])
    values = (
        instance_key(header.sop_instance_uid, item["sha256"]),
        place.series,
        place.patient,
        item["sha256"],
        item["size"],
        header.sop_instance_uid,
        header.sop_class_uid,
        header.transfer_syntax_uid,
        header.instance_number,
        item.get("damaged"),
        item["source_path"],
        placer.import_id,
        json.dumps(item["lost"]) if item.get("lost") else None,
    )
    (row_id,) = connection.execute(_INSERT_INSTANCE, values).fetchone()
    connection.execute("DELETE FROM removal WHERE sha256 = ?", (item["sha256"],))
    return int(row_id)


def _link_known(connection: sqlite3.Connection, person: str, sha256: str, import_id: str) -> None:
    found = connection.execute(queries.STORED_OBJECT, (person, sha256)).fetchone()
    if found is not None:
        _link(connection, found["study"], import_id)


def _link(connection: sqlite3.Connection, study: int, import_id: str) -> None:
    linked = connection.execute("INSERT OR IGNORE INTO study_import VALUES (?, ?)", (study, import_id))
    if linked.rowcount:
        make_found(connection, study)


def _receipt(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    _know_import(connection, at, facts["import_id"])
    text = json.dumps(facts["receipt"], ensure_ascii=True)
    connection.execute("UPDATE import_run SET receipt = ? WHERE id = ?", (text, facts["import_id"]))
    connection.execute(seal_statement("import_run"), (facts["import_id"],))
    if facts["receipt"].get("end") == "complete":
        forget_plan(connection, facts["import_id"])


def _settle_import(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    _know_import(connection, at, facts["import_id"])
    settle(connection, at, facts["import_id"], facts["how"])


def _identity(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    _know_import(connection, at, facts["import_id"])
    text = json.dumps(facts["decision"], ensure_ascii=True)
    (row_id,) = connection.execute(
        "INSERT INTO identity_decision (decided_at, import_run, person_key, facts) VALUES (?, ?, ?, ?) RETURNING id",
        (at, facts["import_id"], facts["person_key"], text),
    ).fetchone()
    connection.execute(seal_statement("identity_decision"), (row_id,))


def _damaged(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    ids: list[int] = []
    for item in facts["items"]:
        statement = "UPDATE instance SET damaged = ? WHERE sha256 = ? RETURNING id"
        ids += (row["id"] for row in connection.execute(statement, (item["damaged"], item["sha256"])).fetchall())
    _refresh(connection, ids)


def _decide(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    """Let copies stand back for another (`items`), or take such a choice back (`undone`)."""
    ids = take_choice_back(connection, facts.get("undone", ()))
    ids += stand_back(connection, at, facts.get("items", ()))
    _refresh(connection, ids)


def _delete(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO bin_entry (id, deleted_at, expires_at, level, uid) VALUES (?, ?, ?, ?, ?)",
        (facts["entry"], at, facts["expires_at"], facts["level"], facts["uid"]),
    )
    connection.execute(seal_statement("bin_entry"), (facts["entry"],))
    ids = _rows_of(connection, facts["items"])
    connection.executemany("UPDATE instance SET bin_entry = ? WHERE id = ?", ((facts["entry"], one) for one in ids))
    _refresh(connection, ids)
    connection.execute(_DROP_EMPTY_BIN)


def _restore(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    for entry in facts["entries"]:
        statement = "UPDATE instance SET bin_entry = NULL WHERE bin_entry = ? RETURNING id"
        ids = [row["id"] for row in connection.execute(statement, (entry,)).fetchall()]
        connection.execute("DELETE FROM bin_entry WHERE id = ?", (entry,))
        _refresh(connection, ids)


def _purge(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    ids = _rows_of(connection, facts["items"])
    behind = rows_behind(connection, ids) - set(ids)
    gone = _touched(connection, ids)
    imports = _imports_of(connection, ids)
    connection.executemany("DELETE FROM instance WHERE id = ?", ((one,) for one in ids))
    for _, sha256 in facts["items"]:
        connection.execute(_QUEUE_REMOVAL, (sha256, sha256))
        connection.execute("DELETE FROM other_wrapping WHERE same_as = ?", (sha256,))
    forget_uploads(connection, facts["items"])
    forget_standing_back(connection, facts["items"])
    _settle(connection, gone, set())
    _reflag(connection, behind)
    for statement in (*_DROP_EMPTY, _DROP_EMPTY_BIN):
        connection.execute(statement)
    connection.execute(DROP_SHARES_OF_NOTHING)
    for import_id in sorted(imports):
        if connection.execute(_DROP_DEAD_IMPORT, {"id": import_id}).fetchone():
            connection.execute("DELETE FROM identity_decision WHERE import_run = ?", (import_id,))


def _imports_of(connection: sqlite3.Connection, ids: Iterable[int]) -> set[str]:
    found = (connection.execute(_IMPORTS_OF_INSTANCE, {"id": one}).fetchall() for one in ids)
    return {row[0] for rows in found for row in rows}


def _rows_of(connection: sqlite3.Connection, items: Iterable[list[str]]) -> list[int]:
    found = (connection.execute(_INSTANCE_IDS, (person, sha256)).fetchone() for person, sha256 in items)
    return [row["id"] for row in found if row is not None]


def _touched(connection: sqlite3.Connection, ids: Iterable[int]) -> list[sqlite3.Row]:
    found = (
        connection.execute("SELECT id, key, patient, series FROM instance WHERE id = ?", (one,)).fetchone()
        for one in ids
    )
    return [row for row in found if row is not None]


def _refresh(connection: sqlite3.Connection, ids: list[int]) -> None:
    """Bring flags, seals and counts into line with rows that changed, and with those that stand back for them."""
    changed = set(ids) | rows_behind(connection, ids)
    flag_aside(connection, changed)
    _settle(connection, _touched(connection, changed), changed)


def _settle(connection: sqlite3.Connection, rows: list[sqlite3.Row], changed: set[int]) -> None:
    flagged = _flag(connection, ((row["key"], row["patient"]) for row in rows))
    connection.executemany(seal_statement("instance"), ((one,) for one in changed | flagged))
    others = _touched(connection, flagged - changed)
    recount(connection, {row["series"] for row in [*rows, *others]})


def _reflag(connection: sqlite3.Connection, ids: set[int]) -> None:
    """Reckon rows again that stood back for what is gone."""
    connection.executemany("UPDATE instance SET aside = NULL WHERE id = ?", ((one,) for one in ids))
    _refresh(connection, sorted(ids))


def _flag(connection: sqlite3.Connection, uids: Iterable[tuple[str, int]]) -> set[int]:
    flagged: set[int] = set()
    for key, patient in set(uids):
        flagged |= {row["id"] for row in connection.execute(_FLAG_CONFLICTS, (key, patient)).fetchall()}
    return flagged


_HANDLERS: dict[str, Callable[[sqlite3.Connection, str, dict[str, Any]], None]] = {
    "import": _import,
    "commit": _commit,
    "receipt": _receipt,
    "settle": _settle_import,
    "identity": _identity,
    "name": apply_name,
    "damaged": _damaged,
    "aside": _decide,
    "delete": _delete,
    "restore": _restore,
    "purge": _purge,
    "upload": apply_upload,
    "uploadstate": apply_upload_state,
    "forgetkeys": forget_portal_keys,
}
