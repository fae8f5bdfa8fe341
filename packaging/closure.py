"""Which collected shared libraries are still needed once plug-ins have been left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath

Entry = tuple[str, str, str]  # name in the program's folder, path on this machine, kind
_GPL = ("x264", "x265", "xvid", "vidstab", "rubberband", "postproc")
Imports = Callable[[str], Iterable[str]]  # path of a library -> names of the libraries it links to


def keep_linked(entries: list[Entry], imports: Imports) -> list[Entry]:
    """Drop libraries that nothing links to; Python's own modules and Qt's plug-ins are where the links start."""
    libraries = {link_name(entry[0]): entry for entry in entries if is_library(entry) and entry[2] != "SYMLINK"}
    unread = [entry for entry in entries if not is_library(entry) and entry[2] != "SYMLINK"]
    found: set[str] = set()
    while unread:
        for name in map(link_name, imports(unread.pop()[1])):
            if name in libraries and name not in found:
                found.add(name)
                unread.append(libraries[name])
    return [entry for entry in entries if not is_library(entry) or link_name(entry[0]) in found]


def is_library(entry: Entry) -> bool:
    """Tell libraries, which are loaded because others link to them, from what is loaded by name."""
    path = PurePath(entry[0])
    by_name = entry[2] == "EXTENSION" or "plugins" in path.parts or ".abi3." in path.name or "python" in path.name
    alone = len(path.parts) == 1 or path.parent.name.endswith((".libs", "lib"))
    return alone and not by_name


def link_name(written: str) -> str:
    """Return what a library is known by: macOS links to `@rpath/libssl.3.dylib`, Windows in any case of letters."""
    return PurePath(written.replace("\\", "/")).name.casefold()


def file_name(entry: Entry) -> str:
    """Return the name by which libraries link to this one."""
    return PurePath(entry[0]).name


def gpl_libraries(entries: Iterable[Entry]) -> list[str]:
    """Name libraries under the GPL, which an FFmpeg that was built with them brings along."""
    return sorted({entry[0] for entry in entries if any(name in link_name(entry[0]) for name in _GPL)})
