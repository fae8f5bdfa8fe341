"""Prints `N passed, N failed, N skipped` from the JUnit reports that pytest wrote (their paths are the arguments).

Ends with 1 where something failed or a report was never written.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

KINDS = ("tests", "failures", "errors", "skipped")


def counted(reports: Sequence[Path]) -> tuple[int, int, int]:
    """Add up the suites of all reports; errors count as failed, a report that was never written as no test at all."""
    totals = dict.fromkeys(KINDS, 0)
    for report in reports:
        for suite in ElementTree.parse(report).iter("testsuite") if report.exists() else ():
            for name in KINDS:
                totals[name] += int(suite.get(name, 0))
    failed = totals["failures"] + totals["errors"]
    return totals["tests"] - failed - totals["skipped"], failed, totals["skipped"]


def main(reports: Sequence[Path]) -> int:
    """Print the line; give the exit status."""
    passed, failed, skipped = counted(reports)
    missing = [report for report in reports if not report.exists()]
    for report in missing:
        print(f"never written: {report.name}", file=sys.stderr)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return int(bool(failed or missing))


if __name__ == "__main__":
    sys.exit(main([Path(name) for name in sys.argv[1:]]))
