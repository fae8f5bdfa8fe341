"""From a frame of a display set to a frame ready for drawing: decode, first look, prepare. Runs in a lane thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from core.job import Job
from dicom.description import ObjectDescription
from dicom.source import Content, FrameRef
from viewer.display_sets import ShownFrame
from viewer.prepare import PreparedFrame, prepare_colour, prepare_grey
from viewer.shading import Stored, Voi, colour_picture, first_look, is_colour, padding_range, shutter_mask
from viewer.view_state import ImageShape, image_shape

PAGE_WIDTH = 1600  # pixels of a document's page: sharp on a screen, a few megabytes in memory


class FrameDecoder(Protocol):
    """The part of `dicom.decoder.Decoder` a viewer needs."""

    def describe(self, content: Content, job: Job) -> ObjectDescription:
        """Say what an object is."""

    def frame(self, ref: FrameRef, job: Job) -> Stored:
        """Decode one frame."""

    def page(self, content: Content, page_index: int, width: int, job: Job) -> NDArray[np.uint8]:
        """Draw one page of a document as RGB."""

    def thumbnail(self, content: Content, size: int, job: Job) -> NDArray[np.uint8]:
        """Draw a small picture of an object, grey or RGB."""


@dataclass(frozen=True, slots=True)
class LoadedFrame:
    """A frame ready for drawing; `first_look` is how the file, else its values, want it shown."""

    shown: ShownFrame
    prepared: PreparedFrame
    shape: ImageShape
    first_look: Voi | None

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self.prepared.nbytes


def load_frame(decoder: FrameDecoder, shown: ShownFrame, job: Job) -> LoadedFrame:
    """Decode and prepare one frame or page; raises `DicomError`, `WorkerError`, `SourceError`, `OSError`."""
    said = shown.description
    if said.kind == "pdf":
        page = decoder.page(shown.content, shown.frame_index, PAGE_WIDTH, job)
        return LoadedFrame(shown, prepare_colour(page), ImageShape(page.shape[1], page.shape[0]), None)
    stored = decoder.frame(shown.ref, job)
    job.check()
    rows, columns = stored.pixels.shape[:2]
    shape = image_shape(said, shown.frame_index, columns, rows)
    if is_colour(stored, said):
        return LoadedFrame(shown, prepare_colour(colour_picture(stored, said, shown.frame_index)), shape, None)
    look = first_look(stored, said, shown.frame_index)
    picture = shutter_mask(said, rows, columns)
    prepared = prepare_grey(stored.pixels, padding_range(said), picture)
    return LoadedFrame(shown, prepared, shape, look)
