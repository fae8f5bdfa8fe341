"""Prints `N passed, N failed, N skipped` from the JUnit reports that pytest wrote (their paths are the arguments).

Reports named after `--again` are of a second try of what failed: what passed there counts as passed, and is named.
Ends with 1 where something failed or a report was never written.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

KINDS = ("tests", "failures", "errors", "skipped")
AGAIN = "--again"


def counted(reports: Sequence[Path]) -> tuple[int, int, int]:
    """Add up the suites of all reports; errors count as failed, a report that was never written as no test at all."""
    totals = dict.fromkeys(KINDS, 0)
    for report in reports:
        for suite in ElementTree.parse(report).iter("testsuite") if report.exists() else ():
            for name in KINDS:
                totals[name] += int(suite.get(name, 0))
    failed = totals["failures"] + totals["errors"]
    return totals["tests"] - failed - totals["skipped"], failed, totals["skipped"]


def cases(reports: Sequence[Path]) -> Iterator[tuple[str, bool, bool]]:
    """Give each test's name, whether it failed, and whether it was skipped."""
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase") if report.exists() else ():
            said = {child.tag for child in case}
            yield f"{case.get('classname')}::{case.get('name')}", bool(said & {"failure", "error"}), "skipped" in said


def passed_again(reports: Sequence[Path], again: Sequence[Path]) -> list[str]:
    """Name what failed at first, and passed when it was tried once more."""
    at_first = {name for name, failed, _ in cases(reports) if failed}
    outcome: dict[str, bool] = {}
    for name, failed, skipped in cases(again):
        outcome[name] = outcome.get(name, True) and not (failed or skipped)
    return sorted(name for name in at_first if outcome.get(name))


def main(words: Sequence[str]) -> int:
    """Print the line; give the exit status."""
    cut = words.index(AGAIN) if AGAIN in words else len(words)
    reports, again = [Path(name) for name in words[:cut]], [Path(name) for name in words[cut + 1 :]]
    passed, failed, skipped = counted(reports)
    recovered = passed_again(reports, again)
    for name in recovered:
        print(f"passed at the second try: {name}")
    missing = [report for report in reports if not report.exists()]
    for report in missing:
        print(f"never written: {report.name}", file=sys.stderr)
    failed -= len(recovered)
    print(f"{passed + len(recovered)} passed, {failed} failed, {skipped} skipped")
    return int(bool(failed or missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
