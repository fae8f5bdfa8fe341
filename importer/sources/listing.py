"""The names in a folder, listed without following anything and without opening anything."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from core.files.long_path import openable
from dicom.source import Entry
from importer.sources.medium_trouble import truthful

MAX_ENTRIES = 2_000_000
MAX_DEPTH = 200

FolderTrouble = Callable[[str, OSError], None]


def list_folder(root: str, trouble: FolderTrouble) -> list[Entry]:
    """List every non-directory name under `root` in directory order, files of a folder before its sub-folders.

    A folder that cannot be listed is told to `trouble` (path relative to `root`) and costs only itself; too many
    names or too deep a tree likewise (`OSError` of ELOOP).
    """
    real_root = os.path.realpath(root)
    entries: list[Entry] = []
    waiting: list[tuple[str, int]] = [("", 0)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            if depth > MAX_DEPTH:
                raise OSError(errno.ELOOP, "too many folders in each other")
            children = _list_one(real_root, folder, entries)
        except OSError as error:
            trouble(folder, error)
            continue
        waiting.extend((child, depth + 1) for child in reversed(children))
    return entries


def _list_one(root: str, folder: str, entries: list[Entry]) -> list[str]:
    """Add the names of one folder to `entries` and give its sub-folders."""
    prefix = f"{folder}/" if folder else ""
    children = []
    with truthful(), os.scandir(openable(f"{root}/{folder}" if folder else root)) as names:
        for name in names:
            if len(entries) >= MAX_ENTRIES:
                raise OSError(errno.ELOOP, "too many names")
            path = prefix + name.name
            if name.is_dir(follow_symlinks=False):
                children.append(path)
            else:
                entries.append(_entry(root, path, name))
    return children


def _entry(root: str, path: str, name: os.DirEntry[str]) -> Entry:
    try:
        status = name.stat(follow_symlinks=False)
    except OSError:
        return Entry(path, 0)  # opening it will say what is wrong with it
    if stat.S_ISREG(status.st_mode):
        return Entry(path, status.st_size, modified_ns=status.st_mtime_ns)
    if stat.S_ISLNK(status.st_mode):
        return Entry(path, status.st_size, "link", link_target(root, name.path))
    return Entry(path, 0, "special")


def link_target(root: str, link: str) -> str | None:
    """Name the regular file inside `root` that a link resolves to, relative to `root`; None for any other link."""
    try:
        target = os.path.realpath(link, strict=True)
        if not stat.S_ISREG(os.lstat(target).st_mode):
            return None
    except (OSError, ValueError):
        return None
    if not Path(target).is_relative_to(root):
        return None
    return Path(target).relative_to(root).as_posix()
