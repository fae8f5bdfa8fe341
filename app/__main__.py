"""Where the program starts: `scanshelf`, `python -m app` and the frozen build.

Worker processes import this file again, so nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import sys
from multiprocessing import freeze_support


def main() -> int:
    """Open the window, or do what the command says; returns the exit status that `--help` lists."""
    freeze_support()
    from core.streams import prepare_streams

    prepare_streams()
    from app.cli.run import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
