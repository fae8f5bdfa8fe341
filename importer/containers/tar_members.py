"""The members of a tar file, also of one that breaks off."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import Final, cast

from importer.containers.bytes_at import AsFile, BytesAt, Pieces, Window
from importer.containers.member import Contents, Member
from importer.containers.unpacked import Tick
from importer.reasons import BROKEN, not_looked_into

BLOCK: Final = 512
_MOST_AT_ONCE: Final = 16 << 20  # of a long name or an extended header
_BROKEN: Final = (tarfile.TarError, OSError, EOFError, ValueError, OverflowError, IndexError, UnicodeError)


def is_tar(head: bytes) -> bool:
    """Tell whether the first block is that of a tar file: its checksum fits (POSIX ustar and older)."""
    block = head[:BLOCK]
    if len(block) < BLOCK or not block[:100].strip(b"\0"):
        return False
    try:
        said = int(block[148:156].strip(b" \0") or b"x", 8)
    except ValueError:
        return False
    return said == sum(block) - sum(block[148:156]) + 8 * 32


def list_tar(archive: BytesAt, tick: Tick) -> Contents:
    """List a tar file."""
    contents = Contents([])
    contents.members = _members(archive, contents, tick)
    return contents


def _members(archive: BytesAt, contents: Contents, tick: Tick) -> Iterator[Member]:
    end = 0
    try:
        table = tarfile.open(fileobj=AsFile.of(archive, most=_MOST_AT_ONCE), mode="r:", errors="surrogateescape")  # noqa: SIM115
        while (info := table.next()) is not None:
            tick()
            table.members.clear()  # type: ignore[attr-defined]  # else it keeps them all
            end = table.offset
            if not info.isdir():
                yield _member(archive, info)
    except _BROKEN:
        contents.shortfalls.append(not_looked_into(BROKEN))
        return
    if end > archive.size or archive.read(end, BLOCK).strip(b"\0"):
        contents.shortfalls.append(not_looked_into(BROKEN))


def _member(archive: BytesAt, info: tarfile.TarInfo) -> Member:
    if info.islnk():  # a second name of a file in it: the same bytes, not read twice
        return Member(info.name, 0, lambda: Window(archive, 0, 0), "link", links_to=info.linkname)
    if info.issym():
        return Member(info.name, 0, lambda: Window(archive, 0, 0), "link")
    if not info.isreg():
        return Member(info.name, 0, lambda: Window(archive, 0, 0), "special")
    left = archive.size - info.offset_data
    if info.sparse is None and 0 < left < info.size:
        cut = Window(archive, info.offset_data, left)
        return Member(info.name, left, lambda: cut, position=info.offset_data, cut=True)
    pieces = _pieces(info)
    there = sum(length for start, length in pieces if start is not None)
    position = info.offset_data
    return Member(info.name, info.size, lambda: Pieces(archive, pieces), position=position, packed_size=there)


def _pieces(info: tarfile.TarInfo) -> list[tuple[int | None, int]]:
    """Say where the bytes of a file lie; the holes of a sparse one are zeros."""
    if info.sparse is None:
        return [(info.offset_data, info.size)]
    pieces: list[tuple[int | None, int]] = []
    place, stored = 0, info.offset_data
    sparse = cast(list[tuple[int, int]], info.sparse)  # typeshed says what an older Python held there
    for offset, length in sparse:
        if offset > place:
            pieces.append((None, offset - place))
        pieces.append((stored, length))
        place, stored = offset + length, stored + length
    if info.size > place:
        pieces.append((None, info.size - place))
    return pieces
