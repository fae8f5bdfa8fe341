"""Where an interrupted import was: which files of a plan are on the shelf from it, and need not be read again."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from core.errors import LibraryError
from importer.plan import ImportPlan, PlanItem
from library.index.rows import InstanceRow
from library.shelf import Library


def kept_before(plan: ImportPlan, library: Library) -> dict[str, str]:
    """Name (by path, with its sha256) what an import that did not end well has kept already.

    The same place on the disc, size, UIDs, transfer syntax and person, stored whole by an import without a receipt that
    says "complete". After a complete import everything is read and compared again.
    """
    by_study: dict[str, list[PlanItem]] = defaultdict(list)
    for item in plan.items:
        if item.instance.header.study_instance_uid and item.instance.header.sop_instance_uid:
            by_study[f"{item.person}:{item.instance.header.study_instance_uid}"].append(item)
    found: dict[str, str] = {}
    for study, items in by_study.items():
        rows = _left_by_unfinished(study, library)
        for item in items:
            row = rows.get(item.kept_path)
            if row is not None and _is_kept(item, row, library):
                found[item.instance.path] = row.sha256
    return found


def _left_by_unfinished(study: str, library: Library) -> dict[str, InstanceRow]:
    try:
        rows = library.instance_refs(study)
    except LibraryError:  # nothing of this study is on the shelf
        return {}
    ended = {receipt.import_id for receipt in library.receipts(study) if receipt.facts.get("end") == "complete"}
    return {row.source_path: row for row in rows if row.import_id not in ended and not row.damaged and not row.conflict}


def _is_kept(item: PlanItem, row: InstanceRow, library: Library) -> bool:
    if row.person_key != item.person or row.size != item.place.entry.size:
        return False
    names = ("sop_instance_uid", "study_instance_uid", "series_instance_uid", "transfer_syntax_uid")
    if any(getattr(row, name) != getattr(item.instance.header, name) for name in names):
        return False
    stored = Path(library.object_content(row.sha256).path)
    return stored.is_file() and stored.stat().st_size == row.size
