"""A self-test of every codec: one tiny frame per transfer syntax, and which decoder answered."""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Callable, Iterator

import imagecodecs
import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.clips.video import Clips
from dicom.pixels.codecs import DECODE_TROUBLE, DECODERS, FrameForm, decode, inflate_frame
from dicom.pixels.codestream import sniff
from dicom.pixels.fragments import Fragment
from dicom.pixels.layout import PixelLayout
from dicom.reading.bytes_source import MemoryBytes
from dicom.reading.dataset import PixelElement
from dicom.reading.transfer_syntax import Codec, TransferSyntax, known_transfer_syntaxes

Row = tuple[str, str, str, bool]
_ROWS = _COLUMNS = 16
_LOSSY = 24  # grey levels a lossy codec may be off on a smooth frame
# Three grey frames of 32 x 32 in MPEG-2.
_CLIP = (
    "c-muNVBDq1z{tRO*f^bmfpIqjCy1f=|G|T2K<)#EQ-%!8)f)vFnByk``J0&-6omi(f4~7`Zx!hR>H`AC9Sj@{4h$d;|NkE#ng0Ku9UFiQM(Llunx0-"
    "yH9b0jJSG$#ZlfB&M){)~_2$x)DeHo!bTojCLgq0r$p8Pn1Eji9P#CKE|GRhpfA5B<MX>j=^Yi~71*2dTjDk@x3PwBt02b_0Jp"
)


def check_codecs() -> list[Row]:
    """Decode one small frame per transfer syntax: UID, name, the decoder that answered, and whether it was right.

    Transfer syntaxes this program names but does not decode are left out.
    """
    return [_check(syntax) for syntax in known_transfer_syntaxes() if syntax.codec != "unsupported"]


def _check(syntax: TransferSyntax) -> Row:
    try:
        decoder, right = _CHECKS[syntax.codec]()
    except (DicomError, *DECODE_TROUBLE) as error:
        decoder, right = f"none ({type(error).__name__})", False
    return syntax.uid, syntax.name, decoder, right


def _grey8() -> NDArray[np.uint8]:
    rows, columns = np.mgrid[:_ROWS, :_COLUMNS]
    return np.asarray(rows * 8 + columns * 4, np.uint8)


def _grey16() -> NDArray[np.uint16]:
    return _grey8().astype(np.uint16) * 13


def _through(
    codec: Codec, encoded: bytes | bytearray, wanted: NDArray[np.uint8] | NDArray[np.uint16]
) -> tuple[str, bool]:
    data = bytes(encoded)
    form = FrameForm(_ROWS, _COLUMNS, 1, wanted.dtype.itemsize * 8, sniff(data))
    decoded = decode(codec, data, form)
    off = np.abs(decoded.samples.astype(np.int64) - wanted.astype(np.int64)).max()
    return decoded.decoder, bool(off <= (_LOSSY if codec == "jpeg" else 0))


def _rle(frame: NDArray[np.uint16]) -> bytes:
    """Encode 16 bits as two RLE segments of literal runs (PS3.5 G)."""
    planes = frame.astype(">u2").tobytes()
    segments = []
    for plane in (planes[0::2], planes[1::2]):
        runs = (plane[start : start + 128] for start in range(0, len(plane), 128))
        segments.append(b"".join(bytes([len(run) - 1]) + run for run in runs))
    offsets = [64, 64 + len(segments[0])]
    header = np.zeros(16, "<u4")
    header[:3] = [2, *offsets]
    return header.tobytes() + b"".join(segments)


def _deflated() -> tuple[str, bool]:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    frame = _grey16().tobytes()
    packed = packer.compress(frame) + packer.flush()
    return "zlib", inflate_frame(packed, len(frame)) == frame


def _native() -> tuple[str, bool]:
    return "numpy", bool(np.array_equal(np.frombuffer(_grey16().tobytes(), "<u2").reshape(_ROWS, _COLUMNS), _grey16()))


def _jpeg() -> tuple[str, bool]:
    """Decode 8 and 12 bits, which are two decoders in one library."""
    decoder, right = _through("jpeg", imagecodecs.jpeg8_encode(_grey8(), level=95), _grey8())
    deep = _through("jpeg", imagecodecs.jpeg8_encode(_grey16(), level=95, bitspersample=12), _grey16())
    return decoder, right and deep[1]


def _clip() -> tuple[str, bool]:
    data = zlib.decompress(base64.b85decode(_CLIP))
    run = (Fragment(0, len(data)),)
    element = PixelElement(0x7FE00010, "OB", 0, None)
    layout = PixelLayout(
        element, "video", 32, 32, 3, 8, 8, 7, False, False, "YBR_PARTIAL_420", True, 3, frames=3, runs=(run,)
    )
    clips = Clips()
    try:
        first, last = (clips.frame("", MemoryBytes(data), layout, index) for index in (0, 2))
    finally:
        clips.close()
    return f"{first.decoder} (MPEG-2 clip)", float(last.pixels.mean()) - float(first.pixels.mean()) > 60


_CHECKS: dict[Codec, Callable[[], tuple[str, bool]]] = {
    "native": _native,
    "encapsulated-native": _native,
    "deflated-frame": _deflated,
    "rle": lambda: _through("rle", _rle(_grey16()), _grey16()),
    "jpeg": _jpeg,
    "jpeg-lossless": lambda: _through("jpeg-lossless", imagecodecs.ljpeg_encode(_grey16()), _grey16()),
    "jpeg-ls": lambda: _through("jpeg-ls", imagecodecs.jpegls_encode(_grey16()), _grey16()),
    "jpeg2000": lambda: _through("jpeg2000", _jpeg2000(), _grey16()),
    "htj2k": lambda: _through("htj2k", imagecodecs.htj2k_encode(_grey16()), _grey16()),
    "jpeg-xl": lambda: _through("jpeg-xl", imagecodecs.jpegxl_encode(_grey16(), lossless=True), _grey16()),
    "video": _clip,
}


def _jpeg2000() -> bytes:
    return bytes(imagecodecs.jpeg2k_encode(_grey16(), level=0, codecformat="j2k", resolutions=1))


def check_decoders() -> list[tuple[Codec, str, bool]]:
    """Run every decoder of every codec once, the fallbacks too; afterwards nothing has to be imported any more."""
    return list(_each_decoder())


def _each_decoder() -> Iterator[tuple[Codec, str, bool]]:
    samples: dict[Codec, bytes | bytearray] = {
        "jpeg": imagecodecs.jpeg8_encode(_grey8(), level=95),
        "jpeg-lossless": imagecodecs.ljpeg_encode(_grey16()),
        "jpeg-ls": imagecodecs.jpegls_encode(_grey16()),
        "jpeg2000": _jpeg2000(),
        "htj2k": imagecodecs.htj2k_encode(_grey16()),
        "jpeg-xl": imagecodecs.jpegxl_encode(_grey16(), lossless=True),
        "rle": _rle(_grey16()),
    }
    for codec, encoded in samples.items():
        data = bytes(encoded)
        form = FrameForm(_ROWS, _COLUMNS, 1, 8 if codec == "jpeg" else 16, sniff(data))
        for name, decoder in DECODERS[codec]:
            answered = False
            with contextlib.suppress(*DECODE_TROUBLE):
                answered = decoder(data, form).size == _ROWS * _COLUMNS
            yield codec, name, answered
