"""Play the demo: make the folders, walk the way, take the screenshots, open the window."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.build import Workers, open_library
from app.demo.media.sample_disc import SampleDisc
from app.demo.portal_way import PortalWay
from app.demo.story import Story
from app.demo.way import Places, Way
from app.practice_portal.running import PracticePortal
from app.screen import has_screen
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


def play(places: Places, screenshots: Path | None, story: Story, job: Job) -> None:
    """Walk the whole way; with `screenshots`, once more in the window, a PNG of each step into that folder."""
    library = open_library(places.shelf)
    practice = PracticePortal(places.practice, places.mailbox)
    try:
        with Workers() as workers:
            disc = Way(places, workers, library, story, job).walk()
        PortalWay(practice, library, places, story, job).walk(disc)
    finally:
        practice.end()
        library.close()
    if screenshots is not None:
        tell_screenshots(places, disc, screenshots.absolute(), story, job)


def tell_screenshots(places: Places, disc: SampleDisc, target: Path, story: Story, job: Job) -> None:
    """Take the screenshots, without a screen where there is none."""
    if not has_screen():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    keep_no_sign_in()
    from app.demo.screens import take_screenshots

    step = take_screenshots(target, disc, places.second_copy, places.second_disc, job)
    story.tell(step, [f"{len(step.pictures)} pictures of the window"])


def keep_no_sign_in() -> None:
    """Let the demo's own window leave the person's keyring and portal alone."""
    os.environ["SCANSHELF_KEYRING"] = "memory"
    for name in ("SCANSHELF_TOKEN", "SCANSHELF_PORTAL"):
        os.environ.pop(name, None)


def somebody_looks() -> bool:
    """Say whether there is a screen with somebody before it."""
    return has_screen() and os.environ.get("QT_QPA_PLATFORM") not in {"offscreen", "minimal"}


def stay_open(places: Places) -> int:
    """Open the window on what the demo put on its shelf, with settings of its own; until it is closed."""
    from app.settings import SettingsStore
    from app.window.starting.open import open_window

    keep_no_sign_in()
    settings = places.disc.parent / "settings"
    SettingsStore(settings).change(welcomed=True, place="shelf")
    return open_window(places.shelf, settings)
