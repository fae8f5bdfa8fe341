"""Takes what was purged out of a record, so that nothing is left of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from library.records.record_files import Record


def pruned(record: Record, gone: set[str], imports: set[str], uploads: set[str]) -> Record | None:
    """Give a record without the objects that are gone, itself when it names none, None when nothing is left."""
    facts = record.facts
    if record.kind in {"import", "receipt", "settle", "identity"}:
        dead = bool(facts["import_id"]) and facts["import_id"] not in imports
        return None if dead else record
    if record.kind == "commit":
        items = [item for item in facts["items"] if item["sha256"] not in gone]
        known = [item for item in facts["known"] if item["sha256"] not in gone]
        same = [item for item in facts["same"] if item[2] not in gone]
        aside = [item for item in facts.get("aside", ()) if gone.isdisjoint((item[1], item[3]))]
        names = ("items", "known", "same", "aside")
        if (len(items), len(known), len(same), len(aside)) == tuple(len(facts.get(name, ())) for name in names):
            return record
        shared = facts["shared"] if items else {}
        left = facts | {"items": items, "known": known, "same": same, "shared": shared}
        left = left | {"aside": aside} if "aside" in facts else left
        return replace(record, facts=left) if items or known or same or aside else None
    if record.kind == "aside":
        return _pruned_choice(record, gone)
    if record.kind == "name":
        objects = [sha256 for sha256 in facts["objects"] if sha256 not in gone]
        return record if len(objects) == len(facts["objects"]) else _pruned_name(record, objects)
    if record.kind in {"delete", "damaged"}:
        items = [item for item in facts["items"] if _hash_of(item) not in gone]
        if len(items) == len(facts["items"]):
            return record
        return replace(record, facts=facts | {"items": items}) if items else None
    if record.kind in {"upload", "uploadstate"}:
        return _pruned_upload(record, gone) if facts["upload"] in uploads else None
    return record


def _pruned_choice(record: Record, gone: set[str]) -> Record | None:
    """Take copies that are gone out of a choice between copies."""
    lists = {name: [one for one in record.facts.get(name, ()) if gone.isdisjoint(one)] for name in ("items", "undone")}
    if all(len(left) == len(record.facts.get(name, ())) for name, left in lists.items()):
        return record
    return replace(record, facts=record.facts | lists) if any(lists.values()) else None


def _pruned_name(record: Record, objects: list[str]) -> Record | None:
    return replace(record, facts=record.facts | {"objects": objects}) if objects else None


def _pruned_upload(record: Record, gone: set[str]) -> Record:
    """Take out of an upload what it said of objects that are gone; lists of hashes, or of lists that begin with one."""
    lists = {name: value for name, value in record.facts.items() if isinstance(value, list)}
    left = {name: [one for one in value if _named_by(one) not in gone] for name, value in lists.items()}
    return record if left == lists else replace(record, facts=record.facts | left)


def _named_by(item: Any) -> Any:
    return item[0] if isinstance(item, list) else item


def _hash_of(item: Any) -> Any:
    return item["sha256"] if isinstance(item, dict) else item[1]
