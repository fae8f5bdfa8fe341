"""Files named by their content lie where their hash says, and nothing else can name one."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.files.content_address import is_object_name, object_path

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
