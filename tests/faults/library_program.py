"""A process that changes a shelf and kills itself at a named step: `python -m tests.faults.library_program …`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from core.job import QuietJob
from dicom.model import Header
from library.index.database import Index
from library.index.rows import ItemNote
from library.schema.tables import MIGRATIONS
from library.shelf import Library
from tests.unit.library.material import CT, series_of

NEXT_MIGRATIONS = (
    *MIGRATIONS,
    ("ALTER TABLE study ADD COLUMN star INTEGER NOT NULL DEFAULT 0", "DELETE FROM instance"),
)


def killer(step: str, time: int) -> Callable[[str], None]:
    """Give a steps callable that kills this process when `step` is reached for that time."""
    left = [time]

    def reached(name: str) -> None:
        if name == step:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return reached


def header_of(_path: Path) -> Header:
    return CT


def main(folder: Path, change: str, step: str, time: int) -> None:
    """Open the shelf and make one change."""
    if change == "migrate":
        Index.open(folder / "library.db", migrations=NEXT_MIGRATIONS, steps=killer(step, time)).close()
        return
    # the killer is armed when the shelf is open, so that "committed" is the change's own
    armed: list[Callable[[str], None]] = []
    with Library.open(folder, steps=lambda name: armed[0](name) if armed else None) as library:
        if change == "commit":
            items = series_of(library, 6, start=4)
            import_id = library.begin_import("folder", "Disc 2", "/media/disc2")
            armed.append(killer(step, time))
            library.commit(items, import_id)
        armed.append(killer(step, time))
        if change == "delete":
            library.delete(["1.2.3"])
        if change == "purge":
            library.delete(["1.2.3"], now=True)
        if change == "upload":
            library.begin_upload("1.2.3", "http://127.0.0.1:9", "portal")
        if change == "uploaded":
            (upload,) = library.uploads()
            proofs = [ItemNote(item.sha256, "stored") for item in library.upload_items(upload.id)]
            library.finish_upload(upload.id, "complete", proofs, receipt={"upload_id": "1"})
        if change == "rebuild":
            library.rebuild(header_of, QuietJob())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]))
