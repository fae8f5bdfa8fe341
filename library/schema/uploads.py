"""The tables of what was sent: jobs, their instances, what a server proved, and the shares last seen.

Jobs and proofs come from records and survive a rebuild. What became of each instance so far (`upload_item`) is kept in
the index alone: after a rebuild the server is asked again anyway. So are `shares_seen`: the portal knows them better.
"""

from __future__ import annotations

UPLOAD_TABLES = (
    """CREATE TABLE upload (
        id TEXT PRIMARY KEY,
        person_key TEXT NOT NULL, study_key TEXT NOT NULL,
        target TEXT NOT NULL, kind TEXT NOT NULL, account TEXT NOT NULL DEFAULT '', person_confirmed TEXT,
        asked_at TEXT NOT NULL, state TEXT NOT NULL, reason TEXT, ended_at TEXT, receipt TEXT,
        row_hash TEXT NOT NULL DEFAULT '',
        UNIQUE (person_key, study_key, target, account)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE upload_item (
        upload TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
        sha256 TEXT NOT NULL, size INTEGER NOT NULL, sop_instance_uid TEXT, position INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'waiting', code TEXT, detail TEXT,
        PRIMARY KEY (upload, sha256)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE proof (
        id INTEGER PRIMARY KEY,
        target TEXT NOT NULL, person_key TEXT NOT NULL, sha256 TEXT NOT NULL, proven_at TEXT NOT NULL,
        row_hash TEXT NOT NULL DEFAULT '',
        UNIQUE (person_key, sha256, target)) STRICT""",
    # how many of a study's instances the server that has most of them has proven; studies without any have no row
    """CREATE TABLE study_proven (
        id INTEGER PRIMARY KEY REFERENCES study (id) ON DELETE CASCADE,
        proven INTEGER NOT NULL,
        row_hash TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE TABLE shares_seen (
        portal TEXT NOT NULL, person_key TEXT NOT NULL, study_instance_uid TEXT NOT NULL, shares INTEGER NOT NULL,
        PRIMARY KEY (study_instance_uid, person_key, portal)) STRICT, WITHOUT ROWID""",
)

# what a portal signed, with the key it was checked with, and the keys a portal is known by: both are facts of records
RECEIPT_TABLES = (
    """CREATE TABLE signed_receipt (
        upload TEXT PRIMARY KEY REFERENCES upload (id) ON DELETE CASCADE,
        jws TEXT NOT NULL, key TEXT NOT NULL) STRICT, WITHOUT ROWID""",
    """CREATE TABLE portal_key (
        target TEXT NOT NULL, kid TEXT NOT NULL, key TEXT NOT NULL,
        PRIMARY KEY (target, kid)) STRICT, WITHOUT ROWID""",
)

UPLOAD_SEALS: dict[str, tuple[str, ...]] = {
    "upload": (
        "id",
        "person_key",
        "study_key",
        "target",
        "kind",
        "account",
        "person_confirmed",
        "asked_at",
        "state",
        "reason",
        "ended_at",
        "receipt",
    ),
    "proof": ("id", "target", "person_key", "sha256", "proven_at"),
    "study_proven": ("id", "proven"),
}
