"""What a file is that is not DICOM: a container, something known to hold no image, or unknown and searched through."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from dicom.model import FileCode
from dicom.reading.joined import MARK
from importer.containers.answer_members import find_boundary
from importer.containers.bytes_at import SYNC, WITHOUT_SYNC, BytesAt, Window
from importer.containers.signs import (
    TAIL,
    archive_by_name,
    behind_program,
    has_zip_end,
    is_program,
    named_at_end,
    named_at_start,
    opened_at_start,
)
from importer.containers.sniff import code_of_other, is_document
from importer.containers.tar_members import BLOCK, is_tar
from importer.containers.unpacked import Tick, Unpacked
from importer.containers.unpackers import of_packed
from importer.containers.zip_salvage import is_local_header
from importer.reasons import PACKING, TOO_MUCH, UNKNOWN, not_looked_into

_STEP: Final = 1 << 20
_PACKED: Final = frozenset({"xz", "bz2", "gz"})
_PACKED_TRIES: Final = 10_000  # each unpacks a little; chance makes a few, a file made for it makes millions
_OVERLAP: Final = 64
_ISO_SIGN: Final = 32_769  # "CD001" behind sixteen empty sectors
_TEXTS: Final = frozenset({"text", "html", "xml", "json", "script", "autorun"})
_BITMAP_HEADERS: Final = frozenset({12, 40, 52, 56, 64, 108, 124})


@dataclass(frozen=True, slots=True)
class Judgement:
    """The code of a file that is not DICOM; the detail of an archive is its form, or why it is not looked into."""

    code: FileCode
    detail: str


def judge(path: str, data: BytesAt, first: bytes, kind: str, tick: Tick) -> Judgement:
    """Say what a file is; `first` are its first 64 KB, `kind` what they begin (`dicom/reading/recognise.py`)."""
    tail = first if data.size <= len(first) else data.read(max(0, data.size - TAIL), TAIL)
    named = named_at_end(tail)
    form = _form(path, data, first)
    if form == "zip" and is_document(path, first, tail):
        return Judgement(code_of_other(path, kind), kind)
    if form is not None and named is None:
        return Judgement("archive", form)
    named = named_at_start(first) or named
    if named is not None:
        inner = None if "nrg" not in named else next(_marks(data, tick), None)
        return Judgement("archive", inner if inner and inner.endswith("iso") else named)
    if _is_explained(kind, first):
        hidden = _behind(data, first, tail)
        found = Judgement("archive", hidden) if hidden else Judgement(code_of_other(path, kind), kind)
    else:
        found = _searched(path, data, tail, kind, tick)
    promised = archive_by_name(path) if found.code == "not-dicom" else None
    return Judgement("archive", promised) if promised else found


def _form(path: str, data: BytesAt, first: bytes) -> str | None:
    """Say how a file is opened that is a container from its first byte on."""
    form = opened_at_start(first, path)
    if form not in {None, "zip"}:
        return _packed_form(data, str(form))
    if form is None:
        if first[_ISO_SIGN : _ISO_SIGN + 5] in (b"CD001", b"BEA01"):
            return "iso"
        if first.startswith(SYNC):
            return "raw+iso"
        if is_tar(first):
            return "tar"
        if find_boundary(first):
            return "multipart"
    return form


def _packed_form(data: BytesAt, form: str) -> str:
    """Tell a packed tar file from any other packed file."""
    unpacked = Unpacked(data, lambda: of_packed(form), size=1 << 62)
    try:
        return f"{form}+tar" if is_tar(unpacked.read(0, BLOCK)) else form
    except OSError:
        return form


def _is_explained(kind: str, first: bytes) -> bool:
    """Tell whether the first bytes say enough of a file to know that it is no image and holds none."""
    match kind:
        case "unknown" | "zeros" | "zip" | "gzip" | "7z" | "rar":
            return False
        case "program":
            return is_program(first)
        case "bitmap":
            return int.from_bytes(first[14:18], "little") in _BITMAP_HEADERS
        case _ if kind in _TEXTS:
            return b"\0" not in first
    return True


def _behind(data: BytesAt, first: bytes, tail: bytes) -> str | None:
    """Find an archive behind something else, as self-extracting programs carry it."""
    if has_zip_end(data, tail):
        return "zip"
    end = behind_program(data, first)
    if end is None:
        return None
    beyond = data.read(end, 64 << 10)
    for place in range(min(len(beyond), 4096)):
        if is_local_header(beyond[place : place + 30]):
            return "zip"
    for sign, kind in ((b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"), (b"MSCF\0\0\0\0", "cab")):
        if sign in beyond:
            return not_looked_into(PACKING, f"self-extracting {kind}")
    return None


def _searched(path: str, data: BytesAt, tail: bytes, kind: str, tick: Tick) -> Judgement:
    """Search an unknown file from the first to the last byte."""
    if has_zip_end(data, tail):
        return Judgement("archive", "zip")
    found = _weightiest(_marks(data, tick))
    if found is not None:
        return Judgement("archive", found)
    code = code_of_other(path, kind)
    return Judgement("not-dicom", UNKNOWN) if kind == "unknown" and code != "encrypted" else Judgement(code, kind)


def _weightiest(forms: Iterator[str]) -> str | None:
    """Choose what a file is opened as: what holds many files comes before a data set, that before a packed stretch."""
    packed = found = None
    for form in forms:
        if form.endswith(("iso", "zip", "tar")):
            return form if found is None else found  # images before it are none of its own
        if form == "found":
            found = form
        else:
            packed = packed or form
    return found or packed


def _marks(data: BytesAt, tick: Tick) -> Iterator[str]:
    """Give the form, or why it is not looked into, of whatever begins first in a file."""
    tries = _PACKED_TRIES
    for position in range(0, data.size, _STEP):
        tick()
        chunk = data.read(position, _STEP + _OVERLAP)
        places = sorted((place, sign) for sign in _SIGNS for place in _places(chunk, sign) if place < _STEP)
        for place, sign in places:
            if _SIGNS[sign] in _PACKED:
                tries -= 1
                if tries == 0:
                    yield not_looked_into(TOO_MUCH)
                if tries <= 0:
                    continue
            form = _begins(data, position + place, sign)
            if form is not None:
                yield form


# Sign -> what may begin there.
_SIGNS: Final = {
    b"DICM\x02\0": "found",
    b"CD001\x01": "iso",
    b"PK\x03\x04": "zip",
    b"ustar": "tar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"\xfd7zXZ\0": "xz",
    b"1AY&SY": "bz2",
    b"\x1f\x8b\x08\x00": "gz",
    b"\x1f\x8b\x08\x08": "gz",
}


def _places(chunk: bytes, sign: bytes) -> Iterator[int]:
    place = chunk.find(sign)
    while place >= 0:
        yield place
        place = chunk.find(sign, place + 1)


def _begins(data: BytesAt, place: int, sign: bytes) -> str | None:
    kind = _SIGNS[sign]
    match kind:
        case "found":
            return "found" if MARK.match(data.read(place, 16)) else None
        case "iso":
            return _iso_at(data, place - 1)
        case "zip":
            return "zip" if is_local_header(data.read(place, 30)) else None
        case "tar":
            start = place - 257
            return f"skip:{start}+tar" if start >= 0 and is_tar(data.read(start, BLOCK)) else None
        case "7z" | "rar":
            return not_looked_into(PACKING, kind)
    start = place - 4 if kind == "bz2" else place
    return _packed_at(data, start, kind) if start >= 0 else None


def _iso_at(data: BytesAt, place: int) -> str | None:
    """Say where a disc image begins whose first volume descriptor is at `place`."""
    for user in (16, 24):
        sector = place - user
        if sector >= 0 and data.read(sector, len(SYNC)) == SYNC:
            for size in (2352, 2448):
                start = sector - 16 * size
                if start >= 0 and data.read(start, len(SYNC)) == SYNC:
                    return f"skip:{start}+raw+iso"
    if data.read(place + WITHOUT_SYNC + 1, 5) == b"CD001":
        start = place - 8 - 16 * WITHOUT_SYNC
        return f"skip:{start}+raw:{WITHOUT_SYNC}+iso" if start >= 0 else None
    start = place - (_ISO_SIGN - 1)
    return f"skip:{start}+iso" if start >= 0 and data.read(place, 1) == b"\x01" else None


def _packed_at(data: BytesAt, start: int, kind: str) -> str | None:
    """Say how a packed file in the middle is opened; a few bytes that look like one by chance do not unpack."""
    behind = Window(data, start, data.size - start)
    unpacked = Unpacked(behind, lambda: of_packed(kind), size=1 << 62)
    try:
        head = unpacked.read(0, 4096)
    except OSError:
        return None
    return f"skip:{start}+{kind}+tar" if is_tar(head) else f"skip:{start}+{kind}"
