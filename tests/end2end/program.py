"""Run the real program as its own process and read what it says."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydicom.data

ROOT = Path(__file__).resolve().parents[2]
TEST_FILES = Path(pydicom.data.__file__).parent / "test_files"
FILE_SET = TEST_FILES / "dicomdirtests"


@dataclass(frozen=True)
class Said:
    """How one run ended."""

    status: int
    document: Any
    output: str
    words: str


def scanshelf(*words: str | Path, timeout: float = 600) -> Said:
    """Run `scanshelf WORDS…`; stdout is read as JSON where `--json` is among the words."""
    command = [sys.executable, "-m", "app", *map(str, words)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
    document = json.loads(done.stdout) if "--json" in words and done.stdout.strip() else None
    assert "Traceback" not in done.stderr, done.stderr
    return Said(done.returncode, document, done.stdout, done.stderr)


def scanshelf_here(*words: str | Path, typed: str = "") -> Said:
    """Do the same in this process, where a process is not the point: its start takes longer than most work."""
    from app.cli.run import run

    output, said = io.StringIO(), io.StringIO()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    keyboard, sys.stdin = sys.stdin, io.StringIO(typed)
    try:
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(said):
            status = run([str(word) for word in words])
    except SystemExit as end:  # the parser's word for wrong usage
        status = int(end.code or 0)
    finally:
        sys.stdin = keyboard
        for each, handler in before.items():
            signal.signal(each, handler)
    printed = output.getvalue()
    document = json.loads(printed) if "--json" in words and printed.strip() else None
    return Said(status, document, printed, said.getvalue())


@contextlib.contextmanager
def on_screen(display: str, *words: str | Path) -> Iterator[None]:
    """Run `python -m WORDS…` with its window on a screen; told to end it must do so, and have complained of nothing."""
    surroundings = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-m", *map(str, words)]
    program = subprocess.Popen(command, cwd=ROOT, env=surroundings, stderr=subprocess.PIPE, text=True)
    try:
        yield
        program.terminate()
        assert program.wait(30) == 0
        assert program.stderr is not None
        assert "Traceback" not in program.stderr.read()
    finally:
        program.kill()
        program.wait()
        if program.stderr:
            program.stderr.close()


def instances(document: Any) -> list[dict[str, Any]]:
    """List every instance of a scan's document."""
    return [
        instance
        for patient in document["patients"]
        for study in patient["studies"]
        for series in study["series"]
        for instance in series["instances"]
    ]


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    """Remember every name under `folder` with size and modification time."""
    return {
        str(file.relative_to(folder)): (file.lstat().st_size, file.lstat().st_mtime_ns)
        for file in sorted(folder.rglob("*"))
    }
