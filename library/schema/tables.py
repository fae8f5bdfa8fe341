"""The tables of the index, in small ordered steps; DICOM's keywords are the column names.

References between tables are named after the table (`study.patient`), since `patient_id` is DICOM's word.
`row_hash` seals the other columns of a row: SQLite's own checks miss most flipped bits. Counts of series and studies
leave out what is in the bin and are kept up to date by `library/index/counts.py`.
"""

from __future__ import annotations

from library.schema.aside import ASIDE_SEALS, ASIDE_TABLES
from library.schema.besides import BESIDES_INDEX
from library.schema.guessed import GUESS_TABLES
from library.schema.plans import PLAN_SEALS, PLAN_TABLES
from library.schema.search import SEARCH_TABLES
from library.schema.uploads import RECEIPT_TABLES, UPLOAD_SEALS, UPLOAD_TABLES

APPLICATION_ID = 0x5363616E  # "Scan"

_FIRST = (
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE patient (
        id INTEGER PRIMARY KEY,
        person_key TEXT NOT NULL UNIQUE,
        patient_id TEXT, issuer_of_patient_id TEXT, patient_name TEXT, patient_birth_date TEXT, patient_sex TEXT,
        row_hash TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE TABLE study (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        patient INTEGER NOT NULL REFERENCES patient (id),
        study_instance_uid TEXT, study_id TEXT, study_date TEXT, study_time TEXT, accession_number TEXT,
        study_description TEXT, institution_name TEXT,
        added_at TEXT NOT NULL,
        modalities TEXT NOT NULL DEFAULT '', series INTEGER NOT NULL DEFAULT 0,
        instances INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
        damaged INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0,
        row_hash TEXT NOT NULL DEFAULT '',
        UNIQUE (patient, key)) STRICT""",
    "CREATE INDEX study_by_key ON study (key)",
    "CREATE INDEX study_by_uid ON study (study_instance_uid)",
    "CREATE INDEX study_by_date ON study (study_date DESC, study_time DESC, id)",
    """CREATE TABLE series (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        study INTEGER NOT NULL REFERENCES study (id),
        series_instance_uid TEXT, modality TEXT, series_number INTEGER, series_date TEXT, series_description TEXT,
        body_part_examined TEXT, laterality TEXT,
        instances INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
        damaged INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0,
        row_hash TEXT NOT NULL DEFAULT '',
        UNIQUE (study, key)) STRICT""",
    "CREATE INDEX series_by_key ON series (key)",
    """CREATE TABLE import_run (
        id TEXT PRIMARY KEY,
        started_at TEXT NOT NULL,
        kind TEXT NOT NULL, label TEXT NOT NULL, path TEXT NOT NULL,
        receipt TEXT,
        row_hash TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID""",
    """CREATE TABLE study_import (
        study INTEGER NOT NULL REFERENCES study (id) ON DELETE CASCADE,
        import_run TEXT NOT NULL REFERENCES import_run (id) ON DELETE CASCADE,
        PRIMARY KEY (study, import_run)) STRICT, WITHOUT ROWID""",
    "CREATE INDEX study_import_by_run ON study_import (import_run)",
    """CREATE TABLE bin_entry (
        id TEXT PRIMARY KEY,
        deleted_at TEXT NOT NULL, expires_at TEXT NOT NULL,
        level TEXT NOT NULL, uid TEXT NOT NULL,
        row_hash TEXT NOT NULL DEFAULT '') STRICT, WITHOUT ROWID""",
    """CREATE TABLE instance (
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        series INTEGER NOT NULL REFERENCES series (id),
        patient INTEGER NOT NULL REFERENCES patient (id),
        sha256 TEXT NOT NULL, size INTEGER NOT NULL,
        sop_instance_uid TEXT, sop_class_uid TEXT, transfer_syntax_uid TEXT, instance_number INTEGER,
        damaged TEXT, conflict INTEGER NOT NULL DEFAULT 0,
        source_path TEXT NOT NULL, import_run TEXT NOT NULL REFERENCES import_run (id),
        bin_entry TEXT REFERENCES bin_entry (id),
        row_hash TEXT NOT NULL DEFAULT '',
        UNIQUE (patient, sha256)) STRICT""",
    "CREATE INDEX instance_by_series ON instance (series, instance_number, key)",
    "CREATE INDEX instance_by_key ON instance (key, patient)",
    "CREATE INDEX instance_by_sha256 ON instance (sha256)",
    "CREATE INDEX instance_by_run ON instance (import_run)",
    "CREATE INDEX instance_by_bin ON instance (bin_entry) WHERE bin_entry IS NOT NULL",
    """CREATE TABLE other_wrapping (
        patient INTEGER NOT NULL REFERENCES patient (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL, same_as TEXT NOT NULL,
        PRIMARY KEY (patient, sha256)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE identity_decision (
        id INTEGER PRIMARY KEY,
        decided_at TEXT NOT NULL, import_run TEXT NOT NULL, person_key TEXT NOT NULL, facts TEXT NOT NULL,
        row_hash TEXT NOT NULL DEFAULT '') STRICT""",
    # hashes of objects nothing refers to any more, until their files are gone
    "CREATE TABLE removal (sha256 TEXT PRIMARY KEY) STRICT, WITHOUT ROWID",
    """CREATE VIRTUAL TABLE study_search USING fts5 (
        patient_name, ids, accession_number, study_date, modality, description,
        tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3')""",
)

# One tuple of statements a step; the number of steps done is the database's user_version.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    *(_FIRST, UPLOAD_TABLES, ASIDE_TABLES, PLAN_TABLES, GUESS_TABLES),
    *(SEARCH_TABLES, BESIDES_INDEX, RECEIPT_TABLES),
)

SEALED_COLUMNS: dict[str, tuple[str, ...]] = (
    {
        "patient": (
            "id",
            "person_key",
            "patient_id",
            "issuer_of_patient_id",
            "patient_name",
            "patient_birth_date",
            "patient_sex",
        ),
        "study": (
            "id",
            "key",
            "patient",
            "study_instance_uid",
            "study_id",
            "study_date",
            "study_time",
            "accession_number",
            "study_description",
            "institution_name",
            "added_at",
            "modalities",
            "series",
            "instances",
            "bytes",
            "damaged",
            "conflicts",
        ),
        "series": (
            "id",
            "key",
            "study",
            "series_instance_uid",
            "modality",
            "series_number",
            "series_date",
            "series_description",
            "body_part_examined",
            "laterality",
            "instances",
            "bytes",
            "damaged",
            "conflicts",
        ),
        "import_run": ("id", "started_at", "kind", "label", "path", "receipt"),
        "bin_entry": ("id", "deleted_at", "expires_at", "level", "uid"),
        "instance": (
            "id",
            "key",
            "series",
            "patient",
            "sha256",
            "size",
            "sop_instance_uid",
            "sop_class_uid",
            "transfer_syntax_uid",
            "instance_number",
            "damaged",
            "conflict",
            "source_path",
            "import_run",
            "bin_entry",
            "aside",
            "lost",
        ),
        "identity_decision": ("id", "decided_at", "import_run", "person_key", "facts"),
    }
    | UPLOAD_SEALS
    | ASIDE_SEALS
    | PLAN_SEALS
)


def seal_statement(table: str) -> str:
    """Give the statement that seals one row, named by its id, again."""
    columns = ", ".join(SEALED_COLUMNS[table])
    return f"UPDATE {table} SET row_hash = row_hash({columns}) WHERE id = ?"


def broken_seals_query(table: str) -> str:
    """Give the query for the ids of rows whose seal does not fit."""
    columns = ", ".join(SEALED_COLUMNS[table])
    return f"SELECT id FROM {table} WHERE row_hash <> row_hash({columns})"
