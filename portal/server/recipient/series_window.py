"""One window for a series whose files give none, so that nothing jumps while it is leafed through."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from core.errors import ScanshelfError
from core.job import Job
from dicom.decoding.decoder import Decoder
from dicom.description import ObjectDescription, Window
from dicom.showing.windows.set_window import Spread, has_no_window, next_places, window_of
from dicom.source import Content, FrameRef

Described = Callable[[Content, Job], ObjectDescription]
Member = tuple[Content, int]  # an object, and how many frames its header says it has


def find_window(decoder: Decoder, described: Described, members: Sequence[Member], job: Job) -> Window | None:
    """Look at some frames all along a series, as the viewer does; None for one frame, and where files give windows."""
    count = sum(frames for _, frames in members)
    known: dict[int, Spread] = {}
    while count > 1 and (places := next_places(count, known)):
        for place in places:
            known[place] = _spread(decoder, described, *_frame_at(members, place), job)
    return window_of(known)


def _frame_at(members: Sequence[Member], place: int) -> tuple[Content, int]:
    for content, frames in members:
        if place < frames:
            return content, place
        place -= frames
    raise IndexError(place)


def _spread(decoder: Decoder, described: Described, content: Content, index: int, job: Job) -> Spread:
    job.check()
    try:
        said = described(content, job)
        return decoder.spread(FrameRef(content, index), job) if has_no_window(said, index) else ()
    except (ScanshelfError, OSError):
        return ()  # what cannot be read has nothing to tell
