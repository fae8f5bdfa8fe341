"""A person's name that is known better than before: everything of that person is found under it."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from library.index.counts import recount
from library.schema.tables import seal_statement

TEXTS: Final = 2  # what a record says about how its texts were decoded; older ones say nothing


def apply_name(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    """Give a person the name that was read again, and mark it where it had to be guessed."""
    found = connection.execute("SELECT id FROM patient WHERE person_key = ?", (facts["person"],)).fetchone()
    if found is None:
        return
    if facts["raw"] is not None:
        connection.execute("INSERT OR REPLACE INTO guessed_name VALUES (?, ?)", (found["id"], facts["raw"]))
    rename(connection, found["id"], facts["patient_name"])


def rename(connection: sqlite3.Connection, patient: int, name: str) -> None:
    """Give a person's row another name."""
    connection.execute("UPDATE patient SET patient_name = ? WHERE id = ?", (name, patient))
    connection.execute(seal_statement("patient"), (patient,))
    find_anew(connection, patient)


def find_anew(connection: sqlite3.Connection, patient: int) -> None:
    """Let all studies of a person be found by what the person's row says now."""
    series = connection.execute(
        "SELECT e.id FROM series e JOIN study s ON s.id = e.study WHERE s.patient = ?", (patient,)
    )
    recount(connection, {row["id"] for row in series.fetchall()})
