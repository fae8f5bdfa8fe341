"""Where pictures are made: a few at a time, in sandboxed workers, none for somebody who has left."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio
import anyio.to_thread

from core.errors import DicomError, ScanshelfError, WorkerError
from core.job import Job, QuietJob
from dicom.decoder import Decoder
from dicom.description import ObjectDescription
from dicom.source import Content
from portal.server.problems import Problem
from portal.server.view.cache import Kept
from portal.server.view.frames import Sent, make_cover, make_frame, make_page, make_table, make_thumbnail
from portal.server.view.words import table_of

T = TypeVar("T")
Left = Callable[[], Awaitable[bool]]

AT_ONCE = 4
THUMBNAIL_SIZE = 160
_MOST_BYTES = 128 << 20
_MOST_DESCRIPTIONS = 2000


class Darkroom:
    """Makes what the page shows, and keeps what it made lately."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._places = anyio.CapacityLimiter(AT_ONCE)
        self._said: Kept[ObjectDescription] = Kept(_MOST_DESCRIPTIONS, lambda _: 1)
        self._made: Kept[Sent] = Kept(_MOST_BYTES, lambda sent: sent.size)

    async def describe(self, content: Content, left: Left) -> ObjectDescription:
        """Say what an object is."""
        found = self._said.get(content.key)
        if found is not None:
            return found
        return await self._work(lambda job: self._described(content, job), left)

    async def frame(self, content: Content, index: int, left: Left) -> Sent:
        """Give one frame or page (index from 0)."""

        def make(job: Job) -> Sent:
            said = self._described(content, job)
            if said.kind not in ("image", "video", "pdf"):
                raise DicomError("no-pixels")
            return make_frame(self._decoder, content, said, index, job)

        return await self._kept(("frame", content.key, index), make, left)

    async def cover(self, content: Content, index: int, left: Left) -> Sent:
        """Give the drawings over one frame."""

        def make(job: Job) -> Sent:
            return make_cover(self._decoder, content, self._described(content, job), index, job)

        return await self._kept(("cover", content.key, index), make, left)

    async def table(self, content: Content, index: int, place: int, left: Left) -> Sent:
        """Give the grey levels of one look of a frame that is no window."""

        def make(job: Job) -> Sent:
            said = self._described(content, job)
            levels = table_of(make_table(self._decoder, content, said, index, job), index, place)
            if levels is None:
                raise Problem("not-found")
            return Sent(levels, "application/octet-stream")

        return await self._kept(("table", content.key, index, place), make, left)

    async def thumbnail(self, content: Content, left: Left) -> Sent:
        """Give a small picture of an object."""

        def make(job: Job) -> Sent:
            return make_thumbnail(self._decoder, content, THUMBNAIL_SIZE, job)

        return await self._kept(("thumbnail", content.key), make, left)

    async def paper_pages(self, content: Content, left: Left) -> int:
        """Count the pages of a PDF."""
        return await self._work(lambda job: self._decoder.paper_pages(content, job), left)

    async def paper_page(self, content: Content, index: int, width: int, left: Left) -> Sent:
        """Give one page (index from 0) of a PDF."""

        def make(job: Job) -> Sent:
            return make_page(self._decoder.paper_page(content, index, width, job))

        return await self._kept(("paper", content.key, index, width), make, left)

    def _described(self, content: Content, job: Job) -> ObjectDescription:
        found = self._said.get(content.key)
        if found is None:
            found = self._decoder.describe(content, job)
            self._said.put(content.key, found)
        return found

    async def _kept(self, key: tuple[object, ...], make: Callable[[Job], Sent], left: Left) -> Sent:
        found = self._made.get(key)
        if found is None:
            found = await self._work(make, left)
            self._made.put(key, found)
        return found

    async def _work(self, make: Callable[[Job], T], left: Left) -> T:
        """Wait for a place and work, unless whoever asked has gone by then."""
        async with self._places:
            if await left():
                raise Problem("unavailable")
            try:
                return await anyio.to_thread.run_sync(make, QuietJob(), limiter=anyio.CapacityLimiter(1))
            except ScanshelfError as error:
                raise problem_of(error) from error
            except OSError as error:
                raise Problem("unavailable") from error


def problem_of(error: ScanshelfError) -> Problem:
    """Say in the API's words why something cannot be shown; `reason` is the code of what is wrong with it."""
    if isinstance(error, WorkerError) and error.code == "worker-unavailable":
        return Problem("unavailable", headers={"Retry-After": "5"})
    return Problem("not-found", reason=error.code)
