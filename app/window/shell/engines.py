"""What the window is given to work with."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from app.build import Workers
    from app.window.jobs.job_runner import JobRunner
    from app.window.shell.frame import Frame
    from importer.sources.media import Medium
    from library.shelf import Library
    from viewer.ui.viewer_panel import ViewerPanel


class Engines(Protocol):
    """The engines as `app/build.py` composes them; nothing of them is called before it is needed."""

    def open_library(self, folder: Path) -> Library:
        """Open the shelf; in a lane thread."""

    def make_workers(self) -> Workers:
        """Start the worker processes; in a lane thread."""

    def list_media(self) -> list[Medium]:
        """List what is in; in a lane thread."""

    def prepare_viewer(self, jobs: JobRunner) -> None:
        """Import what the viewer needs and start its workers; in a lane thread."""

    def make_viewer(
        self, jobs: JobRunner, frame: Frame, explain: Callable[[Exception], tuple[str, str]]
    ) -> ViewerPanel:
        """Make the viewer's panel; in the Qt thread, when the first study is opened."""
