"""What each transfer syntax means for reading: byte order, VR encoding, and which codec its frames need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dicom.description import Lossy

Codec = Literal[
    "native",
    "rle",
    "jpeg",
    "jpeg-lossless",
    "jpeg-ls",
    "jpeg2000",
    "htj2k",
    "jpeg-xl",
    "deflated-frame",
    "encapsulated-native",
    "video",
    "unsupported",
]


@dataclass(frozen=True, slots=True)
class TransferSyntax:
    """One transfer syntax (PS3.5 Annex A); `big_endian_pixels` is true where only the pixel words are swapped."""

    uid: str
    name: str
    codec: Codec = "native"
    implicit: bool = False
    little_endian: bool = True
    deflated: bool = False
    lossy: Lossy = "no"
    big_endian_pixels: bool = False

    @property
    def encapsulated(self) -> bool:
        """Say whether the pixel data are items in a sequence of fragments."""
        return self.codec != "native"


IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED_EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2"
GE_BIG_ENDIAN_PIXELS = "1.2.840.113619.5.2"
RLE_LOSSLESS = "1.2.840.10008.1.2.5"
DEFLATED_IMAGE_FRAME = "1.2.840.10008.1.2.8.1"
JPEG = "1.2.840.10008.1.2.4."

# A table: one line a transfer syntax.
# ruff: noqa: E501
_ALL = (
    TransferSyntax(IMPLICIT_LITTLE_ENDIAN, "Implicit VR Little Endian", implicit=True),
    TransferSyntax(EXPLICIT_LITTLE_ENDIAN, "Explicit VR Little Endian"),
    TransferSyntax("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian", "encapsulated-native"),
    TransferSyntax(DEFLATED_EXPLICIT_LITTLE_ENDIAN, "Deflated Explicit VR Little Endian", deflated=True),
    TransferSyntax(EXPLICIT_BIG_ENDIAN, "Explicit VR Big Endian", little_endian=False),
    TransferSyntax(GE_BIG_ENDIAN_PIXELS, "GE Private Implicit VR Big Endian Pixels", implicit=True, big_endian_pixels=True),
    TransferSyntax(RLE_LOSSLESS, "RLE Lossless", "rle"),
    TransferSyntax(DEFLATED_IMAGE_FRAME, "Deflated Image Frame Compression", "deflated-frame"),
    TransferSyntax(JPEG + "50", "JPEG Baseline (Process 1)", "jpeg", lossy="yes"),
    TransferSyntax(JPEG + "51", "JPEG Extended (Process 2 and 4)", "jpeg", lossy="yes"),
    TransferSyntax(JPEG + "52", "JPEG Extended (Process 3 and 5)", "jpeg", lossy="yes"),
    TransferSyntax(JPEG + "53", "JPEG Spectral Selection (Process 6 and 8)", "jpeg", lossy="yes"),
    TransferSyntax(JPEG + "54", "JPEG Spectral Selection (Process 7 and 9)", "jpeg", lossy="yes"),
    TransferSyntax(JPEG + "55", "JPEG Full Progression (Process 10 and 12)", "jpeg", lossy="yes"),
    TransferSyntax(JPEG + "56", "JPEG Full Progression (Process 11 and 13)", "jpeg", lossy="yes"),
    TransferSyntax(JPEG + "57", "JPEG Lossless (Process 14)", "jpeg-lossless"),
    TransferSyntax(JPEG + "58", "JPEG Lossless (Process 15)", "jpeg-lossless"),
    TransferSyntax(JPEG + "70", "JPEG Lossless (Process 14, Selection Value 1)", "jpeg-lossless"),
    TransferSyntax(JPEG + "80", "JPEG-LS Lossless", "jpeg-ls"),
    TransferSyntax(JPEG + "81", "JPEG-LS Near-Lossless", "jpeg-ls", lossy="maybe"),
    TransferSyntax(JPEG + "90", "JPEG 2000 (Lossless Only)", "jpeg2000"),
    TransferSyntax(JPEG + "91", "JPEG 2000", "jpeg2000", lossy="maybe"),
    TransferSyntax(JPEG + "92", "JPEG 2000 Part 2 Multi-component (Lossless Only)", "unsupported"),
    TransferSyntax(JPEG + "93", "JPEG 2000 Part 2 Multi-component", "unsupported", lossy="maybe"),
    TransferSyntax(JPEG + "94", "JPIP Referenced", "unsupported"),
    TransferSyntax(JPEG + "95", "JPIP Referenced Deflate", "unsupported", deflated=True),
    TransferSyntax(JPEG + "100", "MPEG2 Main Profile / Main Level", "video", lossy="yes"),
    TransferSyntax(JPEG + "100.1", "Fragmentable MPEG2 Main Profile / Main Level", "video", lossy="yes"),
    TransferSyntax(JPEG + "101", "MPEG2 Main Profile / High Level", "video", lossy="yes"),
    TransferSyntax(JPEG + "101.1", "Fragmentable MPEG2 Main Profile / High Level", "video", lossy="yes"),
    TransferSyntax(JPEG + "102", "MPEG-4 AVC/H.264 High Profile", "video", lossy="yes"),
    TransferSyntax(JPEG + "102.1", "Fragmentable MPEG-4 AVC/H.264 High Profile", "video", lossy="yes"),
    TransferSyntax(JPEG + "103", "MPEG-4 AVC/H.264 BD-compatible", "video", lossy="yes"),
    TransferSyntax(JPEG + "103.1", "Fragmentable MPEG-4 AVC/H.264 BD-compatible", "video", lossy="yes"),
    TransferSyntax(JPEG + "104", "MPEG-4 AVC/H.264 High Profile For 2D Video", "video", lossy="yes"),
    TransferSyntax(JPEG + "104.1", "Fragmentable MPEG-4 AVC/H.264 High Profile For 2D Video", "video", lossy="yes"),
    TransferSyntax(JPEG + "105", "MPEG-4 AVC/H.264 High Profile For 3D Video", "video", lossy="yes"),
    TransferSyntax(JPEG + "105.1", "Fragmentable MPEG-4 AVC/H.264 High Profile For 3D Video", "video", lossy="yes"),
    TransferSyntax(JPEG + "106", "MPEG-4 AVC/H.264 Stereo High Profile", "video", lossy="yes"),
    TransferSyntax(JPEG + "106.1", "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile", "video", lossy="yes"),
    TransferSyntax(JPEG + "107", "HEVC/H.265 Main Profile", "video", lossy="yes"),
    TransferSyntax(JPEG + "108", "HEVC/H.265 Main 10 Profile", "video", lossy="yes"),
    TransferSyntax(JPEG + "110", "JPEG XL Lossless", "jpeg-xl"),
    TransferSyntax(JPEG + "111", "JPEG XL JPEG Recompression", "jpeg-xl", lossy="yes"),
    TransferSyntax(JPEG + "112", "JPEG XL", "jpeg-xl", lossy="maybe"),
    TransferSyntax(JPEG + "201", "High-Throughput JPEG 2000 (Lossless Only)", "htj2k"),
    TransferSyntax(JPEG + "202", "High-Throughput JPEG 2000 with RPCL (Lossless Only)", "htj2k"),
    TransferSyntax(JPEG + "203", "High-Throughput JPEG 2000", "htj2k", lossy="maybe"),
    TransferSyntax(JPEG + "204", "JPIP HTJ2K Referenced", "unsupported"),
    TransferSyntax(JPEG + "205", "JPIP HTJ2K Referenced Deflate", "unsupported", deflated=True),
)  # fmt: skip
_BY_UID = {syntax.uid: syntax for syntax in _ALL}


def known_transfer_syntaxes() -> tuple[TransferSyntax, ...]:
    """List every transfer syntax this program can name."""
    return _ALL


def transfer_syntax(uid: str | None) -> TransferSyntax | None:
    """Find a transfer syntax by its UID; `None` for a missing or unknown one."""
    return _BY_UID.get(uid) if uid else None
