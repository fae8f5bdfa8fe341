"""From a frame of a display set to a frame ready for drawing: decode, first look, prepare. Runs in a lane thread."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError, WorkerError
from core.job import Job
from dicom.description import ObjectDescription, OverlayPlane, Window
from dicom.series.display_sets import ShownFrame
from dicom.showing.modality import modality_values
from dicom.showing.overlay import line_mask
from dicom.showing.windows.fine_windows import exact, grain_of
from dicom.showing.windows.first_look import default_voi
from dicom.showing.windows.voi import Voi, padding_range, voi_choices
from dicom.source import Content, FrameRef
from viewer.rendering.prepare import PreparedFrame, picture_mask, prepare_colour, prepare_grey, with_drawing
from viewer.rendering.shading import Stored, colour_picture, is_monotonic, shutter_of
from viewer.rendering.view_state import ImageShape, image_shape

PAGE_WIDTH = 1600  # pixels of a document's page: sharp on a screen, a few megabytes in memory


class FrameDecoder(Protocol):
    """The part of `dicom.decoding.decoder.Decoder` a viewer needs."""

    def describe(self, content: Content, job: Job) -> ObjectDescription:
        """Say what an object is."""

    def frame(self, ref: FrameRef, job: Job, *, for_display: bool = False) -> Stored:
        """Decode one frame; `for_display` gives what is to be seen of it."""

    def overlays(self, ref: FrameRef, job: Job) -> list[tuple[OverlayPlane, NDArray[np.uint8]]]:
        """Read the overlay planes over one frame as 0/1 bytes (rows, columns)."""

    def page(
        self, content: Content, page_index: int, width: int, job: Job, *, of: str | None = None
    ) -> NDArray[np.uint8]:
        """Draw one page of a document as RGB; `of` is the SOP Instance UID it must still have."""

    def spread(self, ref: FrameRef, job: Job) -> tuple[float, ...]:
        """Say how the values of a grey frame are spread, from the smallest to the largest in even quantiles."""

    def thumbnail(
        self,
        content: Content,
        size: int,
        job: Job,
        *,
        of: str | None = None,
        frame_index: int | None = None,
        window: Window | None = None,
    ) -> NDArray[np.uint8]:
        """Draw a small picture of one frame of an object, grey or RGB; `window` takes the place of the file's."""


@dataclass(frozen=True, slots=True)
class LoadedFrame:
    """A frame ready for drawing; `first_look` is how the file, else its values, want it shown (None for colour).

    `display` says what is still to be done to the prepared values: the object's description, without the modality step
    where that was done before.
    """

    shown: ShownFrame
    prepared: PreparedFrame
    shape: ImageShape
    first_look: Voi | None
    display: ObjectDescription
    drawings_missing: bool = False  # the file has overlay planes that could not be read
    marks: tuple[str, ...] = ()  # what had to be forgiven to decode it

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return self.prepared.nbytes


def load_frame(decoder: FrameDecoder, shown: ShownFrame, job: Job) -> LoadedFrame:
    """Decode and prepare one frame or page; raises `DicomError`, `WorkerError`, `SourceError`, `OSError`."""
    said, index = shown.description, shown.frame_index
    if said.kind == "pdf":
        page = decoder.page(shown.content, index, PAGE_WIDTH, job, of=said.sop_instance_uid)
        return LoadedFrame(shown, prepare_colour(page), ImageShape(page.shape[1], page.shape[0]), None, said)
    stored = decoder.frame(shown.ref, job, for_display=True)
    job.check()
    rows, columns = stored.pixels.shape[:2]
    shape = image_shape(said, index, columns, rows)
    colour = colour_picture(stored, said, index)
    if colour is not None:
        loaded = LoadedFrame(shown, prepare_colour(colour), shape, None, said)
    else:
        loaded = _grey_frame(shown, stored.pixels, shape)
    loaded = replace(loaded, marks=stored.marks)
    return _with_drawings(decoder, loaded, job) if said.overlays else loaded


def _with_drawings(decoder: FrameDecoder, loaded: LoadedFrame, job: Job) -> LoadedFrame:
    """Add the overlay planes; if they cannot be read the picture is shown all the same and says so."""
    try:
        planes = decoder.overlays(loaded.shown.ref, job)
    except (DicomError, WorkerError):
        return replace(loaded, drawings_missing=True)
    if not planes:
        return loaded
    drawing = line_mask(planes, loaded.shape.rows, loaded.shape.columns)
    return replace(loaded, prepared=with_drawing(loaded.prepared, drawing))


def _first_look(pixels: NDArray[Any], said: ObjectDescription, frame_index: int) -> Voi:
    """Return how a frame by itself is first seen.

    Where values are finer than whole numbers a window over them is exact, so that its width says what is seen.
    """
    look = default_voi(pixels, said, frame_index)
    is_fine = pixels.dtype.kind == "f" or grain_of(said, frame_index) < 1
    own = bool(voi_choices(said, frame_index))
    return exact(look) if is_fine and not own and isinstance(look, Window) else look


def _padding(pixels: NDArray[Any], said: ObjectDescription) -> tuple[float, float] | None:
    return said.float_padding if pixels.dtype.kind == "f" else padding_range(said)


def _grey_frame(shown: ShownFrame, pixels: NDArray[Any], shape: ImageShape) -> LoadedFrame:
    said, index = shown.description, shown.frame_index
    look = _first_look(pixels, said, index)
    keep, padding = shutter_of(said, shape.rows, shape.columns), _padding(pixels, said)
    if padding is not None:
        keep = picture_mask(pixels, padding, keep)
    if said.modality_lut is not None and (pixels.dtype.itemsize > 2 or not is_monotonic(said.modality_lut)):
        pixels = modality_values(pixels, said, index)
        said = replace(said, modality_lut=None, frame_infos=())
    return LoadedFrame(shown, prepare_grey(pixels, picture=keep), shape, look, said)
