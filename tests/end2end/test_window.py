"""The program opens a real window on a real (if invisible) screen, shows a study, obeys keys and closes cleanly."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.end2end.program import TEST_FILES, on_screen
from tests.tools import needs_tool

pytestmark = pytest.mark.alone
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True)
class Screen:
    """A screen in memory whose pixels lie in a file."""

    display: str
    file: Path

    def pixels(self) -> NDArray[np.uint8]:
        """Read what is on the screen (X window dump, 4 bytes a pixel)."""
        data = self.file.read_bytes()
        header = struct.unpack(">25I", data[:100])
        size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
        raw = np.frombuffer(data, np.uint8, line * height, size + colours * 12)
        return raw.reshape(height, line // 4, 4)[:, :width, :3]

    def xdotool(self, *words: str) -> str:
        """Press and ask as a person's hands and eyes would."""
        done = subprocess.run(
            ["xdotool", *words],
            env={**os.environ, "DISPLAY": self.display},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout.strip()


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    needs_tool("Xvfb")
    needs_tool("xdotool")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(writing),
            "-screen",
            "0",
            "1280x800x24",
            "-fbdir",
            str(tmp_path),
            "-nolisten",
            "tcp",
        ],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield Screen(f":{number}", tmp_path / "Xvfb_screen0")
    finally:
        server.terminate()
        server.wait(10)


def test_a_study_is_seen_turned_negative_by_a_key_and_the_program_ends_when_told(
    screen: Screen, fresh_places: Path, tmp_path: Path
) -> None:
    settings = fresh_places / "settings"
    settings.mkdir(exist_ok=True)
    (settings / "settings.json").write_text(json.dumps({"version": 1, "welcomed": True}), encoding="utf-8")
    with on_screen(screen.display, "app", "view", TEST_FILES / "CT_small.dcm"):
        wait_for(lambda: bool(screen.xdotool("search", "--name", "Scanshelf")), "the window")
        before = wait_for_picture(screen)
        screen.xdotool("mousemove", "760", "430", "click", "1")
        wait_for(lambda: has_focus_ring(screen), "the keys in the picture")  # until then a key goes nowhere
        screen.xdotool("key", "i")
        wait_for(lambda: bool(np.abs(middle(screen) + before - 255.0).mean() < 12), "the negative")


def has_focus_ring(screen: Screen) -> bool:
    """Look for the accent's line around the viewport."""
    return bool((screen.pixels() == (0xD4, 0xEA, 0x5E)).all(axis=2).sum() > 2000)


def middle(screen: Screen) -> NDArray[np.float64]:
    """Look at the middle of the viewport, away from texts."""
    return screen.pixels()[380:480, 700:820].astype(np.float64)


def wait_for_picture(screen: Screen) -> NDArray[np.float64]:
    """Wait until the middle shows, on the viewer's dark ground, something rich in contrast that stays as it is."""
    seen = [middle(screen)]

    def settled() -> bool:
        time.sleep(0.5)
        seen.append(middle(screen))
        dark_ground = screen.pixels()[300, 1150].max() < 60
        is_picture = seen[-1].std() > 20 and seen[-1].mean() > 60  # words on black are darker
        return bool(dark_ground and is_picture and np.array_equal(seen[-1], seen[-2]))

    wait_for(settled, "the picture")
    return seen[-1]
