"""What a compressed frame says about itself before any decoder touches it: its codec, its size, its colours."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from dicom.reading.transfer_syntax import Codec

_JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  "
_JXL_CONTAINER = b"\x00\x00\x00\x0cJXL "
_LOSSLESS_SOF = (0xC3, 0xC7, 0xCB, 0xCF)
_SOF = frozenset((*range(0xC0, 0xD0), 0xF7)) - {0xC4, 0xC8, 0xCC}
_SOS = 0xDA


@dataclass(frozen=True, slots=True)
class Codestream:
    """The facts in a codestream's own header; zeros where it does not say.

    `ycbcr` is what the codestream says about its samples after decoding without a colour transform of ours:
    true YCbCr, false RGB, `None` not said.
    """

    codec: Codec
    rows: int = 0
    columns: int = 0
    components: int = 0
    precision: int = 0
    signed: bool = False
    lossless: bool | None = None
    ycbcr: bool | None = None
    high_throughput: bool = False


def sniff(data: bytes | memoryview) -> Codestream | None:
    """Read a codestream's header by its signature; `None` if it is none that is known."""
    head = bytes(data[:32])
    if head[:2] == b"\xff\xd8":
        return _jpeg(bytes(data[:65536]))
    if head[:4] == b"\xff\x4f\xff\x51":
        return _jpeg2000(bytes(data[:4096]))
    if head[:8] == _JP2_SIGNATURE:
        start = bytes(data[:65536]).find(b"\xff\x4f\xff\x51")
        return _jpeg2000(bytes(data[start : start + 4096])) if start >= 0 else Codestream("jpeg2000")
    if head[:2] == b"\xff\x0a" or head[:8] == _JXL_CONTAINER:
        return Codestream("jpeg-xl")
    return _video(head)


def _video(head: bytes) -> Codestream | None:
    is_video = head[:3] == b"\x00\x00\x01" or head[:4] == b"\x00\x00\x00\x01" or head[4:8] == b"ftyp"
    return Codestream("video") if is_video else None


def looks_like_rle(data: bytes | memoryview) -> bool:
    """Say whether the first 64 bytes can be an RLE header (PS3.5 G.5)."""
    if len(data) < 64:
        return False
    count, first, *rest = struct.unpack("<16L", bytes(data[:64]))
    return 1 <= count <= 15 and first == 64 and all(offset == 0 for offset in rest[count - 1 :])


def _jpeg(data: bytes) -> Codestream:
    """Walk the marker segments of a JPEG or JPEG-LS stream up to its scan (ISO/IEC 10918-1 B, 14495-1 C)."""
    position = 2
    adobe: int | None = None
    jfif = False
    frame: tuple[int, bytes] | None = None
    scan = b""
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            position += 1
            continue
        marker = data[position + 1]
        if marker in (0xFF, 0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            position += 1 if marker == 0xFF else 2
            continue
        if marker == _SOS:
            scan = data[position + 4 : position + 16]
            break
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        body = data[position + 4 : position + 2 + length]
        if marker in _SOF:
            frame = (marker, body)
        elif marker == 0xEE and body[:5] == b"Adobe" and len(body) >= 12:
            adobe = body[11]
        elif marker == 0xE0 and body[:4] == b"JFIF":
            jfif = True
        position += 2 + length
    if frame is None or len(frame[1]) < 6:
        return Codestream("jpeg")
    return _jpeg_frame(*frame, scan, adobe, jfif)


def _jpeg_frame(marker: int, body: bytes, scan: bytes, adobe: int | None, jfif: bool) -> Codestream:
    precision, rows, columns, components = struct.unpack(">BHHB", body[:6])
    if marker == 0xF7:
        return Codestream("jpeg-ls", rows, columns, components, precision, lossless=_is_exact(scan))
    lossless = marker in _LOSSLESS_SOF
    ycbcr = None if lossless or components != 3 else _jpeg_ycbcr(body[6:], adobe, jfif)
    codec: Codec = "jpeg-lossless" if lossless else "jpeg"
    return Codestream(codec, rows, columns, components, precision, lossless=lossless, ycbcr=ycbcr)


def _is_exact(scan: bytes) -> bool | None:
    """Say whether a JPEG-LS scan allows no error: its NEAR stands behind the components (ISO/IEC 14495-1 C.2.3)."""
    place = 1 + 2 * scan[0] if scan else 0
    return scan[place] == 0 if 0 < place < len(scan) else None


def is_cut(codec: Codec, data: bytes) -> bool:
    """Say whether a JPEG 2000 codestream has no end (ISO/IEC 15444-1 A.4.4), so that only its beginning is decoded."""
    return codec in ("jpeg2000", "htj2k") and not data[-64:].rstrip(b"\0").endswith(b"\xff\xd9")


def _jpeg_ycbcr(components: bytes, adobe: int | None, jfif: bool) -> bool | None:
    """Decide what three components of a lossy JPEG are: Adobe's word, then the ids, then JFIF or sub-sampled chroma."""
    if adobe is not None:
        return adobe != 0
    ids, sampling = components[0:9:3], components[1:9:3]
    if ids == b"RGB":
        return False
    if jfif or len(set(sampling)) > 1:
        return True
    return None


def _jpeg2000(data: bytes) -> Codestream:
    """Read SIZ, CAP and COD of a JPEG 2000 codestream (ISO/IEC 15444-1 A.5)."""
    if len(data) < 43:
        return Codestream("jpeg2000")
    width, height, left, top = struct.unpack(">LLLL", data[8:24])
    components, depth = struct.unpack(">HB", data[40:43])
    position, high, transform, lossless = 2, False, None, None
    while position + 4 <= len(data) and data[position] == 0xFF and data[position + 1] != 0x90:
        marker, length = data[position + 1], int.from_bytes(data[position + 2 : position + 4], "big")
        if marker == 0x50:
            high = True
        elif marker == 0x52 and position + 14 <= len(data):
            transform = data[position + 8] != 0
            lossless = data[position + 13] == 1
        position += 2 + length
    return Codestream(
        "htj2k" if high else "jpeg2000", height - top, width - left, components, (depth & 0x7F) + 1, bool(depth & 0x80),
        lossless, False if transform and components >= 3 else None, high,
    )  # fmt: skip
