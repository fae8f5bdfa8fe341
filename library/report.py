"""Rows and findings as the command line's JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from library.index.rows import BinEntry, DeleteReport, InstanceRow, SeriesRow, StudyRow, Unfinished, UploadRow


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing `verify` or `rebuild` found wrong; codes are listed in `library/upkeep/verify.py`."""

    sop_instance_uid: str | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `verify` read and what is wrong."""

    objects: int
    bytes: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class RebuildReport:
    """What `rebuild` brought back, and what neither the objects nor the records hold."""

    studies: int
    instances: int
    problems: tuple[Problem, ...]


def studies_to_json(rows: Iterable[StudyRow]) -> dict[str, Any]:
    """Give `list` at study level."""
    return {"studies": [_row(row) for row in rows]}


def unfinished_to_json(rows: Iterable[Unfinished]) -> list[dict[str, Any]]:
    """Give the imports that were cut off: how, how much of how much is here, and for whom."""
    names = ("import_id", "started_at", "kind", "label", "path", "end", "here", "of")
    return [
        {name: getattr(row, name) for name in names} | {"end": row.end or None, "persons": list(row.persons)}
        for row in rows
    ]


def series_to_json(rows: Iterable[SeriesRow]) -> dict[str, Any]:
    """Give `list --level series`."""
    return {"series": [_row(row) for row in rows]}


def instances_to_json(rows: Iterable[InstanceRow]) -> dict[str, Any]:
    """Give `list --level instance`."""
    return {"instances": [_row(row) for row in rows]}


def bin_to_json(entries: Iterable[BinEntry]) -> dict[str, Any]:
    """Give `bin`."""
    return {"bin": [_row(entry) for entry in entries]}


def uploads_to_json(uploads: Iterable[UploadRow]) -> list[dict[str, Any]]:
    """Give the `uploads` of `uploads`."""
    return [_row(upload) for upload in uploads]


def to_json(report: VerifyReport | RebuildReport | DeleteReport) -> dict[str, Any]:
    """Give `verify`, `verify --rebuild` and `delete`."""
    return _row(report)


def _row(row: Any) -> dict[str, Any]:
    said = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(row).items()}
    said.pop("besides", None)  # for the words of people: the contract counts objects
    return said
