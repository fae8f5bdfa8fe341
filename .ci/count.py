"""Prints `N passed, N failed, N skipped` from the JUnit report that pytest wrote (its path is the one argument)."""

import sys
from pathlib import Path
from xml.etree import ElementTree


def counted(report: Path) -> str:
    """Add up the suites of a report; errors count as failed, a report that was never written as no test at all."""
    totals = dict.fromkeys(("tests", "failures", "errors", "skipped"), 0)
    for suite in ElementTree.parse(report).iter("testsuite") if report.exists() else ():
        for name in totals:
            totals[name] += int(suite.get(name, 0))
    failed = totals["failures"] + totals["errors"]
    return f"{totals['tests'] - failed - totals['skipped']} passed, {failed} failed, {totals['skipped']} skipped"


if __name__ == "__main__":
    print(counted(Path(sys.argv[1])))
