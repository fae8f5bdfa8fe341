"""The table of copies that stand back for another of the same image, and what an instance's row says of it.

A copy that stands back keeps its row and its object; `instance.aside` says why it is not shown, counted or sent. It is
reckoned from this table, so that the copy comes back by itself when the one it stands back for is lost.
"""

from __future__ import annotations

# what the seal of an instance's row held until then
_SEALED = """id, key, series, patient, sha256, size, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
    instance_number, damaged, conflict, source_path, import_run, bin_entry"""

ASIDE_TABLES = (
    # why: "damaged", "combined" (a whole was put together from it), "reduced", "chosen" (by the person)
    """CREATE TABLE stands_back (
        id INTEGER PRIMARY KEY,
        person_key TEXT NOT NULL, sha256 TEXT NOT NULL,
        for_person TEXT NOT NULL, for_sha256 TEXT NOT NULL,
        why TEXT NOT NULL, at TEXT NOT NULL,
        row_hash TEXT NOT NULL DEFAULT '',
        UNIQUE (person_key, sha256, for_person, for_sha256)) STRICT""",
    "CREATE INDEX stands_back_for ON stands_back (for_sha256)",
    "CREATE INDEX stands_back_of ON stands_back (sha256)",
    "ALTER TABLE instance ADD COLUMN aside TEXT",
    # stretches no drive could read, [first byte, length] as JSON; they are zeros in the object
    "ALTER TABLE instance ADD COLUMN lost TEXT",
    # a row whose seal did not fit before does not get one that does
    f"""UPDATE instance SET row_hash = row_hash({_SEALED}, aside, lost) WHERE row_hash = row_hash({_SEALED})""",
)

ASIDE_SEALS: dict[str, tuple[str, ...]] = {
    "stands_back": ("id", "person_key", "sha256", "for_person", "for_sha256", "why", "at"),
}
