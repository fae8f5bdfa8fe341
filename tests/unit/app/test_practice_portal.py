"""The practice portal: it ends with its window however that ends, and nothing else is taken for it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.practice_portal.running import LOCK, PracticePortal, program
from core.errors import PortalError
from core.files.file_lock import lock_or_raise
from core.job import QuietJob

REPOSITORY = Path(__file__).parents[3]
WINDOW = (
    "import sys; from pathlib import Path; from app.practice_portal.running import PracticePortal; "
    "from core.job import QuietJob; "
    "print(PracticePortal(Path(sys.argv[1])).start(QuietJob()), flush=True); sys.stdin.read()"
)


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[PracticePortal]:
    made = PracticePortal(tmp_path / "practice")
    yield made
    made.end()


@pytest.mark.long
def test_it_ends_with_a_window_that_was_killed_and_the_next_one_has_the_same_address(
    practice: PracticePortal, tmp_path: Path
) -> None:
    words = [sys.executable, "-c", WINDOW, str(tmp_path / "practice")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY) as window:
        assert window.stdout is not None
        address = window.stdout.readline().strip()
        assert address
        assert _answers(address)
        window.kill()
    _until(lambda: not _answers(address))
    assert practice.start(QuietJob()) == address
    assert practice.runs()


@pytest.mark.long
def test_what_else_answers_at_its_port_is_never_asked(practice: PracticePortal) -> None:
    address = practice.start(QuietJob())
    practice.end()
    port = int(address.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)) as stranger:
        stranger.settimeout(0)
        with pytest.raises(PortalError) as told:
            practice.start(QuietJob())
        assert told.value.code == "practice-portal-port"
        with pytest.raises(PortalError):
            practice.invite(address, "SAMPLE^ANNA", "19510504")
        with pytest.raises(BlockingIOError):
            stranger.accept()


def test_one_that_belongs_to_another_window_is_left_to_it(
    practice: PracticePortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.practice_portal.running.LEAVE_SECONDS", 0.0)
    folder = tmp_path / "practice"
    folder.mkdir()
    with (folder / LOCK).open("w") as held:
        lock_or_raise(held.fileno())
        with pytest.raises(PortalError) as told:
            practice.start(QuietJob())
    assert told.value.code == "practice-portal-elsewhere"


def test_the_frozen_program_starts_the_one_that_can_speak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "scanshelf-window.exe"))
    assert program() == [str(tmp_path / "scanshelf-window.exe")]
    (tmp_path / "scanshelf.exe").touch()
    assert program() == [str(tmp_path / "scanshelf.exe")]


@pytest.mark.long
def test_its_note_is_the_port_alone(practice: PracticePortal, tmp_path: Path) -> None:
    address = practice.start(QuietJob())
    said = json.loads((tmp_path / "practice" / "window.json").read_text())
    assert said == {"port": int(address.rpartition(":")[2])}


def _answers(address: str) -> bool:
    host, _, port = address.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), 5).close()
    except OSError:
        return False
    return True


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)
