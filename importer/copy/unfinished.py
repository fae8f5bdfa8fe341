"""Imports that were cut off: what each was to bring, whether a source that is in holds the rest, and going on.

A source is recognised by what it holds, never by its label, drive or path.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.errors import SourceError
from dicom.model import Header, Patient
from dicom.people.person_key import person_key_as_read
from importer.plan import ImportPlan, PlanItem, make_plan
from importer.results import ScanResult, instances_of
from importer.sources.names import shown
from library.index.rows import PlannedImage, Unfinished
from library.shelf import Library

Content = tuple[str | None, str | None, int, str]  # UID, transfer syntax, size, and the path of what has no UID


@dataclass(frozen=True, slots=True)
class Recognised:
    """An unfinished import, of whose images that are not here yet so many are on a source (all of them, or a part)."""

    unfinished: Unfinished
    found: int
    all: bool


def plan_facts(plan: ImportPlan) -> dict[str, Any]:
    """Write what an import sets out to bring, as the shelf keeps it until it is brought."""
    kept, uids, syntaxes = _Numbers(), _Numbers(), _Numbers()
    items = [
        [
            kept.of(item.person),
            uids.of(item.instance.header.study_instance_uid),
            item.instance.header.sop_instance_uid,
            syntaxes.of(item.instance.header.transfer_syntax_uid),
            item.place.entry.size,
            "" if item.instance.header.sop_instance_uid else item.kept_path,
        ]
        for item in plan.items
    ]
    return {
        "planned": len(items),
        "chosen": plan.chosen,
        "persons": list(plan.persons),
        "deleted": list(plan.deleted_of),
        "studies": None if plan.studies is None else list(plan.studies),
        "kept": kept.values,
        "uids": uids.values,
        "syntaxes": syntaxes.values,
        "items": items,
    }


def recognise(scan: ScanResult, library: Library) -> list[Recognised]:
    """List the unfinished imports that can go on with this source, the newest first."""
    known = library.unfinished()
    if not known:
        return []
    here = {_content(scan.places[one.path].entry.size, one.header, one.path) for one in scan.instances()}
    found = [_recognised(one, library, here) for one in known if _persons(scan, one)]
    return [one for one in found if one is not None]


def go_on(scan: ScanResult, unfinished: Unfinished) -> ImportPlan:
    """Plan what an unfinished import was to bring, with the choice the person made then; raises `SourceError`."""
    persons = _persons(scan, unfinished) or unfinished.persons
    return make_plan(scan, persons, unfinished.studies, deleted=unfinished.deleted)


def remembered(scan: ScanResult, library: Library) -> ImportPlan | None:
    """Plan with the choice that was made when an import of this source was begun; None where there is none."""
    for one in recognise(scan, library):
        try:
            return go_on(scan, one.unfinished)
        except SourceError:
            continue  # it holds something else of these persons now
    return None


def take_over(plan: ImportPlan, library: Library, import_id: str) -> None:
    """Settle what is not unfinished any more, now that this import is to bring all that others were to bring."""
    mine = {_content_of(item) for item in plan.items}
    for one in library.unfinished():
        if one.import_id != import_id and _is_covered(one, library, mine):
            library.settle_import(one.import_id, "again")


def _persons(scan: ScanResult, unfinished: Unfinished) -> list[str]:
    """Give the keys of the persons it was for, as this scan has them; nothing where one of them is not here.

    A program before this one wrote the key of a person as the images spell it.
    """
    wanted = set(unfinished.persons)
    found = {patient.key: _keys_of(patient) & wanted for patient in scan.patients}
    whole = bool(wanted) and set().union(*found.values()) == wanted
    return [key for key, keys in found.items() if keys] if whole else []


def _keys_of(patient: Patient) -> set[str]:
    headers = {
        (one.header.patient_name, one.header.patient_birth_date, one.header.patient_id): one.header
        for one in instances_of(patient)
    }
    return {patient.key, *map(person_key_as_read, headers.values())}


def _is_covered(one: Unfinished, library: Library, mine: set[Content]) -> bool:
    left = _images(one, library)
    return bool(left) and left <= mine and (one.studies is not None or one.of is None or len(mine) >= one.of)


def _recognised(one: Unfinished, library: Library, here: set[Content]) -> Recognised | None:
    left = _images(one, library)
    found = len(left & here)
    return Recognised(one, found, found == len(left)) if found else None


def _images(one: Unfinished, library: Library) -> set[Content]:
    """Give what tells the source of an unfinished import: what it has still to bring, else what it brought."""
    rows: Iterable[PlannedImage] = library.awaited(one.import_id) or library.brought(one.import_id)
    return {_named(row.sop_instance_uid, row.transfer_syntax_uid, row.size, row.path) for row in rows}


def _content_of(item: PlanItem) -> Content:
    return _content(item.place.entry.size, item.instance.header, item.instance.path)


def _content(size: int, header: Header, path: str) -> Content:
    return _named(header.sop_instance_uid, header.transfer_syntax_uid, size, shown(path))


def _named(uid: str | None, syntax: str | None, size: int, path: str) -> Content:
    return uid, syntax, size, "" if uid else path


class _Numbers:
    """Gives each value a number, so that it is written once."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {}

    def of(self, value: str | None) -> int:
        return self._numbers.setdefault(value, len(self._numbers))

    @property
    def values(self) -> list[str | None]:
        return list(self._numbers)
