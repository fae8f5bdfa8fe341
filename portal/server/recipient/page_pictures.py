"""The pictures of the recipient's page: made in turns, none for somebody who has left, and kept for a while."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from time import monotonic
from typing import TypeVar

from core.errors import DicomError, WorkerError
from core.job import Job, QuietJob
from dicom.description import ObjectDescription, Window
from dicom.showing.windows.set_window import has_no_window
from dicom.source import Content
from portal.server.base.problems import Problem
from portal.server.objects.soundness import Unsound
from portal.server.pictures.workers import in_turn, worker_problems
from portal.server.recipient.frames import Sent, make_cover, make_frame, make_page, make_table, make_thumbnail
from portal.server.recipient.grey_words import table_of
from portal.server.recipient.recently_made import RecentlyMade
from portal.server.recipient.series_window import Member, find_window
from portal.server.services import Services

T = TypeVar("T")
THUMBNAIL_SIZE = 160
_MOST_BYTES = 128 << 20
_MOST_DESCRIPTIONS = 2000
_SECONDS_AT_ONCE = 0.15


@dataclass(frozen=True, slots=True)
class Asker:
    """Who waits for a picture, and whether they have gone."""

    name: str
    has_left: Callable[[], Awaitable[bool]]


class PagePictures:
    """Makes what the page shows, and keeps what it made lately."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._decoder = services.decoder
        self._said: RecentlyMade[ObjectDescription] = RecentlyMade(_MOST_DESCRIPTIONS, lambda _: 1)
        self._windows: RecentlyMade[tuple[Window | None]] = RecentlyMade(_MOST_DESCRIPTIONS, lambda _: 1)
        self._made: RecentlyMade[Sent] = RecentlyMade(_MOST_BYTES, lambda sent: sent.size)

    async def describe(self, content: Content, asker: Asker) -> ObjectDescription:
        """Say what an object is."""
        found = self._said.get(content.key)
        if found is not None:
            return found
        return await self._work(lambda job: self._described(content, job), asker)

    async def descriptions(
        self, contents: Sequence[Callable[[], Content]], asker: Asker
    ) -> list[ObjectDescription | None]:
        """Say what many objects are, a few at each turn; None for one that does not say."""
        found: list[ObjectDescription | None] = []
        while len(found) < len(contents):
            found += await self._work(partial(self._some, contents[len(found) :]), asker)
        return found

    async def frame(self, content: Content, index: int, asker: Asker) -> Sent:
        """Give one frame or page (index from 0)."""

        def make(job: Job) -> Sent:
            said = self._described(content, job)
            if said.kind not in ("image", "video", "pdf"):
                raise DicomError("no-pixels")
            return make_frame(self._decoder, content, said, index, job)

        return await self._kept(("frame", content.key, index), make, asker)

    async def cover(self, content: Content, index: int, asker: Asker) -> Sent:
        """Give the drawings over one frame."""

        def make(job: Job) -> Sent:
            return make_cover(self._decoder, content, self._described(content, job), index, job)

        return await self._kept(("cover", content.key, index), make, asker)

    async def table(self, content: Content, index: int, place: int, asker: Asker) -> Sent:
        """Give the grey levels of one look of a frame that is no window."""

        def make(job: Job) -> Sent:
            said = self._described(content, job)
            levels = table_of(make_table(self._decoder, content, said, index, job), index, place)
            if levels is None:
                raise Problem("not-found")
            return Sent(levels, "application/octet-stream")

        return await self._kept(("table", content.key, index, place), make, asker)

    async def thumbnail(self, content: Content, series: Sequence[Member], asker: Asker) -> Sent:
        """Give a small picture of an object as it looks within its series."""

        def make(job: Job) -> Sent:
            bare = has_no_window(self._described(content, job), 0)
            window = self._window(series, job) if bare else None
            return make_thumbnail(self._decoder, content, THUMBNAIL_SIZE, window, job)

        return await self._kept(("thumbnail", content.key, _keys(series)), make, asker)

    async def window(self, series: Sequence[Member], asker: Asker) -> Window | None:
        """Give the window that suits all of a series; None where its files give theirs."""
        return await self._work(lambda job: self._window(series, job), asker)

    async def paper_pages(self, content: Content, asker: Asker) -> int:
        """Count the pages of a PDF."""
        return await self._work(lambda job: self._decoder.paper_pages(content, job), asker)

    async def paper_page(self, content: Content, index: int, width: int, asker: Asker) -> Sent:
        """Give one page (index from 0) of a PDF."""

        def make(job: Job) -> Sent:
            return make_page(self._decoder.paper_page(content, index, width, job))

        return await self._kept(("paper", content.key, index, width), make, asker)

    def _window(self, series: Sequence[Member], job: Job) -> Window | None:
        key = _keys(series)
        found = self._windows.get(key)
        if found is None:
            found = (find_window(self._decoder, self._described, series, job),)
            self._windows.put(key, found)
        return found[0]

    def _some(self, contents: Sequence[Callable[[], Content]], job: Job) -> list[ObjectDescription | None]:
        """Describe objects in their order for a moment, at least one."""
        found: list[ObjectDescription | None] = []
        began = monotonic()
        for content in contents:
            found.append(self._described_if_sound(content, job))
            if monotonic() - began > _SECONDS_AT_ONCE:
                break
        return found

    def _described_if_sound(self, content: Callable[[], Content], job: Job) -> ObjectDescription | None:
        try:
            return self._described(content(), job)
        except (DicomError, Unsound):
            return None
        except WorkerError as error:
            if error.code == "worker-unavailable":
                raise
            return None

    def _described(self, content: Content, job: Job) -> ObjectDescription:
        found = self._said.get(content.key)
        if found is None:
            found = self._decoder.describe(content, job)
            self._said.put(content.key, found)
        return found

    async def _kept(self, key: tuple[object, ...], make: Callable[[Job], Sent], asker: Asker) -> Sent:
        found = self._made.get(key)
        if found is None:
            found = await self._work(make, asker)
            self._made.put(key, found)
        return found

    async def _work(self, make: Callable[[Job], T], asker: Asker) -> T:
        """Wait for a turn and work, unless whoever asked has gone by then."""

        def work() -> T:
            with worker_problems():
                return make(QuietJob())

        return await in_turn(self._services, asker.name, work, asker.has_left)


def _keys(series: Sequence[Member]) -> str:
    """Name what a series consists of."""
    return sha256("\n".join(content.key for content, _ in series).encode()).hexdigest()
