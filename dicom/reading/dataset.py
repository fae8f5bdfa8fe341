"""One object's data set, opened without its pixels: tolerant of real mistakes, bounded against hostile ones."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import BinaryIO

from pydicom.charset import convert_encodings
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import data_element_generator
from pydicom.tag import BaseTag
from pydicom.valuerep import VR

from core.errors import DicomError
from dicom.reading import transfer_syntax as ts
from dicom.reading.bytes_source import ByteSource, MemoryBytes
from dicom.reading.elements import TROUBLE, quietly, text, texts
from dicom.reading.keywords import PIXEL_TAGS
from dicom.reading.meta import find_meta, may_begin
from dicom.reading.sequences import SequenceTooDeepError, end_of_sequence
from dicom.reading.transfer_syntax import TransferSyntax

UNDEFINED = 0xFFFFFFFF
DEFER = 1 << 18
MAX_ELEMENTS = 10_000_000
MAX_INFLATED = 512 << 20
MAX_META = 1 << 20
MAX_SEQUENCE = 128 << 20
_FIRST = 1 << 16
_VRS = frozenset(vr.encode() for vr in VR)


@dataclass(frozen=True, slots=True)
class PixelElement:
    """Where the pixel data lie in the source: `length` is `None` for undefined length."""

    tag: int
    vr: str | None
    offset: int
    length: int | None


@dataclass(frozen=True, slots=True)
class DataSet:
    """An opened object: its elements up to the pixels (values over `DEFER` bytes stay in `source`).

    `declared` is the transfer syntax UID the file names; `syntax` the one its bytes are read with.
    """

    source: ByteSource
    meta: Dataset
    elements: Dataset
    declared: str | None
    syntax: TransferSyntax
    pixels: PixelElement | None
    marks: tuple[str, ...] = ()
    implicit: bool = False
    little_endian: bool = True


@dataclass(slots=True)
class _Encoding:
    implicit: bool
    little_endian: bool


@quietly
def open_data_set(source: ByteSource) -> DataSet:
    """Open one object (PS3.10, and PS3.5 for what has no preamble, no meta group, no or a wrong transfer syntax).

    Raises `DicomError("not-dicom")` when nothing in it looks like a data set, `"refused-limit"` for what is too big.
    """
    stream = source.stream()
    start = _start(source.read_at(0, 140))
    has_preamble = start > 0
    meta, start = _read_meta(stream, start)
    declared = text(meta, "TransferSyntaxUID")
    if not may_begin(source.read_at(start, 12)):  # a wrong length in group 0002, which the header reader forgives
        found = find_meta(source.read_at(0, _FIRST))
        if found is not None and may_begin(source.read_at(found.data_set, 12)):
            start, declared = found.data_set, declared or found.uid(0x00020010)
    marks = [] if has_preamble and declared else ["non-standard"]
    syntax = ts.transfer_syntax(declared)
    if syntax is not None and syntax.deflated:
        source, start, stream = _inflate(source, start)
    elif syntax is None and declared:
        marks.append("unknown-transfer-syntax")
    encoding = _encoding(source.read_at(start, 8), syntax, required=not has_preamble)
    body = _Body(stream, start, encoding, source.size)
    elements = body.read()
    if not elements and not meta:
        raise DicomError("not-dicom")
    effective, wrong = _effective_syntax(syntax, declared, encoding)
    if wrong:
        marks.append("wrong-transfer-syntax")
    marks += body.marks
    return DataSet(
        source, meta, elements, declared, effective, body.pixels, tuple(dict.fromkeys(marks)),
        encoding.implicit, encoding.little_endian,
    )  # fmt: skip


def elements_after(data_set: DataSet, place: int) -> Dataset:
    """Read the elements that follow the pixels from `place` in the data set's source: signatures, padding, private."""
    encoding = _Encoding(data_set.implicit, data_set.little_endian)
    return _Body(data_set.source.stream(), place, encoding, data_set.source.size).read()


def _start(head: bytes) -> int:
    """Return where the meta group or data set begins: the four letters may also be in the middle of a bare data set."""
    if head[128:132] != b"DICM":
        return 0
    return 0 if _may_begin(head[:8]) and not _may_begin(head[132:140]) else 132


def _may_begin(head: bytes) -> bool:
    group = min(int.from_bytes(head[:2], "little"), int.from_bytes(head[:2], "big"))
    return len(head) == 8 and group in range(2, 0x22, 2)


def _read_meta(stream: BinaryIO, start: int) -> tuple[Dataset, int]:
    """Read group 0002 at `start`; return it and where the data set begins."""
    stream.seek(start)
    if stream.read(2) != b"\x02\x00":
        return Dataset(), start
    found: dict[BaseTag, RawDataElement | DataElement] = {}
    stream.seek(start + 4)
    implicit = stream.read(2) not in _VRS
    stream.seek(start)
    end = start
    try:
        for element in data_element_generator(
            stream, implicit, True, stop_when=lambda tag, _vr, length: tag >> 16 != 2 or length > MAX_META
        ):
            found[element.tag] = element
            end = stream.tell()
    except TROUBLE:
        pass
    return Dataset(found), end


def _inflate(source: ByteSource, start: int) -> tuple[ByteSource, int, BinaryIO]:
    """Inflate a deflated data set (PS3.5 A.5), at most `MAX_INFLATED` bytes; what is not deflated stays as it is."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    total = 0
    offset = start
    try:
        while offset < source.size and not inflater.eof:
            chunk = source.read_at(offset, 1 << 20)
            offset += len(chunk)
            while chunk and not inflater.eof:
                pieces.append(inflater.decompress(chunk, 1 << 24))
                total += len(pieces[-1])
                if total > MAX_INFLATED:
                    raise DicomError("refused-limit", limit=MAX_INFLATED)
                chunk = inflater.unconsumed_tail
    except zlib.error:
        if not total:
            return source, start, source.stream()
    inflated = MemoryBytes(b"".join(pieces))
    return inflated, 0, inflated.stream()


def _encoding(head: bytes, syntax: TransferSyntax | None, *, required: bool) -> _Encoding:
    """Decide byte order and VR encoding from the first element; the declared ones where it says nothing."""
    if len(head) < 8:
        return _Encoding(bool(syntax and syntax.implicit), True)
    little_group, big_group = int.from_bytes(head[:2], "little"), int.from_bytes(head[:2], "big")
    if required and not _may_begin(head):
        raise DicomError("not-dicom")
    little = little_group <= big_group if little_group != big_group else not (syntax and not syntax.little_endian)
    if syntax is not None and not _may_begin(head):  # begins with a private group: the bytes say nothing
        little = syntax.little_endian
    explicit = head[4:6] in _VRS
    return _Encoding(not explicit, little)


def _effective_syntax(
    syntax: TransferSyntax | None, declared: str | None, encoding: _Encoding
) -> tuple[TransferSyntax, bool]:
    """Return the syntax to read with, and whether the declared one was wrong about the data set's encoding."""
    if syntax is None:
        return _plain_syntax(encoding), False
    fits = (syntax.implicit, syntax.little_endian) == (encoding.implicit, encoding.little_endian)
    if fits or syntax.codec != "native":
        return syntax, not fits
    return _plain_syntax(encoding), True


def _plain_syntax(encoding: _Encoding) -> TransferSyntax:
    uid = ts.IMPLICIT_LITTLE_ENDIAN if encoding.implicit else ts.EXPLICIT_LITTLE_ENDIAN
    found = ts.transfer_syntax(uid if encoding.little_endian else ts.EXPLICIT_BIG_ENDIAN)
    assert found is not None
    return found


class _Body:
    """The walk over the top level, which stops before the pixels and steps over sequences no one could nest by hand."""

    def __init__(self, stream: BinaryIO, start: int, encoding: _Encoding, size: int) -> None:
        self._stream = stream
        self._position = start
        self._encoding = encoding
        self._size = size
        self._count = 0
        self._resume: int | None = None
        self.pixels: PixelElement | None = None
        self.marks: list[str] = []

    def read(self) -> Dataset:
        """Read the elements before the pixels."""
        found: dict[BaseTag, RawDataElement | DataElement] = {}
        place: int | None = self._position
        while place is not None:
            place = self._walk(place, found)
        elements = Dataset(found)
        encodings = convert_encodings(list(_charsets(elements)))
        elements.set_original_encoding(self._encoding.implicit, self._encoding.little_endian, encodings)
        return elements

    def _walk(self, place: int, found: dict[BaseTag, RawDataElement | DataElement]) -> int | None:
        """Read elements from `place`; return where to go on if something had to be stepped over."""
        self._resume = None
        self._stream.seek(place)
        try:
            for element in data_element_generator(
                self._stream, self._encoding.implicit, self._encoding.little_endian, self._stop, DEFER
            ):
                found[element.tag] = self._with_items(element)
                if isinstance(element, RawDataElement) and self._size < _end_of(element):
                    self.marks.append("truncated")
        except TROUBLE:
            self.marks.append("header-damaged")
        return self._resume

    def _with_items(self, element: RawDataElement | DataElement) -> RawDataElement | DataElement:
        """Have the bytes of a long sequence at hand: what is inside (places, windows of frames) is no bulk data."""
        if not isinstance(element, RawDataElement) or element.value is not None or not _is_sequence(element):
            return element
        if not 0 < element.length <= MAX_SEQUENCE:
            return element
        here = self._stream.tell()
        self._stream.seek(element.value_tell)
        whole = self._stream.read(element.length)
        self._stream.seek(here)
        return element._replace(value=whole)

    def _stop(self, tag: BaseTag, vr: str | None, length: int) -> bool:
        self._count += 1
        if self._count > MAX_ELEMENTS:
            raise DicomError("refused-limit", limit=MAX_ELEMENTS)
        if tag in PIXEL_TAGS:
            self.pixels = PixelElement(tag, vr, self._stream.tell(), None if length == UNDEFINED else length)
            return True
        return length == UNDEFINED and self._too_deep()

    def _too_deep(self) -> bool:
        """Step over an undefined-length value that is nested too deep or has too many items to be built."""
        here = self._stream.tell()
        try:
            end_of_sequence(self._stream, self._encoding.implicit, self._encoding.little_endian)
        except SequenceTooDeepError as error:
            self._resume = error.end
            self.marks.append("header-damaged")
            return True
        finally:
            self._stream.seek(here)
        return False


def _end_of(element: RawDataElement) -> int:
    """Say where an element ends by its length; one of undefined length was read to its delimiter."""
    return element.value_tell + (element.length if element.length != UNDEFINED else 0)


def _is_sequence(element: RawDataElement) -> bool:
    if element.VR not in (None, "UN"):
        return element.VR == "SQ"
    try:
        return dictionary_VR(element.tag) == "SQ"
    except KeyError:
        return False


def _charsets(elements: Dataset) -> tuple[str, ...]:
    return texts(elements, "SpecificCharacterSet") or ("ISO_IR 6",)
