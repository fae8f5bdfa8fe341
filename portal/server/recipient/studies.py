"""What of a study its caller may leaf through, from the database alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dicom.kind_names import kind_name
from portal.server.access.caller import Caller
from portal.server.access.visibility import is_document
from portal.server.access.visible_instances import visible_instances
from portal.server.base.tables import InstanceRow, SeriesRow, StudyRow
from portal.server.recipient.page_shapes import ViewForm, ViewInstance, ViewSeries, ViewStudy


def view_study(session: Session, caller: Caller, study: str, now: datetime) -> ViewStudy:
    """List series and objects; raises `Problem("not-found")`."""
    rows = visible_instances(session, caller, study, now=now)
    by_series: dict[int, list[InstanceRow]] = {}
    for row in rows:
        by_series.setdefault(row.series, []).append(row)
    known = {row.id: row for row in session.scalars(select(SeriesRow).where(SeriesRow.id.in_(by_series)))}
    series = tuple(_series(known[key], members) for key, members in by_series.items())
    said = session.get_one(StudyRow, known[next(iter(by_series))].study)
    images = sum(each.images for each in series)
    return ViewStudy(said.study_instance_uid, said.study_date, said.study_description, images, series)


def view_object(session: Session, caller: Caller, study: str, series: str, instance: str, now: datetime) -> InstanceRow:
    """Find one object somebody may see; raises `Problem("not-found")`."""
    return visible_instances(session, caller, study, series, instance, now=now)[0]


def view_series(session: Session, caller: Caller, study: str, series: str, now: datetime) -> list[InstanceRow]:
    """Find the objects of a series somebody may see, in their order; raises `Problem("not-found")`."""
    return visible_instances(session, caller, study, series, now=now)


def _series(said: SeriesRow, members: Iterable[InstanceRow]) -> ViewSeries:
    instances = tuple(
        ViewInstance(row.sop_instance_uid, row.instance_number, max(1, row.number_of_frames or 1), _form(row))
        for row in members
    )
    return ViewSeries(
        said.series_instance_uid,
        said.series_number,
        said.modality,
        kind_name(said.modality),
        said.series_description,
        len(instances),
        instances,
    )


def _form(row: InstanceRow) -> ViewForm:
    """Say what an object is: one without Rows (0028,0010) has no picture."""
    if is_document(row.sop_class_uid):
        return "document"
    return "file" if row.rows is None else "image"
