"""An import that ended early says so, and what to do, in the window's receipt and on the command line."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from app.cli.summaries import import_words, unfinished_lines
from app.window.places.discs.receipt_words import receipt
from app.words.messages import Messages
from importer.plan import ImportPlan
from importer.receipts.receipt import ImportEnd, ImportReport
from importer.results import ScanResult, Totals
from importer.sources.kinds_of_source import open_source
from library.index.rows import Unfinished

ENDS: dict[ImportEnd, str] = {
    "medium-gone": "The disc, stick or folder went away while it was being read.",
    "no-space": "There is not enough room on this computer.",
    "stopped": "You stopped it.",
}


def report_of(end: ImportEnd, tmp_path: Path) -> ImportReport:
    """Four of ten images were kept."""
    scan = ScanResult(open_source(str(tmp_path)), Totals(instances=10), [], [], [])
    report = ImportReport(ImportPlan(scan, (), (), "only-person"), "1", planned=10, imported=4, end=end)
    if end == "medium-gone" or end == "no-space":
        report.tell("", end, "6 of 10 files were not reached")
    return report


@pytest.mark.parametrize("end", ENDS)
def test_the_receipt_begins_with_how_it_ended(end: ImportEnd, tmp_path: Path) -> None:
    made = receipt(Messages(), "disc", "Disc", "now", report_of(end, tmp_path))
    assert made.tone == "amber"
    assert [problem.what for problem in made.problems] == [ENDS[end]]
    assert "it goes on" in made.as_text()


@pytest.mark.parametrize("end", ENDS)
def test_the_command_line_says_how_it_ended_without_naming_buttons(end: ImportEnd, tmp_path: Path) -> None:
    said = "\n".join(import_words(report_of(end, tmp_path)))
    assert ENDS[end] in said
    assert "6 were not reached" in said
    assert "press" not in said
    assert "may be taken out" not in said


def test_the_command_that_goes_on_is_one_that_can_be_copied() -> None:
    row = Unfinished(
        "i1", "", "drive", "OLD CD", "/media/anna/Mother's CD", "stopped", 1, 3, "all", (), (), None, (), {}
    )  # fmt: skip
    (command,) = [line for line in unfinished_lines([row]) if "goes on with" in line]
    assert shlex.split(command.partition(": ")[2]) == ["scanshelf", "import", row.path]
