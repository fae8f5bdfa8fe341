"""Small files of their owner alone, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from core.files.durable import remove_file, replace_file, sync


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old one or the new one."""
    write_whole_bytes(path, text.encode("utf-8"))


def write_whole_bytes(path: Path, content: bytes) -> None:
    """Write a file, its owner's alone, so that a reader sees the old one or the new one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            sync(file.fileno())
        replace_file(temporary, path)
    except BaseException:
        remove_file(temporary, missing_ok=True)
        raise
