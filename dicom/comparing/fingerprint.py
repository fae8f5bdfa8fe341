"""Fingerprints by which two objects are compared: of the data set whatever its encoding, and of the decoded pixels."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from pydicom.datadict import dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag
from pydicom.values import convert_SQ

from core.errors import DicomError
from core.workers.task import TaskCall
from dicom.objects.opened import OpenedObject
from dicom.pixels.fragments import read_fragments
from dicom.pixels.frames import read_frame, read_words
from dicom.pixels.layout import PixelLayout, pixel_layout
from dicom.reading.bytes_source import ByteSource, chunks
from dicom.reading.dataset import DataSet, open_data_set
from dicom.reading.elements import ITEM_TAG, MAX_ITEMS, TROUBLE, quietly
from dicom.reading.keywords import PIXEL_TAGS
from dicom.reading.sequences import MAX_DEPTH

Check = Callable[[], None]
# Offset tables, planar configuration, photometric interpretation, lossy flags: they change with the wrapping alone.
WRAPPING = frozenset((0x7FE00001, 0x7FE00002, 0x7FE00003, 0x00280004, 0x00280006, 0x00282110, 0x00282112, 0x00282114))
_PADDING = 0xFFFCFFFC
_LENGTH_TO_END = 0x00080001
_WORD_BYTES = {
    "OW": 2, "US": 2, "SS": 2, "AT": 2, "OF": 4, "OL": 4, "UL": 4, "SL": 4, "FL": 4, "OD": 8, "OV": 8, "FD": 8,
    "SV": 8, "UV": 8,
}  # fmt: skip
_NUMBER_KINDS = {
    "US": "<u2", "SS": "<i2", "UL": "<u4", "SL": "<i4", "FL": "<f4", "FD": "<f8", "UV": "<u8", "SV": "<i8",
}  # fmt: skip
_TEXT_VRS = frozenset(
    ["AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"]
)


class Digest(Protocol):
    """The part of a hashlib object used here."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""


@quietly
def data_set_fingerprint(source: ByteSource, check: Check) -> dict[str, str]:
    """Return hashes of one object: "attributes", "attributes_of_image" and "pixels" (as stored).

    Preamble, meta group, group lengths, trailing padding, VR encoding, byte order and sequence lengths do not count;
    "attributes_of_image" also leaves out what changes when a picture is wrapped in another transfer syntax.
    """
    data_set = open_data_set(source)
    every, image = hashlib.sha256(), hashlib.sha256()
    for tag in sorted(data_set.elements.keys()):
        check()
        if tag in PIXEL_TAGS or not counts(tag):
            continue
        hash_element(every, data_set, data_set.elements, tag, 0, check)
        if tag not in WRAPPING:
            hash_element(image, data_set, data_set.elements, tag, 0, check)
    return {
        "attributes": every.hexdigest(),
        "attributes_of_image": image.hexdigest(),
        "pixels": _stored_pixels(data_set, check),
    }


def counts(tag: BaseTag) -> bool:
    return tag.element != 0 and tag not in (_PADDING, _LENGTH_TO_END)


def hash_element(digest: Digest, data_set: DataSet, elements: Dataset, tag: BaseTag, depth: int, check: Check) -> None:
    digest.update(int(tag).to_bytes(4, "big"))
    raw: Any = elements.get_item(tag, keep_deferred=True)
    sequence = _sequence(elements, tag, raw)
    if sequence is not None and depth < MAX_DEPTH:
        digest.update(b"(")
        for item in sequence:
            digest.update(b"[")
            for inner in sorted(item.keys()):
                if counts(inner):
                    hash_element(digest, data_set, item, inner, depth + 1, check)
            digest.update(b"]")
        digest.update(b")")
    else:
        is_raw = isinstance(raw, RawDataElement)
        length = _hash_value(digest, data_set, raw, check) if is_raw else _hash_built(digest, raw)
        digest.update(b"%d=" % length)  # so that no value can pass for the elements behind it


def _sequence(elements: Dataset, tag: BaseTag, raw: Any) -> Sequence | None:
    """Return the items of a sequence, also of one whose VR got lost on the way through implicit VR."""
    try:
        if isinstance(raw, DataElement):
            return raw.value if raw.VR == "SQ" else None
        value = raw.value or b""
        if value.count(ITEM_TAG) > MAX_ITEMS:
            return None
        if raw.VR == "SQ" or (raw.VR in (None, "UN") and not value):
            found = elements[tag].value
            return found if isinstance(found, Sequence) else None
        if raw.VR in (None, "UN") and value.startswith(ITEM_TAG):
            return convert_SQ(value, raw.is_implicit_VR or raw.VR == "UN", raw.is_little_endian)
    except TROUBLE:
        return None
    return None


def _hash_value(digest: Digest, data_set: DataSet, raw: RawDataElement, check: Check) -> int:
    """Hash a value's bytes in little endian without its padding, in pieces where it stayed in the source."""
    if raw.value is not None:
        value = _canonical(raw.value, raw)
        digest.update(value)
        return len(value)
    left, length = raw.length, 0
    for chunk in chunks(data_set.source, raw.value_tell, raw.length, check):
        left -= len(chunk)
        piece = _canonical(chunk, raw) if left <= 0 else _swapped(chunk, raw)
        digest.update(piece)
        length += len(piece)
    return length


def _hash_built(digest: Digest, element: Any) -> int:
    value = _built_value(element)
    digest.update(value)
    return len(value)


def _canonical(value: bytes, raw: RawDataElement) -> bytes:
    found = _swapped(value, raw)
    return found.rstrip(b" \0") if _is_text(raw.tag) else found


def _is_text(tag: BaseTag) -> bool:
    """Say by the dictionary, not by the file, whether a value may carry padding: implicit VR has lost the rest."""
    try:
        return not tag.is_private and dictionary_VR(tag) in _TEXT_VRS
    except KeyError:
        return False


def _swapped(value: bytes, raw: RawDataElement) -> bytes:
    width = 1 if raw.is_little_endian else _WORD_BYTES.get(str(raw.VR), 1)
    if width == 1:
        return value
    return np.frombuffer(value[: len(value) // width * width], f">u{width}").astype(f"<u{width}").tobytes()


def _built_value(element: Any) -> bytes:
    """Return the bytes of a value that pydicom has converted already, as they would lie in a little-endian file."""
    value = getattr(element, "value", None)
    if isinstance(value, bytes) or value is None:
        return value or b""
    several = value if isinstance(value, MultiValue | list | tuple) else [value]
    if (kind := _NUMBER_KINDS.get(str(element.VR))) is not None:
        return np.asarray(several, kind).tobytes()
    return "\\".join(map(str, several)).encode("utf-8", "replace").rstrip(b" \0")


def _stored_pixels(data_set: DataSet, check: Check) -> str:
    """Hash the pixels: words of native frames, compressed bytes of others; "" if there are none."""
    pixels = data_set.pixels
    if pixels is None:
        return ""
    try:
        layout = pixel_layout(data_set)
        return _native_words(data_set, layout, check) if layout.codec == "native" else _coded_bytes(data_set, check)
    except DicomError:  # pixels nobody can take apart are the same only if their bytes are
        length = data_set.source.size - pixels.offset if pixels.length is None else pixels.length
        digest = hashlib.sha256()
        for chunk in chunks(data_set.source, pixels.offset, length, check):
            digest.update(chunk)
        return f"bytes {digest.hexdigest()}"


def _native_words(data_set: DataSet, layout: PixelLayout, check: Check) -> str:
    digest = hashlib.sha256()
    for index in range(layout.frames):
        check()
        digest.update(contiguous(read_words(data_set.source, layout, index)[0]))
    return f"words {digest.hexdigest()}{_undeclared(data_set.source, layout, check)}"


def _undeclared(source: ByteSource, layout: PixelLayout, check: Check) -> str:
    """Hash what lies behind the frames that native pixels declare; "" for nothing but zeros."""
    end = -(-layout.frames * layout.frame_bits // 8)
    length = source.size - layout.element.offset if layout.element.length is None else layout.element.length
    digest, empty = hashlib.sha256(), True
    for chunk in chunks(source, layout.element.offset + end, length - end, check):
        digest.update(chunk)
        empty = empty and not chunk.strip(b"\0")
    return "" if empty else f" and {digest.hexdigest()}"


def _coded_bytes(data_set: DataSet, check: Check) -> str:
    assert data_set.pixels is not None
    digest = hashlib.sha256()
    for fragment in read_fragments(data_set.source, data_set.pixels.offset, data_set.little_endian).fragments:
        for chunk in chunks(data_set.source, fragment.offset, fragment.length, check):
            digest.update(chunk)
    return f"coded {digest.hexdigest()}"


def contiguous(pixels: Any) -> bytes:
    return np.ascontiguousarray(pixels).tobytes()


def pixel_fingerprint(opened: OpenedObject, source: ByteSource, call: TaskCall) -> dict[str, str]:
    """Hash every frame's decoded values with its shape; raises `DicomError` if a frame cannot be decoded."""
    layout = opened.pixel_layout()
    digest = hashlib.sha256()
    if layout.codec == "video" or any(plane.embedded_bit is not None for plane in opened.description.overlays):
        raise DicomError("unsupported-transfer-syntax")  # frames alone do not tell all that is in the pixels
    for index in range(layout.frames):
        call.working_on(index)
        call.check()
        frame = read_frame(source, layout, index)
        digest.update(f"{frame.pixels.shape} {frame.pixels.dtype} {frame.photometric_interpretation}".encode())
        digest.update(contiguous(frame.pixels))
    behind = _undeclared(source, layout, call.check) if layout.codec == "native" else ""
    return {"pixels": digest.hexdigest() + behind}
