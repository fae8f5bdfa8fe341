"""In which order the shelf stands: persons by family name, or by what a column says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QCollator, QLocale, Qt

from app.window.appearance.formats import kind_words, study_words
from dicom.people.dates import parse_date
from dicom.people.names import PersonName, parse_name
from library.index.rows import StudyRow
from library.ui.entries import Order

_SENT = {"no": 0, "partly": 1, "complete": 2}
_LANGUAGE = QLocale.Language
# which group of a name people sort by where they read one of the last two: by sound where that is written
_GROUPS = {_LANGUAGE.Japanese: (2, 0, 1), _LANGUAGE.Korean: (2, 1, 0), _LANGUAGE.Chinese: (1, 0, 2)}


def renewed(
    rows: Mapping[str, StudyRow], studies: Collection[str], found: Mapping[str, StudyRow]
) -> dict[str, StudyRow]:
    """Give rows, which come newest first, with those of some studies as they were found now, or without them."""
    kept = {study: row for study, row in rows.items() if study not in studies or study in found}
    return dict(sorted((kept | dict(found)).items(), key=lambda one: _when(one[1]), reverse=True))


def _when(row: StudyRow) -> tuple[tuple[bool, str], ...]:
    return tuple((text is not None, text or "") for text in (row.study_date, row.study_time))


def in_order(rows: Iterable[StudyRow], order: Order) -> list[list[StudyRow]]:
    """Group rows, which come newest first, by person, and put persons and the studies of each in order.

    Persons stand by their first study; who has nothing to sort by comes last, whichever way round.
    """
    grouped: dict[str, list[StudyRow]] = {}
    for row in rows:
        grouped.setdefault(row.person_key, []).append(row)
    persons = by_name(list(grouped.values()))
    if order.column == "name":
        named = [rows for rows in persons if not _sort_name(rows).is_empty]
        return [*reversed(named), *persons[len(named) :]] if order.down else persons
    key = _keys()[order.column]
    sorted_persons = [_sorted(rows, key, order.down, lambda row: row) for rows in persons]
    return _sorted(sorted_persons, key, order.down, lambda rows: rows[0])


def by_name(persons: Sequence[list[StudyRow]]) -> list[list[StudyRow]]:
    """Sort persons as people of this language do: by family name, then given names; who has no name comes last."""
    collator = _collator()
    found = [(_sort_name(rows), rows) for rows in sorted(persons, key=lambda rows: rows[0].patient_birth_date or "")]
    found.sort(key=lambda one: collator.sortKey(one[0].middle))  # each pass keeps the order before it
    found.sort(key=lambda one: collator.sortKey(one[0].given))
    found.sort(key=lambda one: collator.sortKey(one[0].family))
    return [rows for _, rows in sorted(found, key=lambda one: one[0].is_empty)]


def _sort_name(rows: Sequence[StudyRow]) -> PersonName:
    groups = [*parse_name(rows[0].patient_name)]
    groups += [PersonName()] * (3 - len(groups))
    wanted = [groups[number] for number in _GROUPS.get(QLocale().language(), (0, 1, 2))]
    return next((name for name in wanted if not name.is_empty), PersonName())


def _collator() -> QCollator:
    locale = QLocale()
    known = locale.language() not in {_LANGUAGE.C, _LANGUAGE.AnyLanguage}
    collator = QCollator(locale if known else QLocale(_LANGUAGE.English))
    collator.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
    collator.setNumericMode(True)
    return collator


T = TypeVar("T")
Key = Callable[[StudyRow], Any]  # what can be compared, or None


def _keys() -> dict[str, Key]:
    """Give for each column what is compared, None where a study has nothing to compare."""
    collator = _collator()

    def date(row: StudyRow) -> str | None:
        return f"{parse_date(row.study_date):%Y%m%d} {row.study_time or ''}" if parse_date(row.study_date) else None

    return {
        "when": date,
        "what": lambda row: collator.sortKey(study_words(row.study_description, row.modalities)),
        "kind": lambda row: collator.sortKey(kind_words(row.modalities)),
        "images": lambda row: row.instances,
        "portal": lambda row: (_SENT[row.uploaded], row.shares),
    }


def _sorted(things: Sequence[T], key: Key, down: bool, row_of: Callable[[T], StudyRow]) -> list[T]:
    keyed = [(key(row_of(thing)), thing) for thing in things]
    known = sorted((one for one in keyed if one[0] is not None), key=lambda one: one[0], reverse=down)
    return [thing for _, thing in known] + [thing for found, thing in keyed if found is None]
