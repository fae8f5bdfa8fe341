"""WADO-RS: what is sent of instances - files, metadata, frames."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable

import numpy as np
from anyio.to_thread import run_sync
from fastapi import Request

from core.job import QuietJob
from dicom.source import FrameRef
from dicom.stored_frame import StoredFrame
from dicom.transfer_syntax import EXPLICIT_LITTLE_ENDIAN, transfer_syntax
from portal.server.dicomweb.accept import Wanted, wanted
from portal.server.dicomweb.bare import without_contents
from portal.server.dicomweb.multipart import DICOM
from portal.server.dicomweb.multipart_out import Part
from portal.server.dicomweb.render import Renderer, drawing
from portal.server.problems import Problem
from portal.server.services import Services
from portal.server.soundness import Kept
from portal.server.tables import InstanceRow

OCTETS = "application/octet-stream"
_MOST_FRAMES = 64
_READ_BEFORE = 64 << 20
MOST_BYTES = 256 << 20  # of several frames in one answer, which is made in memory
# What the codestream of a transfer syntax is called outside of DICOM (PS3.18 table 8.7.3-5).
_MEDIA = {
    "rle": "image/dicom-rle",
    "jpeg": "image/jpeg",
    "jpeg-lossless": "image/jpeg",
    "jpeg-ls": "image/jls",
    "jpeg2000": "image/jp2",
    "htj2k": "image/jphc",
    "jpeg-xl": "image/jxl",
}


def file_parts(services: Services, rows: Iterable[InstanceRow]) -> list[Part]:
    """Give the files of some instances, as they came."""
    return [Part(_dicom(row), Kept(row.sha256, services.sound), row.size) for row in rows]


def sound_rows(services: Services, rows: list[InstanceRow]) -> list[InstanceRow]:
    """Leave out what is known to be damaged here; raises `Problem("object-damaged")` where nothing is left.

    What is small enough is read for this before the answer begins, so that its status tells; the rest is read when its
    turn comes, and breaks the answer off.
    """
    if sum(row.size for row in rows) <= _READ_BEFORE:
        left = [row for row in rows if services.sound.is_sound(row.sha256)]
    else:
        left = [row for row in rows if services.store.holds(row.sha256, row.size)]
    if rows and not left:
        raise Problem("object-damaged")
    return left


def check_files_wanted(request: Request, rows: Iterable[InstanceRow]) -> None:
    """Refuse a client that takes none of the transfer syntaxes as stored: nothing is transcoded here."""
    ranges = [one for one in wanted(request) if one.kind in (DICOM, "application/*", "*/*")]
    stored = {row.transfer_syntax_uid for row in rows}
    if not any(one.transfer_syntax == "*" or stored <= {one.transfer_syntax} for one in ranges):
        raise Problem("not-acceptable", offered=sorted(uid for uid in stored if uid))


def _dicom(row: InstanceRow) -> str:
    uid = row.transfer_syntax_uid
    return DICOM if transfer_syntax(uid) is None else f"{DICOM};transfer-syntax={uid}"


async def metadata_pieces(
    renderer: Renderer, rows: list[InstanceRow], who: str, *, bare: bool = False
) -> AsyncIterator[bytes]:
    """Write the metadata of some instances as one JSON list, one after the other; `bare` is without contents."""
    for place, row in enumerate(rows):
        said = await renderer.metadata(row.sha256, who)
        yield (b"," if place else b"[") + (await run_sync(without_contents, said) if bare else said)
    yield b"]"


def frame_numbers(text: str) -> list[int]:
    """Read a list of frame numbers, which count from 1."""
    numbers = [int(part) if part.isdecimal() and len(part) < 10 else 0 for part in text.split(",")]
    if not 0 < len(numbers) <= _MOST_FRAMES or min(numbers) < 1:
        raise Problem("invalid-request", fields=[{"field": "path.frames", "reason": "value"}], most=_MOST_FRAMES)
    return numbers


def frame_parts(services: Services, row: InstanceRow, numbers: list[int], request: Request) -> tuple[str, list[Part]]:
    """Give frames as they are wanted: as little-endian stored values, or the stored codestream; blocks."""
    content = services.sound.content(row.sha256)
    refs = [FrameRef(content, number - 1, row.sop_instance_uid) for number in numbers]
    coded = _coded_kind(row, wanted(request))
    with drawing():
        if coded is not None:
            kind = f"{coded};transfer-syntax={row.transfer_syntax_uid}"
            return coded, bounded(_part(kind, services.decoder.codestream(ref, QuietJob())) for ref in refs)
        kind = f"{OCTETS};transfer-syntax={EXPLICIT_LITTLE_ENDIAN}"
        return OCTETS, bounded(_part(kind, _native(services.decoder.frame(ref, QuietJob()))) for ref in refs)


def bounded(parts: Iterable[Part], most: int = MOST_BYTES) -> list[Part]:
    """Make the parts, as long as they are not too much together; one alone is as large as it is."""
    made: list[Part] = []
    for part in parts:
        made.append(part)
        if len(made) > 1 and sum(each.size for each in made) > most:
            raise Problem("too-large", limit=most)
    return made


def _coded_kind(row: InstanceRow, ranges: list[Wanted]) -> str | None:
    """Give the media type of the stored codestream where the client rather has that; `None` for plain values."""
    syntax = transfer_syntax(row.transfer_syntax_uid)
    media = None if syntax is None else _MEDIA.get(syntax.codec)
    for one in ranges:
        if one.kind in (OCTETS, "application/*", "*/*") and one.transfer_syntax in ("*", EXPLICIT_LITTLE_ENDIAN):
            return None
        stored = one.transfer_syntax in ("*", row.transfer_syntax_uid)
        if media is not None and stored and one.kind in (media, "image/*", OCTETS):
            return media
    raise Problem("not-acceptable", offered=[OCTETS, *([media] if media else [])])


def _part(kind: str, data: bytes) -> Part:
    return Part(kind, data, len(data))


def _native(frame: StoredFrame) -> bytes:
    """Write stored values as Explicit VR Little Endian has them, samples side by side."""
    pixels = frame.pixels
    return np.ascontiguousarray(pixels, pixels.dtype.newbyteorder("<")).tobytes()
