from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from dicom.source import Entry
from importer.sources import listing
from importer.sources.listing import list_folder


def listed(root: Path) -> dict[str, Entry]:
    troubles: list[str] = []
    entries = list_folder(str(root), lambda path, error: troubles.append(path))
    assert troubles == []
    assert len({entry.path for entry in entries}) == len(entries)
    return {entry.path: entry for entry in entries}


def test_every_name_that_is_not_a_folder_is_listed_with_its_size(tmp_path: Path) -> None:
    (tmp_path / "A" / "B").mkdir(parents=True)
    (tmp_path / "empty folder").mkdir()
    (tmp_path / "A" / "B" / "one").write_bytes(b"12345")
    (tmp_path / ".hidden").write_bytes(b"1")
    (tmp_path / "zero").touch()
    assert {path: (entry.size, entry.kind) for path, entry in listed(tmp_path).items()} == {
        "A/B/one": (5, "file"),
        ".hidden": (1, "file"),
        "zero": (0, "file"),
    }


def test_a_link_inside_names_its_target_and_every_other_link_none(tmp_path: Path) -> None:
    root = tmp_path / "disc"
    (root / "A").mkdir(parents=True)
    (root / "A" / "real").write_bytes(b"x")
    (tmp_path / "outside").write_bytes(b"secret")
    for name, target in {
        "inside": "A/real",
        "A/sibling": "real",
        "chain": "inside",
        "out": "../outside",
        "absolute": str(tmp_path / "outside"),
        "folder": "A",
        "dangling": "nowhere",
        "self": "self",
        "up": "..",
    }.items():
        (root / name).symlink_to(target)
    targets = {path: entry.target for path, entry in listed(root).items() if entry.kind == "link"}
    assert targets == {
        "inside": "A/real",
        "A/sibling": "A/real",
        "chain": "A/real",
        "out": None,
        "absolute": None,
        "folder": None,
        "dangling": None,
        "self": None,
        "up": None,
    }


def test_fifos_and_sockets_are_special_and_not_touched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.chdir(tmp_path)  # a socket's name must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert {entry.kind for entry in listed(tmp_path).values()} == {"special"}


def test_an_undecodable_name_is_kept(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/B\xe4r")).write_bytes(b"x")
    assert list(listed(tmp_path)) == ["B\udce4r"]


def test_a_folder_that_refuses_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "A").mkdir()
    (tmp_path / "B").mkdir()
    (tmp_path / "B" / "good").touch()
    real = os.scandir

    def scandir(path: str) -> os.ScandirIterator[str]:
        if path.endswith("/A"):
            raise PermissionError(13, "no")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    troubles: list[str] = []
    entries = list_folder(str(tmp_path), lambda path, error: troubles.append(path))
    assert [entry.path for entry in entries] == ["B/good"]
    assert troubles == ["A"]


def test_too_deep_a_tree_and_too_many_names_end_with_trouble(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MAX_DEPTH", 3)
    monkeypatch.setattr(listing, "MAX_ENTRIES", 5)
    (tmp_path / "1/2/3/4/5").mkdir(parents=True)
    troubles: list[str] = []
    list_folder(str(tmp_path), lambda path, error: troubles.append(path))
    assert troubles == ["1/2/3/4"]
    for number in range(8):
        (tmp_path / f"file{number}").touch()
    assert len(list_folder(str(tmp_path), lambda path, error: troubles.append(path))) == 5
    assert "" in troubles
