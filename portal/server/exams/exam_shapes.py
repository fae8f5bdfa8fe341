"""Exams as callers see them: whose they are, what they hold, where the report is, whether they can be shared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dicom.amounts import amount_of
from dicom.study_names import study_names
from portal import wire
from portal.exam_names import exam_name
from portal.names import ExamId, Uid
from portal.server.access.caller import Caller
from portal.server.access.report_release import documents_released, report_of
from portal.server.access.share_state import ending
from portal.server.access.visibility import (
    is_practices_report,
    practice_of,
    report_for,
    their_exams,
    their_studies,
    visible,
)
from portal.server.base.problems import Problem
from portal.server.base.tables import (
    ExamRow,
    InstanceRow,
    PatientRow,
    SeriesRow,
    ShareRow,
    ShareStudyRow,
    StudyRow,
    UploadRow,
)
from portal.server.exams.titles import ScannedSeries, exam_title
from portal.server.exams.wholeness import wholeness_of
from portal.server.people.account_shapes import person_shape

__all__ = ["exam_of", "exam_shape", "exams_for_uids", "person_shape", "shape_for", "shareable_studies"]


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


def exam_shape(session: Session, caller: Caller, exam: ExamRow, now: datetime) -> wire.Exam:
    """Describe one exam, as much of it as whoever asks may see: nothing else is counted or named."""
    series = _series(session, caller, exam, now)
    scanned = [ScannedSeries(modality, part, count) for _study, _series, modality, part, _class, count, _size in series]
    studies = _studies(session, caller, exam.id, series)
    return wire.Exam(
        id=ExamId(exam.id),
        title=exam_title(exam.machine, scanned, [study.study_description for study in studies]),
        exam_date=exam.exam_date,
        origin="practice" if exam.origin == "practice" else "upload",
        person=person_shape(session.get_one(PatientRow, exam.patient)),
        studies=studies,
        report=_report(session, caller, exam, now),
        shareable=bool(shareable_studies(session, exam, now)),
        shares=_open_shares(session, exam.id, now),
        added_at=wire.utc_text(exam.created_at),
        name=study_names(study.study_description for study in studies),
    )


def names_of(session: Session, caller: Caller, exams: Iterable[str], now: datetime) -> dict[str, str]:
    """Name some exams, each once; those that are gone or not the caller's have no name."""
    rows = session.scalars(select(ExamRow).where(ExamRow.id.in_(exams), their_exams(caller)))
    return {row.id: exam_name(exam_shape(session, caller, row, now)).main for row in rows}


def shape_for(session: Session, caller: Caller, exam: ExamRow, now: datetime) -> wire.Exam:
    """Describe one exam to whoever asks; to how many it was shared is no recipient's to know."""
    shape = exam_shape(session, caller, exam, now)
    return replace(shape, shares=0, shareable=False) if caller.kind == "share" else shape


def shareable_studies(session: Session, exam: ExamRow, now: datetime) -> list[StudyRow]:
    """Give the studies of an exam that can be shared: all of a practice's once its report is there.

    Before that those the person had uploaded already, once they are whole; a person's own exam is shared whole.
    """
    studies = list(session.scalars(select(StudyRow).where(StudyRow.exam == exam.id).order_by(StudyRow.id)))
    if exam.origin == "practice" and report_of(exam, practice_of(session, exam), now).state == "released":
        return studies
    waiting = set(
        session.scalars(
            select(StudyRow.id)
            .join(UploadRow, UploadRow.study_instance_uid == StudyRow.study_instance_uid)
            .where(StudyRow.exam == exam.id, UploadRow.patient == exam.patient, UploadRow.state == "open")
        )
    )
    if exam.origin == "practice":
        return [study for study in studies if study.uploaded and study.id not in waiting]
    return [] if waiting else studies


def _report(session: Session, caller: Caller, exam: ExamRow, now: datetime) -> wire.Report:
    """Say where the report is, and count what the practice has written: also what waits, for the person it is of."""
    report = report_for(session, caller, exam, now)
    papers = 1 if report.state in ("held", "released") else 0
    held = 1 if report.state == "held" else 0
    documents = 0
    if exam.origin == "practice" and caller.include_report:
        asked = select(func.count()).select_from(InstanceRow).join(SeriesRow, InstanceRow.series == SeriesRow.id)
        asked = asked.join(StudyRow, SeriesRow.study == StudyRow.id).join(ExamRow, StudyRow.exam == ExamRow.id)
        asked = asked.where(ExamRow.id == exam.id, is_practices_report())
        # what waits, or came later, is the owner of a share to know
        theirs = visible(session, caller, now) if caller.kind == "share" else their_studies(caller)
        documents = session.scalar(asked.where(theirs)) or 0
    if caller.kind == "share":
        return replace(report, count=papers - held + documents)
    waits = bool(documents) and not documents_released(exam, practice_of(session, exam), now)
    return replace(report, count=papers + documents, held=held + (documents if waits else 0))


def _series(session: Session, caller: Caller, exam: ExamRow, now: datetime) -> list[Any]:
    """Give study, series, modality, body part, class, number and size of what may be seen, by series and class."""
    asked = (
        select(
            SeriesRow.study,
            SeriesRow.id,
            SeriesRow.modality,
            SeriesRow.body_part_examined,
            InstanceRow.sop_class_uid,
            func.count(InstanceRow.id),
            func.coalesce(func.sum(InstanceRow.size), 0),
        )
        .select_from(InstanceRow)
        .join(SeriesRow, InstanceRow.series == SeriesRow.id)
        .join(StudyRow, SeriesRow.study == StudyRow.id)
        .join(ExamRow, StudyRow.exam == ExamRow.id)
        .where(ExamRow.id == exam.id, visible(session, caller, now))
        .group_by(SeriesRow.id, InstanceRow.sop_class_uid)
        .order_by(SeriesRow.id, InstanceRow.sop_class_uid)
    )
    return list(session.execute(asked))


def _studies(session: Session, caller: Caller, exam: str, series: Sequence[Any]) -> tuple[wire.ExamStudy, ...]:
    rows = session.scalars(
        select(StudyRow).where(StudyRow.exam == exam, their_studies(caller)).order_by(StudyRow.id)
    ).all()
    return tuple(_study(session, row, [each for each in series if each[0] == row.id]) for row in rows)


def _study(session: Session, row: StudyRow, series: Sequence[Any]) -> wire.ExamStudy:
    amount = amount_of((modality, uid, int(count)) for _study, _series, modality, _part, uid, count, _size in series)
    instances = amount.total
    return wire.ExamStudy(
        study_instance_uid=Uid(row.study_instance_uid),
        study_date=row.study_date,
        study_time=row.study_time,
        accession_number=row.accession_number,
        study_description=row.study_description,
        modalities=tuple(sorted({one[2] for one in series if one[2]})),
        series=len({one[1] for one in series}),
        instances=instances,
        bytes=sum(int(one[-1]) for one in series),
        wholeness=wholeness_of(session, row, instances),
        reports=amount.reports,
        documents=amount.documents,
        others=amount.others,
    )


def _open_shares(session: Session, exam: str, now: datetime) -> int:
    ours = select(ShareStudyRow.share).join(StudyRow, StudyRow.id == ShareStudyRow.study).where(StudyRow.exam == exam)
    shares = session.scalars(select(ShareRow).where(ShareRow.id.in_(ours), ShareRow.revoked_at.is_(None)))
    return sum(ending(share, now) is None for share in shares)
