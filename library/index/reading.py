"""Reads rows from the index; safe from every thread, and never waits for a commit."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

from core.errors import LibraryError
from dicom.amounts import amount_of
from library.index import plan_queries, queries
from library.index.database import Index
from library.index.rows import (
    AsideRow,
    BinEntry,
    IdentityRow,
    InstanceRow,
    PatientRow,
    PlannedImage,
    ReceiptRow,
    Seen,
    SeriesRow,
    StudyRow,
    TwinRow,
    Unfinished,
)
from library.search.finding import match_expressions
from library.search.vocabulary import PLAIN, Vocabulary

Level = Literal["study", "series", "instance"]

_OF_ONE_PERSON = re.compile(r"([0-9a-f]{12}):(.+)", re.DOTALL)
_ASKED_AT_ONCE = 1_000
_LEVELS: tuple[Level, ...] = ("study", "series", "instance")


class Reader:
    """The questions rooms ask about the shelf."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def patients(self) -> list[PatientRow]:
        """List the persons who have something on the shelf."""
        return [PatientRow(**row) for row in self._ask(queries.PATIENTS)]

    def studies(
        self, find: str | None = None, *, words: Vocabulary = PLAIN, limit: int = -1, offset: int = 0
    ) -> list[StudyRow]:
        """List studies, newest first; `find` are words of what the shelf shows, in the language of `words`."""
        rows = self._find(queries.STUDIES, queries.STUDIES_FOUND, find, words, limit=limit, offset=offset)
        return [_study(row) for row in rows]

    def study(self, study: str) -> StudyRow:
        """Give one study by its UID, key or `person:UID`; raises "not-on-shelf" or "several-patients"."""
        person, key = split_key(study)
        rows = [_study(row) for row in self._ask(queries.STUDY, key=key, person=person)]
        if not rows:
            raise LibraryError("not-on-shelf", uid=study)
        if len(rows) > 1:
            raise LibraryError("several-patients", uid=key, persons=sorted(row.person_key for row in rows))
        return rows[0]

    def rows_of(self, studies: Iterable[str]) -> dict[str, StudyRow]:
        """Give the rows of some studies (`person:key`) by these names; one that is not on the shelf has none."""
        found: dict[str, StudyRow] = {}
        for study in studies:
            person, key = split_key(study)
            for row in self._ask(queries.STUDY, key=key, person=person):
                found[study] = _study(row)
        return found

    def studies_here(self, uids: Iterable[str]) -> frozenset[str]:
        """Tell which of these Study Instance UIDs are on the shelf, whose ever they are."""
        return frozenset(row["uid"] for row in self._ask(queries.STUDIES_HERE, uids=json.dumps(list(uids))))

    def series(
        self, study: str | None = None, *, find: str | None = None, words: Vocabulary = PLAIN
    ) -> list[SeriesRow]:
        """List series: of one study (its UID, key or `person:UID`), of the studies found, or all."""
        if study is not None:
            person, key = split_key(study)
            return [_series(row) for row in self._ask(queries.SERIES_OF_STUDY, key=key, person=person)]
        return [_series(row) for row in self._find(queries.SERIES, queries.SERIES_FOUND, find, words)]

    def instances(self, *, find: str | None = None, words: Vocabulary = PLAIN) -> list[InstanceRow]:
        """List all instances, or those of the studies found."""
        return _instances(self._find(queries.INSTANCES, queries.INSTANCES_FOUND, find, words))

    def instance_refs(self, uid: str) -> list[InstanceRow]:
        """Give the instances of a study, series or SOP instance UID (or key, sha256, `person:UID`), in reading order.

        Raises `LibraryError` "not-on-shelf", or "several-patients" when the UID exists under more than one person.
        """
        return self.resolve(uid)[1]

    def resolve(self, uid: str, *, binned: bool = False) -> tuple[Level, list[InstanceRow]]:
        """Say at which level a UID is meant, and which instances it names."""
        person, key = split_key(uid)
        asked = [(level, queries.INSTANCES_AT_LEVEL[level]) for level in _LEVELS]
        for level, query in [*asked, ("instance", queries.INSTANCES_OF_OBJECT)]:
            rows = _instances(self._ask(query, key=key, person=person, binned=int(binned)))
            persons = sorted({row.person_key for row in rows})
            if len(persons) > 1:
                raise LibraryError("several-patients", uid=key, persons=persons)
            if rows:
                return level, rows
        raise LibraryError("not-on-shelf", uid=uid)

    def kept_objects(self, sop_instance_uid: str, person_key: str) -> list[tuple[str, int]]:
        """Give sha256 and size of each content under that UID for that person, but none found changed or missing."""
        with self._index.reading() as connection:
            return [tuple(row) for row in connection.execute(queries.SAME_UID, (sop_instance_uid, person_key))]

    def twins(self, sop_instance_uid: str) -> list[TwinRow]:
        """Give every copy under one SOP Instance UID, of all persons, but none in the bin, found changed or missing."""
        with self._index.reading() as connection:
            rows = connection.execute(queries.TWINS, (sop_instance_uid,)).fetchall()
        return [TwinRow(**dict(row)) for row in rows]

    def doubtful_uids(self, study: str | None = None) -> list[str]:
        """Give the SOP Instance UIDs with several copies that are damaged or contradict each other, of one or all."""
        person, key = split_key(study) if study else (None, None)
        return [row["key"] for row in self._ask(queries.DOUBTFUL_UIDS, study=key, person=person)]

    def copies_aside(self, study: str) -> list[AsideRow]:
        """Give the copies that stand back for others of a study (its UID, key or `person:UID`)."""
        person, key = split_key(study)
        return [AsideRow(**row) for row in self._ask(queries.ASIDE_OF, key=key, person=person)]

    def behind(self, rows: Iterable[InstanceRow]) -> list[tuple[str, str]]:
        """Give person key and sha256 of each copy that stands back for one of these."""
        found: dict[tuple[str, str], None] = {}
        waiting = [(row.person_key, row.sha256) for row in rows]
        with self._index.reading() as connection:
            while waiting:
                behind = connection.execute(queries.BEHIND, waiting.pop()).fetchall()
                fresh = [pair for pair in map(tuple, behind) if pair not in found]
                found |= dict.fromkeys(fresh)
                waiting += fresh
        return list(found)

    def receipts(self, study: str | None = None) -> list[ReceiptRow]:
        """List saved receipts, newest first: all, or those of the imports that met one study."""
        person, key = split_key(study) if study else (None, None)
        rows = self._ask(queries.RECEIPTS_OF_STUDY if study else queries.RECEIPTS, key=key, person=person)
        return [ReceiptRow(**(row | {"facts": _facts(row)})) for row in rows]

    def unfinished(self) -> list[Unfinished]:
        """List the imports that were cut off, newest first, until what they were to bring is here or they are settled.

        One that runs at this moment is among them.
        """
        found = [self._unfinished(row) for row in self._ask(plan_queries.UNFINISHED)]
        return [one for one in found if one.of is None or one.here < one.of]

    def _unfinished(self, row: dict[str, Any]) -> Unfinished:
        receipt, facts, run = _json(row.pop("receipt")), row.pop("facts"), row["import_id"]
        names = [one["patient_name"] for one in self._ask(plan_queries.PERSONS_OF_RUN, run=run)]
        end, known = str(receipt.get("end", "")), tuple(name for name in names if name)
        if facts is None:
            here = max(row.pop("here"), int(receipt.get("imported", 0)) + int(receipt.get("already", 0)))
            of = receipt.get("planned")
            persons = tuple(one["person_key"] for one in self._ask(plan_queries.CHOICE_OF_RUN, run=run))
            return Unfinished(**row, end=end, here=here, of=of, chosen="", persons=persons, deleted=(), studies=None,
                              names=known, receipt=receipt)  # fmt: skip
        plan = _json(facts)
        studies = plan["studies"]
        return Unfinished(
            **row,
            end=end,
            of=plan["planned"],
            chosen=plan["chosen"],
            persons=tuple(plan["persons"]),
            deleted=tuple(plan["deleted"]),
            studies=None if studies is None else tuple(studies),
            names=known,
            receipt=receipt,
        )

    def awaited(self, import_id: str) -> list[PlannedImage]:
        """List the images an unfinished import has still to bring."""
        return [PlannedImage(**row) for row in self._ask(plan_queries.AWAITED, run=import_id)]

    def brought(self, import_id: str) -> list[PlannedImage]:
        """List the images an import brought, as they are on the shelf or in the bin."""
        return [PlannedImage(**row) for row in self._ask(plan_queries.BROUGHT, run=import_id)]

    def seen_before(self, images: Sequence[PlannedImage]) -> list[Seen]:
        """Say of each image of a source what its number and size tell, before its content is read.

        "alike": one of this person with that number and size is here; "other": one with that number, but otherwise;
        "binned": it lies in the bin; "new": none has that number, or it has none.
        """
        found: list[Seen] = []
        for start in range(0, len(images), _ASKED_AT_ONCE):
            batch = images[start : start + _ASKED_AT_ONCE]
            asked = [[one.person_key, one.sop_instance_uid, one.transfer_syntax_uid, one.size] for one in batch]
            found += [row["seen"] for row in self._ask(plan_queries.SEEN_BEFORE, images=json.dumps(asked))]
        return found

    def identity_decisions(self) -> list[IdentityRow]:
        """List the recorded choices of whose images these are, oldest first."""
        rows = self._ask(queries.IDENTITY_DECISIONS)
        return [IdentityRow(**(row | {"facts": _facts(row)})) for row in rows]

    def bin(self) -> list[BinEntry]:
        """List what is in the bin, newest first."""
        return [BinEntry(**with_amount(row)) for row in self._ask(queries.BIN_ENTRIES)]

    def bin_items(self, entry: str) -> list[tuple[str, str, int]]:
        """Give person key, sha256 and size of each instance of a bin entry."""
        with self._index.reading() as connection:
            return [tuple(row) for row in connection.execute(queries.BIN_ITEMS, (entry,))]

    def _find(
        self, everything: str, found: str, find: str | None, vocabulary: Vocabulary, **values: Any
    ) -> list[dict[str, Any]]:
        """Ask for all, or for what the first expression finds that finds something."""
        expressions = match_expressions(find or "", vocabulary)
        if not expressions:
            return self._ask(everything, **values)
        with self._index.reading() as connection:
            asked = (connection.execute(queries.ANY_FOUND, (one,)).fetchone() for one in expressions[:-1])
            hit = next((number for number, row in enumerate(asked) if row is not None), len(expressions) - 1)
        return self._ask(found, words=expressions[hit], **values)

    def _ask(self, query: str, **values: Any) -> list[dict[str, Any]]:
        with self._index.reading() as connection:
            cursor: sqlite3.Cursor = connection.execute(query, values)
            names = [column[0].lower() for column in cursor.description]  # a damaged table may spell them otherwise
            return [dict(zip(names, row, strict=True)) for row in cursor]


def split_key(uid: str) -> tuple[str | None, str]:
    """Take `person:UID` apart; a plain UID means any person."""
    found = _OF_ONE_PERSON.fullmatch(uid)
    return (found[1], found[2]) if found else (None, uid)


def _facts(row: dict[str, Any]) -> Any:
    return _json(row["facts"])


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise LibraryError("library-damaged") from error


def _study(row: dict[str, Any]) -> StudyRow:
    row["modalities"] = tuple(row["modalities"].split("\\")) if row["modalities"] else ()
    row["same_uid_elsewhere"] = bool(row["same_uid_elsewhere"])
    row["unfinished"] = bool(row["unfinished"] or row["awaited"])
    row["name_guessed"] = bool(row["name_guessed"])
    return StudyRow(**with_amount(row))


def _series(row: dict[str, Any]) -> SeriesRow:
    return SeriesRow(**with_amount(row))


def with_amount(row: dict[str, Any]) -> dict[str, Any]:
    """Read `besides` as the amount of what holds no image."""
    return row | {"besides": replace(amount_of(_json(row["besides"])), images=0)}


def _instances(rows: list[dict[str, Any]]) -> list[InstanceRow]:
    return [InstanceRow(**(row | {"conflict": bool(row["conflict"])})) for row in rows]
