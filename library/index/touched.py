"""Which studies stand otherwise on the shelf: noted by the database itself, so that no writer forgets one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

# each table the row of a study is made of (`queries.STUDIES`) and what is said beside it, with the studies `s` that a
# row of it speaks of; another person's study of the same number is said to be there, so it counts too
_SAME_NUMBER = "s.id = {row}.id OR s.study_instance_uid = {row}.study_instance_uid"
_BROUGHT = "s.id IN (SELECT study FROM study_import WHERE import_run = {row}.id)"
_AWAITED = "s.study_instance_uid IN (SELECT study_instance_uid FROM planned WHERE import_run = {row}.id)"
_PERSON = ("patient_id", "issuer_of_patient_id", "patient_name", "patient_birth_date", "patient_sex")
_ANOTHER_PERSON = (
    f"({', '.join(f'OLD.{one}' for one in _PERSON)}) IS NOT ({', '.join(f'NEW.{one}' for one in _PERSON)})"
)
_SHOWN_OF = {
    "study": ("INSERT", "UPDATE", "DELETE", _SAME_NUMBER),
    "patient": ("UPDATE", f"s.patient = {{row}}.id AND {_ANOTHER_PERSON}"),
    "study_proven": ("INSERT", "UPDATE", "DELETE", "s.id = {row}.id"),
    "shares_seen": ("INSERT", "UPDATE", "DELETE", "s.study_instance_uid = {row}.study_instance_uid"),
    "study_import": ("INSERT", "s.id = {row}.study"),
    "import_run": ("UPDATE", _BROUGHT),
    "import_plan": ("INSERT", "UPDATE", "DELETE", f"{_BROUGHT} OR {_AWAITED}"),
}
_TRIGGER = """
CREATE TEMP TRIGGER touched_{table}_{event} {moment} {event} ON {table} BEGIN
    SELECT touched(p.person_key || ':' || s.key) FROM study s JOIN patient p ON p.id = s.patient WHERE {which};
END"""


def note_touched(connection: sqlite3.Connection, note: Callable[[str], None]) -> None:
    """Have each study (`person:key`) noted that this connection changes from now on, before it goes."""
    connection.create_function("touched", 1, note)
    for table, (*events, which) in _SHOWN_OF.items():
        for event in events:
            moment, row = ("BEFORE", "OLD") if event == "DELETE" else ("AFTER", "NEW")
            connection.execute(_TRIGGER.format(table=table, event=event, moment=moment, which=which.format(row=row)))
