"""Short ways for the pixel tests to open files and bytes in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from dicom.description import ObjectDescription
from dicom.objects.opened import OpenedObject, open_object
from dicom.pixels.frames import read_frame
from dicom.pixels.layout import pixel_layout
from dicom.pixels.stored_frame import StoredFrame
from dicom.reading.bytes_source import ByteSource, FileBytes, MemoryBytes
from dicom.reading.dataset import DataSet, open_data_set
from dicom.reading.transfer_syntax import DEFLATED_IMAGE_FRAME, EXPLICIT_BIG_ENDIAN, transfer_syntax

_STAND_INS = {DEFLATED_IMAGE_FRAME: "1.2.840.10008.1.2.4.50"} | {
    f"1.2.840.10008.1.2.4.{tail}": "1.2.840.10008.1.2.4.201" for tail in (110, 111, 112)
}


@contextmanager
def opened_file(path: Path) -> Iterator[FileBytes]:
    """Open a file as the workers do: by descriptor."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield FileBytes(descriptor)
    finally:
        os.close(descriptor)


def stored(source: ByteSource, frame_index: int = 0) -> StoredFrame:
    """Decode one frame's stored values."""
    data_set: DataSet = open_data_set(source)
    return read_frame(data_set.source, pixel_layout(data_set), frame_index)


def stored_in(path: Path, frame_index: int = 0) -> StoredFrame:
    """Decode one frame of a file."""
    with opened_file(path) as source:
        return stored(source, frame_index)


def described(data: bytes | Path) -> OpenedObject:
    """Describe bytes or a file."""
    return open_object(MemoryBytes(data.read_bytes() if isinstance(data, Path) else data))


def image_bytes(
    pixels: np.ndarray | None = None,
    syntax: str = "1.2.840.10008.1.2.1",
    *,
    pixel_data: bytes | None = None,
    with_meta: bool = True,
    **values: object,
) -> bytes:
    """Write a made-up image object; `values` are DICOM keywords that replace or, as `None`, remove the usual ones.

    `pixel_data` is written as it is (already encapsulated, for compressed transfer syntaxes).
    """
    data_set = _usual(pixels if pixels is not None else np.zeros((4, 4), np.uint8))
    for keyword, value in values.items():
        if value is None:
            delattr(data_set, keyword)
        else:
            setattr(data_set, keyword, value)
    known = transfer_syntax(syntax)
    native = known is None or not known.encapsulated
    if (other := _STAND_INS.get(syntax)) is not None:
        # pydicom does not write it; the UID is as long as this one
        stand_in = image_bytes(pixels, other, pixel_data=pixel_data, with_meta=with_meta, **values)
        return stand_in.replace(other.encode(), syntax.encode().ljust(len(other), b"\0"))
    if syntax == EXPLICIT_BIG_ENDIAN and pixels is not None:
        data_set.PixelData = pixels.byteswap().tobytes()
    if pixel_data is not None:
        data_set.PixelData = pixel_data
    data_set["PixelData"].VR = "OB" if not native or data_set.BitsAllocated == 8 else "OW"
    data_set["PixelData"].is_undefined_length = not native
    return written(data_set, syntax, with_meta=with_meta)


def _usual(pixels: np.ndarray) -> Dataset:
    data_set = Dataset()
    data_set.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    data_set.SOPInstanceUID = "2.25.1"
    data_set.StudyInstanceUID = "2.25.2"
    data_set.SeriesInstanceUID = "2.25.3"
    data_set.Modality = "OT"
    data_set.PatientName = "Phantom^Anna"
    data_set.PatientID = "P1"
    data_set.SamplesPerPixel = pixels.shape[2] if pixels.ndim == 3 else 1
    data_set.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME2"
    if pixels.ndim == 3:
        data_set.PlanarConfiguration = 0
    data_set.Rows, data_set.Columns = pixels.shape[:2]
    bits = pixels.dtype.itemsize * 8
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit = bits, bits, bits - 1
    data_set.PixelRepresentation = int(pixels.dtype.kind == "i")
    data = np.ascontiguousarray(pixels).tobytes()
    data_set.PixelData = data + bytes(len(data) % 2)
    return data_set


def written(data_set: Dataset, syntax: str = "1.2.840.10008.1.2.1", *, with_meta: bool = True) -> bytes:
    """Write a data set as a file in memory."""
    out = BytesIO()
    implicit, little = syntax == "1.2.840.10008.1.2", syntax != "1.2.840.10008.1.2.2"
    if not with_meta:
        data_set.save_as(out, implicit_vr=implicit, little_endian=little, enforce_file_format=False)
        return out.getvalue()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = UID(syntax)
    data_set.file_meta.MediaStorageSOPClassUID = data_set.get("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7")
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.get("SOPInstanceUID", "2.25.1")
    data_set.save_as(out, implicit_vr=implicit, little_endian=little, enforce_file_format=True)
    return out.getvalue()


def encapsulated(*frames: bytes, offsets: bool = False) -> bytes:
    """Wrap compressed frames, one fragment each."""
    return encapsulate(list(frames), has_bot=offsets)


def shown(data: bytes, frame_index: int = 0) -> tuple[StoredFrame, ObjectDescription]:
    """Decode a frame of bytes and describe their object."""
    opened = described(data)
    source = opened.inflated or MemoryBytes(data)
    return read_frame(source, opened.pixel_layout(), frame_index), opened.description
