"""Carries out what records say of an import's plan: what it was to bring, and how it was settled."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any, Literal

from library.schema.tables import seal_statement

# how an unfinished import is settled: another takes its place, all of it is here, or the person leaves it so
Settled = Literal["again", "complete", "left"]

_NO_PLAN = "{}"
_INSERT_PLANNED = "INSERT INTO planned VALUES (?, ?, ?, ?, ?, ?, ?)"


def keep_plan(connection: sqlite3.Connection, import_id: str, plan: dict[str, Any]) -> None:
    """Keep what an import sets out to bring."""
    facts = json.dumps({name: plan[name] for name in ("planned", "chosen", "persons", "deleted", "studies")})
    _keep(connection, import_id, facts)
    connection.executemany(_INSERT_PLANNED, _planned(import_id, plan))


def forget_plan(connection: sqlite3.Connection, import_id: str) -> None:
    """Forget the plan of an import that is complete."""
    _forget_images(connection, import_id)
    connection.execute("DELETE FROM import_plan WHERE id = ?", (import_id,))


def settle(connection: sqlite3.Connection, at: str, import_id: str, how: Settled | None) -> None:
    """Settle an unfinished import, or with None take that back."""
    if how is None:
        connection.execute("DELETE FROM import_plan WHERE id = ? AND facts = ?", (import_id, _NO_PLAN))
        connection.execute("UPDATE import_plan SET settled = NULL, settled_at = NULL WHERE id = ?", (import_id,))
    else:
        connection.execute("INSERT OR IGNORE INTO import_plan (id, facts) VALUES (?, ?)", (import_id, _NO_PLAN))
        connection.execute("UPDATE import_plan SET settled = ?, settled_at = ? WHERE id = ?", (how, at, import_id))
        if how != "left":
            _forget_images(connection, import_id)
    connection.execute(seal_statement("import_plan"), (import_id,))


def _keep(connection: sqlite3.Connection, import_id: str, facts: str) -> None:
    connection.execute("INSERT OR REPLACE INTO import_plan (id, facts) VALUES (?, ?)", (import_id, facts))
    connection.execute(seal_statement("import_plan"), (import_id,))


def _forget_images(connection: sqlite3.Connection, import_id: str) -> None:
    connection.execute("DELETE FROM planned WHERE import_run = ?", (import_id,))


def _planned(import_id: str, plan: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for person, study, uid, syntax, size, path in plan["items"]:
        yield import_id, plan["kept"][person], plan["uids"][study], uid, plan["syntaxes"][syntax], size, path
