"""What decodes and draws here, by name: what one program made is another's only if both work alike."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

_HERE = Path(__file__).resolve().parent


def pipeline_name() -> str:
    """Name the code of this package, or the frozen program it is in, and the libraries beside it; 64 hex digits."""
    made_of = _of_frozen() if getattr(sys, "frozen", False) else _of_source(_HERE)
    return _hashed([*made_of, *_libraries()])


def _of_frozen() -> list[str]:
    status = Path(sys.executable).stat()  # holds the code; a newer program is another file
    return [f"{status.st_size} {status.st_mtime_ns}"]


def _of_source(folder: Path) -> list[str]:
    files = sorted(folder.rglob("*.py"))
    return [f"{path.relative_to(folder).as_posix()} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files]


@cache  # what is installed is read once: it takes longer than all else a portal's start does
def _libraries() -> list[str]:
    return sorted(f"{each.name} {each.version}" for each in metadata.distributions())


def _hashed(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
