"""The worker that reads discs has all it needs before its sandbox closes, whatever lies on the disc."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path

from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec
from library.shelf import Library
from tests.branch_objects import of_every_kind, of_every_syntax
from tests.discs import good, image
from tests.discs.containers import answer_bytes, iso_bytes, mail_bytes, program_bytes, raw_sectors, tar_bytes, zip_bytes
from tests.importer_tools import import_folder

FILES = {f"IM{number}": image(series="F", number=number) for number in (1, 2)}


def _fill(folder: Path, work: Path) -> None:
    """Put one of everything on a medium."""
    for make in (
        good.every_wrapping,
        good.character_sets,
        good.viewer_disc,
        good.stale_directory,
        good.several_directories,
    ):
        (folder / make.__name__).mkdir()
        make(folder / make.__name__)
    iso = iso_bytes(FILES, work)
    made = {
        "a.zip": zip_bytes(FILES), "a.tar": tar_bytes(FILES), "a.iso": iso, "a.bin": raw_sectors(iso),
        "a.exe": program_bytes(), "a.eml": mail_bytes(b"PK"), "a.mime": answer_bytes(FILES),
        "cut.zip": zip_bytes(FILES)[:-40], "cut.dcm": FILES["IM1"][:-20], "empty": b"",
    }  # fmt: skip
    made |= {f"a.tar.{mode}": tar_bytes(FILES, f"w:{mode}") for mode in ("gz", "bz2", "xz")}
    packers = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
    made |= {f"b.dcm.{name}": pack(image(series=name, number=9)) for name, pack in packers.items()}
    made |= {f"o{place}.dcm": data for place, (_, data) in enumerate([*of_every_syntax(), *of_every_kind()])}
    for name, data in made.items():
        (folder / name).write_bytes(data)


def test_nothing_is_imported_behind_the_sandbox_of_the_disc_reader(tmp_path: Path) -> None:
    medium, work = tmp_path / "medium", tmp_path / "work"
    medium.mkdir()
    work.mkdir()
    _fill(medium, work)
    folders = (str(tmp_path),)
    pool = WorkerPool(WorkerSpec("tests.watched_media_tasks", folders, folders))
    try:
        pool.call("watch", {}, job=QuietJob())
        with Library.open(tmp_path / "shelf") as library:
            report = import_folder(medium, library, pool)
        assert report.imported > 20
        assert pool.call("watched", {}, job=QuietJob()).header["asked"] == []
    finally:
        pool.close()
