"""Short ways for the pixel tests to open files and bytes in this process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dicom.bytes_source import ByteSource, FileBytes, MemoryBytes
from dicom.dataset import DataSet, open_data_set
from dicom.frames import read_frame
from dicom.layout import pixel_layout
from dicom.opened import OpenedObject, open_object
from dicom.stored_frame import StoredFrame


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
