"""Finished pictures: drawn in workers by the pipeline of the screen, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core.job import QuietJob
from portal.server.pictures.picture_cache import PictureCache, Rendered
from portal.server.pictures.under_way import UnderWay
from portal.server.pictures.workers import in_turn, worker_problems
from portal.server.services import Services

if TYPE_CHECKING:
    from dicom.description import Annotation, Window
    from dicom.showing.rendered import PictureType

THUMBNAIL = 160


@dataclass(frozen=True, slots=True)
class Viewport:
    """The size a picture has to fit into, and what is cut out of it first: left, top, width, height in pixels."""

    size: tuple[int, int]
    region: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """One picture: `frame_index` from 0, `None` for the one that stands for the object."""

    sha256: str
    frame_index: int | None = None
    kind: PictureType = "jpeg"
    window: Window | None = None
    viewport: Viewport | None = None
    annotation: tuple[Annotation, ...] = ()
    quality: int = 85

    @property
    def name(self) -> str:
        """Name the picture in the cache."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


class Renderer:
    """Draws pictures, each once: whoever asks for the same one meanwhile waits for it. Thread-safe."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._cache = PictureCache(services.settings.data / "cache", services.pipeline)
        self._under_way = UnderWay()

    async def picture(self, asked: PictureRequest, who: str) -> Rendered:
        """Give a picture; raises `Problem("not-found")` where there is none to draw, with the reason."""
        return await in_turn(self._services, who, lambda: self._picture(asked))

    async def metadata(self, sha256: str, bulk_data: str, who: str) -> bytes:
        """Give one object's metadata as DICOM JSON; the addresses of bulk data begin with `bulk_data`."""
        return await in_turn(self._services, who, lambda: self._metadata(sha256, bulk_data))

    def _metadata(self, sha256: str, bulk_data: str) -> bytes:

        def read() -> Rendered:
            content = self._services.sound.content(sha256)
            return Rendered(self._services.decoder.metadata(content, bulk_data, QuietJob()), ())

        name = f"metadata {sha256} {bulk_data}"
        return self._made(hashlib.sha256(name.encode()).hexdigest(), read).data

    def _picture(self, asked: PictureRequest) -> Rendered:
        def draw() -> Rendered:
            content = self._services.sound.content(asked.sha256)
            return Rendered(
                *self._services.decoder.rendered(
                    content,
                    asked.frame_index,
                    asked.kind,
                    QuietJob(),
                    window=asked.window,
                    annotation=asked.annotation,
                    quality=asked.quality,
                    **_how(asked),
                )
            )

        return self._made(asked.name, draw)

    def _made(self, name: str, make: Callable[[], Rendered]) -> Rendered:
        found = self._cache.get(name)
        if found is not None:
            return found
        with self._under_way.alone(name), worker_problems():
            found = self._cache.get(name)
            if found is None:
                found = make()
                self._cache.put(name, found)
            return found


def _how(asked: PictureRequest) -> dict[str, Any]:
    viewport = asked.viewport
    return {} if viewport is None else {"size": viewport.size, "region": viewport.region}
