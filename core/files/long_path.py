"""Paths that Windows opens only when asked to take them as they are: long ones, and names it would change."""

from __future__ import annotations

import re
import sys

_LONG = 240  # 260 less what a file name of 8.3 and a few marks take, as for folders
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def openable(path: str) -> str:
    """Write an absolute path so that it can be opened; the same path on systems that take any.

    https://learn.microsoft.com/windows/win32/fileio/naming-a-file
    """
    return _extended(path) if sys.platform == "win32" else path


def _extended(path: str) -> str:
    plain = path.replace("/", "\\")
    if plain.startswith(("\\\\?\\", "\\\\.\\")) or not _is_odd(plain):
        return path
    if plain.startswith("\\\\"):
        return "\\\\?\\UNC\\" + plain[2:]
    return "\\\\?\\" + plain if plain[1:3] == ":\\" else path


def _is_odd(path: str) -> bool:
    parts = path.split("\\")
    return len(path) >= _LONG or any(part.endswith((".", " ")) or _DEVICE.fullmatch(part) for part in parts)
