"""Keeps the counts of series and studies, and the words studies are found by, in line with their instances."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from dicom.people.dates import parse_birth_date, parse_date
from dicom.people.names import display_name
from library.index import queries
from library.schema.search import SEARCH_COLUMNS, WORDS_KEY, WORDS_VERSION
from library.schema.tables import seal_statement
from library.search.words import date_words, name_words, spellings, time_words

_COUNT_SERIES = """
UPDATE series SET (instances, bytes, damaged, conflicts) = (
    SELECT count(*), coalesce(sum(size), 0), count(damaged), coalesce(sum(conflict), 0)
    FROM instance WHERE instance.series = series.id AND bin_entry IS NULL AND aside IS NULL)
WHERE id = ? RETURNING study"""

_COUNT_STUDY = """
UPDATE study SET (series, instances, bytes, damaged, conflicts, modalities) = (
    SELECT count(*), coalesce(sum(e.instances), 0), coalesce(sum(e.bytes), 0), coalesce(sum(e.damaged), 0),
           coalesce(sum(e.conflicts), 0),
           coalesce((SELECT group_concat(modality, '\\') FROM (SELECT DISTINCT modality FROM series
                     WHERE series.study = study.id AND instances > 0 AND modality IS NOT NULL ORDER BY modality)), '')
    FROM series e WHERE e.study = study.id AND e.instances > 0)
WHERE id = ?"""

# asked first whether anything of this person was proven at all: most imports meet no proof
_PROVEN = """
SELECT CASE WHEN EXISTS (SELECT 1 FROM proof f JOIN patient p ON p.person_key = f.person_key
                         JOIN study s ON s.patient = p.id WHERE s.id = ?)
THEN (SELECT coalesce(max(n), 0) FROM (
    SELECT count(*) AS n FROM series e JOIN instance i ON i.series = e.id AND i.bin_entry IS NULL AND i.aside IS NULL
    JOIN patient p ON p.id = i.patient JOIN proof f ON f.person_key = p.person_key AND f.sha256 = i.sha256
    WHERE e.study = ? GROUP BY f.target)) ELSE 0 END"""
_SET_PROVEN = """
INSERT INTO study_proven (id, proven) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET proven = excluded.proven"""

_SEARCHED = """
SELECT p.patient_name, p.patient_id, p.issuer_of_patient_id, p.patient_birth_date, p.patient_sex,
       EXISTS (SELECT 1 FROM guessed_name g WHERE g.patient = p.id) AS name_guessed,
       s.study_id, s.accession_number, s.study_date, s.study_time, s.modalities, s.study_description, s.institution_name
FROM study s JOIN patient p ON p.id = s.patient WHERE s.id = ?"""
_SERIES_WORDS = """
SELECT DISTINCT series_description, body_part_examined FROM series WHERE study = ? AND instances > 0
ORDER BY series_number, id LIMIT 200"""
_SOURCES = """
SELECT DISTINCT r.label FROM study_import l JOIN import_run r ON r.id = l.import_run
WHERE l.study = ? ORDER BY r.label LIMIT 50"""
_INSERT_WORDS = f"""
INSERT INTO study_search (rowid, {", ".join(SEARCH_COLUMNS)}) VALUES (?{", ?" * len(SEARCH_COLUMNS)})"""
_SEXES = {"F": "woman", "M": "man", "O": "other"}


def recount(connection: sqlite3.Connection, series: set[int]) -> None:
    """Count these series and their studies again, seal them and make them found by their words."""
    studies: set[int] = set()
    for one in sorted(series):
        studies |= {row[0] for row in connection.execute(_COUNT_SERIES, (one,)).fetchall()}
        connection.execute(seal_statement("series"), (one,))
    for study in sorted(studies):
        connection.execute(_COUNT_STUDY, (study,))
        connection.execute(seal_statement("study"), (study,))
        count_proven(connection, study)
        make_found(connection, study)


def count_proven(connection: sqlite3.Connection, study: int) -> None:
    """Count again how much of a study a server has proven: what is imported or deleted later changes that too."""
    (proven,) = connection.execute(_PROVEN, (study, study)).fetchone()
    if proven:
        connection.execute(_SET_PROVEN, (study, proven))
        connection.execute(seal_statement("study_proven"), (study,))
    else:
        connection.execute("DELETE FROM study_proven WHERE id = ?", (study,))


def find_all_anew(connection: sqlite3.Connection) -> None:
    """Write the words of every study again where an older program wrote them."""
    written = connection.execute(queries.META, (WORDS_KEY,)).fetchone()
    if written is not None and written["value"] == WORDS_VERSION:
        return
    connection.execute("DELETE FROM study_search")
    for study in connection.execute("SELECT id FROM study ORDER BY id").fetchall():
        make_found(connection, study["id"])
    connection.execute(queries.SET_META, (WORDS_KEY, WORDS_VERSION))


def make_found(connection: sqlite3.Connection, study: int) -> None:
    """Let a study be found by what is known of it now."""
    words = search_words(connection, study)
    stored = connection.execute(queries.SEARCH_WORDS, (study,)).fetchone()
    if stored is not None and tuple(stored) == words:
        return
    connection.execute("DELETE FROM study_search WHERE rowid = ?", (study,))
    connection.execute(_INSERT_WORDS, (study, *words))


def search_words(connection: sqlite3.Connection, study: int) -> tuple[str, ...]:
    """Give the words one study shall be found by, a text for each of `SEARCH_COLUMNS`."""
    row = connection.execute(_SEARCHED, (study,)).fetchone()
    described = [row["study_description"], row["institution_name"]]
    for query in (_SERIES_WORDS, _SOURCES):
        described += [text for one in connection.execute(query, (study,)).fetchall() for text in one]
    dates = [row[name] for name in ("study_date", "patient_birth_date")]
    described += [date for date in dates if parse_date(date) is None]  # shown as it was read
    born = parse_birth_date(row["patient_birth_date"]) is not None
    when = [date_words(row["study_date"]) if parse_date(row["study_date"]) else "", time_words(row["study_time"])]
    return (
        name_words(row["patient_name"]),
        spellings([row["patient_id"], row["issuer_of_patient_id"], row["study_id"]]),
        spellings([row["accession_number"]]),
        " ".join(filter(None, when)),
        date_words(row["patient_birth_date"]) if born else "",
        spellings([row["modalities"]]),
        spellings(described),
        " ".join(_marks(row, born=born)),
    )


def _marks(row: sqlite3.Row, *, born: bool) -> Iterator[str]:
    """Name what the shelf says of a study in words of its own (`library.search.vocabulary.MARKS`)."""
    sex = _SEXES.get((row["patient_sex"] or "").strip().upper())
    if sex:
        yield sex
    yield "born" if born else "notborn"
    yield "hasid" if row["patient_id"] else "noid"
    if not display_name(row["patient_name"]):
        yield "noname"
    if row["name_guessed"]:
        yield "guessed"
    if not (row["study_date"] or "").strip():
        yield "nodate"
    if not row["modalities"]:
        yield "nokind"
