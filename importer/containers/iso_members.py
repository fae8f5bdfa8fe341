"""The files of an ISO 9660 image; a truncated one gives the files that exist."""

from __future__ import annotations

import stat

from core.errors import SourceError
from dicom.source import EntryKind
from importer.containers.bytes_at import BytesAt, Pieces
from importer.containers.iso_walk import IsoFile, NoIsoError, walk_iso
from importer.containers.member import Contents, Member
from importer.containers.unpacked import Tick
from importer.reasons import DISK_IMAGE

UDF_ONLY = "only a UDF file system"


def list_iso(image: BytesAt, tick: Tick) -> Contents:
    """List the files; raises `SourceError` where there is no ISO 9660 volume."""
    contents = Contents([])
    try:
        files = walk_iso(image.read, contents.lost.append)
    except NoIsoError as error:
        raise SourceError("source-unopenable", reason=UDF_ONLY if error.has_udf else DISK_IMAGE) from error
    tick()
    contents.members = [_member(image, file) for file in files]
    return contents


def _member(image: BytesAt, file: IsoFile) -> Member:
    position = file.extents[0][0] if file.extents else None
    left = image.size - position if position is not None else 0
    if len(file.extents) == 1 and 0 < left < file.size:
        return Member(file.path, left, lambda: Pieces(image, [(position, left)]), _kind(file.mode), position, cut=True)
    return Member(file.path, file.size, lambda: Pieces(image, file.extents), _kind(file.mode), position)


def _kind(mode: int) -> EntryKind:
    if stat.S_ISLNK(mode):
        return "link"
    return "special" if mode and stat.S_IFMT(mode) and not stat.S_ISREG(mode) else "file"
