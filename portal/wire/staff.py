"""What the practice's staff sets and takes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import ExamId

RemovalKind = Literal["exam", "study", "image", "report"]
RemovalReason = Literal["misfiled", "mistaken", "withdrawn"]  # of another person; not right; called back
Language = Literal["en", "de"]
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
