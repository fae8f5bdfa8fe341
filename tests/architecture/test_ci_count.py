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


def case(name: str, outcome: str = "") -> str:
    return f'<testcase classname="tests.a" name="{name}">{outcome}</testcase>'


def report(path: Path, *cases: str) -> Path:
    failed = sum("<failure/>" in each for each in cases)
    words = f'errors="0" failures="{failed}" skipped="0" tests="{len(cases)}"'
    path.write_text(f"<testsuites><testsuite {words}>{''.join(cases)}</testsuite></testsuites>")
    return path


def test_what_passes_at_the_second_try_is_counted_and_named(tmp_path: Path) -> None:
    first = report(tmp_path / "first.xml", case("one"), case("two", "<failure/>"), case("three", "<failure/>"))
    again = report(tmp_path / "again.xml", case("two"), case("three", "<failure/>"))
    assert count(first, Path("--again"), again) == (
        1,
        "passed at the second try: tests.a::two\n2 passed, 1 failed, 0 skipped\n",
    )
    again = report(tmp_path / "again.xml", case("two"), case("three"))
    assert count(first, Path("--again"), again)[0] == 0


def test_a_second_try_that_was_never_made_or_skipped_mends_nothing(tmp_path: Path) -> None:
    first = report(tmp_path / "first.xml", case("one"), case("two", "<failure/>"))
    assert count(first, Path("--again"), tmp_path / "again.xml") == (1, "1 passed, 1 failed, 0 skipped\n")
    again = report(tmp_path / "again.xml", case("two", "<skipped/>"))
    assert count(first, Path("--again"), again) == (1, "1 passed, 1 failed, 0 skipped\n")
