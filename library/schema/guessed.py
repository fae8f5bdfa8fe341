"""Which persons on the shelf have a name that had to be guessed, as their files do not say how it is written.

`raw` are the bytes of the name as Latin-1: they tell whether a person who comes again is the same.
"""

from __future__ import annotations

GUESS_TABLES = (
    """CREATE TABLE guessed_name (
        patient INTEGER PRIMARY KEY REFERENCES patient (id) ON DELETE CASCADE, raw TEXT NOT NULL) STRICT""",
)
