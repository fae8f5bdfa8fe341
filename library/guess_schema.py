"""Which persons on the shelf have a name that had to be guessed, as their files do not say how it is written."""

from __future__ import annotations

GUESS_TABLES = (
    """CREATE TABLE guessed_name (
        patient INTEGER PRIMARY KEY REFERENCES patient (id) ON DELETE CASCADE) STRICT""",
)
