"""The system's browser, opened so that nothing it says gets into our own output."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
import webbrowser
from collections.abc import Iterator

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
SECONDS = 5.0  # a browser that is still running then has opened


def open_in_browser(address: str) -> bool:
    """Open an address; false where there is no browser on a screen."""
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in SCREENS):
        return False  # what is left are browsers that would take over this terminal
    refused = threading.Event()
    # some browsers come back only when they are closed, but the answer is waited for meanwhile
    thread = threading.Thread(target=_open, args=(address, refused), name="browser", daemon=True)
    with _stdout_to_stderr():
        thread.start()
        thread.join(SECONDS)
    return not refused.is_set()


def _open(address: str, refused: threading.Event) -> None:
    try:
        opened = webbrowser.open(address)
    except (webbrowser.Error, OSError):
        opened = False
    if not opened:
        refused.set()


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
