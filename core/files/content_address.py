"""Where a file named by its content lies: `ab/<sha256>.dcm` below the folder of all of them."""

from __future__ import annotations

import re
from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[0-9a-f]{64}\.dcm")


def object_path(folder: Path, sha256: str) -> Path:
    """Say where the object with that hash lies, or would lie; raises `ValueError` for what is no hash."""
    if not _SHA256.fullmatch(sha256):
        raise ValueError("not a sha256")
    return folder / sha256[:2] / f"{sha256}.dcm"


def is_object_name(name: str) -> bool:
    """Tell whether an object may have this name."""
    return _NAME.fullmatch(name) is not None
