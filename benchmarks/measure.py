"""What the benchmarks share: medians, peak memory of child processes, the machine's name, Markdown tables.

A benchmark is a script run from the repository's top; it imports this module as `measure`. Figures are ratios to a
reference measured in the same run, because absolute times say more about the machine than about the program.
"""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ChildRun:
    """One finished child process: wall-clock seconds, peak memory in bytes, what it printed."""

    seconds: float
    peak_bytes: int
    output: str


def machine() -> str:
    """Name the machine in one line."""
    processor = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [
            line.partition(":")[2].strip() for line in information.read_text().splitlines() if "model name" in line
        ]
        processor = names[0] if names else processor
    memory = ""
    if hasattr(os, "sysconf"):
        memory = f", {os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    return (
        f"{processor}, {os.cpu_count()} cores{memory}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def seconds_of(work: Callable[[], object]) -> float:
    """Run once and return the wall-clock seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_seconds(work: Callable[[], object], runs: int = 5, warm: int = 1) -> float:
    """Return the median of `runs` runs after `warm` that do not count."""
    for _ in range(warm):
        work()
    return statistics.median(seconds_of(work) for _ in range(runs))


def medians(works: Mapping[str, Callable[[], float]], runs: int = 5, warm: int = 1) -> dict[str, float]:
    """Measure several works in turns, so that a busy moment of the machine meets all of them.

    Each work returns its own seconds (wrap one that does not with `seconds_of`).
    """
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(warm + runs):
        for name, work in works.items():
            seconds = work()
            if number >= warm:
                found[name].append(seconds)
    return {name: statistics.median(values) for name, values in found.items()}


def run_child(
    command: Sequence[str], folder: str | os.PathLike[str] | None = None, keep_output: bool = True
) -> ChildRun:
    """Run a command to its end; raises `CalledProcessError` when it fails.

    Peak memory is that of the child; Linux never shows less than the process that started it had (about 17 MB).
    """
    start = time.perf_counter()
    output = subprocess.PIPE if keep_output else subprocess.DEVNULL
    with subprocess.Popen(command, stdout=output, cwd=folder) as child:
        printed = child.stdout.read().decode() if child.stdout else ""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command[:3], printed)
    unit = 1 if sys.platform == "darwin" else 1024
    return ChildRun(seconds, usage.ru_maxrss * unit, printed)


@dataclass(slots=True)
class Table:
    """A table that prints itself as Markdown."""

    title: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Add a row."""
        self.rows.append([str(cell) for cell in cells])

    def show(self) -> None:
        """Print title, machine and rows."""
        print(f"\n### {self.title}\n\n{machine()}\n")
        for row in (self.columns, ["---"] * len(self.columns), *self.rows):
            print("| " + " | ".join(row) + " |")
        print(flush=True)


def ratio(value: float, reference: float) -> str:
    """Write how many times the reference a value is."""
    return f"{value / reference:.2f}×" if reference else "–"


def megabytes(size: int) -> str:
    """Write a size in MB."""
    return f"{size / 1e6:.0f} MB"


def milliseconds(seconds: float) -> str:
    """Write a time in ms."""
    return f"{seconds * 1000:.1f} ms"
