"""Names on a medium: how they are matched, shown, and which of them lead elsewhere."""

from __future__ import annotations

import re
import unicodedata

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
    """Tell whether a name leads out of where it stands (`..` beyond the top), holds a NUL, or is none at all."""
    return not parts or any("\0" in part for part in parts) or ".." in inside(parts)


def components(name: str) -> tuple[str, ...]:
    """Split a name at both kinds of slash; a leading slash, a server or a drive says nothing that matters here.

    The parts never become a path: they are only shown, and matched against a listing.
    """
    return tuple(part for part in name.replace("\\", "/").split("/") if part not in {"", "."})


def inside(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Follow each `..` as far as there is a folder to leave; one that leads out of the top stays."""
    followed: list[str] = []
    for part in parts:
        if part == ".." and followed and followed[-1] != "..":
            followed.pop()
        else:
            followed.append(part)
    return tuple(followed)


def without_drive(parts: tuple[str, ...]) -> tuple[str, ...]:
    """Drop a drive ("C:") from the front of a name."""
    return parts[1:] if parts and _DRIVE.fullmatch(parts[0]) else parts


def is_dicomdir_name(name: str) -> bool:
    """Tell whether a file is called DICOMDIR, in any case, with or without `;1` or a trailing dot."""
    return fold(without_version(name)) == "dicomdir"


class Names:
    """Tells entries of an archive apart that have the same name."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._next: dict[str, int] = {}

    def free(self, path: str) -> str:
        """Give the name, or the first variant of it ("A~", "A~3") that is free."""
        free = path
        while free in self._taken:
            number = self._next[path] = self._next.get(path, 1) + 1
            free = f"{path}~" if number == 2 else f"{path}~{number}"
        self._taken.add(free)
        return free
