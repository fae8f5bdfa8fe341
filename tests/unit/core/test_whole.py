"""A file has its name only when it is whole; what was there before stays until then."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from core.files.new_file import make_new, write_all
from core.files.whole import whole_file, write_durably, write_for_good, write_whole


def test_it_is_its_owners_alone_and_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text("old")
    write_whole(path, "new \u2713")
    assert path.read_text(encoding="utf-8") == "new \u2713"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_what_breaks_off_leaves_the_old_one_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(b"old")

    def break_off() -> None:
        with whole_file(path, "coming-") as file:
            file.write(b"half")
            assert [one.name[:7] for one in tmp_path.iterdir() if one != path] == ["coming-"]
            raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        break_off()
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_crash_leaves_half_of_it_where_it_was_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, temp = tmp_path / "record", tmp_path / "record.part"

    def crash(source: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("core.files.whole.replace_file", crash)
    with pytest.raises(KeyboardInterrupt):
        write_durably(path, temp, b"content")
    assert list(tmp_path.iterdir()) == [temp]
    monkeypatch.undo()
    write_durably(path, temp, b"content")
    assert (list(tmp_path.iterdir()), path.read_bytes()) == ([path], b"content")


def test_a_new_file_is_never_one_that_was_there_nor_behind_a_link(tmp_path: Path) -> None:
    path = tmp_path / "new"
    descriptor = make_new(path)
    os.close(descriptor)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError):
        make_new(path)
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="exists"):
        make_new(tmp_path / "link")
    assert not (tmp_path / "elsewhere").exists()


def test_all_is_written_though_the_system_takes_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[bytes] = []

    def write(descriptor: int, data: memoryview) -> int:
        taken.append(bytes(data[:3]))
        return len(taken[-1])

    monkeypatch.setattr(os, "write", write)
    write_all(7, memoryview(b"12345678"))
    assert taken == [b"123", b"456", b"78"]


def test_what_is_written_once_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_for_good(path, "first", once=True)
    with pytest.raises(FileExistsError):
        write_for_good(path, "second", once=True)
    assert (path.read_text(), list(tmp_path.iterdir())) == ("first", [path])
    write_for_good(path, "third")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("third", 0o600)
