"""How the pixels of one object are stored, from its attributes and, where those are wrong, from the pixel bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydicom.dataset import Dataset

from core.errors import DicomError
from dicom.description import MAX_FRAMES, Lossy
from dicom.pixels.codestream import looks_like_rle, sniff
from dicom.pixels.fragments import Fragment, frame_runs, read_fragments
from dicom.reading.dataset import DataSet, PixelElement
from dicom.reading.elements import integer, text
from dicom.reading.transfer_syntax import Codec

MAX_FRAME_BYTES = 512 << 20
_SUBSAMPLED = ("YBR_FULL_422", "YBR_PARTIAL_422")
# These differ only inside the codestream and their decoders take each other's.
_FAMILIES = (("jpeg2000", "htj2k"), ("jpeg", "jpeg-lossless"))


@dataclass(frozen=True, slots=True)
class PixelLayout:
    """Everything needed to get one frame's stored values out of a source; small, and independent of it.

    `frames` are frames that exist; `runs[i]` the (offset, length) pieces of compressed frame i (empty for native).
    """

    element: PixelElement
    codec: Codec
    rows: int
    columns: int
    samples: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    planar: bool
    photometric_interpretation: str
    little_endian: bool
    frames_declared: int
    frames: int = 0
    runs: tuple[tuple[Fragment, ...], ...] = ()
    marks: tuple[str, ...] = ()
    lossy: Lossy = "no"  # as the object says
    overlay_bits: int = 0  # bits of the pixel word that are overlay planes' (PS3.3 C.9.2, retired)
    # What one frame's codestream says: bits of a sample (0: not said), whether its samples may differ from those that
    # went in, and whether it ends before its end.
    precision: int = 0
    inexact: bool = False
    cut: bool = False

    @property
    def float_bits(self) -> int:
        """Return 32 or 64 for float pixel data, else 0 (PS3.3 C.7.6.24, C.7.6.25)."""
        return {0x7FE00008: 32, 0x7FE00009: 64}.get(self.element.tag, 0)

    @property
    def shares_chroma(self) -> bool:
        """Tell whether two pixels share their chroma: uncompressed 4:2:2 (PS3.3 C.7.6.3.1.2)."""
        plain = self.codec in ("native", "encapsulated-native", "deflated-frame")
        return plain and self.photometric_interpretation in _SUBSAMPLED

    @property
    def stored_samples(self) -> int:
        """Return samples stored per pixel."""
        return 2 if self.shares_chroma else self.samples

    @property
    def frame_bits(self) -> int:
        """Return the bits of one uncompressed frame, as a Python integer that cannot overflow."""
        return self.rows * self.columns * self.stored_samples * self.bits_allocated

    def check_size(self, rows: int = 0, columns: int = 0, samples: int = 0) -> None:
        """Refuse a frame that would take too much memory; raises `DicomError("refused-limit")`."""
        pixels = (rows or self.rows) * (columns or self.columns) * (samples or self.samples)
        if pixels * max(1, (self.bits_allocated + 7) // 8) > MAX_FRAME_BYTES:
            raise DicomError("refused-limit", limit=MAX_FRAME_BYTES)


def pixel_layout(data_set: DataSet) -> PixelLayout:
    """Work out the layout (PS3.3 C.7.6.3, PS3.5 8 and Annex A). Raises `DicomError("no-pixels")`, `"decode-failed"`."""
    layout = _declared_layout(data_set)
    if layout.codec == "native":
        return _native_frames(data_set, layout)
    return _encapsulated_frames(data_set, layout)


def _declared_layout(data_set: DataSet) -> PixelLayout:
    elements, pixels = data_set.elements, data_set.pixels
    rows, columns = integer(elements, "Rows") or 0, integer(elements, "Columns") or 0
    if pixels is None:
        raise DicomError("no-pixels")
    if rows <= 0 or columns <= 0:
        raise DicomError("decode-failed", reason="size-not-said")
    allocated, stored, high, marks = _bits(data_set)
    photometric = (text(elements, "PhotometricInterpretation") or "").upper()
    one = not photometric or photometric.startswith(("MONO", "PALETTE"))
    samples = integer(elements, "SamplesPerPixel") or (1 if one else 3)
    return PixelLayout(
        element=pixels,
        codec=_codec(data_set),
        rows=rows,
        columns=columns,
        samples=min(max(samples, 1), 4),
        bits_allocated=allocated,
        bits_stored=stored,
        high_bit=high,
        signed=integer(elements, "PixelRepresentation") == 1,
        planar=integer(elements, "PlanarConfiguration") == 1,
        photometric_interpretation=photometric or ("MONOCHROME2" if samples == 1 else "RGB"),
        little_endian=data_set.little_endian and not data_set.syntax.big_endian_pixels,
        frames_declared=max(integer(elements, "NumberOfFrames") or 1, 1),
        marks=marks,
        lossy=lossiness(data_set),
        overlay_bits=sum(1 << bit for bit in set(embedded_overlays(elements).values()) if 0 <= bit < 64),
    )


def lossiness(data_set: DataSet) -> Lossy:
    """Say whether pixels were ever compressed with loss: by the flag, else by what the transfer syntax does."""
    flag = text(data_set.elements, "LossyImageCompression")
    if flag == "01" or data_set.syntax.lossy == "yes":
        return "yes"
    return "no" if flag == "00" else data_set.syntax.lossy


def embedded_overlays(elements: Dataset) -> dict[int, int]:
    """List the overlay groups that lie in the pixel words, each with its bit (PS3.3 C.9.2, retired)."""
    found: dict[int, int] = {}
    for group in range(0x6000, 0x6020, 2):
        if (group << 16 | 0x3000) in elements or integer(elements, group << 16 | 0x0100) == 1:
            continue
        bit = integer(elements, group << 16 | 0x0102)
        if bit is not None:
            found[group] = bit
    return found


def _bits(data_set: DataSet) -> tuple[int, int, int, tuple[str, ...]]:
    """Return bits allocated, stored, high bit; what cannot be meant is replaced and marked."""
    elements = data_set.elements
    if data_set.pixels is not None and data_set.pixels.tag != 0x7FE00010:
        width = 32 if data_set.pixels.tag == 0x7FE00008 else 64
        return width, width, width - 1, ()
    allocated = integer(elements, "BitsAllocated") or 0
    stored = integer(elements, "BitsStored") or 0
    marks: tuple[str, ...] = ()
    if allocated not in (1, 8, 12, 16, 24, 32, 64):
        allocated = 8 if 0 < stored <= 8 else 16
        marks = ("bits-not-usable",)
    if not 0 < stored <= allocated:
        stored, marks = allocated, ("bits-not-usable",)
    high = integer(elements, "HighBit")
    if high is None or not stored - 1 <= high < allocated:
        high = stored - 1
    return allocated, stored, high, marks


def _codec(data_set: DataSet) -> Codec:
    """Return the declared codec, corrected where the pixel element's own form contradicts it."""
    pixels, codec = data_set.pixels, data_set.syntax.codec
    assert pixels is not None
    first = data_set.source.read_at(pixels.offset, 4)
    has_items = first == (b"\xfe\xff\x00\xe0" if data_set.little_endian else b"\xff\xfe\xe0\x00")
    if codec == "native" and has_items and pixels.length is None:
        return "encapsulated-native"
    if codec != "native" and not has_items and pixels.length is not None:
        return "native"
    return codec


def _native_frames(data_set: DataSet, layout: PixelLayout) -> PixelLayout:
    """Count the frames that exist, and mark pixel data that end early or were announced as compressed."""
    source, element = data_set.source, layout.element
    available = max(source.size - element.offset, 0)
    length = min(element.length if element.length is not None else available, available)
    marks = list(layout.marks)
    if data_set.syntax.codec != "native":
        head = source.read_at(element.offset, min(length, 65536))
        complete = length * 8 >= layout.frame_bits * layout.frames_declared
        if not complete and (found := sniff(head)) is not None and found.codec != "video":
            runs = ((Fragment(element.offset, length),),)
            return replace(layout, codec=found.codec, frames=1, runs=runs, marks=(*marks, "wrong-transfer-syntax"))
        marks.append("wrong-transfer-syntax")
    if layout.photometric_interpretation == "YBR_FULL_422" and _has_all_chroma(layout, length):
        layout = replace(layout, photometric_interpretation="YBR_FULL")
        marks.append("wrong-transfer-syntax")
    exist = -(-length * 8 // max(layout.frame_bits, 1))
    if length * 8 < layout.frame_bits * layout.frames_declared:
        marks.append("truncated")
    return replace(layout, frames=min(layout.frames_declared, exist, MAX_FRAMES), marks=tuple(marks))


def _has_all_chroma(layout: PixelLayout, length: int) -> bool:
    """Tell by their length whether pixels that are called 4:2:2 have three samples each."""
    pixels = layout.rows * layout.columns * layout.frames_declared
    return length * 8 >= pixels * 3 * layout.bits_allocated


def _encapsulated_frames(data_set: DataSet, layout: PixelLayout) -> PixelLayout:
    table = read_fragments(data_set.source, layout.element.offset, data_set.little_endian)
    marks = [*layout.marks, *table.marks]
    if not table.fragments:
        raise DicomError("truncated" if "truncated" in table.marks else "no-pixels")
    codec = _codec_of_fragments(data_set, layout, table.fragments, marks)
    runs = frame_runs(data_set, table, 1 if codec == "video" else layout.frames_declared, codec)
    if codec == "video":
        frames = layout.frames_declared
    else:
        frames = len(runs)
        if frames < layout.frames_declared:
            marks.append("truncated")
    return replace(layout, codec=codec, frames=frames, runs=runs, marks=tuple(dict.fromkeys(marks)))


def _codec_of_fragments(
    data_set: DataSet, layout: PixelLayout, fragments: tuple[Fragment, ...], marks: list[str]
) -> Codec:
    """Believe the signature in the bytes before the transfer syntax; mark when they differ."""
    declared = layout.codec
    if declared in ("unsupported", "deflated-frame", "video"):
        return declared
    first = fragments[0]
    head = data_set.source.read_at(first.offset, min(first.length, 65536))
    found = sniff(head)
    codec: Codec = declared
    if found is not None and found.codec != "video":
        codec = found.codec
    elif looks_like_rle(head):
        codec = "rle"
    same = codec == declared or any(codec in family and declared in family for family in _FAMILIES)
    if not same or data_set.syntax.codec == "native":
        marks.append("wrong-transfer-syntax")
    return codec if not same or declared != "jpeg" else "jpeg"
