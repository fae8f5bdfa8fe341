"""A person's name that was read again, carried out on the index."""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from library.counts import recount
from library.schema import seal_statement

TEXTS: Final = 2  # what a record says about how its texts were decoded; older ones say nothing


def apply_name(connection: sqlite3.Connection, at: str, facts: dict[str, Any]) -> None:
    """Give a person the name that was read again, and mark it where it had to be guessed."""
    found = connection.execute("SELECT id FROM patient WHERE person_key = ?", (facts["person"],)).fetchone()
    if found is None:
        return
    patient = found["id"]
    connection.execute("UPDATE patient SET patient_name = ? WHERE id = ?", (facts["patient_name"], patient))
    connection.execute(seal_statement("patient"), (patient,))
    if facts["raw"] is not None:
        connection.execute("INSERT OR REPLACE INTO guessed_name VALUES (?, ?)", (patient, facts["raw"]))
    series = connection.execute(
        "SELECT e.id FROM series e JOIN study s ON s.id = e.study WHERE s.patient = ?", (patient,)
    )
    recount(connection, {row["id"] for row in series.fetchall()})
