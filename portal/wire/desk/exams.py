"""Exams at the practice's desk: which wait for their report, and how it is released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.wire.exams import Exam

ReportWork = Literal["awaited", "draft", "complete"]  # none yet; there and not complete; complete
ReleaseWay = Literal["by-rule", "early", "held"]


@dataclass(frozen=True, slots=True)
class StaffExam:
    """An exam the practice sent, as its desk sees it; `visible_at` is when its owner sees the report, if known."""

    exam: Exam
    patient: int
    work: ReportWork
    release: ReleaseWay
    completed_at: str | None = None
    visible_at: str | None = None
    visible: bool = False


@dataclass(frozen=True, slots=True)
class StaffExamPage:
    """`GET staff/exams`: newest first."""

    exams: tuple[StaffExam, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """`POST staff/exams/{id}/release`: by the practice's rule, at once, or not before somebody says so."""

    how: ReleaseWay
