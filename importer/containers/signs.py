"""How containers are known: by their first bytes, by their last, and by marks in between."""

from __future__ import annotations

import re
import struct
from pathlib import PurePosixPath
from typing import Final

from importer.containers.bytes_at import BytesAt
from importer.reasons import BROKEN, DISK_IMAGE, PACKING, not_looked_into

TAIL: Final = 65_557  # the longest comment of a ZIP file and the end of its table of contents
END_OF_ZIP: Final = b"PK\x05\x06"
_CENTRAL: Final = b"PK\x01\x02"

# Opened, whatever the file is called.
OPENED: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08PK", "zip"),
    (b"\x1f\x8b\x08", "gz"),
    (b"\xfd7zXZ\x00", "xz"),
)
_BZIP2: Final = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")

# Named: what lies in them is not known here.
_NAMED: Final = (
    (0, b"7z\xbc\xaf\x27\x1c", PACKING, "7z"),
    (0, b"Rar!\x1a\x07", PACKING, "rar"),
    (0, b"MSCF\0\0\0\0", PACKING, "cab"),
    (0, b"\x28\xb5\x2f\xfd", PACKING, "zstd"),
    (0, b"\x04\x22\x4d\x18", PACKING, "lz4"),
    (0, b"\x1f\x9d", PACKING, "compress"),
    (0, b"LZIP", PACKING, "lzip"),
    (0, b"SIT!", PACKING, "StuffIt"),
    (0, b"StuffIt", PACKING, "StuffIt"),
    (2, b"-lh", PACKING, "lha"),
    (7, b"**ACE**", PACKING, "ace"),
    (0, b"070701", PACKING, "cpio"),
    (0, b"MSWIM\0\0\0", DISK_IMAGE, "wim"),
    (0, b"conectix", DISK_IMAGE, "vhd"),
    (0, b"vhdxfile", DISK_IMAGE, "vhdx"),
    (0, b"KDMV", DISK_IMAGE, "vmdk"),
    (0, b"QFI\xfb", DISK_IMAGE, "qcow"),
    (64, b"\x7f\x10\xda\xbe", DISK_IMAGE, "vdi"),
    (0, b"encrcdsa", DISK_IMAGE, "encrypted dmg"),
    (0, b"DAA\0", DISK_IMAGE, "daa"),
    (0, b"IsZ!", DISK_IMAGE, "isz"),
    (0, b"EVF\x09\x0d\x0a\xff\0", DISK_IMAGE, "e01"),
    (0, b"LUKS\xba\xbe", DISK_IMAGE, "luks"),
    (3, b"-FVE-FS-", DISK_IMAGE, "bitlocker"),
    (3, b"NTFS    ", DISK_IMAGE, "ntfs"),
    (3, b"EXFAT   ", DISK_IMAGE, "exfat"),
    (54, b"FAT1", DISK_IMAGE, "fat"),
    (82, b"FAT32", DISK_IMAGE, "fat"),
    (512, b"EFI PART", DISK_IMAGE, "disk"),
    (1024, b"H+\0\4", DISK_IMAGE, "hfs"),
    (1024, b"HX\0\5", DISK_IMAGE, "hfs"),
    (32, b"NXSB", DISK_IMAGE, "apfs"),
)
_TRAILERS: Final = (
    (512, b"koly", DISK_IMAGE, "dmg"),
    (512, b"conectix", DISK_IMAGE, "vhd"),
    (12, b"NER5", DISK_IMAGE, "nrg"),
    (8, b"NERO", DISK_IMAGE, "nrg"),
)


_BY_NAME: Final = {
    BROKEN: frozenset({".zip", ".gz", ".tgz", ".bz2", ".tbz2", ".xz", ".txz", ".tar", ".iso", ".7z", ".rar"}),
    PACKING: frozenset({".arj", ".lha", ".lzh", ".ace", ".zoo", ".cab", ".zipx", ".sit", ".sitx", ".z", ".zst", ".lz"}),
    DISK_IMAGE: frozenset({".dmg", ".mdf", ".nrg", ".vhd", ".vhdx", ".vmdk", ".vdi", ".toast", ".cdr", ".cdi", ".uif"}),
}


def opened_at_start(first: bytes, path: str) -> str | None:
    """Say how a file is opened that begins as a container does."""
    for sign, form in OPENED:
        if first.startswith(sign):
            return form
    if _BZIP2.match(first):
        return "bz2"
    if path.casefold().endswith(".lzma") and first[:3] == b"\x5d\0\0" and first[12:13] in (b"\0", b"\xff"):
        return "lzma"
    return None


def named_at_start(first: bytes) -> str | None:
    """Say why a file that begins as one of these is not looked into."""
    for place, sign, reason, kind in _NAMED:
        if first.startswith(sign, place):
            return not_looked_into(reason, kind)
    return None


def named_at_end(tail: bytes) -> str | None:
    """Say why a file that ends as one of these is not looked into."""
    for place, sign, reason, kind in _TRAILERS:
        if len(tail) >= place and tail.startswith(sign, len(tail) - place):
            return not_looked_into(reason, kind)
    return None


def archive_by_name(path: str) -> str | None:
    """Say why a file that is called an archive, and is none, is not looked into: a web page saved as "study.zip"."""
    ending = PurePosixPath(path.casefold()).suffix
    return next((not_looked_into(reason) for reason, endings in _BY_NAME.items() if ending in endings), None)


def has_zip_end(data: BytesAt, tail: bytes) -> bool:
    """Tell whether a file ends with the table of contents of a ZIP file."""
    at = tail.rfind(END_OF_ZIP)
    while at >= 0:
        if _is_zip_end(data, tail, at):
            return True
        at = tail.rfind(END_OF_ZIP, 0, at)
    return False


def _is_zip_end(data: BytesAt, tail: bytes, at: int) -> bool:
    if len(tail) - at < 22:
        return False
    entries, size, start = struct.unpack_from("<HII", tail, at + 10)
    if 0xFFFFFFFF in (size, start) or entries == 0xFFFF:
        return tail[max(0, at - 20) : at].startswith(b"PK\x06\x07")
    begin = data.size - len(tail) + at - size
    return entries > 0 and begin >= 0 and data.read(begin, 4) == _CENTRAL


def behind_program(data: BytesAt, first: bytes) -> int | None:
    """Say where a Windows program ends and something else begins; None where nothing does, or it is no program."""
    sections = _sections(first)
    if not sections:
        return None
    end = max(start + size for start, size in sections)
    return end if 0 < end < data.size else None


def is_program(first: bytes) -> bool:
    """Tell a true program from something that begins with its two letters."""
    if not first.startswith(b"MZ"):
        return True
    return bool(_sections(first)) or b"DOS mode" in first[:1024] or _signature(first)[:2] in (b"NE", b"LE", b"LX")


def _signature(first: bytes) -> bytes:
    place = int.from_bytes(first[60:64], "little")
    return first[place : place + 4]


def _sections(first: bytes) -> list[tuple[int, int]]:
    place = int.from_bytes(first[60:64], "little")
    if not first.startswith(b"MZ") or _signature(first) != b"PE\0\0" or len(first) < place + 24:
        return []
    count, optional = struct.unpack_from("<H12xH", first, place + 6)
    table = first[place + 24 + optional :]
    rows = [table[number * 40 : number * 40 + 40] for number in range(min(count, 96))]
    return [(start, size) for size, start in (struct.unpack_from("<II", row, 16) for row in rows if len(row) == 40)]
