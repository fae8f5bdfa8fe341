"""Play the demo: make the folders, walk the way, take the screenshots, open the window."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.build import Workers, open_library
from app.demo.story import Story
from app.demo.way import Places, Way
from core.job import Job


@contextmanager
def demo_folder(keep: Path | None) -> Iterator[Path]:
    """Give the folder of a demo: the one to keep, or one that is gone afterwards."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.absolute()
        return
    with tempfile.TemporaryDirectory(prefix="scanshelf-demo-") as folder:
        yield Path(folder)


def play(folder: Path, shelf: Path | None, story: Story, job: Job) -> Places:
    """Walk the whole way inside `folder`, with a shelf of its own unless one is given."""
    places = Places.inside(folder, shelf)
    library = open_library(places.shelf)
    try:
        with Workers() as workers:
            Way(places, workers, library, story, job).walk()
    finally:
        library.close()
    return places
