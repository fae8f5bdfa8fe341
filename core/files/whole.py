"""Files of their owner alone, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from core.files.durable import remove_file, replace_file, sync, sync_folder


def write_whole(path: Path, text: str) -> None:
    """Write a text file so that a reader sees the old one or the new one."""
    write_whole_bytes(path, text.encode("utf-8"))


def write_whole_bytes(path: Path, content: bytes) -> None:
    """Write a file, its owner's alone, so that a reader sees the old one or the new one."""
    with whole_file(path) as file:
        file.write(content)


def write_for_good(path: Path, text: str, *, once: bool = False) -> None:
    """Write a text file so that no power cut takes it or its name away; with `once` none is ever replaced.

    Raises `FileExistsError` where there is one and `once` is asked for.
    """
    with whole_file(path, once=once) as file:
        file.write(text.encode("utf-8"))
    sync_folder(path.parent)


@contextmanager
def whole_file(path: Path, prefix: str | None = None, *, once: bool = False) -> Iterator[BinaryIO]:
    """Give a file that has its name only once all of it is on the disk; until then its name begins with `prefix`."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name if prefix is None else prefix)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            sync(file.fileno())
        if once:
            path.hardlink_to(temporary)
            remove_file(temporary)
        else:
            replace_file(temporary, path)
    except BaseException:
        remove_file(temporary, missing_ok=True)
        raise


def write_durably(path: Path, temp: Path, content: bytes) -> None:
    """Put a small file in place at once and for good, also its name; `temp` is where a crash leaves it half written."""
    descriptor = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        sync(file.fileno())
    replace_file(temp, path)
    sync_folder(path.parent)
