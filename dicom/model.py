"""The words of the field as plain data: headers, instances, series, studies, patients, rejections.

Values are the text that was read (`None` when absent or empty); dates and times are not parsed here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NewType

StudyInstanceUID = NewType("StudyInstanceUID", str)
SeriesInstanceUID = NewType("SeriesInstanceUID", str)
SOPInstanceUID = NewType("SOPInstanceUID", str)

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"

DAMAGE = frozenset({"truncated", "header-damaged"})  # marks of a header of which something may be lost

# The closed list of what can be said about one file (cli.md); words for each are in `app/words/messages.py`.
FileCode = Literal[
    "dicomdir",
    "archive",
    "not-dicom",
    "viewer-program",
    "encrypted",
    "unreadable",
    "truncated",
    "header-damaged",
    "no-uid",
    "non-standard",
    "refused-path",
    "refused-link",
    "refused-special",
    "refused-bomb",
    "refused-limit",
    "missing",
    "unlisted",
    "changed",
    "medium-gone",
    "conflict",
    "duplicate",
    "unsupported-transfer-syntax",
    "decode-failed",
    "decode-timeout",
    "password-needed",
    "no-space",
]


@dataclass(frozen=True, slots=True)
class Header:
    """What the bounded header reader wants from one file, as text in DICOM's own keywords.

    `marks` names what had to be forgiven, in order: "non-standard" (no preamble, no meta group, no or a wrong
    transfer syntax), "truncated" (the data set ends early), "header-damaged" (something was salvaged), "no-uid".
    `doubtful` holds, by field, the bytes (as Latin-1) of texts that may well mean something else than they are read as.
    """

    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None
    transfer_syntax_uid: str | None = None
    specific_character_set: str | None = None
    image_type: str | None = None
    study_date: str | None = None
    series_date: str | None = None
    study_time: str | None = None
    accession_number: str | None = None
    modality: str | None = None
    institution_name: str | None = None
    study_description: str | None = None
    series_description: str | None = None
    patient_name: str | None = None
    patient_id: str | None = None
    issuer_of_patient_id: str | None = None
    patient_birth_date: str | None = None
    patient_sex: str | None = None
    body_part_examined: str | None = None
    study_instance_uid: str | None = None
    series_instance_uid: str | None = None
    study_id: str | None = None
    series_number: int | None = None
    instance_number: int | None = None
    laterality: str | None = None
    doubtful: tuple[tuple[str, str], ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def doubtful_name(self) -> str | None:
        """Give the bytes of a name that had to be guessed."""
        return dict(self.doubtful).get("patient_name")


@dataclass(frozen=True, slots=True)
class StoredHeader:
    """What a server keeps of one object: its header, and what its picture is like where it has one.

    Of a document `completion_flag` (0040,A491) and `verification_flag` (0040,A493) say whether it is finished.
    """

    header: Header
    rows: int | None = None
    columns: int | None = None
    number_of_frames: int | None = None
    bits_allocated: int | None = None
    timezone_offset_from_utc: str | None = None
    completion_flag: str | None = None
    verification_flag: str | None = None
    referring_physician_name: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Trouble with one file: where it is on the source, what it is (a `FileCode`), and free text for the curious."""

    path: str
    code: FileCode
    detail: str = ""


@dataclass(slots=True)
class Instance:
    """One stored SOP instance on a source; `duplicates` are other places that hold the same bytes."""

    path: str
    size: int
    header: Header
    duplicates: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Series:
    """Instances that share a Series Instance UID."""

    series_instance_uid: str | None
    modality: str | None
    series_number: int | None
    series_description: str | None
    instances: list[Instance] = field(default_factory=list)


@dataclass(slots=True)
class Study:
    """Series that share a Study Instance UID within one person."""

    study_instance_uid: str | None
    study_date: str | None
    study_time: str | None
    accession_number: str | None
    study_description: str | None
    series: list[Series] = field(default_factory=list)


@dataclass(slots=True)
class Patient:
    """One person as a source names them; `key` is cli.md's 12 hex digits (`dicom/people/same_person.py`)."""

    key: str
    patient_id: str | None
    issuer_of_patient_id: str | None
    patient_name: str | None
    patient_birth_date: str | None
    patient_sex: str | None
    studies: list[Study] = field(default_factory=list)
    doubtful_name: str | None = None  # the bytes (as Latin-1) of a name that had to be guessed
