"""The last line of `.ci/run` adds up what pytest reported, and what was never reported is no success."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.tools import REPOSITORY

GOOD = '<testsuites><testsuite errors="0" failures="0" skipped="2" tests="12"/></testsuites>'
BAD = '<testsuites><testsuite errors="1" failures="2" skipped="0" tests="5"/></testsuites>'


def count(*reports: Path) -> tuple[int, str]:
    words = [sys.executable, str(REPOSITORY / ".ci" / "count.py"), *map(str, reports)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


def test_several_reports_are_added_up_and_errors_count_as_failed(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(GOOD)
    bad.write_text(BAD)
    assert count(good) == (0, "10 passed, 0 failed, 2 skipped\n")
    assert count(good, bad) == (1, "12 passed, 3 failed, 2 skipped\n")


def test_a_report_that_was_never_written_is_no_success(tmp_path: Path) -> None:
    good = tmp_path / "good.xml"
    good.write_text(GOOD)
    assert count(good, tmp_path / "alone.xml") == (1, "10 passed, 0 failed, 2 skipped\n")
