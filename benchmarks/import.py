"""The import of 500 CT files of 512 KB against `cp -r` followed by `sync -f`, in the same run.

    python benchmarks/import.py [--files 500] [--size 524288] [--runs 9] [--folder DIR]

Scan, plan, copy, hash, fsync and catalog count; measured are the engine with a worker that is started already (as in
the window) and the whole command `scanshelf import --yes`. The folder should lie on a real disk, not in memory.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from measure import Table, medians, megabytes, milliseconds, ratio, run_child  # noqa: E402

from core.job import QuietJob  # noqa: E402
from core.workers.worker import WorkerPool, WorkerSpec  # noqa: E402
from dicom.decoding.decoder import Decoder  # noqa: E402
from importer.copy.importing import import_files  # noqa: E402
from importer.plan import make_plan  # noqa: E402
from importer.scan.scanning import media_spec, scan  # noqa: E402
from importer.sources.kinds_of_source import open_source  # noqa: E402
from library.shelf import Library  # noqa: E402
from tests.discs import image  # noqa: E402


def make_disc(folder: Path, files: int, size: int) -> None:
    """Write CT files of random pixels, 250 a series."""
    side = max(1, round((size / 2) ** 0.5))
    for number in range(1, files + 1):
        series = f"S{(number - 1) // 250 + 1}"
        path = folder / series / f"IM{number:05d}"
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = os.urandom(2 * side * side)
        path.write_bytes(image(series=series, number=number, rows=side, columns=side, pixel_data=pixels))


class Contest:
    """The disc, and a fresh target for each run of each competitor."""

    def __init__(self, folder: Path) -> None:
        self.disc = folder / "disc"
        self._folder = folder
        self._runs = count(1)

    def fresh(self) -> Path:
        """Name a new target and let the disk come to rest.

        Earlier targets stay until the end: for minutes ext4 looks for other places than those of files just removed.
        """
        subprocess.run(["sync", "-f", str(self.disc)], check=True)
        return self._folder / f"target-{next(self._runs)}"

    def copy(self) -> float:
        """Copy as people do."""
        target = self.fresh()
        start = time.perf_counter()
        subprocess.run(["cp", "-r", str(self.disc), str(target)], check=True)
        subprocess.run(["sync", "-f", str(target)], check=True)
        return time.perf_counter() - start

    def engine(self) -> float:
        """Scan and import with a started worker; checks that everything was kept."""
        source = open_source(str(self.disc))
        decode_pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"))
        with Library.open(self.fresh()) as library:
            media = WorkerPool(media_spec(source, str(library.incoming)))
            try:
                media.layers(QuietJob())
                start = time.perf_counter()
                decoder = Decoder(decode_pool)
                found = scan(source, media, decoder, QuietJob())
                plan = make_plan(found, everything=True)
                report = import_files(plan, library, media, decoder, QuietJob())
                seconds = time.perf_counter() - start
            finally:
                media.close()
                decode_pool.close()
        assert report.imported == report.planned > 0
        return seconds

    def command(self) -> float:
        """Run the whole command."""
        target = self.fresh()
        words = ["import", str(self.disc), "--library", str(target), "--yes", "--quiet"]
        return run_child([sys.executable, "-m", "app", *words], folder=ROOT, keep_output=False).seconds


def peak_of_tree(work: Callable[[], object]) -> int:
    """Run and return the most memory this process's children (workers) held together, in bytes."""
    most = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(0.02):
            held = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    held += child.memory_info().rss
                except psutil.Error:
                    continue
            most = max(most, held)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        work()
    finally:
        ended.set()
        watcher.join()
    return most


def measure(folder: Path, files: int, size: int, runs: int) -> None:
    """Make the disc, let all compete, print the table."""
    contest = Contest(folder)
    make_disc(contest.disc, files, size)
    found = medians({"cp": contest.copy, "engine": contest.engine, "command": contest.command}, runs)
    peaks = {"engine": peak_of_tree(contest.engine), "command": peak_of_tree(contest.command)}
    table = Table(f"Import of {files} × {size // 1024} KB", ["what", "time", "ratio", "peak memory of its processes"])
    table.add("`cp -r` + `sync -f`", milliseconds(found["cp"]), "1.00×", "–")
    for name, words in {"engine": "engine, worker started", "command": "whole command"}.items():
        table.add(words, milliseconds(found[name]), ratio(found[name], found["cp"]), megabytes(peaks[name]))
    table.show()


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--size", type=int, default=512 * 1024)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--folder", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder, prefix="import-") as folder:
        measure(Path(folder), arguments.files, arguments.size, arguments.runs)


if __name__ == "__main__":
    main()
