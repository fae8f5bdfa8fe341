"""What somebody may see: the one rule for exams, studies, instances and reports, however they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.server.access.caller import Caller
from portal.server.access.report_release import documents_released, report_of
from portal.server.access.staff_members import assigned
from portal.server.base.tables import (
    ExamRow,
    InstanceRow,
    PatientRow,
    PracticeRow,
    SeriesRow,
    ShareRow,
    ShareStudyRow,
    StudyRow,
)
from portal.wire.exams import Report

# Encapsulated PDF and CDA, and structured reports: a practice's are its report, so they wait for it.
_ENCAPSULATED = "1.2.840.10008.5.1.4.1.1.104."
_STRUCTURED = "1.2.840.10008.5.1.4.1.1.88."
_STRUCTURED_NOT_REPORTS = (_STRUCTURED + "59", _STRUCTURED + "67", _STRUCTURED + "68")  # key objects, doses


def is_document(sop_class_uid: str | None) -> bool:
    """Tell whether objects of a class are documents, as `is_report` asks of rows."""
    uid = sop_class_uid or ""
    return uid.startswith(_ENCAPSULATED) or (uid.startswith(_STRUCTURED) and uid not in _STRUCTURED_NOT_REPORTS)


def is_report() -> ColumnElement[bool]:
    """Give the condition on `InstanceRow` that holds for documents, which tell what the images only show."""
    written = or_(
        InstanceRow.sop_class_uid.like(_ENCAPSULATED + "%"),
        and_(
            InstanceRow.sop_class_uid.like(_STRUCTURED + "%"),
            InstanceRow.sop_class_uid.not_in(_STRUCTURED_NOT_REPORTS),
        ),
    )
    return and_(InstanceRow.sop_class_uid.is_not(None), written)


def is_practices_report() -> ColumnElement[bool]:
    """Give the condition on `InstanceRow` for documents the person does not have at home: those may have to wait."""
    return and_(is_report(), InstanceRow.sent_by_practice, ~InstanceRow.sent_by_person)


def their_exams(caller: Caller) -> ColumnElement[bool]:
    """Give the condition on `ExamRow` that holds for the exams somebody may see (something of)."""
    if caller.kind == "share":
        return ExamRow.id.in_(select(StudyRow.exam).where(StudyRow.id.in_(caller.studies)))
    if caller.kind == "staff":
        return and_(of_practice(caller), ExamRow.origin == "practice")
    if caller.kind == "doctor":
        return and_(of_practice(caller), ExamRow.origin == "practice", assigned(caller.member or ""))
    return ExamRow.patient.in_(caller.patients)


def of_practice(caller: Caller) -> ColumnElement[bool]:
    """Give the condition on `ExamRow` that holds for all persons of a practice, their own uploads too."""
    return ExamRow.patient.in_(select(PatientRow.id).where(PatientRow.practice == caller.practice))


def their_studies(caller: Caller) -> ColumnElement[bool]:
    """Give the condition on `StudyRow` of such an exam: a share's own, and of the practice what it sent to."""
    if caller.kind == "share":
        return StudyRow.id.in_(caller.studies)
    if caller.kind in ("staff", "doctor"):
        series, instance = aliased(SeriesRow), aliased(InstanceRow)  # looked up for each study, never listed whole
        sent = select(instance.id).join(series, instance.series == series.id)
        return sent.where(series.study == StudyRow.id, instance.sent_by_practice).exists()
    return true()


def visible(
    session: Session, caller: Caller, now: datetime, among: ColumnElement[bool] | None = None
) -> ColumnElement[bool]:
    """Give the condition on joined `InstanceRow`, `StudyRow` and `ExamRow` that holds for what somebody may see.

    `among` narrows it to some exams, by a condition on `ExamRow`: then only their release is looked up.
    The practice sees what it sent itself, not what a person brought from elsewhere; so does a referring doctor, who has
    the documents as soon as they are complete.
    """
    theirs = their_exams(caller) if among is None else and_(their_exams(caller), among)
    if caller.kind == "staff":
        return and_(theirs, InstanceRow.sent_by_practice)
    if caller.kind == "doctor":
        written = or_(~is_report(), ExamRow.report_completed_at.is_not(None))
        return and_(theirs, InstanceRow.sent_by_practice, written)
    shown = _shown_of(
        images=_said(caller.include_images), report=_said(caller.include_report),
        released=_released(session, theirs, now),
    )  # fmt: skip
    if caller.kind != "share":
        return and_(theirs, shown)
    ours = select(ShareStudyRow.study).where(ShareStudyRow.share == caller.share, ShareStudyRow.documents)
    made_at = select(ShareRow.created_at).where(ShareRow.id == caller.share).scalar_subquery()
    shared = _was_shared(StudyRow.id.in_(ours), made_at, caller.studies)
    return and_(theirs, their_studies(caller), shown, or_(~is_practices_report(), shared))


def visible_through(session: Session, shares: Sequence[str], now: datetime) -> ColumnElement[bool]:
    """Give the condition on such rows, joined with `ShareStudyRow` and `ShareRow`, for what the recipients see."""
    exams = select(StudyRow.exam).join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
    shown = _shown_of(
        images=ShareRow.include_images, report=ShareRow.include_report,
        released=_released(session, ExamRow.id.in_(exams.where(ShareStudyRow.share.in_(shares))), now),
    )  # fmt: skip
    held = aliased(ShareStudyRow)
    ours = select(held.study).where(held.share == ShareRow.id)
    shared = _was_shared(ShareStudyRow.documents, ShareRow.created_at, ours)
    return and_(ShareRow.id.in_(shares), shown, or_(~is_practices_report(), shared))


def _said(yes: bool) -> ColumnElement[bool]:
    return true() if yes else false()


def _shown_of(
    *, images: SQLColumnExpression[bool], report: SQLColumnExpression[bool], released: ColumnElement[bool]
) -> ColumnElement[bool]:
    """Give the condition on joined rows that holds for images, and for documents, where these are meant to be seen."""
    return and_(or_(images, is_report()), or_(report, ~is_report()), or_(~is_practices_report(), released))


def _was_shared(
    documents: SQLColumnExpression[bool], made_at: SQLColumnExpression[datetime], studies: Any
) -> ColumnElement[bool]:
    """Give the condition on joined rows that holds for a practice's document that is part of a share of these studies.

    As with its report: one that waited when the share was made is none, nor what was written later of an exam that has
    studies the share does not hold.
    """
    other = aliased(StudyRow)
    others = select(other.id).where(other.exam == ExamRow.id, other.id.not_in(studies))
    return and_(documents, or_(InstanceRow.stored_at <= made_at, ~others.exists()))


def _released(session: Session, exams: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    """Give the condition that holds for those of some exams whose documents wait for nothing any more."""
    asked = session.execute(
        select(ExamRow, PracticeRow)
        .join(PatientRow, PatientRow.id == ExamRow.patient)
        .join(PracticeRow, PracticeRow.id == PatientRow.practice)
        .where(exams, ExamRow.origin == "practice")
        .where(
            select(InstanceRow.id)
            .join(SeriesRow, InstanceRow.series == SeriesRow.id)
            .join(StudyRow, SeriesRow.study == StudyRow.id)
            .where(StudyRow.exam == ExamRow.id, is_practices_report())
            .exists()
        )
    )
    held = [exam.id for exam, practice in asked if not documents_released(exam, practice, now)]
    return ExamRow.id.not_in(held) if held else true()


def practice_of(session: Session, exam: ExamRow) -> PracticeRow:
    """Give the practice whose rules hold for an exam."""
    return session.get_one(PracticeRow, session.get_one(PatientRow, exam.patient).practice)


def owners_of(session: Session, exams: Iterable[ExamRow]) -> dict[int, tuple[PatientRow, PracticeRow]]:
    """Give the persons some exams are of, by their rows, each with the practice whose rules hold."""
    patients = {exam.patient for exam in exams}
    asked = select(PatientRow, PracticeRow).join(PracticeRow, PracticeRow.id == PatientRow.practice)
    found = session.execute(asked.where(PatientRow.id.in_(patients)))
    return {patient.id: (patient, practice) for patient, practice in found}


def report_for(session: Session, caller: Caller, exam: ExamRow, now: datetime) -> Report:
    """Say where the report of an exam is for whoever asks; a share that holds none is told of none."""
    return reports_for(session, caller, {exam.id: (exam, practice_of(session, exam))}, now)[exam.id]


def reports_for(
    session: Session, caller: Caller, exams: Mapping[str, tuple[ExamRow, PracticeRow]], now: datetime
) -> dict[str, Report]:
    """Say it of several exams, each with the practice whose rules hold for it."""
    told = set(exams)
    if caller.kind == "share":
        told = _with_report(session, caller, [exam for exam, _practice in exams.values()])
    none = Report("not-expected")
    at_once = caller.kind == "doctor"
    return {
        key: report_of(exam, practice, now, at_once=at_once) if key in told else none
        for key, (exam, practice) in exams.items()
    }


def _with_report(session: Session, caller: Caller, exams: Sequence[ExamRow]) -> set[str]:
    """Give those exams of which a share was made with the report.

    A corrected one takes the place of that; but once the exam has studies the share does not hold, a later report may
    tell of those, and stays away.
    """
    if not caller.include_report:
        return set()
    ids = [exam.id for exam in exams]
    held: dict[str, set[str]] = {}
    asked = select(StudyRow.exam, ShareStudyRow.report_sha256).join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
    asked = asked.where(ShareStudyRow.share == caller.share, StudyRow.exam.in_(ids))
    for exam_id, sha256 in session.execute(asked.where(ShareStudyRow.report_sha256.is_not(None))):
        held.setdefault(exam_id, set()).add(str(sha256))
    besides = select(StudyRow.exam).where(StudyRow.exam.in_(ids), StudyRow.id.not_in(caller.studies))
    grown = set(session.scalars(besides.distinct()))
    same = {exam.id for exam in exams if exam.report_sha256 in held.get(exam.id, ())}
    return held.keys() & (same | (set(ids) - grown))
