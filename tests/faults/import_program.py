"""Imports a folder and kills itself at a named step: `python -m tests.faults.import_program FOLDER SHELF STEP TIME`.

Steps are those of the shelf, and "copied" (a file has arrived from the worker). TIME 0 means it is left alone.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from core.job import QuietJob
from core.workers.worker import WorkerPool
from importer.copy.importing import import_files
from importer.plan import make_plan
from importer.scan.scanning import media_spec, scan
from importer.sources.kinds_of_source import open_source
from library.shelf import Library
from tests.importer_tools import StrictJudge


class Killer(QuietJob):
    """Ends this process without any warning when a step has been reached so many times."""

    def __init__(self, step: str, time: int) -> None:
        super().__init__()
        self.armed = False
        self._step = step
        self._left = time

    def reached(self, step: str) -> None:
        """Take note of a step."""
        if self.armed and step == self._step:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def report(self, done: int, total: int, step: str) -> None:
        """Take note of a file that arrived."""
        if step == "copy":
            self.reached("copied")


def main(folder: str, shelf: str, step: str, time: str) -> None:
    """Import everything."""
    killer = Killer(step, int(time))
    source = open_source(folder)
    with Library.open(Path(shelf), steps=killer.reached) as library:
        media = WorkerPool(media_spec(source, str(library.incoming)))
        try:
            plan = make_plan(scan(source, media, StrictJudge(), killer), everything=True)
            killer.armed = True
            import_files(plan, library, media, StrictJudge(), killer)
        finally:
            media.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
