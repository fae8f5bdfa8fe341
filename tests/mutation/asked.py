"""The tests of one room, collected once: which touches what, and what they say to a change. Forks for each question."""

from __future__ import annotations

import gc
import importlib
import json
import math
import os
import resource
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import coverage
import pytest
from _pytest.main import pytest_runtestloop as run_items

from tests.mutation.operators import Mutant, mutated
from tests.mutation.swap import Changed, Functions, functions_by_file, swap_in
from tests.tools import REPOSITORY

_NOT_SWAPPED = 77
_IDLE_SECONDS = 60.0
_SLOWLY = 20.0  # as much longer the same work may take beside others
_OPTIONS = ["-q", "-x", "-W", "ignore::pytest.PytestAssertRewriteWarning", "-p", "no:cacheprovider", "-m", "not alone"]


@dataclass
class Touched:
    """What the tests did without any change: seconds of each, and which lines of which file each ran."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def by_file(self) -> dict[str, Touched]:
        """Take it apart by the files of the tests; of each, one test names it."""
        parts: dict[str, Touched] = {}
        for test, seconds in self.seconds.items():
            parts.setdefault(test.partition("::")[0], Touched()).seconds[test] = seconds
        for test in self.failed:
            parts[test.partition("::")[0]].failed.append(test)
        for file, lines in self.lines.items():
            for line, tests in lines.items():
                for test in filter(None, tests):
                    part = parts[test.partition("::")[0]]
                    part.lines.setdefault(file, {}).setdefault(line, []).append(test)
        return parts


@dataclass(frozen=True)
class Verdict:
    """What became of a change: "killed", "timeout", "survived" or "untouched" (no test runs the line)."""

    state: str
    by: str = ""
    asked: int = 0


def in_child(work: Callable[[Callable[[Any], None]], int], seconds: float) -> tuple[int | None, list[Any]]:
    """Do some work in a fork of this process; gives its exit code (None: it took too long) and what it told.

    `seconds` of work; a machine that does much else at once gives them slowly.
    """
    scratch = Path(tempfile.mkdtemp(prefix="mutant-"))
    told = scratch / "told"
    pid = os.fork()
    if pid == 0:
        _be_child(work, told, scratch, seconds)
    watch = os.pidfd_open(pid)
    try:
        ended = bool(select.select([watch], [], [], _IDLE_SECONDS + _SLOWLY * seconds)[0])
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    finally:
        os.close(watch)
    lines = told.read_text().splitlines() if told.exists() else []
    shutil.rmtree(scratch, ignore_errors=True)
    said = [json.loads(line) for line in lines if line.endswith(("}", "]"))]  # the last may be cut off
    return (status if ended and status != -signal.SIGXCPU else None), said


def _be_child(work: Callable[[Callable[[Any], None]], int], told: Path, scratch: Path, seconds: float) -> None:
    code = 1
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds), math.ceil(seconds) + 1))
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        tempfile.tempdir = str(scratch)
        os.environ["TMPDIR"] = str(scratch)

        def tell(value: Any) -> None:
            with told.open("a") as file:
                file.write(json.dumps(value) + "\n")

        code = work(tell)
    except BaseException:  # noqa: BLE001 - whatever it is, the child ends here
        code = 1
    finally:
        os._exit(code)


class Heard:
    """Tells which test failed first."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self._tell = tell

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Tell it."""
        if report.failed:
            self._tell([report.nodeid, report.when])


class Collected:
    """A pytest plugin: once the tests are collected `ask` gets them, in place of their run."""

    def __init__(self, ask: Callable[[Collected], None]) -> None:
        self._ask = ask
        self.session: pytest.Session | None = None
        self.functions: Functions = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Ask instead of running them all."""
        self.session = session
        gc.unfreeze()  # what is frozen is not found
        self.functions = functions_by_file()
        gc.freeze()
        self._ask(self)
        return True

    @property
    def items(self) -> dict[str, pytest.Item]:
        """The tests by their names."""
        assert self.session is not None
        return {item.nodeid: item for item in self.session.items}

    def run(self, names: Sequence[str], tell: Callable[[Any], None]) -> int:
        """Run some of them, in this process, to the first that fails; 0 where none does."""
        session = self.session
        assert session is not None
        factory = session.config._tmp_path_factory  # type: ignore[attr-defined]
        factory._given_basetemp = Path(tempfile.gettempdir()) / "tests"
        factory._basetemp = None
        items = self.items
        session.items = [items[name] for name in names if name in items]
        session.config.pluginmanager.register(Heard(tell))
        with suppress(pytest.Session.Failed, pytest.Session.Interrupted):
            run_items(session)
        session._setupstate.teardown_exact(None)
        return 1 if session.testsfailed else 0


class Tracer:
    """A pytest plugin: notes the lines and seconds of each test, in a process of its own."""

    def __init__(self, files: Sequence[str]) -> None:
        self._coverage = coverage.Coverage(
            data_file=None, config_file=False, include=[str(REPOSITORY / file) for file in files]
        )
        self._began = 0.0
        self.seconds: dict[str, float] = {}

    def start(self) -> None:
        """Begin to note."""
        self._coverage.start()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Note one test."""
        self._coverage.switch_context(item.nodeid)
        began = time.process_time()  # of all threads: what others do on this machine does not count
        result = yield
        self.seconds[item.nodeid] = time.process_time() - began
        return result

    def lines(self) -> dict[str, dict[int, list[str]]]:
        """Give the tests of each line of each file."""
        self._coverage.stop()
        data = self._coverage.get_data()
        return {
            Path(file).relative_to(REPOSITORY).as_posix(): data.contexts_by_lineno(file)
            for file in data.measured_files()
        }


def trace(collected: Collected, tests: Sequence[str], files: Sequence[str], seconds: float) -> Touched:
    """Run tests once without a change."""

    def work(tell: Callable[[Any], None]) -> int:
        assert collected.session is not None
        collected.session.config.option.maxfail = 0
        tracer = Tracer(files)
        collected.session.config.pluginmanager.register(tracer)
        tracer.start()
        collected.run(tests, tell)
        tell({"seconds": tracer.seconds, "lines": tracer.lines()})
        return 0

    _code, told = in_child(work, seconds)
    if not told or not isinstance(told[-1], dict):
        raise SystemExit(f"the tests did not come to their end without any change: {told}")
    lines = {file: {int(line): tests for line, tests in of.items()} for file, of in told[-1]["lines"].items()}
    return Touched(told[-1]["seconds"], lines, [each[0] for each in told[:-1]])


def ask_collected(
    collected: Collected, mutant: Mutant, source: str, names: Sequence[str], limit: float
) -> Verdict | None:
    """Ask tests about a change in a function; None where it must be there before the import."""

    def work(tell: Callable[[Any], None]) -> int:
        if not swap_in(collected.functions, mutant.path, mutated(source, mutant.number)):
            return _NOT_SWAPPED
        return collected.run(names, tell)

    code, told = in_child(work, limit)
    return None if code == _NOT_SWAPPED else _verdict(code, told, len(names))


def ask_from_start(mutant: Mutant, source: str, names: Sequence[str], limit: float) -> Verdict:
    """Ask tests about a change that is there before anything is imported."""

    def work(tell: Callable[[Any], None]) -> int:
        Changed(mutant.path, mutated(source, mutant.number)).begin()
        base = str(Path(tempfile.gettempdir()) / "tests")
        return int(pytest.main([*_OPTIONS, "--basetemp", base, *names], plugins=[Heard(tell)]))

    code, told = in_child(work, limit)
    return _verdict(code, told, len(names))


def _verdict(code: int | None, told: Sequence[Any], asked: int) -> Verdict:
    if code is None:
        return Verdict("timeout", "", asked)
    return Verdict("survived", "", asked) if code == 0 else Verdict("killed", told[0][0] if told else "import", asked)


def collect(tests: Sequence[str], ask: Callable[[Collected], None]) -> None:
    """Collect tests and ask."""
    pytest.main([*_OPTIONS, *tests], plugins=[Collected(ask)])


def import_what_others_made() -> None:
    """Import what does not change, once for all forks."""
    for name in _OTHERS:
        with suppress(ImportError):
            importlib.import_module(name)


_OTHERS = (
    "numpy",
    "pydicom",
    "fastapi",
    "sqlalchemy.orm",
    "alembic.command",
    "requests",
    "uvicorn",
    "argon2",
    "jinja2",
    "authlib.oauth2",
    "limits",
    "psutil",
    "segno",
    "reportlab.pdfgen.canvas",
    "PySide6.QtWidgets",
    "PySide6.QtSvg",
    "keyring",
)
