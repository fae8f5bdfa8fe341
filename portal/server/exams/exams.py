"""Exams as callers see them: whose they are, what they hold, where the report is, whether they can be shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from portal import wire
from portal.names import ExamId, Uid
from portal.server.accounts.shape import person_shape
from portal.server.caller import Caller
from portal.server.exams.release import report_of
from portal.server.exams.titles import ScannedSeries, exam_title
from portal.server.exams.wholeness import wholeness_of
from portal.server.problems import Problem
from portal.server.shares.status import ending
from portal.server.tables import (
    ExamRow,
    InstanceRow,
    PatientRow,
    PracticeRow,
    SeriesRow,
    ShareExamRow,
    ShareRow,
    StudyRow,
    UploadRow,
)

__all__ = [
    "exam_of",
    "exam_shape",
    "exams_for_uids",
    "for_recipient",
    "is_shareable",
    "person_shape",
    "report_of",
    "shape_for",
    "their_exams",
]


def their_exams(caller: Caller) -> ColumnElement[bool]:
    """Give the condition on `ExamRow` that holds for the exams somebody may see."""
    if caller.kind == "share":
        return ExamRow.id.in_(caller.exams)
    if caller.kind == "staff":
        return ExamRow.patient.in_(select(PatientRow.id).where(PatientRow.practice == caller.practice))
    return ExamRow.patient.in_(caller.patients)


def exam_of(session: Session, caller: Caller, exam: str) -> ExamRow:
    """Find one exam; raises `Problem("not-found")` also where it is another's."""
    found = session.scalars(select(ExamRow).where(ExamRow.id == exam, their_exams(caller))).first()
    if found is None:
        raise Problem("not-found")
    return found


def exams_for_uids(session: Session, caller: Caller, studies: Iterable[str], exams: Iterable[str]) -> list[ExamRow]:
    """Find the exams of some studies and exams, each once; `Problem("not-found")` if one is not theirs."""
    found: dict[str, ExamRow] = {}
    for uid in studies:
        rows = session.scalars(
            select(ExamRow)
            .join(StudyRow, StudyRow.exam == ExamRow.id)
            .where(StudyRow.study_instance_uid == uid, their_exams(caller))
        ).all()
        if not rows:
            raise Problem("not-found")
        found |= {row.id: row for row in rows}
    for exam in exams:
        found[exam] = exam_of(session, caller, exam)
    return list(found.values())


def exam_shape(session: Session, exam: ExamRow, now: datetime) -> wire.Exam:
    """Describe one exam."""
    report = report_of(exam, practice_of(session, exam), now)
    series = session.execute(
        select(SeriesRow.study, SeriesRow.modality, SeriesRow.body_part_examined, func.count(InstanceRow.id))
        .join(StudyRow, SeriesRow.study == StudyRow.id)
        .outerjoin(InstanceRow, InstanceRow.series == SeriesRow.id)
        .where(StudyRow.exam == exam.id)
        .group_by(SeriesRow.id)
        .order_by(SeriesRow.id)
    ).all()
    scanned = [ScannedSeries(modality, part, count) for _study, modality, part, count in series]
    studies = _studies(session, exam.id, series)
    return wire.Exam(
        id=ExamId(exam.id),
        title=exam_title(exam.machine, scanned, [study.study_description for study in studies]),
        exam_date=exam.exam_date,
        origin="practice" if exam.origin == "practice" else "upload",
        person=person_shape(session.get_one(PatientRow, exam.patient)),
        studies=studies,
        report=report,
        shareable=is_shareable(session, exam, report),
        shares=_open_shares(session, exam.id, now),
        added_at=wire.utc_text(exam.created_at),
    )


def shape_for(session: Session, caller: Caller, exam: ExamRow, now: datetime) -> wire.Exam:
    """Describe one exam to whoever asks."""
    shape = exam_shape(session, exam, now)
    return for_recipient(shape, include_report=caller.include_report) if caller.kind == "share" else shape


def for_recipient(shape: wire.Exam, *, include_report: bool) -> wire.Exam:
    """Leave out what is only the owner's: to how many it was shared, and a report that was not."""
    mine = replace(shape, shares=0, shareable=False)
    return mine if include_report else replace(mine, report=wire.Report("not-expected"))


def is_shareable(session: Session, exam: ExamRow, report: wire.Report) -> bool:
    """Say whether an exam can be shared: a practice's once its report is there, a person's own once it is whole."""
    if exam.origin == "practice":
        return report.state == "released"
    waiting = (
        select(UploadRow.id)
        .join(StudyRow, StudyRow.study_instance_uid == UploadRow.study_instance_uid)
        .where(StudyRow.exam == exam.id, UploadRow.patient == exam.patient, UploadRow.state == "open")
    )
    return session.execute(waiting.limit(1)).first() is None


def practice_of(session: Session, exam: ExamRow) -> PracticeRow:
    """Give the practice whose rules hold for an exam."""
    return session.get_one(PracticeRow, session.get_one(PatientRow, exam.patient).practice)


def _studies(session: Session, exam: str, series: Iterable[Any]) -> tuple[wire.ExamStudy, ...]:
    modalities: dict[int, list[str]] = {}
    for study, modality, _part, _count in series:
        modalities.setdefault(study, []).append(modality)
    rows = session.execute(
        select(StudyRow, func.count(InstanceRow.id), func.coalesce(func.sum(InstanceRow.size), 0))
        .outerjoin(SeriesRow, SeriesRow.study == StudyRow.id)
        .outerjoin(InstanceRow, InstanceRow.series == SeriesRow.id)
        .where(StudyRow.exam == exam)
        .group_by(StudyRow.id)
        .order_by(StudyRow.id)
    ).all()
    return tuple(_study(session, row, modalities.get(row.id, []), int(count), size) for row, count, size in rows)


def _study(session: Session, row: StudyRow, modalities: list[str], instances: int, size: int) -> wire.ExamStudy:
    return wire.ExamStudy(
        study_instance_uid=Uid(row.study_instance_uid),
        study_date=row.study_date,
        study_time=row.study_time,
        accession_number=row.accession_number,
        study_description=row.study_description,
        modalities=tuple(sorted({code for code in modalities if code})),
        series=len(modalities),
        instances=instances,
        bytes=int(size),
        wholeness=wholeness_of(session, row, instances),
    )


def _open_shares(session: Session, exam: str, now: datetime) -> int:
    shares = session.scalars(
        select(ShareRow)
        .join(ShareExamRow, ShareExamRow.share == ShareRow.id)
        .where(ShareExamRow.exam == exam, ShareRow.revoked_at.is_(None))
    )
    return sum(ending(share, now) is None for share in shares)
