"""A media worker that was taken over lies about what is on a disc: nothing is believed, opened or lost for it."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import WorkerError
from core.job import QuietJob
from core.workers.answers import judged
from core.workers.worker import Answer, WorkerPool, WorkerSpec
from dicom.model import Header
from dicom.source import Entry
from importer.copy.copy_rows import CopyRow
from importer.scan.walk import walk
from importer.sources.folder import FolderSource
from importer.sources.wire import Look, header_to_row, look_from_row, look_to_row, reference_from_row

HASH = "0" * 64
HEADER = Header(patient_name="Doe^Jane", series_number=3, marks=("truncated",))
LOOK = json.loads(json.dumps(look_to_row(Look(Entry("A/1", 10), HEADER))))
COPIED = json.loads(json.dumps(CopyRow(0, "copied", "t", HASH, 10, HEADER, False, "", ((0, 5),)).to_row()))
REFERENCE = [["A", "1"], "1.2", True, json.loads(json.dumps(header_to_row(HEADER))), "IMAGE"]
WRONG: tuple[Any, ...] = (None, True, -1, 1.5, "x" * 3, [], [1], {}, {"a": 1}, [[["a"]]], "\0", 1 << 80)


class LyingMedia(WorkerPool):
    """A pool whose worker some file has taken over: it hands over any part."""

    def __init__(self, *parts: dict[str, Any]) -> None:
        super().__init__(WorkerSpec("importer.media_tasks"))
        self._parts = parts

    def call(self, *_: object, on_part: Any = None, **__: object) -> Answer:  # type: ignore[override]
        """Answer as it pleases."""
        for part in self._parts:
            on_part(part, bytearray())
        return Answer({}, bytearray())


def changed(row: list[Any]) -> list[list[Any]]:
    """Put something wrong in each place of a row, one at a time, also in the rows within it; and cut it short."""
    found = [row[:-1], [*row, 0]]
    for place, value in enumerate(row):
        found += [[*row[:place], wrong, *row[place + 1 :]] for wrong in WRONG]
        if isinstance(value, list):
            found += [[*row[:place], inner, *row[place + 1 :]] for inner in changed(value)]
    return found


READERS: dict[str, tuple[Callable[[list[Any]], object], list[Any]]] = {
    "look": (look_from_row, LOOK),
    "copied": (CopyRow.from_row, COPIED),
    "reference": (lambda row: reference_from_row("", row), REFERENCE),
}


@pytest.mark.parametrize("kind", READERS)
def test_a_row_with_something_wrong_in_it_is_a_failed_task(kind: str) -> None:
    read, row = READERS[kind]
    read(row)
    refused = 0
    for lie in changed(row):
        with contextlib.suppress(WorkerError), judged():
            read(lie)
            refused -= 1
        refused += 1
    assert refused > len(changed(row)) // 2


@pytest.mark.parametrize("kind", READERS)
def test_what_is_read_holds_only_what_its_type_says(kind: str) -> None:
    read, row = READERS[kind]
    for lie in changed(row):
        try:
            with judged():
                found = read(lie)
        except WorkerError:
            continue
        assert_typed(found)


def assert_typed(found: Any) -> None:
    """Look at what the window would use: texts, numbers not below 0, flags."""
    if isinstance(found, Look):
        assert isinstance(found.entry.path, str)
        assert type(found.entry.size) is int
        assert found.entry.size >= 0
        assert found.entry.kind in ("file", "link", "special")
        assert found.header is None or all(isinstance(mark, str) for mark in found.header.marks)
        assert found.header is None or isinstance(found.header.patient_name, str | None)
    elif isinstance(found, CopyRow):
        assert type(found.size) is type(found.number) is int
        assert min(found.size, found.number) >= 0
        assert isinstance(found.temp, str)
        assert all(first >= 0 and length <= found.size for first, length in found.lost)
    else:
        assert all(isinstance(part, str) for part in found.file_id)
        assert type(found.in_use) is bool


@pytest.mark.parametrize(
    "parts",
    [
        [{"listed": -1, "troubles": [], "shortfalls": []}],
        [{"listed": "many", "troubles": [], "shortfalls": []}],
        [{"listed": 1, "troubles": [[1, 2]], "shortfalls": []}],
        [{"listed": 1, "troubles": 7, "shortfalls": []}],
        [{"listed": 1, "troubles": [], "shortfalls": []}, {"looks": [LOOK, LOOK], "start": 0}],
        [{"listed": 1, "troubles": [], "shortfalls": []}, {"looks": {"a": 1}, "start": 0}],
        [{"looks": [LOOK], "start": 0}],
        [{"path": ["a"], "references": [], "problems": [], "last": True, "whole": True}],
        [{"path": "a", "references": [[]], "problems": [], "last": True, "whole": True}],
        [{"path": "a", "references": [], "problems": [1], "last": True, "whole": True}],
        [{"path": "a", "references": 3}],
    ],
    ids=str,
)
def test_a_listing_without_sense_is_a_failed_task(tmp_path: Path, parts: list[dict[str, Any]]) -> None:
    with pytest.raises(WorkerError) as caught:
        walk(FolderSource(str(tmp_path)), LyingMedia(*parts), QuietJob())
    assert caught.value.code == "task-failed"


@pytest.mark.parametrize(
    "path", ["../secret", "A/../../secret", "/secret", "A//1", "", ".", "A/.", "way/secret", "link", "A/1\0"]
)
def test_a_name_that_leads_out_of_the_source_is_never_opened(tmp_path: Path, path: str) -> None:
    disc = tmp_path / "disc"
    (disc / "A").mkdir(parents=True)
    (disc / "A" / "1").write_text("image")
    (tmp_path / "secret").write_text("secret")
    (disc / "way").symlink_to(tmp_path)
    (disc / "link").symlink_to(tmp_path / "secret")
    source = FolderSource(str(disc))
    os.close(source.descriptor(Entry("A/1", 5)))
    for entry in (Entry(path, 6), Entry("told", 6, "link", target=path)):
        if entry.target == "":
            continue
        with pytest.raises(OSError):  # noqa: PT011 - whichever it is, nothing is open
            source.descriptor(entry)
