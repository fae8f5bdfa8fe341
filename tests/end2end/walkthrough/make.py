"""Makes docs/walkthrough.md and its pictures: `python -m tests.end2end.walkthrough.make docs`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.end2end.walkthrough.lines import page
from tests.end2end.walkthrough.play import play
from tests.portal_tools import portal_workers


def main() -> int:
    """Play, and write."""
    folder = Path(sys.argv[1])
    with TemporaryDirectory() as scratch, portal_workers() as workers:
        complaints = play(folder / "screenshots" / "walkthrough", Path(scratch), workers)
    (folder / "walkthrough.md").write_text(page(), "utf-8")
    sys.stdout.write("".join(f"the page complained: {each}\n" for each in complaints))
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
