"""What people were promised, line by line: who does it, what, and how it is shown."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

PROMISES = Path(__file__).with_name("lines.toml")
WHO = {"P": "patient", "R": "reception", "D": "doctor"}


@dataclass(frozen=True, slots=True)
class Line:
    """One promise; its picture is `docs/screenshots/walkthrough/NN.png`."""

    number: int
    who: str
    promise: str
    shown: str
    picture: int | None = None  # that of another line, where one picture shows both

    @property
    def file(self) -> str:
        """Name its picture."""
        return f"{self.picture or self.number:02d}.png"


LINES = tuple(Line(**each) for each in tomllib.loads(PROMISES.read_text("utf-8"))["line"])


def page() -> str:
    """Write docs/walkthrough.md."""
    rows = [_row(line) for line in LINES]
    return "\n".join([HEAD, "| # | who | promise | picture |", "|---|---|---|---|", *rows, ""])


def _row(line: Line) -> str:
    who = ", ".join(WHO[each] for each in line.who.split())
    picture = f"![{line.shown}](screenshots/walkthrough/{line.file})"
    return f"| {line.number} | {who} | {line.promise} | {line.shown}<br>{picture} |"


HEAD = """# What people were promised, shown

Every line was played in Chromium before a real portal with made-up people: the patient on a phone, reception and the
doctor at a computer. This page and its pictures are made by `python -m tests.end2end.walkthrough.make docs`; a test
(`make test-all`) plays it again and fails when a line has no picture.
"""
