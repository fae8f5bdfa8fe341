"""What an import set out to bring, kept until it has brought it, so that whatever cuts it off leaves a word behind.

`import_plan` is there from the first moment of an import until it is complete; `settled` says how an unfinished one was
settled otherwise. `planned` names each image by what the scan read of it: it is met by an object of that person and SOP
Instance UID that was read whole, never by a name or a label.
"""

from __future__ import annotations

PLAN_TABLES = (
    """CREATE TABLE import_plan (
        id TEXT PRIMARY KEY REFERENCES import_run (id) ON DELETE CASCADE,
        facts TEXT NOT NULL, settled TEXT, settled_at TEXT,
        row_hash TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID""",
    """CREATE TABLE planned (
        import_run TEXT NOT NULL REFERENCES import_plan (id) ON DELETE CASCADE,
        person_key TEXT NOT NULL, study_instance_uid TEXT, sop_instance_uid TEXT, transfer_syntax_uid TEXT,
        size INTEGER NOT NULL, path TEXT NOT NULL) STRICT""",
    "CREATE INDEX planned_by_run ON planned (import_run)",
    "CREATE INDEX planned_by_study ON planned (study_instance_uid, person_key)",
)

PLAN_SEALS: dict[str, tuple[str, ...]] = {"import_plan": ("id", "facts", "settled", "settled_at")}
