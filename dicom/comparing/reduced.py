"""Whether one of two images is a reduced copy of the other, as viewers on discs bring along under its UID."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from core.job import Job
from dicom.source import Content, FrameRef

if TYPE_CHECKING:
    from dicom.description import ObjectDescription
    from dicom.pixels.stored_frame import StoredFrame

_ALIKE = 0.9
_MOST_PIXELS = 64 << 20
_SHAPE = 0.02

Grey = NDArray[np.float32]


class Decoder(Protocol):
    """Looks into objects in a worker; `dicom.decoding.decoder.Decoder` is one."""

    def describe(self, content: Content, job: Job) -> ObjectDescription:
        """Say what the object is."""

    def frame(self, ref: FrameRef, job: Job) -> StoredFrame:
        """Decode one frame."""


def reduced_of(decoder: Decoder, one: Content, other: Content, job: Job) -> Literal["one", "other"] | None:
    """Say which of two is a reduced copy of the other: smaller, coarser or lossy, and the same picture.

    Raises what the decoder raises.
    """
    first, second = decoder.describe(one, job), decoder.describe(other, job)
    if not _comparable(first, second):
        return None
    which = _lesser(first, second)
    if which is None:
        return None
    small, large = (one, other) if which == "one" else (other, one)
    index = first.number_of_frames // 2
    pictures = [decoder.frame(FrameRef(content, index), job).pixels for content in (small, large)]
    greys = [_grey(pixels) for pixels in pictures]
    if any(grey is None for grey in greys):
        return None
    return which if likeness(*greys) >= _ALIKE else None  # type: ignore[arg-type]


def _comparable(first: ObjectDescription, second: ObjectDescription) -> bool:
    both = (first, second)
    if any(said.kind != "image" or not said.rows or not said.columns for said in both):
        return False
    if any(said.rows * said.columns > _MOST_PIXELS for said in both):
        return False
    same = ("study_instance_uid", "series_instance_uid", "instance_number", "number_of_frames")
    if any(getattr(first, name) != getattr(second, name) for name in same):
        return False
    if any("truncated" in said.marks for said in both):
        return False
    across, along = first.rows * second.columns, second.rows * first.columns
    return abs(across - along) <= _SHAPE * max(across, along)


def _lesser(first: ObjectDescription, second: ObjectDescription) -> Literal["one", "other"] | None:
    """Say which is less in something and more in nothing."""
    a, b = ((said.rows * said.columns, said.bits_stored, 1 if said.lossy == "no" else 0) for said in (first, second))
    if a == b:
        return None
    if all(x <= y for x, y in zip(a, b, strict=True)):
        return "one"
    return "other" if all(x >= y for x, y in zip(a, b, strict=True)) else None


def _grey(pixels: NDArray[np.generic]) -> Grey | None:
    """Give one plane; colour only where it is grey written as colour."""
    values = pixels.astype(np.float32)
    if values.ndim == 2:
        return values
    if float(np.abs(values - values[:, :, :1]).max()) > 8.0:
        return None
    return np.ascontiguousarray(values[:, :, 0])


def likeness(small: Grey, large: Grey) -> float:
    """Give the best correlation of the small picture with the large one brought to its size, 0 to 1.

    It may have been averaged or every n-th pixel taken, and may be inverted.
    """
    rows, columns = small.shape
    ways = [_averaged(large, rows, columns), *(_picked(large, rows, columns, phase) for phase in (0.0, 0.5, 0.999))]
    return max(abs(_correlation(small, way)) for way in ways)


def _picked(large: Grey, rows: int, columns: int, phase: float) -> Grey:
    down = np.minimum(((np.arange(rows) + phase) * large.shape[0] / rows).astype(int), large.shape[0] - 1)
    across = np.minimum(((np.arange(columns) + phase) * large.shape[1] / columns).astype(int), large.shape[1] - 1)
    return large[np.ix_(down, across)]


def _averaged(large: Grey, rows: int, columns: int) -> Grey:
    down = np.linspace(0, large.shape[0], rows + 1).astype(int)[:-1]
    across = np.linspace(0, large.shape[1], columns + 1).astype(int)[:-1]
    sums = np.add.reduceat(np.add.reduceat(large.astype(np.float64), down, 0), across, 1)
    counts = np.outer(np.diff([*down, large.shape[0]]), np.diff([*across, large.shape[1]]))
    return np.asarray(sums / np.maximum(counts, 1), np.float32)


def _correlation(one: Grey, other: Grey) -> float:
    first, second = (np.asarray(each, np.float64).ravel() - float(each.mean()) for each in (one, other))
    length = float(np.sqrt((first @ first) * (second @ second)))
    return float(first @ second) / length if length else 0.0
