"""One frame on its way to a browser: as words with what they mean, or as a finished picture."""

from __future__ import annotations

import gzip
import json
from dataclasses import asdict, dataclass, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError, WorkerError
from core.job import Job
from dicom.decoding.decoder import Decoder
from dicom.description import LookupTable, ObjectDescription, OverlayPlane, Window
from dicom.showing.colour import is_colour
from dicom.showing.display import Voi, is_inverted, picture
from dicom.showing.frame_words import frame_lines
from dicom.showing.geometry import edge_letters
from dicom.showing.overlay import line_mask
from dicom.showing.resample import pixel_shape
from dicom.showing.shutter import shutter_mask
from dicom.showing.windows.fine_windows import exact
from dicom.showing.windows.voi import voi_choices
from dicom.source import Content, FrameRef
from portal.server.recipient.grey_words import Words, is_finite, looks_of, to_words
from portal.server.recipient.page_shapes import FrameFacts, ViewLook

PAGE_WIDTH = 1600  # pixels: sharp on a screen
_MOST_LOOKS = 24
_MOST_NAME = 64
_MOST_LINE = 64
_MOST_HEADER = 3000  # nginx takes 4 KB for all of them
_LIGHTLY = 1
_OUTLINE = 190  # how dense the black around a white line is, so that it is seen on white


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer: its bytes and kind; `facts` go into the header `Frame-Facts`."""

    body: bytes
    media_type: str
    packed: bool = False  # gzip
    facts: str | None = None

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return len(self.body) + len(self.facts or "")


def make_frame(decoder: Decoder, content: Content, said: ObjectDescription, index: int, job: Job) -> Sent:
    """Decode one frame or page (index from 0) and wrap it up; raises `DicomError`, `WorkerError`."""
    if said.kind == "pdf":
        page = decoder.page(content, index, PAGE_WIDTH, job)
        return _picture(page, FrameFacts("pages", page.shape[0], page.shape[1]))
    stored = decoder.frame(FrameRef(content, index), job, for_display=True)
    rows, columns = stored.pixels.shape[:2]
    if is_colour(stored.pixels, stored.photometric_interpretation) or said.supplemental_palette is not None:
        pixels = picture(stored, said, index).pixels
        return _picture(pixels, FrameFacts("picture", rows, columns, marks=stored.marks, **_place(said, index)))
    return _grey(stored.pixels, said, index, stored.marks)


def make_table(decoder: Decoder, content: Content, said: ObjectDescription, index: int, job: Job) -> Words:
    """Decode a frame only for what its words mean."""
    stored = decoder.frame(FrameRef(content, index), job, for_display=True)
    if is_colour(stored.pixels, stored.photometric_interpretation):
        raise DicomError("no-pixels")
    return to_words(stored.pixels, said, index)


def make_cover(decoder: Decoder, content: Content, said: ObjectDescription, index: int, job: Job) -> Sent:
    """Draw what lies over a frame, clear elsewhere: black outside its shutter, overlays as white lines within black."""
    rows, columns = said.rows, said.columns
    cover = np.zeros((rows, columns, 4), np.uint8)
    if said.shutter is not None:
        inside = shutter_mask(said.shutter, rows, columns)
        if inside.any():
            cover[:, :, 3] = 255 - inside
    lines = line_mask(_overlays(decoder, content, index, job), rows, columns)
    cover[(np.asarray(cv2.dilate(lines, np.ones((3, 3), np.uint8))) > 0) & (cover[:, :, 3] == 0)] = (0, 0, 0, _OUTLINE)
    cover[lines > 0] = 255
    return Sent(_png(cover), "image/png")


def make_thumbnail(decoder: Decoder, content: Content, size: int, window: Window | None, job: Job) -> Sent:
    """Draw a small picture of an object; `window` is its series' where its file gives none."""
    return Sent(_png(decoder.thumbnail(content, size, job, window=window)), "image/png")


def make_page(pixels: NDArray[Any]) -> Sent:
    """Wrap up one page of a paper."""
    return _picture(np.asarray(pixels, np.uint8), FrameFacts("pages", pixels.shape[0], pixels.shape[1]))


def _overlays(decoder: Decoder, content: Content, index: int, job: Job) -> list[tuple[OverlayPlane, NDArray[np.uint8]]]:
    try:
        return decoder.overlays(FrameRef(content, index), job)
    except (DicomError, WorkerError):
        return []  # the picture is shown without them


def _grey(pixels: NDArray[Any], said: ObjectDescription, index: int, marks: tuple[str, ...]) -> Sent:
    words = to_words(pixels, said, index)
    slope, intercept = words.rescale(index)
    own = bool(voi_choices(said, index))
    choices = looks_of(pixels, said, index)[:_MOST_LOOKS]
    if not own and abs(slope) < 1:
        choices = tuple(exact(voi) if isinstance(voi, Window) else voi for voi in choices)
    looks = tuple(_look(voi, place) for place, voi in enumerate(choices) if is_finite(voi))
    facts = FrameFacts(
        "grey16",
        pixels.shape[0],
        pixels.shape[1],
        signed=words.signed,
        slope=slope,
        intercept=intercept,
        inverted=is_inverted(said),
        padding=words.padding,
        looks=looks,
        own=own,
        marks=marks,
        **_place(said, index),
    )
    little = np.ascontiguousarray(words.pixels.astype(words.pixels.dtype.newbyteorder("<"), copy=False))
    return Sent(
        gzip.compress(little.tobytes(), _LIGHTLY, mtime=0), "application/octet-stream", True, facts_header(facts)
    )


def _look(voi: Voi, place: int) -> ViewLook:
    name = (voi.explanation or "").strip()[:_MOST_NAME]
    if isinstance(voi, LookupTable):
        return ViewLook(name, table=place)
    return ViewLook(name, voi.center, voi.width, voi.function)


def _place(said: ObjectDescription, index: int) -> dict[str, Any]:
    """Say how a frame lies on the screen and in the patient."""
    height, width = pixel_shape(said, index)
    letters = edge_letters(said, index)
    spacing = said.frame_info(index).pixel_spacing or said.imager_pixel_spacing
    return {
        "aspect": height / width if height > 0 and width > 0 else 1.0,
        "edges": (letters.left, letters.top, letters.right, letters.bottom),
        "spacing": spacing,
        "cover": bool(said.overlays) or said.shutter is not None,
        "lines": tuple(_short(line) for line in frame_lines(said, index, str) if line),
    }


def _short(line: str) -> str:
    return line if len(line) <= _MOST_LINE else f"{line[: _MOST_LINE - 1]}…"


def _picture(pixels: NDArray[np.uint8], facts: FrameFacts) -> Sent:
    return Sent(_png(pixels), "image/png", facts=facts_header(facts))


def _png(pixels: NDArray[np.uint8]) -> bytes:
    if pixels.ndim == 3:
        order = cv2.COLOR_RGBA2BGRA if pixels.shape[2] == 4 else cv2.COLOR_RGB2BGR
        pixels = np.asarray(cv2.cvtColor(np.ascontiguousarray(pixels), order), np.uint8)
    done, packed = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 2])
    if not done:
        raise DicomError("decode-failed", reason="png")
    return packed.tobytes()


def facts_header(facts: FrameFacts) -> str:
    """Write the header `Frame-Facts`; of very many looks the last are left out, as proxies take no longer headers."""
    said = json.dumps(asdict(facts), separators=(",", ":"), allow_nan=False)
    if len(said) <= _MOST_HEADER or not facts.looks:
        return said
    return facts_header(replace(facts, looks=facts.looks[:-1]))
