"""Which instances somebody may see: the one rule that every way to the pixels goes through."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, and_, nulls_last, or_, select, true
from sqlalchemy.orm import Session

from portal.server.caller import Caller
from portal.server.exams.exams import practice_of, report_of, their_exams
from portal.server.problems import Problem
from portal.server.tables import ExamRow, InstanceRow, SeriesRow, StudyRow

# Encapsulated PDF and CDA, and structured reports: a practice's are its report, so they wait for it.
_ENCAPSULATED = "1.2.840.10008.5.1.4.1.1.104."
_STRUCTURED = "1.2.840.10008.5.1.4.1.1.88."
_STRUCTURED_NOT_REPORTS = (_STRUCTURED + "59", _STRUCTURED + "67", _STRUCTURED + "68")  # key objects, doses


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


def visible(session: Session, caller: Caller, now: datetime) -> ColumnElement[bool]:
    """Give the condition on joined `InstanceRow` and `ExamRow` that holds for what somebody may see."""
    if caller.kind == "staff":
        return their_exams(caller)
    conditions = [their_exams(caller)]
    if not caller.include_images:
        conditions.append(is_report())
    if not caller.include_report:
        conditions.append(~is_report())
    hidden = _exams_with_held_report(session, caller, now)
    conditions.append(or_(~is_report(), ExamRow.id.not_in(hidden)) if hidden else true())
    return and_(*conditions)


def _exams_with_held_report(session: Session, caller: Caller, now: datetime) -> list[str]:
    exams = session.scalars(
        select(ExamRow)
        .where(their_exams(caller), ExamRow.origin == "practice")
        .where(
            select(InstanceRow.id)
            .join(SeriesRow, InstanceRow.series == SeriesRow.id)
            .join(StudyRow, SeriesRow.study == StudyRow.id)
            .where(StudyRow.exam == ExamRow.id, is_report())
            .exists()
        )
    )
    return [exam.id for exam in exams if report_of(exam, practice_of(session, exam), now).state != "released"]


def instances() -> Select[InstanceRow]:
    """Start a question about instances, joined up to their exam."""
    return (
        select(InstanceRow)
        .join(SeriesRow, InstanceRow.series == SeriesRow.id)
        .join(StudyRow, SeriesRow.study == StudyRow.id)
        .join(ExamRow, StudyRow.exam == ExamRow.id)
    )


def visible_instances(
    session: Session,
    caller: Caller,
    study_instance_uid: str,
    series_instance_uid: str | None = None,
    sop_instance_uid: str | None = None,
    *,
    now: datetime | None = None,
) -> list[InstanceRow]:
    """Find the instances somebody may see, in the order of series and instance numbers.

    Raises `Problem("not-found")` where there are none, whether they do not exist or are another's, and "conflict" where
    they are several patients' under one UID: nobody gets one's images among another's. `now` is the server's clock
    where it is not the system's.
    """
    question = instances().where(visible(session, caller, now or datetime.now(UTC)))
    question = question.where(StudyRow.study_instance_uid == study_instance_uid)
    if series_instance_uid is not None:
        question = question.where(SeriesRow.series_instance_uid == series_instance_uid)
    if sop_instance_uid is not None:
        question = question.where(InstanceRow.sop_instance_uid == sop_instance_uid)
    found = list(session.scalars(_in_order(question)))
    if not found:
        raise Problem("not-found")
    if len({row.patient for row in found}) > 1:
        raise Problem("conflict", reason="several-patients")
    return found


def visible_in_study(session: Session, caller: Caller, study: int, now: datetime) -> list[InstanceRow]:
    """Find what somebody may see of the study of one patient, in the same order; nothing is no problem."""
    question = instances().where(visible(session, caller, now), StudyRow.id == study)
    return list(session.scalars(_in_order(question)))


def _in_order(question: Select[InstanceRow]) -> Select[InstanceRow]:
    order = (SeriesRow.series_number, SeriesRow.id, InstanceRow.instance_number, InstanceRow.id)
    return question.order_by(*(nulls_last(each) for each in order))
