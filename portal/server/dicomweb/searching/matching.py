"""QIDO's matching as SQL: single values, lists of UIDs, wildcards, ranges (PS3.4 C.2.2.2)."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from portal.server.base.name_forms import asked_words, folded
from portal.server.base.problems import Problem
from portal.server.base.tables import SeriesRow, StudyRow
from portal.server.dicomweb.searching.attributes import Attribute

_SPECIAL = re.compile(r"([\\%_])")
_MOMENT = re.compile(r"[0-9:.\-/]{0,26}")
_MOST_VALUES = 1000
_MOST_PATTERNS = 50  # SQLite takes no deeper expressions than 1000
# By which columns a person's name is searched: folded, and its words.
_NAMES = {
    "patient_name": (StudyRow.patient_name_folded, StudyRow.patient_name_words),
    "referring_physician_name": (StudyRow.referring_folded, StudyRow.referring_words),
}


def condition(attribute: Attribute, wanted: str, *, fuzzy: bool = False) -> ColumnElement[bool]:
    """Give the condition for one matching parameter; an empty one matches all. `fuzzy` finds names by their words."""
    if wanted in ("", "*"):
        return true()
    if attribute.matching == "modalities":
        return _modality_in_study(wanted)
    column = attribute.column
    if column is None:
        return true()  # what is counted is not matched
    match attribute.matching:
        case "uid":
            return or_(column.in_(_values(wanted)))
        case "number":
            numbers = [int(value) for value in _values(wanted) if re.fullmatch(r"[+-]?[0-9]{1,12}", value)]
            return column.in_(numbers) if numbers else false()
        case "date":
            return _range(column, wanted, attribute)
        case "name":
            return _by_words(column, wanted) if fuzzy else _name(column, wanted)
        case _:
            return _like(column, wanted)


def _values(wanted: str) -> list[str]:
    values = re.split(r"[,\\]", wanted)
    if len(values) > _MOST_VALUES or sum(map(_is_pattern, values)) > _MOST_PATTERNS:
        raise Problem("invalid-request", reason="too-many-values")
    return values


def _modality_in_study(wanted: str) -> ColumnElement[bool]:
    series = aliased(SeriesRow)
    inside = select(series.id).where(series.study == StudyRow.id)
    values = _values(wanted)
    plain = [value for value in values if not _is_pattern(value)]
    patterns = [_like(series.modality, value) for value in values if _is_pattern(value)]
    return inside.where(or_(series.modality.in_(plain), *patterns)).exists()


def _range(column: InstrumentedAttribute[Any], wanted: str, attribute: Attribute) -> ColumnElement[bool]:
    """Match a day or time, or a range that may be open at one end; YYYY-MM-DD is read as a day too."""
    plain = re.sub(r"(\d{4})-(\d{2})-(\d{2})", r"\1\2\3", wanted)
    if not _MOMENT.fullmatch(plain) or plain.count("-") > 1:
        raise Problem("invalid-request", fields=[{"field": f"query.{attribute.keyword}", "reason": "value"}])
    if "-" not in plain:
        return _like(column, plain) if attribute.vr == "DA" else column.like(_pattern(plain) + "%", escape="\\")
    first, last = plain.split("-")
    # a text that goes on where the bound ends is within it: 10:15:30 lies before the end of 10:15
    before = func.substr(column, 1, len(last)) <= last if last else true()  # in whatever order the database sorts
    return and_(column.is_not(None), column >= first if first else true(), before)


def _name(column: InstrumentedAttribute[Any], wanted: str) -> ColumnElement[bool]:
    """Match a person's name against each of its groups (alphabetic, ideographic, phonetic), in any case."""
    pattern = _pattern(folded(wanted.rstrip("^=")) or "")
    ways = (pattern, f"{pattern}=%", f"%={pattern}", f"%={pattern}=%")
    return or_(*(_NAMES[column.key][0].like(way, escape="\\") for way in ways))


def _by_words(column: InstrumentedAttribute[Any], wanted: str) -> ColumnElement[bool]:
    """Match a name of which every word that is asked for begins one, whatever their order (PS3.18 8.3.4.2)."""
    asked = asked_words(wanted)[:_MOST_PATTERNS]
    words = _NAMES[column.key][1]
    return and_(*(or_(*(words.like(f"% {_pattern(form)}%", escape="\\") for form in forms)) for forms in asked))


def _like(column: InstrumentedAttribute[Any], wanted: str) -> ColumnElement[bool]:
    if _is_pattern(wanted):
        return column.ilike(_pattern(wanted), escape="\\")
    return column == wanted


def _is_pattern(wanted: str) -> bool:
    return "*" in wanted or "?" in wanted


def _pattern(wanted: str) -> str:
    return _SPECIAL.sub(r"\\\1", wanted).replace("*", "%").replace("?", "_")
