"""How much room the shelf takes and how much is free, as the page of settings says it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import size_words
from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.settings.page import SettingsPage
from core.job import Job


def ask_room(jobs: JobRunner, folder: Path, page: SettingsPage) -> None:
    """Count in the background, and show it; nothing is shown where it cannot be counted."""

    def show(found: tuple[int, int]) -> None:
        free, used = found
        said = QCoreApplication.translate("Controller", "The shelf takes {used}. {free} are free.")
        page.show_room(said.format(used=size_words(used), free=size_words(free)))

    task = Task(done=show, failed=lambda _: None)
    jobs.run(jobs.watching, lambda job: free_and_used(folder, job), task)


def free_and_used(folder: Path, job: Job) -> tuple[int, int]:
    """Give the free bytes where the shelf is, and the bytes its files take."""
    import shutil

    used = 0
    for place, _, names in os.walk(folder):
        for name in names:
            job.check()
            with contextlib.suppress(FileNotFoundError):  # put away while we look
                used += Path(place, name).stat().st_size
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free, used
