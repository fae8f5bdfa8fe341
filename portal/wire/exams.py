"""An exam with its studies and its report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import ByteCount, ExamId, Uid
from portal.wire.people import Person, Practice
from portal.wire.wholeness import Wholeness

ReportState = Literal["not-expected", "awaited", "held", "released"]
Origin = Literal["practice", "upload"]


@dataclass(frozen=True, slots=True)
class ExamStudy:
    """One study of an exam; `wholeness` is None from a portal that cannot tell.

    Of its `instances` so many are `reports`, `documents` and `others` that hold no image; an older portal tells none.
    """

    study_instance_uid: Uid
    study_date: str | None
    study_time: str | None
    accession_number: str | None
    study_description: str | None
    modalities: tuple[str, ...]
    series: int
    instances: int
    bytes: ByteCount
    wholeness: Wholeness | None = None
    reports: int = 0
    documents: int = 0
    others: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Where the report of an exam is; `available_at` where it is known, `size` and `title` once it is released.

    `count` is how many reports and documents the practice has put there, `held` how many of them wait for their
    release: of those nothing else is told.
    """

    state: ReportState
    available_at: str | None = None
    title: str | None = None
    size: ByteCount | None = None
    count: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Exam:
    """What a patient calls an exam: visit and machine on the same day; one or more studies.

    `title` says in plain words what it is, `name` what the hospital calls it ("" where it gave no name, and from an
    older portal).
    """

    id: ExamId
    title: str
    exam_date: str | None
    origin: Origin
    person: Person
    studies: tuple[ExamStudy, ...]
    report: Report
    shareable: bool
    shares: int
    added_at: str
    name: str = ""
    practice: Practice | None = None  # whose rules hold for it and whom to ask; not for who opens a share


@dataclass(frozen=True, slots=True)
class ExamPage:
    """`GET exams?cursor=`: newest first."""

    exams: tuple[Exam, ...]
    next_cursor: str | None = None
