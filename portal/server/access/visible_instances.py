"""The instances somebody may see, as every way to the pixels asks for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Select, nulls_last, select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.visibility import visible
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountPatientRow, ExamRow, InstanceRow, PatientRow, SeriesRow, StudyRow

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
    they are several patients' under one UID: nobody gets one's images among another's. What several practices have of
    the caller's own is given once. `now` is the server's clock where it is not the system's.
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
    patients = {row.patient for row in found}
    if len(patients) == 1:
        return found
    if not _are_all_self(session, caller, patients):
        raise Problem("conflict", reason="several-patients")
    return _once(found)


def _are_all_self(session: Session, caller: Caller, patients: Collection[int]) -> bool:
    """Tell whether patients are one person: the caller's own, each at another practice (A9)."""
    if caller.kind != "account":
        return False
    asked = select(PatientRow.practice).join(AccountPatientRow, AccountPatientRow.patient == PatientRow.id)
    own = AccountPatientRow.account == caller.account, AccountPatientRow.relation == "self"
    return len(set(session.scalars(asked.where(*own, PatientRow.id.in_(patients))))) == len(patients)


def _once(rows: Sequence[InstanceRow]) -> list[InstanceRow]:
    """Keep one of the rows of each instance: what a practice sent before what the person brought."""
    kept: dict[str, int] = {}
    for row in sorted(rows, key=lambda each: (not each.sent_by_practice, each.patient, each.id)):
        kept.setdefault(row.sop_instance_uid, row.id)
    return [row for row in rows if kept[row.sop_instance_uid] == row.id]


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
