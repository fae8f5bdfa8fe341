"""A ZIP file without its table of contents - broken off, or one part of several - member by member (APPNOTE 4.3.7)."""

from __future__ import annotations

import errno
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from core.errors import SourceError
from importer.containers.bytes_at import BytesAt, Checked, Window
from importer.containers.member import Contents, Member
from importer.containers.unpacked import Tick, Unpacked
from importer.containers.unpackers import of_zip
from importer.reasons import BROKEN, OTHER_PART, PACKING, not_looked_into

_SIGN: Final = b"PK\x03\x04"
_DESCRIPTOR: Final = b"PK\x07\x08"
_SPLIT: Final = b"PK\x07\x08PK"  # begins the first part of a split archive
_STEP: Final = 1 << 20
_MAX_MEMBERS: Final = 200_000
_MAX_BYTES: Final = 16 << 30


@dataclass(slots=True)
class _Local:
    """A local header; sizes are None where they stand behind the data."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int | None
    size: int | None
    start: int


def salvage(archive: BytesAt, tick: Tick) -> Contents:
    """List the members whose bytes are here; what is cut has the bytes there are."""
    members = list(_members(archive, tick))
    if not members:
        raise SourceError("source-unopenable", reason=BROKEN)
    first = archive.read(0, 6)
    is_part = first == _SPLIT or not first.startswith((_SIGN, b"MZ"))  # it begins in the middle of another member
    return Contents(members, [not_looked_into(OTHER_PART if is_part else BROKEN)])


def is_local_header(head: bytes) -> bool:
    """Tell whether 30 bytes are, with reason, the header of a member."""
    if len(head) < 30 or not head.startswith(_SIGN):
        return False
    version, flags, method = struct.unpack_from("<HHH", head, 4)
    length = struct.unpack_from("<H", head, 26)[0]
    return version & 0xFF <= 63 and not flags & 0x4700 and method <= 99 and 0 < length <= 1024


def _members(archive: BytesAt, tick: Tick) -> Iterator[Member]:
    position, count = 0, 0
    while count < _MAX_MEMBERS and (start := _find(archive, _SIGN, position, tick)) is not None:
        local = _read_local(archive, start)
        if local is None:
            position = start + 4
            continue
        member, position = _measure(archive, local, start, tick)
        count += 1
        if not member.name.endswith(("/", "\\")):
            yield member


def _find(archive: BytesAt, sign: bytes, position: int, tick: Tick) -> int | None:
    while position < archive.size:
        tick()
        data = archive.read(position, _STEP + len(sign) - 1)
        found = data.find(sign)
        if found >= 0:
            return position + found
        position += _STEP
    return None


def _read_local(archive: BytesAt, start: int) -> _Local | None:
    head = archive.read(start, 30)
    if not is_local_header(head):
        return None
    _, flags, method, _, _, crc, packed, size, name_size, extra_size = struct.unpack("<HHHHHIIIHH", head[4:])
    rest = archive.read(start + 30, name_size + extra_size)
    if len(rest) < name_size + extra_size:
        return None
    name = rest[:name_size].decode("utf-8" if flags & 0x800 else "cp437", "replace")
    local = _Local(name, flags, method, crc, packed, size, start + 30 + len(rest))
    if 0xFFFFFFFF in (packed, size):
        local.size, local.packed = _large_sizes(rest[name_size:])
    if flags & 8 and not packed:
        local.packed = local.size = None
    return local


def _large_sizes(extra: bytes) -> tuple[int | None, int | None]:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind == 1 and length >= 16 and position + 20 <= len(extra):
            size, packed = struct.unpack_from("<QQ", extra, position + 4)
            return size, packed
        position += 4 + length
    return None, None


def _measure(archive: BytesAt, local: _Local, start: int, tick: Tick) -> tuple[Member, int]:
    """Find out what is there of a member, and where to look for the next."""
    there = max(0, archive.size - local.start)
    if local.flags & 1:
        following = local.start + (local.packed or 0)
        return Member(local.name, local.size or 0, _closed, position=start, refused="password-needed"), following
    if of_zip(local.method) is None:
        following = local.start + (local.packed or 0)
        return Member(local.name, local.size or 0, lambda: _unknown(local.method), position=start), following
    if local.packed is not None and local.size is not None and local.packed <= there:
        packed = Window(archive, local.start, local.packed)
        whole = Member(local.name, local.size, lambda: _open(packed, local, tick), position=start)
        whole.packed_size = local.packed
        return whole, local.start + local.packed
    return _measure_cut(archive, local, start, there, tick)


def _measure_cut(archive: BytesAt, local: _Local, start: int, there: int, tick: Tick) -> tuple[Member, int]:
    """Take what is there of a member that breaks off or does not say where it ends."""
    packed = Window(archive, local.start, there)
    if local.method == 0:
        end = _find(archive, _DESCRIPTOR, local.start, tick) if local.packed is None else None
        size = (archive.size if end is None else end) - local.start
        cut = end is None
        member = Member(local.name, size, lambda: Window(archive, local.start, size), position=start, cut=cut)
        return member, local.start + size
    trial = _unpacked(packed, local.method, tick)
    trial.measure(_MAX_BYTES)
    size, taken = trial.size, trial.taken_at_end

    def opened() -> BytesAt:
        again = _unpacked(packed, local.method, tick)
        again.size = size
        return again

    member = Member(local.name, size, opened, position=start, packed_size=taken, cut=not trial.is_whole)
    return member, local.start + taken


def _open(packed: BytesAt, local: _Local, tick: Tick) -> BytesAt:
    if local.method == 0:
        return Checked(packed, local.crc)
    return Unpacked(packed, lambda: of_zip(local.method), local.size or 0, local.crc, tick)  # type: ignore[arg-type,return-value]


def _unpacked(packed: BytesAt, method: int, tick: Tick) -> Unpacked:
    return Unpacked(packed, lambda: of_zip(method), tick=tick, alone=True)  # type: ignore[arg-type,return-value]


def _closed() -> BytesAt:
    raise OSError(errno.EPERM, "a password is needed")


def _unknown(method: int) -> BytesAt:
    raise OSError(errno.EIO, not_looked_into(PACKING, f"method {method}"))
