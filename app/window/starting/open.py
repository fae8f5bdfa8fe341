"""Opens the window with the real engines; what is heavy is imported when it is first needed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.places import is_letter, names_a_place
from app.window.shell.controller import Controller
from app.window.shell.frame import Frame
from app.window.starting.garbage import Garbage
from app.window.starting.opened_files import OpenedFiles
from app.window.starting.start import make_application, make_frame, welcome
from core.ui.steady import SteadyHand

if TYPE_CHECKING:
    from app.build import Workers
    from app.window.jobs.job_runner import JobRunner
    from app.window.shell.main_window import MainWindow
    from importer.sources.media import Medium
    from library.shelf import Library
    from viewer.ui.viewer_panel import ViewerPanel


class RealEngines:
    """The engines as `app/build.py` composes them."""

    def open_library(self, folder: Path) -> Library:
        """Open the shelf, read-only when another window has it."""
        from app.build import open_to_read

        return open_to_read(folder)

    def make_workers(self) -> Workers:
        """Start the decode workers."""
        from app.build import Workers

        workers = Workers()
        workers.decode_pool.start()
        return workers

    def list_media(self) -> list[Medium]:
        """List what is in."""
        from app.actions.scanning import media_in

        return media_in()

    def prepare_viewer(self, jobs: JobRunner) -> None:
        """Import what the viewer needs and start its workers."""
        import viewer.ui.viewer_panel  # noqa: F401

        jobs.workers()

    def make_viewer(
        self, jobs: JobRunner, frame: Frame, explain: Callable[[Exception], tuple[str, str]]
    ) -> ViewerPanel:
        """Make the viewer's panel."""
        from viewer.ui.viewer_panel import ViewerPanel

        return ViewerPanel(jobs.workers().decoder, jobs.viewing, frame.style.dark_icons, explain)


def make_controller(
    frame: Frame, library_folder: Path, paths: Sequence[str] = (), opened: OpenedFiles | None = None
) -> Controller:
    """Fill the window with its panels, show it, and begin once it is on the screen.

    `paths` are places to look at, UIDs on the shelf to open, or a letter's link; `opened` are files the system opens
    with the program.
    """
    controller = Controller(frame, RealEngines(), library_folder)
    page = welcome(frame, library_folder)
    frame.window.show()
    SteadyHand(frame.application, parent=frame.window).watch(frame.window)
    if page is not None:
        controller.welcome(page)
        page.started.connect(lambda: begin(controller, paths, opened))
    else:
        frame.window.painted.connect(lambda: begin(controller, paths, opened))
    return controller


def begin(controller: Controller, paths: Sequence[str], opened: OpenedFiles | None = None) -> None:
    """Start what the window does by itself, and look at what was named on the command line."""
    controller.start()
    letters = [word for word in paths if is_letter(word)]
    for link in letters:
        controller.portal.open_letter(link)
    if len(paths) > len(letters):
        _take_in(controller, [word for word in paths if word not in letters])
    if opened is not None:
        opened.begin(lambda files: controller.add_paths(files, view=True))
    from app.window.jobs.job_runner import Task

    task: Task[object] = Task(done=lambda _: None)
    controller.jobs.run(controller.jobs.reading, lambda job: controller.jobs.workers(), task)


def _take_in(controller: Controller, named: Sequence[str]) -> None:
    """Look at the places that are named, and open the others as UIDs; a drive that does not answer keeps nobody."""
    from app.window.jobs.job_runner import Task

    def done(there: list[str]) -> None:
        found = [str(Path(path).absolute()) for path in named if path in there]
        if found:
            controller.add_paths(found, view=True)
        for uid in named:
            if uid not in there:
                controller.shelf_presenter.open_uid(uid)

    task: Task[list[str]] = Task(done=done)
    jobs = controller.jobs
    jobs.run(jobs.lane("kinds", 2), lambda job: [path for path in named if names_a_place(path)], task)


def listen_for_the_end(window: MainWindow, end: Callable[[], object]) -> None:
    """Close the window when the process is asked to end, and let the window keep the listener."""
    from app.window.starting.end_signals import EndSignals

    EndSignals(window, end)


def open_window(library_folder: Path, settings_folder: Path, paths: Sequence[str] = ()) -> int:
    """Open the window and stay until it is closed; gives the exit status."""
    application = make_application(["scanshelf"])
    opened = OpenedFiles(application) if sys.platform == "darwin" else None  # others name files on the command line
    garbage = Garbage(application)
    frame = make_frame(application, settings_folder)
    controller = make_controller(frame, library_folder, paths, opened)
    frame.window.painted.connect(lambda: listen_for_the_end(frame.window, controller.end))
    application.commitDataRequest.connect(lambda manager: controller.session_ends())
    status = application.exec()
    controller.close()
    frame.store.flush()
    garbage.stop()
    return int(status)
