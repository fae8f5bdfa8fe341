"""What is written stays written, on every system."""

from __future__ import annotations

import os
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from core.files import durable
from tests.other_system import windows_error


def test_macos_is_asked_to_empty_the_drives_own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    macos = SimpleNamespace(F_FULLFSYNC=51, fcntl=lambda _descriptor, what: asked.append(what))
    monkeypatch.setattr(durable, "fcntl", macos)
    with open(tmp_path / "file", "wb") as file:
        durable.sync(file.fileno())
    durable.sync_folder(tmp_path)
    assert asked == [51, 51]


def test_a_file_system_that_cannot_is_synced_the_usual_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_descriptor: int, _what: int) -> None:
        raise OSError(45, "Operation not supported")

    synced: list[int] = []
    monkeypatch.setattr(durable, "fcntl", SimpleNamespace(F_FULLFSYNC=51, fcntl=refuse))
    monkeypatch.setattr(os, "fsync", synced.append)
    with open(tmp_path / "file", "wb") as file:
        durable.sync(file.fileno())
        assert synced == [file.fileno()]


@pytest.mark.parametrize("winerror", [5, 32, 33])
def test_a_file_held_for_a_moment_is_waited_for(winerror: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [windows_error(winerror), windows_error(winerror)]
    replace, unlink = Path.replace, Path.unlink

    def held_replace(path: Path, target: Path) -> Path:
        if held:
            raise held.pop()
        return replace(path, target)

    def held_unlink(path: Path, missing_ok: bool = False) -> None:
        if held:
            raise held.pop()
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(Path, "replace", held_replace)
    monkeypatch.setattr(Path, "unlink", held_unlink)
    (tmp_path / "new").write_bytes(b"new")
    durable.replace_file(tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_bytes() == b"new"
    held.extend([windows_error(winerror), windows_error(winerror)])
    durable.remove_file(tmp_path / "old")
    assert not list(tmp_path.iterdir())


def test_a_file_held_for_good_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path, missing_ok: bool = False) -> None:
        raise windows_error(32)

    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(PermissionError):
        durable.remove_file(tmp_path / "held")


def test_a_real_refusal_is_not_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[Path] = []

    def refuse(path: Path, _target: Path) -> Path:
        tries.append(path)
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        durable.replace_file(tmp_path / "a", tmp_path / "b")
    assert len(tries) == 1
