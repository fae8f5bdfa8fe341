"""How a series is leafed through: what lies in one stack, in which order, called as in Scanshelf's own viewer."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import partial
from hashlib import sha256

from anyio.to_thread import run_sync

from dicom.description import ObjectDescription
from dicom.series.display_sets import DisplaySet, StudyObject, build_display_sets, unread
from dicom.series.part_words import part_words
from portal.server.answers.long_json import written
from portal.server.pictures.picture_cache import PictureCache, Rendered
from portal.server.recipient.frames import Sent
from portal.server.recipient.page_pictures import Asker, PagePictures
from portal.server.recipient.page_shapes import ViewPart, ViewSeriesParts
from portal.server.services import Services

Named = tuple[str, str]  # an object's SOP Instance UID and the sha256 of its bytes
MOST_OBJECTS, MOST_FRAMES = 2000, 20_000
_FORM = 1  # of the answers that are kept: another one is not mistaken for it
NOT_SAID = ViewSeriesParts((), ())


class SeriesParts:
    """Tells how series are leafed through, and keeps what it found for as long as the pipeline is the same."""

    def __init__(self, services: Services, pictures: PagePictures) -> None:
        self._services = services
        self._pictures = pictures
        self._cache = PictureCache(services.settings.data / "cache", services.pipeline)

    async def answer(self, objects: Sequence[Named], asker: Asker) -> Sent:
        """Give `ViewSeriesParts` of the objects of one series; nothing is said of a series that is too long."""
        if len(objects) > MOST_OBJECTS:
            return _sent(_packed(NOT_SAID))
        name = sha256(f"parts {_FORM} {MOST_FRAMES} {objects!r}".encode()).hexdigest()
        found = await run_sync(self._cache.get, name)
        if found is not None:
            return _sent(found.data)
        said = await self._pictures.descriptions(
            [partial(self._services.sound.content, key) for _, key in objects], asker
        )
        packed = await run_sync(self._made, objects, said)
        if None not in said:
            await run_sync(self._cache.put, name, Rendered(packed, ()))
        return _sent(packed)

    def _made(self, objects: Sequence[Named], said: Sequence[ObjectDescription | None]) -> bytes:
        series = next((each.series_instance_uid for each in said if each is not None), None)
        content = self._services.store.content
        known = [
            unread(content(key), series) if each is None else StudyObject(content(key), each)
            for (_, key), each in zip(objects, said, strict=True)
        ]
        return _packed(parts_of([uid for uid, _ in objects], known))


def parts_of(instances: Sequence[str], objects: Sequence[StudyObject]) -> ViewSeriesParts:
    """Group the objects of a series, named by their UIDs, as the viewer does; nothing of very many frames."""
    if sum(max(1, item.description.number_of_frames) for item in objects) > MOST_FRAMES:
        return NOT_SAID
    places = {item.content.key: place for place, item in enumerate(objects)}
    return ViewSeriesParts(tuple(instances), tuple(_part(each, places) for each in build_display_sets(objects)))


def _part(found: DisplaySet, places: dict[str, int]) -> ViewPart:
    items = tuple((places[frame.content.key], frame.frame_index + 1) for frame in found.frames)
    title = found.first.document_title if found.kind == "document" else None
    return ViewPart(" · ".join(filter(None, part_words(found.split, str))), title or None, items)


def _packed(parts: ViewSeriesParts) -> bytes:
    return gzip.compress(bytes(written(parts).body), mtime=0)


def _sent(packed: bytes) -> Sent:
    return Sent(packed, "application/json", packed=True)
