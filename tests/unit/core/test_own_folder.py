"""Folders this program names and removes: nothing outside of them, and nothing of anybody else, is touched."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.files.own_folder import OwnFolder, is_link, remove_own

NASTY = [
    "/etc",
    "..",
    ".",
    "../../home",
    "a\0b",
    "C:\\Windows",
    "CON",
    "x" * 10_000_000,
    "\u202egpj",
    "",
    "a/b",
    "\udcff",
]
needs_links = pytest.mark.skipif(sys.platform == "win32", reason="making links there needs a privilege")


def of_ours(name: str) -> bool:
    return name.endswith(".ours")


@pytest.mark.parametrize("name", NASTY, ids=lambda name: repr(name[:8]))
def test_a_place_lies_directly_below_whatever_it_is_for(tmp_path: Path, name: str) -> None:
    own = OwnFolder(tmp_path / "own")
    place = own.folder("portal", name)
    assert place.parent == tmp_path / "own"
    assert place.resolve().parent == (tmp_path / "own").resolve()
    assert own.folder("portal", name) == place
    assert {each.name for each in tmp_path.iterdir()} == {"own"}


def test_different_things_have_different_places(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path / "own")
    pairs = [("a", "bc"), ("ab", "c"), ("abc", ""), ("A", "bc"), ("a", "bc ")]
    assert len({own.name(*pair) for pair in pairs}) == len(pairs)


def test_what_this_program_made_is_removed_and_the_rest_stays(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path / "own")
    mine, shared = own.folder("mine"), own.folder("shared")
    for place in (mine, shared):
        (place / "study").mkdir()
        (place / "study" / "1.ours").write_text("x")
    (shared / "study" / "letter.txt").write_text("somebody's")
    assert own.remove(mine, of_ours)
    assert not own.remove(shared, of_ours)
    assert [file.name for file in (tmp_path / "own").rglob("*") if file.is_file()] == ["letter.txt"]


def test_nothing_is_removed_that_is_no_place_of_its_own(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path / "own")
    own.make()
    for folder in (tmp_path, tmp_path / "own", tmp_path / "own" / "photos", tmp_path / "own" / ".." / "theirs"):
        folder.mkdir(exist_ok=True)
        (folder / "1.ours").write_text("x")
        assert not own.remove(folder, of_ours)
        assert (folder / "1.ours").exists()


@needs_links
def test_nothing_behind_a_link_is_removed(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "1.ours").write_text("x")
    own = OwnFolder(tmp_path / "own")
    place = own.folder("exam")
    (place / "linked").symlink_to(theirs, target_is_directory=True)
    (place / "2.ours").symlink_to(theirs / "1.ours")
    assert not own.remove(place, of_ours)
    swapped = own.folder("other")
    swapped.rmdir()
    swapped.symlink_to(theirs, target_is_directory=True)
    assert not own.remove(swapped, of_ours)
    assert not remove_own(tmp_path / "own" / swapped.name, of_ours)
    assert is_link(swapped)
    assert (theirs / "1.ours").read_text() == "x"


@needs_links
def test_a_root_that_is_a_link_is_neither_used_nor_emptied(tmp_path: Path) -> None:
    own = OwnFolder(tmp_path / "own")
    place = own.folder("exam")
    (place / "1.ours").write_text("x")
    (tmp_path / "own").rename(tmp_path / "theirs")
    (tmp_path / "own").symlink_to(tmp_path / "theirs", target_is_directory=True)
    with pytest.raises(NotADirectoryError):
        own.folder("exam")
    assert not own.remove(place, of_ours)
    assert (tmp_path / "theirs" / place.name / "1.ours").exists()


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("somebody's")
    with pytest.raises(FileExistsError):
        OwnFolder(tmp_path / "own").folder("exam")
    assert not remove_own(tmp_path / "own", of_ours)
    assert (tmp_path / "own").read_text() == "somebody's"
