"""One batch of copied files: which are new, which are there already, and the record that says so."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from library.index import queries
from library.index.database import Index
from library.index.headers import clean, pack_headers
from library.index.person_names import TEXTS
from library.objects.incoming import Incoming, Outcome, OutcomeKind, StandsBack
from library.objects.store import ShelfObjects

# what `verify` found wrong with an object; the next copy of the same bytes heals it
BROKEN_OBJECT = frozenset({"changed", "missing"})


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch sorted: `fresh` become rows, `known` have one; `there` are hashes whose object is in place and sound.

    `aside` are copies that stand back for others from now on.
    """

    fresh: tuple[Incoming, ...]
    known: tuple[Incoming, ...]
    there: frozenset[str]
    same: tuple[tuple[str, str, str], ...]
    studies: frozenset[int]
    aside: tuple[StandsBack, ...]

    def changes_anything(self, index: Index, import_id: str) -> bool:
        """Say whether there is anything to record: a copy of what is there, met again by the same import, is not."""
        if self.fresh or self.same or self.aside:
            return True
        with index.reading() as connection:
            linked = (connection.execute(queries.STUDY_LINKED, (study, import_id)).fetchone() for study in self.studies)
            return not all(linked)

    def facts(self, import_id: str) -> dict[str, Any]:
        """Give the record of this batch."""
        shared, own = pack_headers([item.header for item in self.fresh])
        return {
            "import_id": import_id,
            "texts": TEXTS,
            "shared": shared,
            "items": [_item(item, header) for item, header in zip(self.fresh, own, strict=True)],
            "known": [{"person": item.person, "sha256": item.same_as or item.sha256} for item in self.known],
            "same": [list(one) for one in self.same],
            **({"aside": [list(one) for one in self.aside]} if self.aside else {}),
        }

    def outcomes(self, index: Index, batch: Sequence[Incoming]) -> list[Outcome]:
        """Say what became of each item, in the order they came."""
        fresh = {id(item) for item in self.fresh}
        with index.reading() as connection:
            conflicts = {
                id(item): bool(
                    connection.execute(queries.STORED_OBJECT, (item.person, item.sha256)).fetchone()["conflict"]
                )
                for item in self.fresh
            }
        kinds: list[OutcomeKind] = [
            ("conflict" if conflicts[id(item)] else "stored") if id(item) in fresh else "already" for item in batch
        ]
        return [Outcome(item, kind) for item, kind in zip(batch, kinds, strict=True)]


def sort_batch(index: Index, store: ShelfObjects, batch: Sequence[Incoming]) -> Batch:
    """Look up each item of a batch; raises ValueError for a temp file that is not what it is said to be."""
    sorter = _Sorter()
    with index.reading() as connection:
        for item in batch:
            temp = item.temp_path.lstat()
            if not stat.S_ISREG(temp.st_mode) or temp.st_size != item.size:
                raise ValueError("a temp file is not what its hash was made of")
            sound = store.holds(item.sha256, item.size) and not _is_broken(connection, item.sha256)
            sorter.sort(connection, item, sound)
    return Batch(
        tuple(sorter.fresh),
        tuple(sorter.known),
        frozenset(sorter.there),
        tuple(sorter.same),
        frozenset(sorter.studies),
        tuple(dict.fromkeys(one for item in batch for one in item.aside)),
    )


@dataclass(slots=True)
class _Sorter:
    fresh: list[Incoming] = field(default_factory=list)
    known: list[Incoming] = field(default_factory=list)
    there: set[str] = field(default_factory=set)
    same: list[tuple[str, str, str]] = field(default_factory=list)
    studies: set[int] = field(default_factory=set)
    met: set[tuple[str, str]] = field(default_factory=set)

    def sort(self, connection: sqlite3.Connection, item: Incoming, sound: bool) -> None:
        if self._is_there(connection, item, sound) or (item.person, item.sha256) in self.met:
            self.known.append(item)
            return
        self.fresh.append(item)
        self.met.add((item.person, item.sha256))
        if sound:
            self.there.add(item.sha256)

    def _is_there(self, connection: sqlite3.Connection, item: Incoming, sound: bool) -> bool:
        noted = connection.execute(queries.SAME_WRAPPED, (item.person, item.sha256)).fetchone()
        same_as = noted["same_as"] if noted else item.same_as
        row = connection.execute(queries.STORED_OBJECT, (item.person, same_as or item.sha256)).fetchone()
        if row is None or row["bin_entry"] is not None or row["damaged"] in BROKEN_OBJECT:
            return False
        if same_as is None and not sound:
            return False
        self.studies.add(row["study"])
        if noted is None and same_as not in {None, item.sha256}:
            self.same.append((item.person, item.sha256, str(same_as)))
        return True


def _is_broken(connection: sqlite3.Connection, sha256: str) -> bool:
    """Say whether an object cannot be trusted: `verify` found it wrong, or nothing says how it came there."""
    marks = [row["damaged"] for row in connection.execute(queries.OBJECT_MARKS, (sha256,))]
    return not marks or not BROKEN_OBJECT.isdisjoint(marks)


def _item(item: Incoming, header: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "sha256": item.sha256,
        "size": item.size,
        "person": item.person,
        "source_path": clean(item.source_path),
        "temp": item.temp_path.name,
        "header": header,
    }
    if item.lost:
        facts["lost"] = [list(stretch) for stretch in item.lost]
    return facts | {"damaged": item.damaged} if item.damaged else facts
