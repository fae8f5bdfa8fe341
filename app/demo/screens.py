"""The real window played by itself: each step is waited for, then drawn into a PNG. Works without a screen."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, QPoint, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from app.demo.media.many_names import make_disc_of_many_names
from app.demo.media.sample_disc import SampleDisc
from app.demo.portal_scenes import PortalScenes
from app.demo.story import Step
from app.demo.wait import Wait
from app.window.places.first_start.page import FirstStart
from app.window.shell.controller import Controller
from app.window.starting.open import RealEngines, begin
from app.window.starting.start import make_application, make_frame, welcome
from core.errors import Cancelled
from core.job import Job
from importer.sources.media import Medium

WINDOW = (1280, 800)
POLL_MS = 40
PICTURES_SECONDS = 1.5  # until small pictures have been drawn
PATIENCE_SECONDS = 90.0


class DemoEngines(RealEngines):
    """The real engines, but nobody's real discs show up in the pictures."""

    def list_media(self) -> list[Medium]:
        """List none."""
        return []


class Player(QObject):
    """Goes through a script as fast as the window follows; never blocks the event loop."""

    def __init__(self, script: Iterator[Wait], step: Step, job: Job, finished: Callable[[], object]) -> None:
        super().__init__()
        self._script, self._step, self._job, self._finished = script, step, job, finished
        self._wait = Wait("the window", lambda: True)
        self._since = time.monotonic()
        self._met: float | None = None
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    def _look(self) -> None:
        try:
            self._job.check()
        except Cancelled:
            self._step.wrong.append("stopped")
            self._end()
            return
        now = time.monotonic()
        if self._met is None and self._wait.until():
            self._met = now
        if self._met is not None and now - self._met >= self._wait.settle:
            self._go_on()
        elif self._met is None and now - self._since > PATIENCE_SECONDS:
            self._step.wrong.append(f"waited in vain for {self._wait.what}")
            self._end()

    def _go_on(self) -> None:
        try:
            self._wait = next(self._script)
        except StopIteration:
            self._end()
        except (KeyError, AttributeError, IndexError, OSError) as error:
            self._step.wrong.append(f"after {self._wait.what}: {type(error).__name__}: {error}")
            self._end()
        self._since, self._met = time.monotonic(), None

    def _end(self) -> None:
        self._timer.stop()
        self._finished()


class Scenes:
    """What is done in the window, and drawn."""

    def __init__(
        self,
        controller: Controller,
        page: FirstStart | None,
        target: Path,
        discs: tuple[Path, Path, Path, Path],
        step: Step,
        job: Job,
    ) -> None:
        self._controller, self._page = controller, page
        self._window = controller.window
        self._target = target
        self._sample, self._again, self._two, self._names = (str(disc) for disc in discs)
        self._step = step
        self._job = job
        self._count = 0

    def script(self) -> Iterator[Wait]:
        """Play all scenes."""
        yield from self._empty()
        yield from self._sample_disc()
        yield from self._viewer()
        pictures = self._target / "browser"
        yield from PortalScenes(self._controller, self._shoot, pictures, self._step, self._job).script()
        yield from self._persons()
        yield from self._looks()

    def _empty(self) -> Iterator[Wait]:
        self._shoot("first-start")
        if self._page is not None:
            self._page.start.click()
        for place, until in (
            ("discs", lambda: True),
            ("shelf", lambda: self._controller.shelf.page.empty.go_to_discs.isVisible()),
            ("viewer", lambda: True),
            ("portal", lambda: True),
        ):
            self._window.go_to(place)
            yield Wait(f"the empty place {place}", until)
            self._shoot(f"empty-{place}")

    def _sample_disc(self) -> Iterator[Wait]:
        yield from self._look_at(self._sample)
        self._shoot("disc")
        self._press(self._sample, "keep")
        yield self._state(self._sample, "kept")
        self._shoot("disc-kept")
        self._press(self._sample, "receipt")
        yield Wait("the receipt", lambda: self._controller.discs.receipt is not None)
        self._shoot("receipt")
        self._controller.discs.show_cards()
        yield from self._second_copy()
        self._press(self._again, "shelf")
        yield self._on_shelf()
        self._shoot("shelf")

    def _second_copy(self) -> Iterator[Wait]:
        """Put in the same disc without its scratch: what was damaged is whole."""
        yield from self._look_at(self._again)
        self._press(self._again, "keep")
        yield self._state(self._again, "kept")
        self._press(self._again, "receipt")
        yield Wait("the second receipt", lambda: self._controller.discs.receipt is not None)
        self._shoot("second-receipt")
        self._controller.discs.show_cards()

    def _viewer(self) -> Iterator[Wait]:
        self._controller.shelf.preview.open.click()
        yield self._shown()
        for modality, index in (("CT", 28), ("CR", 0), ("US", 11), ("DOC", 0)):
            panel: Any = self._controller.viewer.panel
            found = [each for each in panel.position.study.sets if each.first.modality == modality]
            panel.position.choose(max(found, key=lambda each: len(each.frames)).key)
            panel.position.go_to(index)
            yield self._shown()
            self._shoot(f"viewer-{modality.lower()}")

    def _persons(self) -> Iterator[Wait]:
        for disc, name in ((self._two, "two-persons"), (self._names, "six-scripts")):
            yield from self._look_at(disc)
            self._shoot(f"{name}-disc")
            self._press(disc, "keep")
            yield Wait("the question whose images these are", lambda: self._controller.discs.chooser is not None)
            yield from self._choose(name)
            yield self._state(disc, "kept")
        self._window.go_to("shelf")
        yield self._on_shelf()
        self._shoot("six-scripts-shelf")

    def _choose(self, name: str) -> Iterator[Wait]:
        chooser = self._controller.discs.chooser
        assert chooser is not None
        for box in chooser.boxes.values():
            box.setChecked(name != "two-persons" or box.accessibleName().startswith("Martha"))
        yield Wait("the ticks", chooser.keep.isEnabled)
        self._shoot(f"{name}-question", chooser)
        chooser.keep.click()

    def _looks(self) -> Iterator[Wait]:
        for appearance, text_size, name in (("dark", 100, "dark"), ("light", 200, "large")):
            self._controller.frame.style.choose(appearance, text_size)
            for place in ("discs", "shelf", "viewer", "portal"):
                self._window.go_to(place)
                yield Wait(f"{place} in {name}", lambda: True)
                self._shoot(f"{name}-{place}")

    def _look_at(self, disc: str) -> Iterator[Wait]:
        self._controller.add_paths([disc])
        yield self._state(disc, "ready")

    def _press(self, disc: str, button: str) -> None:
        self._controller.discs.cards[disc].buttons[button].click()

    def _state(self, disc: str, state: str) -> Wait:
        def is_so() -> bool:
            view = self._controller.discs.cards.get(disc)
            return view is not None and view.card is not None and view.card.state == state

        return Wait(f"{Path(disc).name} to be {state}", is_so, PICTURES_SECONDS)

    def _on_shelf(self) -> Wait:
        shelf = self._controller.shelf
        return Wait("the study on the shelf", lambda: self._window.place() == "shelf" and shelf.preview.is_ready())

    def _shown(self) -> Wait:
        def is_so() -> bool:
            panel: Any = self._controller.viewer.panel
            return panel is not None and not panel.position.study.reading and panel.position.loaded is not None

        return Wait("the picture in the viewer", is_so)

    def _shoot(self, name: str, dialog: QWidget | None = None) -> None:
        self._count += 1
        picture = self._window.grab()
        if dialog is not None:
            painter = QPainter(picture)
            room = picture.deviceIndependentSize().toSize() - dialog.size()
            painter.fillRect(picture.rect(), self._window.palette().shadow().color())
            painter.setOpacity(0.45)
            painter.drawPixmap(0, 0, self._window.grab())
            painter.setOpacity(1.0)
            painter.drawPixmap(QPoint(max(0, room.width() // 2), max(0, room.height() // 2)), dialog.grab())
            painter.end()
        path = self._target / f"{self._count:02d}-{name}.png"
        if not picture.save(str(path)):
            raise OSError(f"cannot write {path.name}")
        self._step.pictures.append(str(path))


def _pass_on(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Say what Qt says, but for the screenless platform's remarks about what it cannot do."""
    if not message.startswith("This plugin does not support"):
        print(message, file=sys.stderr)


def take_screenshots(target: Path, disc: SampleDisc, second_copy: Path, second_disc: Path, job: Job) -> Step:
    """Play the window on an empty shelf of its own beside the disc; the PNGs go to `target`."""
    folder = disc.folder.parent
    target.mkdir(parents=True, exist_ok=True)
    step = Step("window", "The same in the window")
    names = folder / "disc of six scripts"
    step.figures["persons in six scripts"] = make_disc_of_many_names(names)
    qInstallMessageHandler(_pass_on)
    application = make_application(["scanshelf"])
    frame = make_frame(application, folder / "settings for screenshots")
    shelf = folder / "shelf of the window"
    controller = Controller(frame, DemoEngines(), shelf)
    page = welcome(frame, shelf)
    if page is not None:
        page.started.connect(lambda: begin(controller, ()))
    frame.window.resize(*WINDOW)
    frame.window.show()
    scenes = Scenes(controller, page, target, (disc.folder, second_copy, second_disc, names), step, job)
    player = Player(scenes.script(), step, job, frame.window.close)
    application.exec()
    player.deleteLater()
    _compare(controller, disc, step)
    controller.close()
    controller.window.deleteLater()
    return step


def _compare(controller: Controller, disc: SampleDisc, step: Step) -> None:
    held = controller.discs_presenter.sources.get(str(disc.folder))
    report = held.report if held is not None else None
    step.figures["screenshots"] = len(step.pictures)
    step.figures["imported"] = report.imported if report is not None else 0
    step.check("kept through the window", step.figures["imported"], disc.on_disc)
