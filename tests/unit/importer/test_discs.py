"""Every disc a hospital may hand out is scanned and imported whole, and is not written to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.workers.worker import WorkerPool
from importer.sources.names import shown
from library.shelf import Library
from tests.discs import GOOD_DISCS
from tests.importer_tools import (
    all_paths,
    assert_adds_up,
    assert_receipt_adds_up,
    codes_by_path,
    import_folder,
    scan_folder,
    shelf_hashes,
)


@pytest.mark.parametrize("name", GOOD_DISCS)
def test_a_scan_finds_every_good_file_and_tells_every_odd_one(name: str, tmp_path: Path, media: WorkerPool) -> None:
    disc = GOOD_DISCS[name](tmp_path / "disc")
    before = disc.snapshot()
    result = scan_folder(disc.folder, media)
    assert_adds_up(result)
    found = {shown(path): instance for path, instance in all_paths(result).items()}
    for path, uid in disc.good.items():
        assert found[path].header.sop_instance_uid == uid, path
    assert disc.kept <= set(found)
    codes = codes_by_path(result.problems)
    for path, expected in disc.codes.items():
        assert codes.get(path, set()) & expected, (path, codes)
    for expected_total, total in (
        (disc.missing, result.totals.missing),
        (disc.unlisted, result.totals.unlisted),
        (disc.entries, result.totals.entries),
    ):
        assert expected_total is None or expected_total == total
    assert disc.snapshot() == before


@pytest.mark.parametrize("name", GOOD_DISCS)
def test_an_import_keeps_every_good_file_byte_for_byte(
    name: str, tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    disc = GOOD_DISCS[name](tmp_path / "disc")
    before = disc.snapshot()
    report = import_folder(disc.folder, library, media)
    assert_receipt_adds_up(report)
    assert (report.end, report.left, report.failed) == ("complete", 0, 0)
    on_disc = {hashlib.sha256(path.read_bytes()).hexdigest() for path in disc.folder.rglob("*") if path.is_file()}
    assert shelf_hashes(library) <= on_disc
    assert {disc.sha256(path) for path in [*disc.good, *disc.kept] if "\\x" not in path} <= shelf_hashes(library)
    assert list(library.incoming.iterdir()) == []
    again = import_folder(disc.folder, library, media)
    assert (again.imported, again.already) == (0, report.planned)
    assert disc.snapshot() == before
