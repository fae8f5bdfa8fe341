"""Whatever is on a disc, its good files are imported, the figures add up, and nothing else is touched."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.build import Workers
from core.job import QuietJob
from importer.copy.importing import import_files
from importer.plan import make_plan
from importer.receipts.receipt import ImportReport
from importer.results import ScanResult
from importer.scan.scanning import scan
from importer.sources.kinds_of_source import open_source
from importer.sources.names import shown
from library.shelf import Library
from tests.discs import GOOD_DISCS, HOSTILE_DISCS, Disc

OWNED = [Path("/tmp") / name for name in ("owned", "scanshelf-slip.dcm", "scanshelf-slip2.dcm", "evil")]

pytestmark = pytest.mark.shared_workers


@dataclass
class Taken:
    """What came of importing one disc."""

    disc: Disc
    scan: ScanResult
    report: ImportReport
    shelf: set[str]  # sha256
    verify_problems: list[str]

    def codes_of(self, path: str) -> set[str]:
        """Collect what is said of a path."""
        return {problem.code for problem in self.report.problems if problem.path == path}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(decode_workers=1) as found:
        yield found


def take(disc: Disc, workers: Workers, shelf: Path) -> Taken:
    """Scan and import everything of a disc, with real workers and a real shelf."""
    job = QuietJob()
    source = open_source(str(disc.folder))
    with Library.open(shelf) as library:
        media = workers.media(source, library.incoming)
        try:
            found = scan(source, media, workers.decoder, job)
            report = import_files(make_plan(found, everything=True), library, media, workers.decoder, job)
        finally:
            media.close()
        rows = list(library.instances())
        on_shelf = {row.sha256 for row in rows} | {sha256 for _, sha256 in library.behind(rows)}
        problems = [problem.code for problem in library.verify(job).problems]
    return Taken(disc, found, report, on_shelf, problems)


def outside(folder: Path, shelf: Path) -> dict[str, tuple[int, int, int]]:
    """Take down everything around the disc, the shelf aside."""
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(place, name) != shelf]
        for name in folders + files:
            status = Path(place, name).lstat()
            found[str(Path(place, name))] = (status.st_mode, status.st_size, status.st_mtime_ns)
    return found


def names_on(folder: Path) -> int:
    """Count every name that is no directory (a link to one is a name)."""
    count = 0
    for place, folders, files in os.walk(os.fsencode(folder)):
        count += len(files) + sum(os.path.islink(os.path.join(place, name)) for name in folders)  # noqa: PTH114, PTH118
    return count


def good_hashes(disc: Disc) -> dict[str, str]:
    """Hash the files that must be on the shelf, by the path reports give them."""
    wanted = set(disc.good) | disc.kept
    found = {}
    for path in disc.folder.rglob("*"):
        if not path.is_symlink() and path.is_file():
            name = shown(path.relative_to(disc.folder).as_posix())
            if name in wanted:
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    assert set(found) == wanted
    return found


ALL_DISCS = {**GOOD_DISCS, **HOSTILE_DISCS}
LONG = {"many_empty_elements", "million_records"}
DISCS = [pytest.param(name, marks=pytest.mark.long) if name in LONG else name for name in ALL_DISCS]


@pytest.mark.parametrize("name", DISCS)
def test_good_files_are_imported_and_the_figures_add_up(name: str, workers: Workers, tmp_path: Path) -> None:
    disc = ALL_DISCS[name](tmp_path / "medium")
    shelf = tmp_path / "shelf"
    before = outside(tmp_path, shelf)

    taken = take(disc, workers, shelf)

    assert (
        good_hashes(disc).items()
        <= {path: sha for path, sha in good_hashes(disc).items() if sha in taken.shelf}.items()
    )
    assert not (before.items() ^ outside(tmp_path, shelf).items())
    assert not [path for path in OWNED if path.exists()]
    check_sums(taken)
    for path, wanted in disc.codes.items():
        assert taken.codes_of(path) & wanted, (path, taken.codes_of(path), wanted)
    if disc.missing is not None:
        assert taken.scan.totals.missing == disc.missing
    if disc.unlisted is not None:
        assert taken.scan.totals.unlisted == disc.unlisted


def check_sums(taken: Taken) -> None:
    """Check that every entry is in exactly one list and every planned file came to exactly one end."""
    totals, report = taken.scan.totals, taken.report
    assert totals.entries == names_on(taken.disc.folder)
    assert totals.entries == totals.dicom + totals.not_dicom + totals.unreadable + totals.refused
    assert (report.end, report.left) == ("complete", 0)
    assert report.planned == report.imported + report.already + report.failed
    assert len(taken.shelf) == report.imported
    assert taken.verify_problems == []
    said = Counter((problem.path, problem.code) for problem in report.problems)
    assert not [each for each, times in said.items() if times > 1]
    assert report.planned == len(taken.scan.instances())
