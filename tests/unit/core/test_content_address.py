"""Files named by their content lie where their hash says, and nothing else can name one."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from core.errors import Cancelled
from core.files.content_address import ObjectFolder, hash_file, is_object_name, object_path

HASH = "ab" * 32


def test_an_object_lies_in_a_folder_of_its_first_two_digits() -> None:
    place = object_path(Path("objects"), HASH)
    assert place == Path("objects") / "ab" / f"{HASH}.dcm"
    assert is_object_name(place.name)


@pytest.mark.parametrize("name", ["", "../" * 22, HASH[:-1], HASH + "0", HASH.upper(), HASH[:-1] + "g", HASH + "\n"])
def test_what_is_no_hash_names_no_object(name: str) -> None:
    with pytest.raises(ValueError, match="not a sha256"):
        object_path(Path("objects"), name)
    assert not is_object_name(f"{name}.dcm")


def put(folder: ObjectFolder, place: Path, content: bytes) -> str:
    source = place / "incoming"
    source.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    folder.place(source, sha256)
    return sha256


def test_a_file_lies_under_its_hash_with_its_bytes(tmp_path: Path) -> None:
    folder = ObjectFolder(tmp_path / "objects")
    sha256 = put(folder, tmp_path, b"bytes")
    assert hash_file(folder.path(sha256)) == sha256
    assert folder.holds(sha256, 5)
    assert not folder.holds(sha256, 4)
    assert not (tmp_path / "incoming").exists()


def test_only_the_first_of_its_two_digits_makes_a_folder(tmp_path: Path) -> None:
    folder = ObjectFolder(tmp_path / "objects")
    for number, is_first in ((1, True), (2, False)):
        (tmp_path / "incoming").write_bytes(b"")
        assert folder.place(tmp_path / "incoming", f"{number:064x}") is is_first


def test_a_damaged_object_is_replaced_and_the_list_knows_objects_alone(tmp_path: Path) -> None:
    folder = ObjectFolder(tmp_path / "objects")
    hashes = sorted(put(folder, tmp_path, content) for content in (b"one", b"two!"))
    folder.path(hashes[0]).write_bytes(b"damaged")
    assert put(folder, tmp_path, b"one") in hashes
    (folder.path(hashes[0]).parent / f"{'f' * 64}.dcm.part").write_bytes(b"half")
    (tmp_path / "objects" / "cd").mkdir(exist_ok=True)
    (tmp_path / "objects" / "cd" / f"{HASH}.dcm").write_bytes(b"in another one's folder")
    assert [sha256 for sha256, _ in folder.listed()] == hashes
    assert {size for _, size in folder.listed()} == {3, 4}


def test_what_is_removed_is_gone_and_what_is_gone_already_stays_so(tmp_path: Path) -> None:
    folder = ObjectFolder(tmp_path / "objects")
    sha256 = put(folder, tmp_path, b"bytes")
    folder.path(sha256).chmod(0o400)
    folder.remove(sha256)
    folder.remove(sha256)
    assert list(folder.listed()) == []


def test_a_link_in_the_place_of_an_object_is_none(tmp_path: Path) -> None:
    folder = ObjectFolder(tmp_path)
    (tmp_path / "elsewhere").write_bytes(b"bytes")
    folder.path(HASH).parent.mkdir()
    folder.path(HASH).symlink_to(tmp_path / "elsewhere")
    assert not folder.holds(HASH, 5)


def test_hashing_can_be_stopped(tmp_path: Path) -> None:
    def stop() -> None:
        raise Cancelled

    (tmp_path / "file").write_bytes(b"bytes")
    with pytest.raises(Cancelled):
        hash_file(tmp_path / "file", stop)
