"""The system's browser, opened so that nothing it says gets into our own output."""

from __future__ import annotations

import contextlib
import os
import sys
import webbrowser
from collections.abc import Iterator

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def open_in_browser(address: str) -> bool:
    """Open an address; false where there is no browser on a screen."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in SCREENS):
        return False  # what is left are browsers that would take over this terminal
    with _stdout_to_stderr():
        try:
            return webbrowser.open(address)
        except (webbrowser.Error, OSError):
            return False


@contextlib.contextmanager
def _stdout_to_stderr() -> Iterator[None]:
    """Give programs that are started meanwhile our stderr as their stdout."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        os.dup2(2, 1)
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
