"""Whatever is on a disc, the good files beside it are imported, each trouble is told, and the disc is not touched."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.worker import WorkerPool
from importer.names import shown
from library.shelf import Library
from tests.discs import HOSTILE_DISCS
from tests.importer_tools import (
    all_paths,
    assert_adds_up,
    assert_receipt_adds_up,
    codes_by_path,
    import_folder,
    media_worker,
    scan_folder,
    shelf_hashes,
)


@pytest.fixture(scope="module")
def media(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkerPool]:
    with media_worker(tmp_path_factory.getbasetemp()) as pool:
        yield pool


@pytest.mark.shared_workers
@pytest.mark.parametrize("name", HOSTILE_DISCS)
def test_good_files_beside_hostile_ones_are_kept(name: str, tmp_path: Path, media: WorkerPool) -> None:
    disc = HOSTILE_DISCS[name](tmp_path / "disc")
    before = disc.snapshot()
    result = scan_folder(disc.folder, media)
    assert_adds_up(result)
    found = {shown(path): instance for path, instance in all_paths(result).items()}
    assert disc.good.items() <= {path: one.header.sop_instance_uid for path, one in found.items()}.items()
    assert disc.kept <= set(found)
    with Library.open(tmp_path / "shelf") as library:
        report = import_folder(disc.folder, library, media)
        assert_receipt_adds_up(report)
        codes = codes_by_path(report.problems)
        for path, expected in disc.codes.items():
            assert codes.get(path, set()) & expected, (path, codes.get(path))
        assert {disc.sha256(path) for path in disc.good} <= shelf_hashes(library)
        assert list(library.incoming.iterdir()) == []
    assert disc.snapshot() == before
