"""The debugging pipe of a Chromium: its process, and JSON messages both ways."""

from __future__ import annotations

import json
import os
import select
import signal
import time
from pathlib import Path
from typing import Any

_FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-extensions",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--password-store=basic",
    "--use-mock-keychain",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)


class BrowserError(Exception):
    """The browser ended, did not answer in time, or said that a step cannot be done."""


class BrowserPipe:
    """The browser's process and its debugging pipe: JSON messages that end with a NUL, on its descriptors 3 and 4."""

    def __init__(self, program: str, profile: str, *, sandbox: bool) -> None:
        theirs_in, self._out = _pipe_ends()
        self._in, theirs_out = _pipe_ends()
        actions: list[Any] = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4)]
        actions += [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        without = () if sandbox else ("--no-sandbox",)
        command = [program, *_FLAGS, *without, f"--user-data-dir={profile}", "about:blank"]
        self._process = os.posix_spawn(program, command, _surroundings(profile), file_actions=actions, setpgroup=0)
        os.close(theirs_in)
        os.close(theirs_out)
        self._read = bytearray()

    def send(self, message: dict[str, Any]) -> None:
        """Send one message."""
        try:
            os.write(self._out, json.dumps(message).encode() + b"\0")
        except BrokenPipeError as error:
            raise BrowserError("the browser ended") from error

    def receive(self, deadline: float) -> dict[str, Any]:
        """Wait for the next message."""
        while (end := self._read.find(b"\0")) < 0:
            ready, _, _ = select.select([self._in], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise BrowserError("the browser did not answer in time")
            piece = os.read(self._in, 1 << 16)
            if not piece:
                raise BrowserError("the browser ended")
            self._read += piece
        message: dict[str, Any] = json.loads(self._read[:end])
        del self._read[: end + 1]
        return message

    def close(self) -> None:
        """End the browser with all its processes."""
        os.close(self._out)  # with its pipe gone, it goes
        deadline = time.monotonic() + 5
        while not self._has_ended() and time.monotonic() < deadline:
            time.sleep(0.02)
        os.close(self._in)

    def _has_ended(self) -> bool:
        if self._process and os.waitpid(self._process, os.WNOHANG)[0]:
            self._process = 0
        return not self._process

    def kill(self) -> None:
        """End what did not go by itself."""
        if self._process:
            os.killpg(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
            self._process = 0


def _surroundings(profile: str) -> dict[str, str]:
    """Give the environment with a home inside the profile: a browser also leaves settings and caches beside it."""
    home = Path(profile) / "home"
    inside = {"XDG_CONFIG_HOME": home / "config", "XDG_CACHE_HOME": home / "cache", "XDG_DATA_HOME": home / "data"}
    for folder in inside.values():
        folder.mkdir(parents=True, exist_ok=True)
    return {
        **os.environ,
        "HOME": str(home),
        "TMPDIR": profile,
        **{name: str(folder) for name, folder in inside.items()},
    }


def _pipe_ends() -> tuple[int, int]:
    """Make a pipe whose ends lie above the descriptors the browser wants for itself."""
    import fcntl  # not on Windows, where there is no such browser to find

    low = os.pipe()
    high = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 16) for end in low)
    for end in low:
        os.close(end)
    return high[0], high[1]
