"""What was purged is taken out of every record that names it, and nothing else is."""

from __future__ import annotations

from typing import Any

import pytest

from library.records.pruning import pruned
from library.records.record_files import Record

GONE = {"gone"}


def record(kind: str, **facts: Any) -> Record:
    return Record(7, kind, "2026-11-22T08:00:00Z", facts)


def left(kind: str, *, imports: set[str] | None = None, uploads: set[str] | None = None, **facts: Any) -> Any:
    """Give the facts that are left; None where the whole record goes."""
    found = pruned(record(kind, **facts), GONE, imports or set(), uploads or set())
    return None if found is None else found.facts


def item(sha256: str) -> dict[str, Any]:
    return {"sha256": sha256, "person": "p"}


def commit(**said: Any) -> dict[str, Any]:
    return {"import_id": "i", "shared": {"who": "ANNA"}, "items": [], "known": [], "same": [], **said}


@pytest.mark.parametrize("kind", ["import", "receipt", "settle", "identity"])
def test_what_is_said_of_an_import_goes_with_the_import(kind: str) -> None:
    assert left(kind, import_id="dead", imports={"alive"}) is None
    assert left(kind, import_id="alive", imports={"alive"}) == {"import_id": "alive"}
    assert left(kind, import_id="", imports={"alive"}) == {"import_id": ""}  # of none


@pytest.mark.parametrize(
    "named",
    [
        {"items": [item("gone")]},
        {"known": [item("gone")]},
        {"same": [["p", "other", "gone"]]},
        {"aside": [["p", "gone", "p", "stays", "damaged"]]},
        {"aside": [["p", "stays", "p", "gone", "damaged"]]},
    ],
)
def test_a_commit_of_nothing_but_what_is_gone_goes_whole(named: dict[str, Any]) -> None:
    assert left("commit", **commit(**named)) is None


def test_of_a_commit_what_stays_is_kept_and_the_shared_header_only_with_images() -> None:
    both = commit(items=[item("gone"), item("stays")], aside=[["p", "stays", "p", "gone", "damaged"]])
    assert left("commit", **both) == commit(items=[item("stays")], aside=[])
    known = commit(items=[item("gone")], known=[item("stays")])
    assert left("commit", **known) == commit(known=[item("stays")], shared={})
    same = commit(items=[item("gone")], same=[["p", "gone", "stays"]])  # which wrapping it came in is no image
    assert left("commit", **same) == commit(same=[["p", "gone", "stays"]], shared={})
    aside = commit(items=[item("gone")], aside=[["p", "a", "p", "b", "damaged"]])
    assert left("commit", **aside) == commit(aside=[["p", "a", "p", "b", "damaged"]], shared={})
    whole = record("commit", **commit(items=[item("stays")]))
    assert pruned(whole, GONE, set(), set()) is whole


def test_a_choice_between_copies_goes_with_either() -> None:
    assert left("aside", items=[["p", "gone", "p", "stays", "chosen"]]) is None
    assert left("aside", items=[["p", "stays", "p", "gone", "chosen"]], undone=[["p", "stays"]]) == {
        "items": [],
        "undone": [["p", "stays"]],
    }
    assert left("aside", items=[], undone=[["p", "gone"]]) is None
    whole = record("aside", items=[["p", "a", "p", "b", "chosen"]])
    assert pruned(whole, GONE, set(), set()) is whole


def test_a_name_is_forgotten_with_the_last_image_it_was_given_to() -> None:
    assert left("name", name="ANNA", objects=["gone"]) is None
    assert left("name", name="ANNA", objects=["gone", "stays"]) == {"name": "ANNA", "objects": ["stays"]}
    assert left("name", name="ANNA", objects=["stays"]) == {"name": "ANNA", "objects": ["stays"]}


@pytest.mark.parametrize("kind, named", [("delete", ["p", "{}"]), ("damaged", {"sha256": "{}", "damaged": "changed"})])
def test_what_was_binned_or_damaged_is_forgotten_image_by_image(kind: str, named: Any) -> None:
    def of(sha256: str) -> Any:
        return ["p", sha256] if isinstance(named, list) else {**named, "sha256": sha256}

    assert left(kind, items=[of("gone")]) is None
    assert left(kind, items=[of("gone"), of("stays")]) == {"items": [of("stays")]}
    assert left(kind, items=[of("stays")]) == {"items": [of("stays")]}


@pytest.mark.parametrize("kind", ["upload", "uploadstate"])
def test_an_upload_is_forgotten_image_by_image_and_with_the_upload(kind: str) -> None:
    facts = {"upload": "u", "state": "complete", "items": [["gone", 1], ["stays", 2]], "stored": ["gone", "stays"]}
    assert left(kind, uploads={"u"}, **facts) == {**facts, "items": [["stays", 2]], "stored": ["stays"]}
    assert left(kind, uploads={"another"}, **facts) is None


def test_a_record_of_another_kind_stays_as_it_is() -> None:
    other = record("restore", entries=["gone"])
    assert pruned(other, GONE, set(), set()) is other
