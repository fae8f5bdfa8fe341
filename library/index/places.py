"""Where an instance belongs on the shelf: the row of its patient, its study and its series, made when new."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from dicom.model import Header
from library.index.headers import clean
from library.index.person_names import find_anew, rename
from library.schema.tables import seal_statement

_UPSERT_PATIENT = """
INSERT INTO patient (person_key, patient_id, issuer_of_patient_id, patient_name, patient_birth_date, patient_sex)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (person_key) DO UPDATE SET
    patient_id = coalesce(patient_id, excluded.patient_id),
    issuer_of_patient_id = coalesce(issuer_of_patient_id, excluded.issuer_of_patient_id),
    patient_name = coalesce(patient_name, excluded.patient_name),
    patient_birth_date = coalesce(patient_birth_date, excluded.patient_birth_date),
    patient_sex = coalesce(patient_sex, excluded.patient_sex)
RETURNING id"""

_FOUND_BY = "SELECT patient_name, patient_id FROM patient WHERE person_key = ?"

# the first file of a person gives the name; what later ones say for certain takes its place
_MARK_GUESS = """
INSERT OR IGNORE INTO guessed_name SELECT :id, :raw WHERE NOT EXISTS (SELECT 1 FROM instance WHERE patient = :id)"""
_FORGET_GUESS = "DELETE FROM guessed_name WHERE patient = ? RETURNING patient"

_UPSERT_STUDY = """
INSERT INTO study (patient, key, study_instance_uid, study_id, study_date, study_time, accession_number,
                   study_description, institution_name, added_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (patient, key) DO UPDATE SET
    study_id = coalesce(study_id, excluded.study_id),
    study_date = coalesce(study_date, excluded.study_date),
    study_time = coalesce(study_time, excluded.study_time),
    accession_number = coalesce(accession_number, excluded.accession_number),
    study_description = coalesce(study_description, excluded.study_description),
    institution_name = coalesce(institution_name, excluded.institution_name)
RETURNING id"""

_UPSERT_SERIES = """
INSERT INTO series (study, key, series_instance_uid, modality, series_number, series_date, series_description,
                    body_part_examined, laterality)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (study, key) DO UPDATE SET
    modality = coalesce(modality, excluded.modality),
    series_number = coalesce(series_number, excluded.series_number),
    series_date = coalesce(series_date, excluded.series_date),
    series_description = coalesce(series_description, excluded.series_description),
    body_part_examined = coalesce(body_part_examined, excluded.body_part_examined),
    laterality = coalesce(laterality, excluded.laterality)
RETURNING id"""


_Values = tuple[str | int | None, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Row ids of the patient, study and series of one instance."""

    patient: int
    study: int
    series: int


@dataclass(slots=True)
class Placer:
    """Finds or makes the rows above the instances of one batch; files that say the same of one are asked once."""

    connection: sqlite3.Connection
    import_id: str
    at: str
    _patients: dict[_Values, int] = field(default_factory=dict)
    _studies: dict[_Values, int] = field(default_factory=dict)
    _series: dict[_Values, int] = field(default_factory=dict)

    @property
    def studies(self) -> set[int]:
        """The row ids of every study placed in."""
        return set(self._studies.values())

    def place(self, person: str, header: Header, source_path: str) -> Place:
        """Give the rows an instance belongs to."""
        patient = self._patient(person, header)
        study = self._study(patient, header, source_path)
        return Place(patient, study, self._one_series(study, header, source_path))

    def _patient(self, person: str, header: Header) -> int:
        values = (
            person,
            header.patient_id,
            header.issuer_of_patient_id,
            header.patient_name,
            header.patient_birth_date,
            header.patient_sex,
        )
        if values not in self._patients:
            before = self.connection.execute(_FOUND_BY, (person,)).fetchone()
            patient = self._patients[values] = self._upsert("patient", _UPSERT_PATIENT, values)
            if before is not None and before != self.connection.execute(_FOUND_BY, (person,)).fetchone():
                find_anew(self.connection, patient)
        self._note_guess(self._patients[values], header)
        return self._patients[values]

    def _note_guess(self, patient: int, header: Header) -> None:
        """Mark a guessed name, until a file says the name for certain."""
        if header.doubtful_name is not None:
            self.connection.execute(_MARK_GUESS, {"id": patient, "raw": clean(header.doubtful_name)})
        elif header.patient_name is not None and self.connection.execute(_FORGET_GUESS, (patient,)).fetchone():
            rename(self.connection, patient, header.patient_name)

    def _study(self, patient: int, header: Header, source_path: str) -> int:
        values = (
            patient,
            study_key(header, source_path, self.import_id),
            header.study_instance_uid,
            header.study_id,
            header.study_date,
            header.study_time,
            header.accession_number,
            header.study_description,
            header.institution_name,
            self.at,
        )
        if values not in self._studies:
            self._studies[values] = self._upsert("study", _UPSERT_STUDY, values)
        return self._studies[values]

    def _one_series(self, study: int, header: Header, source_path: str) -> int:
        values = (
            study,
            series_key(header, source_path, self.import_id),
            header.series_instance_uid,
            header.modality,
            header.series_number,
            header.series_date,
            header.series_description,
            header.body_part_examined,
            header.laterality,
        )
        if values not in self._series:
            self._series[values] = self._upsert("series", _UPSERT_SERIES, values)
        return self._series[values]

    def _upsert(self, table: str, statement: str, values: _Values) -> int:
        (row_id,) = self.connection.execute(statement, values).fetchone()
        self.connection.execute(seal_statement(table), (row_id,))
        return int(row_id)


def study_key(header: Header, source_path: str, import_id: str) -> str:
    """Name a study: by its UID, or "without a number" by the folder it lay in."""
    return header.study_instance_uid or f"no-uid:{_folder_hash(source_path, import_id)}"


def series_key(header: Header, source_path: str, import_id: str) -> str:
    """Name a series within its study: by its UID, or by the folder it lay in."""
    return header.series_instance_uid or f"no-uid:{_folder_hash(source_path, import_id)}"


def instance_key(sop_instance_uid: str | None, sha256: str) -> str:
    """Name an instance: by its UID, or by what it holds."""
    return sop_instance_uid or sha256


def _folder_hash(source_path: str, import_id: str) -> str:
    folder = f"{import_id}/{PurePosixPath(source_path).parent}"
    return hashlib.sha256(folder.encode("utf-8", "surrogateescape")).hexdigest()[:16]
