"""QIDO-RS: which studies, series and instances somebody may see and asked for, page by page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, nulls_last, select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.visibility import visible
from portal.server.base.tables import ExamRow, InstanceRow, SeriesRow, StudyRow
from portal.server.dicomweb.messages.dicom_json import Json, element
from portal.server.dicomweb.searching.attributes import ATTRIBUTES, BY_NAME, LEVELS, Attribute, Level
from portal.server.dicomweb.searching.matching import condition

_CHUNK = 500
_TABLES: dict[Level, Any] = {"study": StudyRow, "series": SeriesRow, "instance": InstanceRow}


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched for: `below` are UIDs from the path, `matches` the parameters that are attributes."""

    level: Level
    below: Mapping[str, str]
    matches: Mapping[str, str]
    limit: int
    offset: int
    fuzzy: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """One page of answers, how many more there are, and an object that can tell more of each answer."""

    answers: list[Json]
    more: int
    objects: list[str]  # by their hash


def search(session: Session, caller: Caller, query: Query, base: str, now: datetime) -> Found:
    """Answer a search; `base` is the address of the server's DICOMweb."""
    conditions = [visible(session, caller, now)]
    conditions += [
        condition(BY_NAME[name], wanted, fuzzy=query.fuzzy) for name, wanted in {**query.matches, **query.below}.items()
    ]
    table = _TABLES[query.level]
    ids = _joined(select(table.id), conditions).group_by(table.id)
    total = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    page = list(session.scalars(_ordered(ids, query).limit(query.limit).offset(query.offset)))
    answers = _answers(session, query.level, page, conditions[0], base)
    objects = _objects(session, query.level, page, conditions[0])
    return Found(answers, max(0, total - query.offset - len(page)), [objects[key] for key in page])


def _objects(session: Session, level: Level, page: list[int], seen: ColumnElement[bool]) -> dict[int, str]:
    """Find the first object of each answer that may be seen."""
    found: dict[int, str] = {}
    table = _TABLES[level]
    for start in range(0, len(page), _CHUNK):
        first = _joined(select(func.min(InstanceRow.id)), (seen, table.id.in_(page[start : start + _CHUNK])))
        rows = _joined(select(table.id, InstanceRow.sha256), (InstanceRow.id.in_(first.group_by(table.id)),))
        found |= {row[0]: row[1] for row in session.execute(rows)}
    return found


def _joined(question: Select[*tuple[Any, ...]], conditions: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    return (
        question.select_from(InstanceRow)
        .join(SeriesRow, InstanceRow.series == SeriesRow.id)
        .join(StudyRow, SeriesRow.study == StudyRow.id)
        .join(ExamRow, StudyRow.exam == ExamRow.id)
        .where(*conditions)
    )


def _ordered(question: Select[*tuple[Any, ...]], query: Query) -> Select[*tuple[Any, ...]]:
    """Put the newest study first, and what is inside in its own order; pages must not overlap."""
    if query.level == "study":
        return question.order_by(nulls_last(func.max(StudyRow.study_date).desc()), StudyRow.id)
    if query.level == "series":
        return question.order_by(func.max(SeriesRow.study), nulls_last(func.max(SeriesRow.series_number)), SeriesRow.id)
    number = nulls_last(func.max(InstanceRow.instance_number))
    return question.order_by(func.max(InstanceRow.series), number, InstanceRow.id)


def _answers(session: Session, level: Level, page: list[int], seen: ColumnElement[bool], base: str) -> list[Json]:
    shown = [one for one in ATTRIBUTES if one.column is not None and LEVELS.index(one.level) <= LEVELS.index(level)]
    rows: dict[int, Row[*tuple[Any, ...]]] = {}
    counts = _Counts(session, seen)
    for start in range(0, len(page), _CHUNK):
        rows |= {row[0]: row for row in session.execute(_page_question(level, shown, page[start : start + _CHUNK]))}
    if level != "instance":
        counts.count({row[1] for row in rows.values()})
    return [_answer(level, shown, rows[key], counts, base) for key in page]


def _page_question(level: Level, shown: list[Attribute], page: list[int]) -> Select[*tuple[Any, ...]]:
    table = _TABLES[level]
    series = SeriesRow.id if level != "study" else StudyRow.id
    columns = [attribute.column for attribute in shown]
    question = select(table.id, StudyRow.id, series, *columns).select_from(StudyRow)
    if level != "study":
        question = question.join(SeriesRow, SeriesRow.study == StudyRow.id)
    if level == "instance":
        question = question.join(InstanceRow, InstanceRow.series == SeriesRow.id)
    return question.where(table.id.in_(page))


def _answer(level: Level, shown: list[Attribute], row: Row[*tuple[Any, ...]], counts: _Counts, base: str) -> Json:
    values: dict[str, Any] = dict(zip((attribute.keyword for attribute in shown), row[3:], strict=True))
    answer = {attribute.tag: _written(attribute, values[attribute.keyword]) for attribute in shown}
    if level != "instance":
        answer["00080061"] = element("CS", *counts.modalities.get(row[1], ()))
        answer["00201206"] = element("IS", counts.series.get(row[1], 0))
        answer["00201208"] = element("IS", counts.instances.get(row[1], 0))
    if level == "series":
        answer["00201209"] = element("IS", counts.in_series.get(row[2], 0))
    answer["00080005"] = element("CS", "ISO_IR 192")
    answer["00080056"] = element("CS", "ONLINE")
    answer["00081190"] = element("UR", _address(base, values))
    return dict(sorted(answer.items()))


def _written(attribute: Attribute, value: Any) -> Json:
    return element(attribute.vr, value)


def _address(base: str, values: Mapping[str, Any]) -> str:
    names = (("studies", "StudyInstanceUID"), ("series", "SeriesInstanceUID"), ("instances", "SOPInstanceUID"))
    return base + "".join(f"/{name}/{values[key]}" for name, key in names if key in values)


class _Counts:
    """What is counted of studies: only what may be seen."""

    def __init__(self, session: Session, seen: ColumnElement[bool]) -> None:
        self._session = session
        self._seen = seen
        self.modalities: dict[int, list[str]] = {}
        self.series: dict[int, int] = {}
        self.instances: dict[int, int] = {}
        self.in_series: dict[int, int] = {}

    def count(self, studies: set[int]) -> None:
        """Count in these studies."""
        wanted = sorted(studies)
        for start in range(0, len(wanted), _CHUNK):
            self._count(wanted[start : start + _CHUNK])

    def _count(self, studies: list[int]) -> None:
        question = _joined(
            select(SeriesRow.study, SeriesRow.id, SeriesRow.modality, func.count(InstanceRow.id)),
            (self._seen, SeriesRow.study.in_(studies)),
        ).group_by(SeriesRow.study, SeriesRow.id, SeriesRow.modality)
        for study, series, modality, instances in self._session.execute(question):
            self.series[study] = self.series.get(study, 0) + 1
            self.instances[study] = self.instances.get(study, 0) + instances
            self.in_series[series] = instances
            known = self.modalities.setdefault(study, [])
            if modality and modality not in known:
                known.append(modality)
