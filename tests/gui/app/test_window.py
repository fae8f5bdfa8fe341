"""The frame: places, keys, first start, jobs strip, notices, and what the window remembers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QPalette
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.settings import SettingsStore
from app.window.jobs.jobs_strip import JobLine, JobsStrip
from app.window.places.help.page import HelpPage
from app.window.shell.frame import Frame
from app.window.shell.main_window import MainWindow
from app.window.starting.start import make_application, make_frame, welcome
from app.words.messages import Messages
from core.ui.notice import Notice

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def frame(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Frame:
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    made = make_frame(qapp, tmp_path / "settings")
    qtbot.addWidget(made.window)
    for name in ("discs", "shelf", "viewer", "portal", "settings", "help"):
        made.window.add_place(name, QWidget)
    made.window.go_to("discs")
    return made


@pytest.mark.parametrize(
    "module", ["app.window.starting.open", "app.window.shell.main_window", "app.window.places.first_start.page"]
)
def test_the_window_comes_without_anything_heavy(module: str) -> None:
    code = (
        f"import sys, {module}; heavy = ('numpy', 'cv2', 'pydicom', 'imagecodecs', 'sqlite3', 'pypdfium2');"
        "print([name for name in heavy if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_each_place_has_a_key(frame: Frame, qtbot: QtBot) -> None:
    frame.window.rail.set_count("discs", 1)
    with qtbot.waitActive(frame.window):
        frame.window.show()
        frame.window.activateWindow()
    for key, place in (
        (Qt.Key.Key_2, "shelf"),
        (Qt.Key.Key_3, "viewer"),
        (Qt.Key.Key_4, "portal"),
        (Qt.Key.Key_1, "discs"),
    ):
        qtbot.keyClick(frame.window, key, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(lambda place=place: frame.window.place() == place)
    qtbot.keyClick(frame.window, Qt.Key.Key_F1)
    qtbot.waitUntil(lambda: frame.window.place() == "help")


def test_a_place_is_made_when_it_is_first_gone_to(frame: Frame) -> None:
    made: list[str] = []
    frame.window.add_place("later", lambda: made.append("made") or QWidget())  # type: ignore[func-returns-value]
    assert made == []
    frame.window.add_place("shelf", lambda: made.append("shelf") or QWidget())  # type: ignore[func-returns-value]
    frame.window.go_to("shelf")
    frame.window.go_to("discs")
    frame.window.go_to("shelf")
    assert made == ["shelf"]


def test_the_rail_counts(frame: Frame) -> None:
    frame.window.rail.set_count("discs", 2)
    assert any("Discs && drives (2)" in made.text() for made in frame.window.rail.findChildren(QPushButton))


@pytest.mark.long
def test_the_rail_leaves_its_words_to_the_tooltips_above_150_per_cent(frame: Frame) -> None:
    rail = frame.window.rail
    frame.window.resize(1200, 780)
    frame.window.show()
    wide = rail.minimumSizeHint().width()
    rail.set_count("discs", 2)
    frame.style.choose("light", 150)
    assert not rail.is_folded
    frame.style.choose("light", 175)
    assert rail.is_folded
    assert rail.minimumSizeHint().width() < wide
    buttons = {made.accessibleName(): made for made in rail.findChildren(QPushButton)}
    assert {"Discs & drives (2)", "My shelf", "Viewer", "My portal", "Settings", "Help"} == set(buttons)
    assert buttons["My shelf"].text() == ""
    assert buttons["Discs & drives (2)"].text().strip() == "2"
    assert buttons["My shelf"].toolTip().startswith("My shelf")
    assert not buttons["My shelf"].shortcut().isEmpty()
    frame.style.choose("light", 100)
    assert buttons["My shelf"].text().strip() == "My shelf"


@pytest.mark.long
def test_the_rail_takes_no_more_than_a_third_of_a_narrow_window(frame: Frame) -> None:
    frame.window.resize(720, 480)
    frame.window.show()
    frame.style.choose("light", 130)
    assert frame.window.rail.is_folded
    frame.window.resize(1200, 780)
    assert not frame.window.rail.is_folded
    frame.style.choose("light", 100)


def test_every_button_of_the_rail_has_a_name(frame: Frame) -> None:
    names = [made.accessibleName() for made in frame.window.rail.findChildren(QPushButton)]
    assert names == ["Discs & drives", "My shelf", "Viewer", "My portal", "Settings", "Help"]


def test_the_window_is_told_of_once_when_it_was_seen(frame: Frame, qtbot: QtBot) -> None:
    with qtbot.waitSignal(frame.window.painted):
        frame.window.show()


def test_the_window_comes_back_where_it_was(frame: Frame, qtbot: QtBot) -> None:
    frame.window.show()
    frame.window.resize(751, 521)
    frame.window.close()
    frame.store.flush()
    assert SettingsStore(frame.store._path.parent).settings.window
    again = make_frame(frame.application, frame.store._path.parent)
    qtbot.addWidget(again.window)
    assert again.window.size() == frame.window.size()


def test_a_window_that_may_not_close_yet_stays(frame: Frame) -> None:
    frame.window.show()
    frame.window.may_close = lambda: False
    assert not frame.window.close()
    assert frame.window.isVisible()
    frame.window.may_close = lambda: True
    assert frame.window.close()


def test_the_first_start_is_shown_once(frame: Frame, qtbot: QtBot) -> None:
    page = welcome(frame, Path("/shelf"))
    assert page is not None
    said = "\n".join(label.text() for label in page.findChildren(QLabel))
    for part in ("Not for diagnosis", "/shelf", "The disc is only read, never changed."):
        assert part in said
    with qtbot.waitSignal(page.started):
        page.start.click()
    assert frame.window.place() == "discs"
    assert welcome(frame, Path("/shelf")) is None


def test_the_strip_shows_what_runs_and_stops_it(frame: Frame, qtbot: QtBot) -> None:
    strip = frame.window.strip
    frame.window.show()
    assert said_on(strip) == ["Nothing is being copied or sent"]
    strip.show_job(JobLine("one", "Reading a disc", 0.5))
    assert said_on(strip) == ["Reading a disc"]
    with qtbot.waitSignal(strip.stop_requested) as told:
        next(b for b in strip.findChildren(QPushButton) if b.text().strip() == "Stop").click()
    assert told.args == ["one"]
    strip.end_job("one")
    assert said_on(strip) == ["Nothing is being copied or sent"]


def said_on(strip: JobsStrip) -> list[str]:
    """Give the words that are seen on the strip."""
    QApplication.processEvents()
    return [words.text() for words in strip.findChildren(QLabel) if words.isVisible()]


@pytest.mark.parametrize("text_size", [100, 200])
def test_a_job_that_begins_or_ends_moves_nothing_in_the_window(frame: Frame, text_size: int) -> None:
    frame.style.choose("light", text_size)
    window = frame.window
    window.resize(900, 600)
    window.show()
    QApplication.processEvents()
    page = window._pages["discs"]
    places = {(page.rect(), window.strip.geometry())}
    long = "Putting 412 images on your shelf · 180 done · about 2 minutes left · " * 3
    steps = (
        lambda: window.strip.show_job(JobLine("1", "short")),
        lambda: window.strip.show_job(JobLine("1", long, 0.5)),
        lambda: window.strip.show_job(JobLine("2", long, 0.1, can_stop=False)),
        lambda: window.strip.end_job("1"),
        lambda: window.strip.end_job("2"),
    )
    for step in steps:
        step()
        QApplication.processEvents()
        places.add((page.rect(), window.strip.geometry()))
    frame.style.choose("light", 100)
    assert len(places) == 1


def settle() -> None:
    """Let layouts within layouts come to rest."""
    for _ in range(4):
        QApplication.processEvents()


def test_the_opened_list_keeps_its_room_while_jobs_come_and_go(frame: Frame) -> None:
    strip = frame.window.strip
    frame.window.show()
    for job in ("1", "2"):
        strip.show_job(JobLine(job, job))
    strip._more.click()
    settle()
    high = strip.height()
    for job in ("3", "4"):
        strip.show_job(JobLine(job, job))
    strip.end_job("1")
    settle()
    assert strip.height() == high
    for job in ("2", "3", "4"):
        strip.end_job(job)
    settle()
    assert strip.height() == high
    strip._more.click()
    settle()
    assert strip.height() < high
    assert strip._more.isHidden()


def test_the_strip_opens_to_a_list(frame: Frame) -> None:
    strip = frame.window.strip
    frame.window.show()
    for name in ("one", "two", "three"):
        strip.show_job(JobLine(name, name))
    more = next(b for b in strip.findChildren(QPushButton) if "other" in b.text())
    assert more.text() == "Show 2 others"
    more.click()
    assert more.text() == "Show less"
    assert strip.running() == ["one", "two", "three"]
    for name in strip.running():
        strip.end_job(name)
    assert "Nothing is being copied or sent" in said_on(strip)


def test_the_same_problem_is_shown_once_and_two_things_done_are_two(frame: Frame) -> None:
    for tone, shown in (("loss", 1), ("", 2)):
        made = [Notice(frame.style.icons, tone, f"What happened {tone}", closable=True) for _ in range(2)]
        for notice in made:
            frame.window.add_notice(notice)
        assert [notice.isHidden() for notice in made].count(False) == shown
        assert not made[1].isHidden()


def test_a_notice_is_shown_until_it_is_closed(frame: Frame) -> None:
    words = Messages().for_code("no-space")
    notice = Notice(frame.style.icons, "loss", words.what, words.means, words.do, closable=True)
    frame.window.show()
    frame.window.add_notice(notice)
    QApplication.processEvents()
    assert notice.isVisible()
    next(b for b in notice.findChildren(QPushButton) if b.accessibleName() == "Close this message").click()
    assert notice.isHidden()


def test_a_drop_anywhere_on_the_window_is_handed_on(frame: Frame, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/disc.iso")])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
    with qtbot.waitSignal(frame.window.dropped) as told:
        frame.window.dropEvent(event)
    assert told.args == [["/tmp/disc.iso"]]


@pytest.mark.parametrize("look, window", [("light", "#f5f7f6"), ("dark", "#131817"), ("contrast", "#ffffff")])
def test_the_look_can_be_forced(frame: Frame, monkeypatch: pytest.MonkeyPatch, look: str, window: str) -> None:
    monkeypatch.setenv("SCANSHELF_STYLE", look)
    frame.style.apply()
    assert frame.application.palette().color(QPalette.ColorRole.Window) == QColor(window)


@pytest.mark.long
def test_the_text_grows_with_the_setting(frame: Frame) -> None:
    frame.style.choose("light", 200)
    assert frame.application.font().pixelSize() == 26
    assert "font-size: 30px" in frame.application.styleSheet()
    frame.style.choose("light", 100)
    assert frame.application.font().pixelSize() == 13


def test_the_application_is_made_once(qapp: QApplication) -> None:
    assert make_application([]) is qapp


def test_stop_is_pressed_once_and_for_one_job(frame: Frame, qtbot: QtBot) -> None:
    strip, asked = frame.window.strip, []
    strip.stop_requested.connect(asked.append)
    for job in ("1", "2"):
        strip.show_job(JobLine(job, f"job {job}", 0.5))
    with qtbot.waitActive(frame.window):
        frame.window.show()
        frame.window.activateWindow()
    stop = strip._rows["1"].stop
    stop.setFocus()
    for _ in range(2):
        focused = QApplication.focusWidget()
        assert focused is not None
        qtbot.keyClick(focused, Qt.Key.Key_Space)
    strip.show_job(JobLine("1", "job 1", 0.6))
    assert not stop.isEnabled()
    strip.end_job("1")
    focused = QApplication.focusWidget()
    assert focused is not None
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert asked == ["1"]


def saved(frame: Frame, qtbot: QtBot, place: QPoint, state: Qt.WindowState) -> MainWindow:
    """Give the window of the next start after this one was closed at a place, in a state."""
    frame.window.show()
    frame.window.move(place)
    frame.window.setWindowState(state)
    QApplication.processEvents()
    frame.window.close()
    frame.store.flush()
    again = make_frame(frame.application, frame.store._path.parent)
    qtbot.addWidget(again.window)
    return again.window


@pytest.mark.parametrize("place", [QPoint(40000, 100), QPoint(-30000, 50), QPoint(100, 9000), QPoint(200, -5000)])
def test_a_window_left_on_a_screen_that_is_gone_comes_back_into_sight(
    frame: Frame, qtbot: QtBot, place: QPoint
) -> None:
    window = saved(frame, qtbot, place, Qt.WindowState.WindowNoState)
    seen = window.screen().availableGeometry().intersected(QRect(window.pos(), window.size()))
    assert seen.width() >= 120
    assert seen.height() >= 40
    assert window.pos().y() >= window.screen().availableGeometry().top()


@pytest.mark.parametrize("state", [Qt.WindowState.WindowFullScreen, Qt.WindowState.WindowMinimized])
def test_a_window_closed_in_full_screen_or_minimised_comes_back_as_a_window(
    frame: Frame, qtbot: QtBot, state: Qt.WindowState
) -> None:
    window = saved(frame, qtbot, QPoint(10, 10), state)
    assert window.windowState() == Qt.WindowState.WindowNoState


def test_escape_goes_back_where_one_came_from(frame: Frame, qtbot: QtBot) -> None:
    window = frame.window
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    for home in ("discs", "shelf", "portal"):
        for away in ("viewer", "settings", "help"):
            window.go_to(home)
            window.go_to(away)
            qtbot.keyClick(window, Qt.Key.Key_Escape)
            assert window.place() == home
            qtbot.keyClick(window, Qt.Key.Key_Escape)
            assert window.place() == home
    window.go_to("shelf")
    window.go_to("viewer")
    window.go_to("help")
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.place() == "shelf"


def test_escape_leaves_an_inner_page_first(frame: Frame, qtbot: QtBot) -> None:
    class Inner(QWidget):
        left = 0

        def step_back(self) -> bool:
            self.left += 1
            return self.left == 1

    inner = Inner()
    frame.window.add_place("shelf", lambda: inner)
    frame.window.go_to("shelf")
    frame.window.show()
    for left in (1, 2):
        qtbot.keyClick(frame.window, Qt.Key.Key_Escape)
        assert inner.left == left
        assert frame.window.place() == "shelf"


def test_a_notice_that_comes_or_goes_moves_nothing_that_is_read_or_aimed_at(frame: Frame, qtbot: QtBot) -> None:
    window, page = frame.window, QWidget()
    window.add_place("shelf", lambda: page)
    window.resize(900, 600)
    window.show()
    window.go_to("shelf")
    QApplication.processEvents()
    before = page.mapTo(window, QPoint(0, 0))
    notice = Notice(frame.style.icons, "", "Martha's CT is in the bin.", "It stays there for 30 days.", "")
    window.add_notice(notice)
    QApplication.processEvents()
    assert notice.isVisible()
    assert page.mapTo(window, QPoint(0, 0)) == before
    assert notice.mapTo(window, QPoint(0, 0)).y() >= before.y() + page.height()
    window.remove_notice(notice)
    QApplication.processEvents()
    assert page.mapTo(window, QPoint(0, 0)) == before


def test_the_help_names_the_keys_and_the_mouse_of_the_shelf_and_the_viewer_sending_and_sharing(frame: Frame) -> None:
    page = HelpPage(frame.style, "1")
    said = " ".join(label.text() for label in page.findChildren(QLabel))
    for words in ("Delete", "Ctrl+A", "Ctrl+Z", "Ctrl+O", "Menu key", "Wheel", "Right button", "“Send”", "“Share”"):
        assert words in said
    page.deleteLater()


@pytest.mark.parametrize("percent, share", [(100, 1 / 2), (200, 1 / 3)])
def test_notices_leave_a_low_window_to_the_place(frame: Frame, qtbot: QtBot, percent: int, share: float) -> None:
    frame.style.choose("light", percent)
    frame.window.resize(900, 600)
    frame.window.show()
    stack = frame.window._notices
    for number in range(3):
        frame.window.add_notice(_long_notice(frame, str(number)))
    qtbot.waitUntil(stack.verticalScrollBar().isVisible)
    assert stack.height() == round(600 * share)


def test_a_notice_that_fits_is_not_scrolled(frame: Frame, qtbot: QtBot) -> None:
    frame.window.resize(900, 600)
    frame.window.show()
    notice = _long_notice(frame, "There is not enough room on this computer.")
    frame.window.add_notice(notice)
    stack = frame.window._notices
    qtbot.waitUntil(lambda: notice.height() > 0 and stack.height() == stack.widget().height())
    assert not stack.verticalScrollBar().isVisible()
    assert notice.width() == stack.width() - 2 * 24


def _long_notice(frame: Frame, what: str) -> Notice:
    words = Messages().for_code("no-space")
    return Notice(frame.style.icons, "loss", what, words.means, words.do, closable=True)
