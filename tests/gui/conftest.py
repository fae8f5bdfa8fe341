"""Every widget of a test counts as people do and wears the style sheet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from _pytest.runner import runtestprotocol
from PySide6.QtCore import QCoreApplication, QEvent, QLocale
from PySide6.QtWidgets import QApplication

from app.window.appearance.languages import English
from app.window.appearance.style import Style
from core.workers.worker import WorkerPool
from tests.gui.engines import QuietEngines
from tests.gui.loop_watch import EXCEPTED_TESTS, LIMIT_MS, RUNS, WATCH, limit_now, watching

LONG = pytest.StashKey[list[str]]()  # turns over the limit in a test
NOTES = pytest.StashKey[list[str]]()


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


@pytest.fixture(autouse=WATCH != "off")
def loop_watch(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[None]:
    """Note which turns of the event loop were too long."""
    with watching() as watch:
        yield
    excepted = request.node.nodeid.startswith(tuple(EXCEPTED_TESTS))
    long = [] if excepted else [turn for turn in watch.slow if not turn.excepted]
    limit = limit_now() if long else LIMIT_MS
    request.node.stash[LONG] = [f"{turn} (of {limit:.0f})" for turn in long if turn.took > limit]
    if WATCH == "all":
        note(request.config, f"{watch.longest:.0f} ms in {request.node.nodeid}")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Run a test again where the window stood still in it, and fail it where it does so each time."""
    if WATCH == "off" or not isinstance(item, pytest.Function):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for report in _watched(item, nextitem):
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def _watched(item: pytest.Function, nextitem: pytest.Item | None) -> list[pytest.TestReport]:
    stood_still: list[str] = []
    for run in range(RUNS):
        if run:
            item._initrequest()
        item.stash[LONG] = []
        reports = runtestprotocol(item, log=False, nextitem=nextitem)
        if not item.stash[LONG] or any(report.failed for report in reports):
            break
        stood_still.append("\n".join(item.stash[LONG]))
    else:
        last = reports[-1]
        last.outcome, last.longrepr = "failed", "The window stood still in each run:\n\n" + "\n\n".join(stood_still)
        return reports
    for text in stood_still:
        note(item.config, f"once, {text} in {item.nodeid}")
    return reports


def note(config: pytest.Config, line: str) -> None:
    """Keep a line for the end."""
    config.stash.setdefault(NOTES, []).append(line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say where the window stood still, though not each time."""
    for line in config.stash.get(NOTES, []):
        terminalreporter.write_line(f"the window stood still: {line}")
