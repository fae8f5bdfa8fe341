"""The members of a ZIP file by its table of contents; without one they are found one by one (`zip_salvage`)."""

from __future__ import annotations

import errno
import stat
import struct
import zipfile
from typing import Final

from core.errors import SourceError
from dicom.model import FileCode
from importer.containers.bytes_at import AsFile, BytesAt, Checked, Window, damaged
from importer.containers.member import Contents, Member
from importer.containers.signs import END_OF_ZIP, TAIL
from importer.containers.unpacked import Tick, Unpacked
from importer.containers.unpackers import of_zip
from importer.containers.zip_salvage import salvage
from importer.reasons import BROKEN, OTHER_PART, PACKING, not_looked_into

_MOST_AT_ONCE: Final = 256 << 20  # of a table of contents
_ENCRYPTED: Final = 1
_LOCAL: Final = b"PK\x03\x04"

# What zipfile and the modules under it raise on damaged input.
_BROKEN: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)


def list_zip(archive: BytesAt, tick: Tick) -> Contents:
    """List a ZIP file, also one that begins in the middle (self-extracting) or has lost its table of contents."""
    try:
        table = zipfile.ZipFile(AsFile.of(archive, most=_MOST_AT_ONCE))
    except _BROKEN:
        return salvage(archive, tick)
    with table:
        # `is_dir` cannot stand a member without a name
        infos = [info for info in table.infolist() if not info.filename.endswith("/")]
    last_disk = _last_disk(archive)
    elsewhere = [info for info in infos if _is_elsewhere(info, last_disk)]
    if elsewhere or not _begin_where_told(archive, infos):
        return _by_both(archive, infos, last_disk, tick)
    return Contents([_member(archive, info, last_disk, tick) for info in infos])


def _begin_where_told(archive: BytesAt, infos: list[zipfile.ZipInfo]) -> bool:
    """Tell whether the places in the table of contents are true, by its first and its last member."""
    places = sorted(info.header_offset for info in infos)
    return all(archive.read(place, 4) == _LOCAL for place in {*places[:1], *places[-1:]})


def _by_both(archive: BytesAt, infos: list[zipfile.ZipInfo], last_disk: int, tick: Tick) -> Contents:
    """List what is found member by member, and from the table of contents what is not."""
    try:
        found = list(salvage(archive, tick).members)
    except SourceError:
        found = []
    names = {member.name for member in found}
    lost = [info for info in infos if info.filename not in names]
    members = [*found, *(_member(archive, info, last_disk, tick) for info in lost)]
    elsewhere = any(_is_elsewhere(info, last_disk) for info in lost)
    is_short = elsewhere or any(member.cut for member in found)
    reason = OTHER_PART if elsewhere or last_disk else BROKEN
    return Contents(members, [not_looked_into(reason)] if is_short or lost else [])


def _member(archive: BytesAt, info: zipfile.ZipInfo, last_disk: int, tick: Tick) -> Member:
    name = info.orig_filename if "\0" in info.orig_filename else info.filename

    def opened() -> BytesAt:
        if _is_elsewhere(info, last_disk):
            raise OSError(errno.EIO, not_looked_into(OTHER_PART))
        return open_member(archive, info, tick)

    refused: FileCode | None = "password-needed" if info.flag_bits & _ENCRYPTED else None
    kind = "link" if stat.S_ISLNK(info.external_attr >> 16) else "file"
    return Member(name, info.file_size, opened, kind, info.header_offset, refused, info.compress_size)  # type: ignore[arg-type]


def _last_disk(archive: BytesAt) -> int:
    """Give the number of this part of a spanned archive (APPNOTE 4.3.16); 0 for one that is whole."""
    start = max(0, archive.size - TAIL)
    tail = archive.read(start, TAIL)
    number = tail[tail.rfind(END_OF_ZIP) + 4 :][:2]
    return 0 if number == b"\xff\xff" else int.from_bytes(number, "little")


def _is_elsewhere(info: zipfile.ZipInfo, last_disk: int) -> bool:
    """Tell whether a member begins in another part of a spanned or split archive."""
    return info.header_offset < 0 or info.volume != last_disk


def open_member(archive: BytesAt, info: zipfile.ZipInfo, tick: Tick) -> BytesAt:
    """Open one member by what the table of contents says of it."""
    head = archive.read(info.header_offset, 30)
    if len(head) < 30 or not head.startswith(_LOCAL):
        raise damaged()
    name, extra = struct.unpack_from("<HH", head, 26)
    packed = Window(archive, info.header_offset + 30 + name + extra, info.compress_size)
    return unpack(packed, info.compress_type, info.file_size, info.CRC, tick)


def unpack(packed: BytesAt, method: int, size: int, crc: int, tick: Tick) -> BytesAt:
    """Give what packed bytes of a ZIP file hold; raises `OSError` for a method that is not known here."""
    if method == 0:
        if packed.size != size:
            raise damaged()
        return Checked(packed, crc)
    if of_zip(method) is None:
        raise OSError(errno.EIO, not_looked_into(PACKING, f"method {method}"))
    return Unpacked(packed, lambda: of_zip(method), size, crc, tick)  # type: ignore[arg-type,return-value]
