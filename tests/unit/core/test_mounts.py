"""A worker with a file system of its own is replaced when a disc comes or goes below what it may read."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import SourceError
from core.job import QuietJob
from core.sandbox.mounts import Mounts
from core.workers.worker import WorkerPool, WorkerSpec

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts, as only root may")


def mount(place: Path, content: str) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "disc", str(place)], check=True)
    (place / "file").write_text(content)


def unmount(place: Path) -> None:
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_discs_that_come_and_go_are_seen_whatever_they_are_called(tmp_path: Path) -> None:
    place = tmp_path / "Bäckerei \\ 1 \udce4"
    place.mkdir()
    mounts, itself = Mounts((str(tmp_path),)), Mounts((str(place),))
    mount(place, "first")
    try:
        assert (mounts.changed(), mounts.gone()) == (True, False)
        assert (itself.changed(), itself.gone()) == (True, True)
        there = Mounts((str(place),))
        assert not there.changed()
    finally:
        unmount(place)
    assert (mounts.changed(), mounts.gone()) == (False, False)
    assert (there.changed(), there.gone()) == (True, True)


def test_a_worker_sees_the_disc_that_lies_in_the_drive_now(tmp_path: Path) -> None:
    place = tmp_path / "drive"
    place.mkdir()
    pool = WorkerPool(WorkerSpec("tests.sandbox_tasks", (str(tmp_path),), arena_bytes=1 << 16))

    def read() -> str:
        asked = {"name": "read", "argument": str(place / "file")}
        return str(pool.call("attempt", asked, job=QuietJob()).header["result"])

    try:
        assert read() == "ENOENT"
        for _ in range(2):
            mount(place, "disc")
            assert read() == "done"
            unmount(place)
            assert read() == "ENOENT"
    finally:
        pool.close()


def test_a_disc_that_goes_in_the_middle_of_a_call_is_told(tmp_path: Path) -> None:
    place = tmp_path / "drive"
    place.mkdir()
    mount(place, "disc")
    pool = WorkerPool(WorkerSpec("tests.worker_tasks", (str(place),), arena_bytes=1 << 16))
    try:
        if "namespace" not in pool.layers(QuietJob()):
            pytest.skip("this system gives no namespace: the worker itself sees the disc go")
        with pytest.raises(SourceError) as told:
            pool.call("parts", {"count": 1 << 40}, job=QuietJob(), on_part=lambda part, _: take_away(part, place))
        assert told.value.code == "medium-gone"
    finally:
        pool.close()


def take_away(part: dict[str, int], place: Path) -> None:
    """Take the disc away after the first part."""
    if part["number"] == 0:
        unmount(place)
