"""What tests ask of the machine they run on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


def no_skips() -> bool:
    """Say whether a missing tool is a failure (as in CI) instead of a skip."""
    return os.environ.get("SCANSHELF_NO_SKIPS") == "1"


def skip_or_fail(reason: str) -> None:
    """Skip the test, or fail it where nothing may be missing."""
    if no_skips():
        pytest.fail(f"{reason} (SCANSHELF_NO_SKIPS=1)", pytrace=False)
    pytest.skip(reason)


def needs_tool(name: str) -> str:
    """Return the path of a program; without it the test skips with the program's name."""
    found = shutil.which(name)
    if found is None:
        skip_or_fail(f"{name} is not installed")
    assert found is not None
    return found


def needs_fuse() -> None:
    """Skip where this person may not mount a file system of their own."""
    needs_tool("fusermount")
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        skip_or_fail("/dev/fuse may not be used here")


def corpus_folder() -> Path | None:
    """Return the folder of real files, or `None` where there is none."""
    folder = Path(os.environ.get("SCANSHELF_CORPUS") or REPOSITORY.parent / "shared" / "corpus")
    return folder.resolve() if folder.is_dir() else None


def pydicom_file(name: str) -> Path:
    """Return a file that comes inside pydicom, without ever asking the network for it."""
    from pydicom.data import get_testdata_file

    found = get_testdata_file(name, download=False)
    assert found is not None, f"pydicom has no file {name}"
    return Path(str(found))
