"""What an import was to bring stays in its own record until that import is done, and in no longer."""

from __future__ import annotations

from pathlib import Path

from library.shelf import Library

PLAN = {
    **dict.fromkeys(("planned", "chosen", "deleted"), 0),
    **dict.fromkeys(("persons", "studies", "items", "kept", "uids", "syntaxes"), ()),
}


def planned(library: Library) -> set[str]:
    """Give the labels of the imports whose record still says what they are to bring."""
    return {record.facts["label"] for record in library._writer.log.newest_first("import") if "plan" in record.facts}


def test_the_end_of_one_import_takes_the_plan_of_no_other(tmp_path: Path) -> None:
    with Library.open(tmp_path / "shelf") as library:
        ids = {label: library.begin_import("folder", label, "/media", PLAN) for label in ("first", "second", "third")}
        library.save_receipt(ids["second"], {"end": "stopped"})
        assert planned(library) == {"first", "second", "third"}
        library.save_receipt(ids["second"], {"end": "complete"})
        assert planned(library) == {"first", "third"}
        library.settle_import(ids["first"], "left")
        assert planned(library) == {"first", "third"}
        library.settle_import(ids["first"], "again")
        assert planned(library) == {"third"}
