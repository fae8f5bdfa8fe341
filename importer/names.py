"""Names on a medium: how they are matched, shown, and which of them may never become a path."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

_DRIVE = re.compile(r"[A-Za-z]:")
_VERSION = re.compile(r";\d+$")


def fold(name: str) -> str:
    """Give the form two spellings of one name share: NFC, then case folded."""
    return unicodedata.normalize("NFC", name).casefold()


def without_version(name: str) -> str:
    """Drop what ISO 9660 hangs on a name: `;1` and a trailing dot."""
    return _VERSION.sub("", name).rstrip(".")


def without_extension(name: str) -> str:
    """Drop version, trailing dot and extension."""
    plain = without_version(name)
    stem, dot, _ = plain.rpartition(".")
    return stem if dot and stem else plain


def shown(path: str) -> str:
    r"""Write a path for JSON: undecodable bytes as `\xNN`, always valid UTF-8."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = path.encode("utf-8", "backslashreplace")
    return raw.decode("utf-8", "backslashreplace")


def is_hostile(parts: tuple[str, ...]) -> bool:
    """Tell whether the components of a name try to lead somewhere else: `..`, a drive letter, a NUL, a root."""
    if not parts or parts[0] == "":
        return True
    return any(part == ".." or "\0" in part or _DRIVE.match(part) for part in parts)


def components(name: str) -> tuple[str, ...]:
    """Split a name at both kinds of slash; a leading slash leaves an empty first part, others are dropped."""
    parts = name.replace("\\", "/").split("/")
    return (*parts[:1], *(part for part in parts[1:] if part not in {"", "."}))


def is_dicomdir_name(name: str) -> bool:
    """Tell whether a file is called DICOMDIR, in any case, with or without `;1` or a trailing dot."""
    return fold(without_version(name)) == "dicomdir"


def free_name(path: str, taken: Container[str]) -> str:
    """Tell two entries of an archive apart that have the same name."""
    while path in taken:
        path += "~"
    return path
