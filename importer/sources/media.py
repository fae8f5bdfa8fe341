"""Discs, sticks and drives that are in: read from the system's own tables, without touching a medium for long."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import psutil

from importer.sources.drive_label import drive_label
from importer.sources.names import shown

# "mounted": under /mnt, where people hang large drives too, so it is listed and not read unasked
MediumKind = Literal["disc", "removable", "mounted", "network", "fixed"]

_DISC_SYSTEMS = frozenset({"iso9660", "udf", "cdfs", "cd9660", "hfs+cd", "fuseiso", "fuse.fuseiso"})
_NETWORK_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smbfs", "smb3", "afpfs", "webdav", "fuse.sshfs"})
_PLACES = ("/media", "/run/media", "/mnt", "/Volumes")


@dataclass(frozen=True, slots=True)
class Medium:
    """One mounted thing that may hold images."""

    path: str
    label: str
    kind: MediumKind
    device: str
    file_system: str


def list_media() -> list[Medium]:
    """List what is in, discs first; nothing on a medium itself is read."""
    found = {medium.path: medium for medium in _mounted()}
    order = {"disc": 0, "removable": 1, "mounted": 2, "network": 3, "fixed": 4}
    return sorted(found.values(), key=lambda medium: (order[medium.kind], medium.path))


def _mounted() -> Iterable[Medium]:
    for partition in psutil.disk_partitions(all=True):
        kind = _kind(partition.mountpoint, partition.fstype.casefold(), partition.opts.split(","))
        if kind is not None and partition.fstype:  # a drive with nothing in it has no file system
            label = shown(drive_label(partition.mountpoint) or partition.mountpoint)
            yield Medium(partition.mountpoint, label, kind, partition.device, partition.fstype)


def _kind(path: str, file_system: str, options: list[str]) -> MediumKind | None:
    if "cdrom" in options or file_system in _DISC_SYSTEMS:
        return "disc"
    if sys.platform == "win32":
        return _windows_kind(options)
    if not path.startswith(tuple(f"{place}/" for place in _PLACES)):
        return None
    if file_system in _NETWORK_SYSTEMS:
        return "network"
    return "mounted" if path.startswith("/mnt/") else "removable"


def _windows_kind(options: list[str]) -> MediumKind | None:
    if "removable" in options:
        return "removable"
    if "remote" in options:
        return "network"
    return "fixed" if "fixed" in options else None


def media_to_json(media: Iterable[Medium]) -> dict[str, list[dict[str, str]]]:
    """Write what is in."""
    return {
        "media": [
            {"path": shown(one.path), "label": one.label, "kind": one.kind, "file_system": one.file_system}
            for one in media
        ]
    }
