"""The table studies are found by, made anew with a column for each kind of word.

Its words are the program's, not the files': `library/index/counts.py` writes them again where
`WORDS_VERSION` is another.
"""

from __future__ import annotations

SEARCH_COLUMNS = (
    "patient_name", "ids", "accession_number", "study_date", "patient_birth_date", "modality", "description", "marks",
)  # fmt: skip
WORDS_KEY = "search_words"  # in `meta`: which version wrote the words
WORDS_VERSION = "3"  # to be raised with every change of what `search_words` gives

SEARCH_TABLES = (
    "DROP TABLE study_search",
    f"DELETE FROM meta WHERE key = '{WORDS_KEY}'",  # no word is written yet
    f"""CREATE VIRTUAL TABLE study_search USING fts5 (
        {", ".join(SEARCH_COLUMNS)},
        tokenize = "unicode61 remove_diacritics 2", prefix = '1 2 3')""",
)
