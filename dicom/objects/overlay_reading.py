"""Reading overlay planes (60xx): they lie in an element of their own, or in unused bits of the pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dicom.description import OverlayPlane
from dicom.objects.opened import OpenedObject
from dicom.pixels.frames import read_words
from dicom.reading.bytes_source import ByteSource
from dicom.reading.dataset import DataSet
from dicom.reading.elements import quietly, raw_element, value
from dicom.showing.overlay import Plane

MAX_PLANE_PIXELS = 1 << 28


@quietly
def read_overlays(data_set: DataSet, opened: OpenedObject, source: ByteSource, frame_index: int) -> list[Plane]:
    """Read the planes that lie over one frame (index from 0), each as 0/1 bytes (rows, columns)."""
    found: list[Plane] = []
    for plane in opened.description.overlays:
        index = _index_in_plane(plane, frame_index)
        if index is None or plane.rows * plane.columns > MAX_PLANE_PIXELS:
            continue
        if plane.embedded_bit is None:
            bits = _own_bits(data_set, plane, index)
        else:
            bits = _embedded_bits(opened, source, plane, plane.embedded_bit, frame_index)
        if bits is not None:
            found.append((plane, bits))
    return found


def _index_in_plane(plane: OverlayPlane, frame_index: int) -> int | None:
    """Return which frame of the plane lies over the image frame; a plane of one frame may lie over all."""
    index = frame_index - (plane.frame_origin - 1)
    if plane.frames == 1 and plane.frame_origin == 1:
        return 0
    return index if 0 <= index < plane.frames else None


def _own_bits(data_set: DataSet, plane: OverlayPlane, index: int) -> NDArray[np.uint8] | None:
    data = overlay_data(data_set, plane.group)
    if not data:
        return None
    size = plane.rows * plane.columns
    first = index * size
    packed = np.frombuffer(data, np.uint8)
    cells = np.unpackbits(packed[first // 8 : -(-(first + size) // 8)], bitorder="little")[first % 8 :][:size]
    if cells.size < size:
        cells = np.pad(cells, (0, size - cells.size))
    return cells.reshape(plane.rows, plane.columns)


def overlay_data(data_set: DataSet, group: int) -> bytes:
    """Read the packed bits of one plane, which may lie in the source still."""
    raw = raw_element(data_set.elements, group << 16 | 0x3000)
    if raw is None:
        found = value(data_set.elements, group << 16 | 0x3000)
        return found if isinstance(found, bytes) else b""
    data = raw.value if raw.value is not None else data_set.source.read_at(raw.value_tell, min(raw.length, 1 << 29))
    if raw.VR == "OW" and not data_set.little_endian:
        return np.frombuffer(data[: len(data) // 2 * 2], ">u2").astype("<u2").tobytes()
    return data


def _embedded_bits(
    opened: OpenedObject, source: ByteSource, plane: OverlayPlane, bit: int, frame_index: int
) -> NDArray[np.uint8] | None:
    """Take one bit out of the raw pixel word, before it is masked (PS3.3 C.9.2, retired)."""
    layout = opened.layout
    if layout is None or layout.float_bits or not 0 <= bit < layout.bits_allocated or layout.codec == "video":
        return None
    words, _layout, _decoder = read_words(source, layout, frame_index)
    if words.ndim != 2 or words.dtype.kind not in "iu" or bit >= words.dtype.itemsize * 8:
        return None
    unsigned = words.view(f"<u{words.dtype.itemsize}")
    return np.asarray((unsigned >> unsigned.dtype.type(bit)) & 1, np.uint8)
