"""Exams as callers see them: whose they are, what they hold, where the report is, whether they can be shared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, func, select
from sqlalchemy.orm import Session

from dicom.amounts import Amount, amount_of
from dicom.study_names import study_names
from portal.exam_names import exam_name
from portal.names import ExamId, Uid
from portal.server.access.caller import Caller
from portal.server.access.report_release import documents_released, report_of
from portal.server.access.share_state import ending
from portal.server.access.visibility import (
    is_practices_report,
    owners_of,
    reports_for,
    their_exams,
    their_studies,
    visible,
)
from portal.server.base.problems import Problem
from portal.server.base.tables import (
    ExamRow,
    InstanceRow,
    PatientRow,
    PracticeRow,
    SeriesRow,
    ShareRow,
    ShareStudyRow,
    StudyRow,
    UploadRow,
)
from portal.server.exams.titles import ScannedSeries, exam_title
from portal.server.exams.wholeness import wholeness_of_each
from portal.server.people.account_shapes import person_shape, practice_shape
from portal.wire.exams import Exam, ExamStudy, Report
from portal.wire.moments import utc_text
from portal.wire.wholeness import Wholeness

__all__ = ["exam_of", "exam_shapes", "exams_for_uids", "person_shape", "shape_for", "shapes_for", "shareable_studies"]

Ruled = Mapping[str, tuple[ExamRow, PracticeRow]]  # exams by their ids, each with the practice whose rules hold for it


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


def exam_shapes(session: Session, caller: Caller, exams: Sequence[ExamRow], now: datetime) -> list[Exam]:
    """Describe exams, as much of them as whoever asks may see: nothing else is counted or named.

    The number of statements does not grow with that of the exams.
    """
    ids = [exam.id for exam in exams]
    owners = owners_of(session, exams)
    ruled = {exam.id: (exam, owners[exam.patient][1]) for exam in exams}
    series = _series(session, caller, ids, now)
    studies = _studies(session, caller, ids, series)
    reports = _reports(session, caller, ruled, now)
    shareable = _shareable(session, ruled, now)
    shares = _open_shares(session, ids, now)
    return [
        _shape(
            exam,
            owners[exam.patient],
            series.get(exam.id, []),
            tuple(studies.get(exam.id, ())),
            report=reports[exam.id],
            shareable=bool(shareable[exam.id]),
            shares=shares[exam.id],
        )
        for exam in exams
    ]


def _shape(
    exam: ExamRow,
    owner: tuple[PatientRow, PracticeRow],
    series: Sequence[Any],
    studies: tuple[ExamStudy, ...],
    *,
    report: Report,
    shareable: bool,
    shares: int,
) -> Exam:
    scanned = [ScannedSeries(modality, part, count) for _study, _series, modality, part, _class, count, _size in series]
    return Exam(
        id=ExamId(exam.id),
        title=exam_title(exam.machine, scanned, [study.study_description for study in studies]),
        exam_date=exam.exam_date,
        origin="practice" if exam.origin == "practice" else "upload",
        person=person_shape(owner[0]),
        studies=studies,
        report=report,
        shareable=shareable,
        shares=shares,
        added_at=utc_text(exam.created_at),
        name=study_names(study.study_description for study in studies),
        practice=practice_shape(owner[1]),
    )


def names_of(session: Session, caller: Caller, exams: Iterable[str], now: datetime) -> dict[str, str]:
    """Name some exams, each once; those that are gone or not the caller's have no name."""
    rows = session.scalars(select(ExamRow).where(ExamRow.id.in_(exams), their_exams(caller))).all()
    return {shape.id: exam_name(shape).main for shape in exam_shapes(session, caller, rows, now)}


def shape_for(session: Session, caller: Caller, exam: ExamRow, now: datetime) -> Exam:
    """Describe one exam to whoever asks; to how many it was shared is no recipient's to know."""
    return shapes_for(session, caller, [exam], now)[0]


def shapes_for(session: Session, caller: Caller, exams: Sequence[ExamRow], now: datetime) -> list[Exam]:
    """Describe several exams to whoever asks, as `shape_for` does."""
    shapes = exam_shapes(session, caller, exams, now)
    strangers = caller.kind in ("share", "doctor")
    return [replace(shape, shares=0, shareable=False, practice=None) for shape in shapes] if strangers else shapes


def shareable_studies(session: Session, exam: ExamRow, now: datetime) -> list[StudyRow]:
    """Give the studies of an exam that can be shared: all of a practice's once its report is there.

    Before that those the person had uploaded already, once they are whole; a person's own exam is shared whole.
    """
    return shareable_of_each(session, [exam.id], now)[exam.id]


def shareable_of_each(session: Session, exams: Collection[str], now: datetime) -> dict[str, list[StudyRow]]:
    """Give them of several exams, by these; the number of statements does not grow with theirs."""
    rows = session.scalars(select(ExamRow).where(ExamRow.id.in_(exams))).all()
    owners = owners_of(session, rows)
    return _shareable(session, {exam.id: (exam, owners[exam.patient][1]) for exam in rows}, now)


def _shareable(session: Session, exams: Ruled, now: datetime) -> dict[str, list[StudyRow]]:
    """Give the studies of each exam that can be shared."""
    there: dict[str, list[StudyRow]] = {exam: [] for exam in exams}
    for study in session.scalars(select(StudyRow).where(StudyRow.exam.in_(exams)).order_by(StudyRow.id)):
        there[study.exam].append(study)
    waiting = set(
        session.scalars(
            select(StudyRow.id)
            .join(ExamRow, ExamRow.id == StudyRow.exam)
            .join(UploadRow, UploadRow.study_instance_uid == StudyRow.study_instance_uid)
            .where(StudyRow.exam.in_(exams), UploadRow.patient == ExamRow.patient, UploadRow.state == "open")
        )
    )

    def ready(exam: ExamRow, practice: PracticeRow) -> list[StudyRow]:
        studies = there[exam.id]
        if exam.origin != "practice":
            return [] if any(study.id in waiting for study in studies) else studies
        if report_of(exam, practice, now).state == "released":
            return studies
        return [study for study in studies if study.uploaded and study.id not in waiting]

    return {key: ready(exam, practice) for key, (exam, practice) in exams.items()}


def _reports(session: Session, caller: Caller, exams: Ruled, now: datetime) -> dict[str, Report]:
    """Say where the reports are, and count what the practice has written: also what waits, for whom it is of."""
    documents = _documents(session, caller, exams, now)
    told = reports_for(session, caller, exams, now)
    return {
        key: _counted(told[key], documents.get(key, 0), caller, _may_read(caller, exam, practice, now))
        for key, (exam, practice) in exams.items()
    }


def _may_read(caller: Caller, exam: ExamRow, practice: PracticeRow, now: datetime) -> bool:
    at_once = caller.kind == "doctor" and exam.report_completed_at is not None
    return at_once or documents_released(exam, practice, now)


def _counted(report: Report, documents: int, caller: Caller, released: bool) -> Report:
    papers = 1 if report.state in ("held", "released") else 0
    held = 1 if report.state == "held" else 0
    if caller.kind == "share":
        return replace(report, count=papers - held + documents)
    return replace(report, count=papers + documents, held=held + (0 if released else documents))


def _documents(session: Session, caller: Caller, exams: Ruled, now: datetime) -> dict[str, int]:
    """Count what the practice has written as DICOM documents of each of its exams."""
    ours = [key for key, (exam, _practice) in exams.items() if exam.origin == "practice"]
    if not ours or not caller.include_report:
        return {}
    # what waits, or came later, is the owner of a share to know
    among = ExamRow.id.in_(ours)
    theirs = visible(session, caller, now, among) if caller.kind == "share" else their_studies(caller)
    asked = (
        select(StudyRow.exam, func.count())
        .select_from(InstanceRow)
        .join(SeriesRow, InstanceRow.series == SeriesRow.id)
        .join(StudyRow, SeriesRow.study == StudyRow.id)
        .join(ExamRow, StudyRow.exam == ExamRow.id)
        .where(ExamRow.id.in_(ours), is_practices_report(), theirs)
        .group_by(StudyRow.exam)
    )
    return {row[0]: row[1] for row in session.execute(asked)}


def _series(session: Session, caller: Caller, exams: Sequence[str], now: datetime) -> dict[str, list[Any]]:
    """Give study, series, modality, body part, class, number and size of what may be seen, by series and class."""
    asked = (
        select(
            StudyRow.exam,
            SeriesRow.study,
            SeriesRow.id,
            SeriesRow.modality,
            SeriesRow.body_part_examined,
            InstanceRow.sop_class_uid,
            func.count(InstanceRow.id),
            func.coalesce(func.sum(InstanceRow.size), 0).cast(BigInteger),  # a Decimal on PostgreSQL
        )
        .select_from(InstanceRow)
        .join(SeriesRow, InstanceRow.series == SeriesRow.id)
        .join(StudyRow, SeriesRow.study == StudyRow.id)
        .join(ExamRow, StudyRow.exam == ExamRow.id)
        .where(visible(session, caller, now, ExamRow.id.in_(exams)))
        .group_by(StudyRow.exam, SeriesRow.id, InstanceRow.sop_class_uid)
        .order_by(SeriesRow.id, InstanceRow.sop_class_uid)
    )
    found: dict[str, list[Any]] = {}
    for exam, *series in session.execute(asked):
        found.setdefault(exam, []).append(series)
    return found


def _studies(
    session: Session, caller: Caller, exams: Sequence[str], series: Mapping[str, Sequence[Any]]
) -> dict[str, list[ExamStudy]]:
    asked = select(StudyRow).where(StudyRow.exam.in_(exams), their_studies(caller)).order_by(StudyRow.id)
    rows = session.scalars(asked).all()
    seen: dict[int, list[Any]] = {row.id: [] for row in rows}
    for each in (each for rows_of_exam in series.values() for each in rows_of_exam):
        seen[each[0]].append(each)
    amounts = [(row, _amount(seen[row.id])) for row in rows]
    found: dict[str, list[ExamStudy]] = {}
    for (row, amount), whole in zip(amounts, wholeness_of_each(session, amounts), strict=True):
        found.setdefault(row.exam, []).append(_study(row, seen[row.id], amount, whole))
    return found


def _amount(series: Sequence[Any]) -> Amount:
    return amount_of((modality, uid, int(count)) for _study, _series, modality, _part, uid, count, _size in series)


def _study(row: StudyRow, series: Sequence[Any], amount: Amount, wholeness: Wholeness) -> ExamStudy:
    return ExamStudy(
        study_instance_uid=Uid(row.study_instance_uid),
        study_date=row.study_date,
        study_time=row.study_time,
        accession_number=row.accession_number,
        study_description=row.study_description,
        modalities=tuple(sorted({one[2] for one in series if one[2]})),
        series=len({one[1] for one in series}),
        instances=amount.total,
        bytes=sum(int(one[-1]) for one in series),
        wholeness=wholeness,
        reports=amount.reports,
        documents=amount.documents,
        others=amount.others,
    )


def _open_shares(session: Session, exams: Sequence[str], now: datetime) -> Counter[str]:
    asked = (
        select(StudyRow.exam, ShareRow)
        .join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
        .join(ShareRow, ShareRow.id == ShareStudyRow.share)
        .where(StudyRow.exam.in_(exams), ShareRow.revoked_at.is_(None))
    )
    found = {(exam, share.id): share for exam, share in session.execute(asked)}
    return Counter(exam for (exam, _id), share in found.items() if ending(share, now) is None)
