"""What the practice's staff sets and takes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import ExamId, Uid
from portal.wire.people import Person

RemovalKind = Literal["exam", "study", "image", "report"]
RemovalReason = Literal["misfiled", "mistaken", "withdrawn"]  # of another person; not right; called back
Language = Literal["en", "de"]
UnmatchedState = Literal["held", "assigned", "discarded", "allowed"]
UnmatchedWhy = Literal["no-patient-id", "unknown-patient", "contradicts", "conflict"]
DiscardReason = Literal["misfiled", "mistaken", "withdrawn", "test-images"]
ReleaseRule = Literal["after-scan", "after-report"]  # from when the hours count


@dataclass(frozen=True, slots=True)
class PracticeRules:
    """`GET|PATCH staff/practice`: where scans are made, when reports may be seen, what persons change themselves.

    `time_zone` is an IANA name, or "" for that of the server; what a change leaves out (None) stays.
    """

    time_zone: str | None = None
    release_rule: ReleaseRule | None = None
    release_hours: int | None = None
    self_service: bool | None = None  # persons change their own e-mail address and phone
    language: Language | None = None  # of the practice's letters


@dataclass(frozen=True, slots=True)
class ReportCompletion:
    """`POST staff/exams/{id}/report/complete`: since when the report is complete; without a moment since now."""

    completed_at: str | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """What the practice took out: gone at once. Until `allowed_at` the same is refused if sent again."""

    id: str
    kind: RemovalKind
    exam_id: ExamId
    images: int
    reason: RemovalReason
    removed_at: str
    allowed_at: str | None = None


@dataclass(frozen=True, slots=True)
class Removals:
    """`GET staff/removals`: what was taken out, newest first."""

    removals: tuple[Removal, ...]


@dataclass(frozen=True, slots=True)
class KnownPatient:
    """A patient of the practice whom a held study may be of; `patient` is the portal's own number."""

    patient: int
    person: Person


@dataclass(frozen=True, slots=True)
class UnmatchedStudy:
    """A study the practice sent of nobody it knows: kept, shown to staff alone, until they decide.

    `why`: it names no Patient ID, one that nobody has, one whose name, birth date, sex or issuer contradict it, or the
    patient it was assigned to has the rest of it with other bytes ("conflict"). `person` is as its images say.
    """

    id: str
    state: UnmatchedState
    why: UnmatchedWhy
    person: Person
    study_instance_uid: Uid
    study_date: str | None
    accession_number: str | None
    study_description: str | None
    modalities: tuple[str, ...]
    images: int  # that are held
    received_at: str
    last_received_at: str
    suggested: tuple[KnownPatient, ...] = ()
    reason: str | None = None  # of the decision: "matched" by itself, "assigned" by staff, or why it was discarded
    decided_at: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class UnmatchedStudies:
    """`GET staff/unmatched`: newest first."""

    studies: tuple[UnmatchedStudy, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class UnmatchedAssignment:
    """`POST staff/unmatched/{id}/assign`: whose it is, by `patient` or by the practice's own Patient ID."""

    patient: int | None = None
    patient_id: str | None = None


@dataclass(frozen=True, slots=True)
class UnmatchedDiscard:
    """`POST staff/unmatched/{id}/discard`: thrown away for good, and why."""

    reason: DiscardReason
