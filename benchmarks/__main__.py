"""`python -m benchmarks [NAME…]`: run each benchmark as its own process and print its table."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

BENCHMARKS = [
    "header_scan",
    "import",
    "frames",
    "start",
    "decode",
    "clip",
    "library",
    "upload",
    "page",
    "series_list",
    "long_lists",
    "many_viewers",
]


def main(names: list[str]) -> int:
    """Run the named benchmarks, or all; returns 1 if one of them could not run."""
    folder = Path(__file__).parent
    results = [
        subprocess.run([sys.executable, str(folder / f"{name}.py")], cwd=folder.parent, check=False).returncode
        for name in names or BENCHMARKS
    ]
    return int(any(results))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
