"""Every widget of a test counts as people do and wears the style sheet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication

from app.window.look.plural import English
from app.window.look.style import Style
from core.workers.worker import WorkerPool
from tests.gui.engines import QuietEngines
from tests.gui.loop_watch import LIMIT_MS, REFERENCE_MS, WATCH, reference, watched

SLOW = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session", autouse=True)
def engines_share_workers(decode_pool: WorkerPool) -> None:
    """Let every window of this session decode with the same workers."""
    QuietEngines.decode_pool = decode_pool


@pytest.fixture(autouse=True)
def no_widgets_of_others(qapp: QApplication) -> Iterator[None]:
    """Let the widgets of a test end with it: a change of style goes over all that are there, seen or not."""
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


@pytest.fixture(autouse=True)
def counting(qapp: QApplication) -> Iterator[None]:
    """Let "%n image(s)" become "1 image"."""
    translator = English(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture
def style(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Style]:
    """The style sheet, light. It stays on: taken off and put on again, Qt polishes widgets that are gone."""
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    made = Style(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def locale(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Speak and sort as a country does, named by the test's parameter."""
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)


@pytest.fixture(scope="session")
def longest_turn() -> float:
    """How much CPU time, in milliseconds, one call may take in the Qt thread of this computer."""
    return LIMIT_MS * max(1.0, reference() / REFERENCE_MS)


@pytest.fixture(autouse=bool(WATCH))
def loop_watch(request: pytest.FixtureRequest, longest_turn: float, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Note what halts the window, where that is asked for."""
    with watched(longest_turn, monkeypatch) as watch:
        yield
    lines = [f"{took:.0f} ms (of {longest_turn:.0f}) {what} in {request.node.nodeid}" for what, took in watch.slow]
    request.config.stash.setdefault(SLOW, []).extend(lines)
    if lines and WATCH == "fail":
        pytest.fail("\n".join(lines))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what halted the window."""
    for line in config.stash.get(SLOW, []):
        terminalreporter.write_line(f"halted the window: {line}")
