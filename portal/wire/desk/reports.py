"""Reports the practice's own systems sent that found no exam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import ExamId
from portal.wire.people import Person

SentReportState = Literal["held", "attached", "discarded"]
HeldReportWhy = Literal["no-patient-id", "unknown-patient", "contradicts", "no-exam", "several-exams"]


@dataclass(frozen=True, slots=True)
class HeldReport:
    """One of them, with what its message said; `complete` is what it will be once it is attached."""

    id: str
    state: SentReportState
    why: HeldReportWhy
    person: Person
    accession_number: str | None
    title: str
    complete: bool
    received_at: str


@dataclass(frozen=True, slots=True)
class HeldReports:
    """`GET staff/hl7`: the oldest first."""

    reports: tuple[HeldReport, ...]


@dataclass(frozen=True, slots=True)
class ReportPlace:
    """`POST staff/hl7/{id}/attach`: the exam it is of."""

    exam_id: ExamId
