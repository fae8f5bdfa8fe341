"""The instances somebody may see, as every way to the pixels asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, nulls_last, select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.visibility import visible
from portal.server.base.problems import Problem
from portal.server.base.tables import ExamRow, InstanceRow, SeriesRow, StudyRow

# Groups of elements: image presentation with its palettes, overlays, pixels.
_DRAWN_OF = (range(0x0028, 0x0029), range(0x6000, 0x6020), range(0x7FE0, 0x7FE1))


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
    wanted = StudyRow.study_instance_uid == study_instance_uid
    question = instances().where(visible(session, caller, now or datetime.now(UTC), _exams_of(wanted)), wanted)
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
    wanted = StudyRow.id == study
    question = instances().where(visible(session, caller, now, _exams_of(wanted)), wanted)
    return list(session.scalars(_in_order(question)))


def _exams_of(studies: ColumnElement[bool]) -> ColumnElement[bool]:
    return ExamRow.id.in_(select(StudyRow.exam).where(studies))


def _in_order(question: Select[InstanceRow]) -> Select[InstanceRow]:
    order = (SeriesRow.series_number, SeriesRow.id, InstanceRow.instance_number, InstanceRow.id)
    return question.order_by(*(nulls_last(each) for each in order))


def may_have_bulk_data(caller: Caller, steps: Sequence[int]) -> bool:
    """Say whether the value that lies at these steps (tag, item, tag …) may go to somebody who may see its object.

    What pictures are drawn of (pixels, palettes, overlays) is there to be looked at; documents and all else are taken
    home.
    """
    return caller.allow_download or is_drawn_of(steps[-1])


def is_drawn_of(tag: int) -> bool:
    """Say whether an element is one a picture is drawn of: its tables and colours, overlays and pixels."""
    return any(tag >> 16 in groups for groups in _DRAWN_OF)
