"""An import that is cut off leaves a word in the window, until it has gone on to its end or is left so."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.actions.importing import plan_of_ticked
from app.window.shell.controller import Controller
from app.window.starting.end_signals import EndSignals
from app.window.starting.open import begin
from app.window.starting.start import make_frame
from core.errors import SourceError
from core.job import Job
from importer.copy.importing import begin as begin_import
from importer.copy.importing import import_files
from importer.plan import ImportPlan, make_plan
from importer.sources.media import Medium
from importer.ui.unfinished_view import UnfinishedView
from library.shelf import Library
from tests.discs import Disc, disc_with_good_files, two_persons
from tests.discs.files import BERT, Person
from tests.gui.app.test_whole_way import LONG, card, end, look_at
from tests.gui.engines import QuietEngines
from tests.importer_tools import StrictJudge, media_worker, scan_folder

FILES = 300
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def disc(tmp_path: Path) -> Disc:
    return disc_with_good_files(tmp_path / "OLD_CD", FILES)


@pytest.fixture
def open_window(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Controller]]:
    """Opens the window on the test's shelf, as often as needed; the last one is closed in the end."""
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    opened: list[Controller] = []

    def make() -> Controller:
        frame = make_frame(qapp, tmp_path / "settings")
        frame.store.change(welcomed=True)
        made = Controller(frame, QuietEngines(), tmp_path / "shelf")
        frame.window.show()
        begin(made, [])
        opened.append(made)
        return made

    yield make
    for made in opened:
        if made.window.isVisible():
            made.end()
            end(made, qtbot)


def wait(qtbot: QtBot, until: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(until()), timeout=LONG)


def killed(disc: Disc, tmp_path: Path) -> int:
    """Import in another process that dies in the middle; gives how many images are here."""
    command = [sys.executable, "-m", "tests.faults.import_program", str(disc.folder), str(tmp_path / "shelf")]
    done = subprocess.run([*command, "committed", "3"], cwd=ROOT, check=False, timeout=120)
    assert done.returncode == -signal.SIGKILL
    with Library.open(tmp_path / "shelf") as library:
        return len(library.instances())


def cut_off_by(error: Exception, disc: Disc, tmp_path: Path) -> int:
    """Import until so many files have come, and then let this happen."""

    class Until(StopJob):
        def happen(self) -> None:
            raise error

    with Library.open(tmp_path / "shelf") as library, media_worker(tmp_path) as media:
        plan = make_plan(scan_folder(disc.folder, media), everything=True)
        import_files(plan, library, media, StrictJudge(), Until())
        return library.unfinished()[0].here


class StopJob(Job):
    """Lets something happen when forty files have arrived."""

    def __init__(self) -> None:
        self._left = 40

    def report(self, done: int, total: int, step: str) -> None:
        if step == "copy":
            self._left -= 1
            if self._left == 0:
                self.happen()

    def check(self) -> None:
        return

    def happen(self) -> None:
        raise NotImplementedError


def cards(controller: Controller) -> list[UnfinishedView]:
    return list(controller.discs.unfinished.views.values())


def the_card(controller: Controller, qtbot: QtBot) -> UnfinishedView:
    wait(qtbot, lambda: len(cards(controller)) == 1)
    return cards(controller)[0]


def texts(widget: QWidget) -> str:
    QApplication.processEvents()
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


@pytest.mark.long
def test_the_next_start_says_what_was_cut_off_and_it_goes_on_from_another_drive(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, tmp_path: Path
) -> None:
    here = killed(disc, tmp_path)
    controller = open_window()
    view = the_card(controller, qtbot)
    said = texts(view)
    assert f"{here} of {FILES} files are here" in said
    assert "OLD_CD" in said
    assert "go-on" not in view.buttons
    assert f"{here} of {FILES} files are here" in view.accessibleName()
    moved = disc.folder.rename(tmp_path / "another drive")
    look_at(controller, qtbot, str(moved))
    wait(qtbot, lambda: "go-on" in view.buttons)
    assert "It is in now" in texts(view)
    view.buttons["go-on"].click()
    wait(qtbot, lambda: card(controller, str(moved)).state == "kept")
    wait(qtbot, lambda: not cards(controller))
    assert len(controller.jobs.library().instances()) == FILES


def test_the_row_and_the_preview_bear_the_mark(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, tmp_path: Path
) -> None:
    here = killed(disc, tmp_path)
    controller = open_window()
    controller.window.go_to("shelf")
    wait(qtbot, lambda: controller.shelf.preview.shown is not None)
    model = controller.shelf.table.shelf
    row = model.first_study()
    from library.ui.shelf_model import IMAGES, WHAT

    assert model.data(row.siblingAtColumn(IMAGES)) == f"{here} of {FILES}"
    assert model.data(row.siblingAtColumn(WHAT)).startswith("⚠")
    mark = f"{here} of {FILES} files are here"
    assert mark in model.data(row.siblingAtColumn(WHAT), Qt.ItemDataRole.AccessibleTextRole)
    assert mark in texts(controller.shelf.preview)


def test_a_pulled_disc_leaves_its_word_and_goes_on_by_itself_when_it_is_in_again(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, tmp_path: Path
) -> None:
    cut_off_by(SourceError("medium-gone"), disc, tmp_path)
    controller = open_window()
    view = the_card(controller, qtbot)
    assert "went away before all of it was on your shelf" in texts(view)
    assert "Put the disc in again" in texts(view) or "Choose it again" in texts(view)
    engines = controller.engines
    assert isinstance(engines, QuietEngines)
    moved = disc.folder.rename(tmp_path / "sr1")
    engines.media = [Medium(str(moved), "NO_LABEL", "disc", "/dev/sr1", "iso9660")]
    wait(qtbot, lambda: str(moved) in controller.discs.cards)
    wait(qtbot, lambda: card(controller, str(moved)).state == "kept")
    wait(qtbot, lambda: not cards(controller))
    engines.media = []
    wait(qtbot, lambda: str(moved) not in controller.discs.cards)


def test_left_so_it_is_gone_and_comes_back_with_the_keys(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, tmp_path: Path
) -> None:
    killed(disc, tmp_path)
    controller = open_window()
    with qtbot.waitActive(controller.window):
        controller.window.activateWindow()
    view = the_card(controller, qtbot)
    leave = view.buttons["leave"]
    leave.setFocus()
    qtbot.keyClick(leave, Qt.Key.Key_Space)
    assert not cards(controller)
    assert not isinstance(QApplication.focusWidget(), QPushButton)
    wait(qtbot, lambda: controller.jobs.library().unfinished() == [])
    wait(qtbot, lambda: any("Ask for the rest of" in b.text() for b in controller.window.findChildren(QPushButton)))
    qtbot.keyClick(controller.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    the_card(controller, qtbot)
    assert len(controller.jobs.library().unfinished()) == 1


def test_the_receipt_of_what_was_cut_off_adds_up(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, tmp_path: Path
) -> None:
    here = killed(disc, tmp_path)
    controller = open_window()
    the_card(controller, qtbot).buttons["receipt"].click()
    assert controller.discs.receipt is not None
    shown = controller.discs.receipt.receipt
    counts = {line.label: line.count for line in shown.lines}
    assert counts["files were to be put on your shelf"] == FILES
    assert counts["are on your shelf, and checked"] == here
    assert f"{here} of {FILES} files are on your shelf" in shown.as_text()
    qtbot.mouseClick(
        next(b for b in controller.discs.receipt.findChildren(QPushButton) if b.text() == "Show on my shelf"),
        Qt.MouseButton.LeftButton,
    )
    wait(qtbot, lambda: controller.window.place() == "shelf" and controller.shelf.table.chosen_study())


def test_two_that_were_cut_off_are_told_apart(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, tmp_path: Path
) -> None:
    killed(disc, tmp_path)
    other = Disc(tmp_path / "STICK")
    clara = Person("SAMPLE^CLARA", "P-3", "19711111", "F")
    for number in (1, 2, 3):
        other.add_image(f"B{number}", BERT, "T7", number=number)
        other.add_image(f"C{number}", clara, "T8", number=number)
    with Library.open(tmp_path / "shelf") as library, media_worker(tmp_path) as media:
        found = scan_folder(other.folder, media)
        begin_import(make_plan(found, [found.patients[0].key]), library)
    controller = open_window()
    wait(qtbot, lambda: len(cards(controller)) == 2)
    look_at(controller, qtbot, str(other.folder))
    wait(qtbot, lambda: sum("go-on" in view.buttons for view in cards(controller)) == 1)
    stick = next(view for view in cards(controller) if "go-on" in view.buttons)
    assert "STICK" in texts(stick)
    stick.buttons["go-on"].click()
    wait(qtbot, lambda: card(controller, str(other.folder)).state == "kept")
    wait(qtbot, lambda: len(cards(controller)) == 1)
    persons = {row.person_key for row in controller.jobs.library().studies()}
    assert found.patients[0].key in persons
    assert found.patients[1].key not in persons


class Slow:
    """Holds back what is being kept until the test has asked what it wants to ask."""

    def __init__(self, controller: Controller) -> None:
        self.gate = threading.Event()
        from app.window.jobs.job_runner import Task

        held = Task(done=lambda _: None)
        controller.jobs.run(controller.jobs.keeping, lambda job: self.gate.wait(LONG / 1000), held)


def start_import(controller: Controller, qtbot: QtBot, source: str) -> Slow:
    look_at(controller, qtbot, source)
    slow = Slow(controller)
    controller.discs.cards[source].buttons["keep"].click()
    wait(qtbot, lambda: controller.jobs.importing)
    return slow


def test_closing_in_the_middle_is_asked_and_going_on_goes_on(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc
) -> None:
    controller = open_window()
    slow = start_import(controller, qtbot, str(disc.folder))
    controller.window.close()
    question = controller.closing_question
    wait(qtbot, lambda: question.dialog is not None)
    assert question.dialog is not None
    assert controller.window.isVisible()
    assert f"0 of {FILES} files are on your shelf so far" in texts(question.dialog)
    assert question.dialog.no.text() == "Go on"
    assert question.dialog.no.isDefault()
    controller.window.close()  # once more: nothing is asked twice
    qtbot.keyClick(question.dialog, Qt.Key.Key_Escape)
    wait(qtbot, lambda: question.dialog is None)
    slow.gate.set()
    wait(qtbot, lambda: card(controller, str(disc.folder)).state == "kept")
    assert controller.window.isVisible()
    controller.window.close()
    wait(qtbot, lambda: not controller.window.isVisible())


def test_the_question_goes_away_when_everything_has_come(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc
) -> None:
    controller = open_window()
    slow = start_import(controller, qtbot, str(disc.folder))
    controller.window.close()
    wait(qtbot, lambda: controller.closing_question.dialog is not None)
    slow.gate.set()
    wait(qtbot, lambda: controller.closing_question.dialog is None)
    assert controller.window.isVisible()


def test_stopped_and_closed_the_next_start_says_so_even_of_what_waited(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc
) -> None:
    controller = open_window()
    slow = start_import(controller, qtbot, str(disc.folder))
    controller.window.close()
    wait(qtbot, lambda: controller.closing_question.dialog is not None)
    assert controller.closing_question.dialog is not None
    controller.closing_question.dialog.yes.click()
    slow.gate.set()
    wait(qtbot, lambda: not controller.window.isVisible())
    again = open_window()
    assert f"None of its {FILES} files is on this computer yet." in texts(the_card(again, qtbot))


def test_stop_on_what_waits_is_told_and_goes_on_when_that_is_wished(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc
) -> None:
    controller = open_window()
    slow = start_import(controller, qtbot, str(disc.folder))
    controller.discs.cards[str(disc.folder)].buttons["stop"].click()
    slow.gate.set()
    wait(qtbot, lambda: card(controller, str(disc.folder)).state == "ready")
    view = the_card(controller, qtbot)
    wait(qtbot, lambda: "was stopped before it was done" in texts(view) and "go-on" in view.buttons)
    assert f"None of its {FILES} files is on this computer yet." in texts(view)
    view.buttons["go-on"].click()
    wait(qtbot, lambda: card(controller, str(disc.folder)).state == "kept")
    wait(qtbot, lambda: not cards(controller))


def test_stop_while_it_is_being_planned_is_heard(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc
) -> None:
    controller = open_window()
    source = str(disc.folder)
    look_at(controller, qtbot, source)
    held = controller.discs_presenter.sources[source]
    planning, stopped = threading.Event(), threading.Event()

    def plan() -> ImportPlan:
        assert held.scan is not None
        planning.set()
        stopped.wait(LONG / 1000)
        return plan_of_ticked(held.scan, [patient.key for patient in held.scan.patients])

    controller.discs_presenter.keeping._begin(held, plan, FILES)
    assert planning.wait(LONG / 1000)
    controller.discs.cards[source].buttons["stop"].click()
    stopped.set()
    wait(qtbot, lambda: card(controller, source).state == "ready")
    assert not controller.jobs.importing
    assert controller.jobs.library().studies() == []


def test_stop_that_comes_when_it_was_just_recorded_is_heard_and_told(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc
) -> None:
    controller = open_window()
    source = str(disc.folder)
    look_at(controller, qtbot, source)
    controller.discs.cards[source].buttons["keep"].click()
    recorded = threading.Event()
    controller.jobs.asking.submit(lambda job: recorded.set(), lambda event: None)
    assert recorded.wait(LONG / 1000)  # the window has not heard of it: no event came through
    controller.discs.cards[source].buttons["stop"].click()
    view = the_card(controller, qtbot)
    wait(qtbot, lambda: "was stopped before it was done" in texts(view))
    assert f"None of its {FILES} files is on this computer yet." in texts(view)
    assert card(controller, source).state == "ready"


def test_what_a_card_says_of_a_disc_is_counted_once_however_often_progress_comes(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc
) -> None:
    controller = open_window()
    slow = start_import(controller, qtbot, str(disc.folder))
    before = card(controller, str(disc.folder)).persons
    slow.gate.set()
    wait(qtbot, lambda: card(controller, str(disc.folder)).state == "kept")
    assert card(controller, str(disc.folder)).persons is before


def test_going_on_that_is_stopped_before_its_turn_keeps_the_word_of_the_first_time(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, tmp_path: Path
) -> None:
    here = killed(disc, tmp_path)
    controller = open_window()
    slow = start_import(controller, qtbot, str(disc.folder))
    controller.discs.cards[str(disc.folder)].buttons["stop"].click()
    slow.gate.set()
    wait(qtbot, lambda: card(controller, str(disc.folder)).state == "ready")
    wait(qtbot, lambda: cards(controller) and f"{here} of {FILES} files are here" in texts(cards(controller)[0]))
    assert [(one.here, one.of) for one in controller.jobs.library().unfinished()] == [(here, FILES)]


@pytest.mark.skipif(os.name == "nt", reason="no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_systems_request_to_end_is_not_answered_with_a_question(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, number: signal.Signals
) -> None:
    controller = open_window()
    slow = start_import(controller, qtbot, str(disc.folder))
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    signal.signal(number, signal.SIG_DFL)  # who starts the tests in the background may have them ignored
    listener = EndSignals(controller.window, controller.end)
    try:
        os.kill(os.getpid(), number)
        slow.gate.set()
        wait(qtbot, lambda: not controller.window.isVisible())
    finally:
        signal.set_wakeup_fd(-1)
        for each, handler in before.items():
            signal.signal(each, handler)
        listener.close()
    with Library.open(controller.library_folder) as library:
        assert [one.of for one in library.unfinished()] == [FILES]


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_terminal_that_goes_ends_nothing_that_was_started_to_outlive_it(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as `nohup` does
    listener = EndSignals(window, window.close)
    try:
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) != before[signal.SIGTERM]
    finally:
        signal.set_wakeup_fd(-1)
        for each, handler in before.items():
            signal.signal(each, handler)
        listener.close()


def test_a_logout_stops_in_good_order_and_the_rest_is_told(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc
) -> None:
    controller = open_window()
    slow = start_import(controller, qtbot, str(disc.folder))
    controller.session_ends()
    slow.gate.set()
    wait(qtbot, lambda: not controller.jobs.importing)
    the_card(controller, qtbot)


def test_a_question_about_a_disc_that_was_swapped_is_answered_for_nobody(
    open_window: Callable[[], Controller], qtbot: QtBot, tmp_path: Path
) -> None:
    controller = open_window()
    engines = controller.engines
    assert isinstance(engines, QuietEngines)
    drive = str(two_persons(tmp_path / "drive").folder)
    engines.media = [Medium(drive, "DISC", "disc", "/dev/sr0", "iso9660")]
    wait(qtbot, lambda: drive in controller.discs.cards and card(controller, drive).state == "ready")
    controller.discs.cards[drive].buttons["keep"].click()
    assert controller.discs.chooser is not None
    shutil.rmtree(drive)
    disc_with_good_files(Path(drive), 4)
    controller.discs_presenter.look_for_media()
    wait(qtbot, lambda: card(controller, drive).images == 4)
    assert controller.discs.chooser is None
    assert controller.jobs.library().studies() == []


def test_a_disc_swapped_since_it_was_read_is_not_imported_as_the_other(
    open_window: Callable[[], Controller], qtbot: QtBot, tmp_path: Path
) -> None:
    controller = open_window()
    engines = controller.engines
    assert isinstance(engines, QuietEngines)
    drive = str(disc_with_good_files(tmp_path / "drive", 3).folder)
    engines.media = [Medium(drive, "DISC", "disc", "/dev/sr0", "iso9660")]
    wait(qtbot, lambda: drive in controller.discs.cards and card(controller, drive).state == "ready")
    controller.discs_presenter.stop()  # nobody has looked again since
    shutil.rmtree(drive)
    disc_with_good_files(Path(drive), 5)
    controller.discs.cards[drive].buttons["keep"].click()
    wait(qtbot, lambda: card(controller, drive).state == "ready")
    assert controller.jobs.library().studies() == []
    assert controller.jobs.library().unfinished() == []


@pytest.mark.long
def test_a_disc_whose_mount_goes_leaves_its_word_though_its_card_goes(
    open_window: Callable[[], Controller], qtbot: QtBot, disc: Disc, tmp_path: Path
) -> None:
    controller = open_window()
    engines = controller.engines
    assert isinstance(engines, QuietEngines)
    drive = str(disc.folder)
    engines.media = [Medium(drive, "OLD_CD", "disc", "/dev/sr0", "iso9660")]
    wait(qtbot, lambda: drive in controller.discs.cards and card(controller, drive).state == "ready")
    slow = start_import(controller, qtbot, drive)
    elsewhere = disc.folder.rename(tmp_path / "pulled")
    engines.media = []
    slow.gate.set()
    wait(qtbot, lambda: drive not in controller.discs.cards)
    view = the_card(controller, qtbot)
    assert "went away before all of it was on your shelf" in texts(view)
    assert f"None of its {FILES} files is on this computer yet." in texts(view)
    again = tmp_path / "sr1"
    elsewhere.rename(again)
    engines.media = [Medium(str(again), "CDROM", "disc", "/dev/sr1", "iso9660")]
    wait(qtbot, lambda: str(again) in controller.discs.cards and card(controller, str(again)).state == "kept")
    wait(qtbot, lambda: not cards(controller))
    assert len(controller.jobs.library().instances()) == FILES
