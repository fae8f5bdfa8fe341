"""Where instances are fetched from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from portal.server.caller import Caller
from portal.server.callers import Callers
from portal.server.dicomweb.accept import choose
from portal.server.dicomweb.access import visible_instances
from portal.server.dicomweb.dicom_json import JSON_TYPES
from portal.server.dicomweb.multipart import DICOM
from portal.server.dicomweb.multipart_out import multipart_answer, not_all
from portal.server.dicomweb.render import THUMBNAIL, Renderer, Wish
from portal.server.dicomweb.uids import Uid
from portal.server.dicomweb.wado import (
    check_files_wanted,
    file_parts,
    frame_numbers,
    frame_parts,
    metadata_pieces,
    sound_rows,
)
from portal.server.dicomweb.wishes import viewport_size, window_of
from portal.server.exams.downloads import Downloads
from portal.server.methods import is_head
from portal.server.problems import Problem
from portal.server.services import Services
from portal.server.streamed import Streamed
from portal.server.tables import InstanceRow

if TYPE_CHECKING:
    from dicom.rendered import PictureType

STUDY = "/dicomweb/studies/{study}"
SERIES = STUDY + "/series/{series}"
INSTANCE = SERIES + "/instances/{instance}"
FRAME = INSTANCE + "/frames/{frames}"
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
MARKS = "Scanshelf-Marks"
Quality = Annotated[int, Query(ge=1, le=100)]
Rows = list[InstanceRow]


class Finder:
    """Finds what a path names, if whoever asks may see it."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services = services
        self._downloads = Downloads(services)
        self.callers = callers

    def study(self, request: Request, study: Uid) -> Rows:
        """Give a study's instances."""
        return self._rows(request, study)

    def series(self, request: Request, study: Uid, series: Uid) -> Rows:
        """Give a series' instances."""
        return self._rows(request, study, series)

    def instance(self, request: Request, study: Uid, series: Uid, instance: Uid) -> Rows:
        """Give one instance."""
        return self._rows(request, study, series, instance)

    def _rows(self, request: Request, study: str, series: str | None = None, instance: str | None = None) -> Rows:
        caller = self.callers.any(request)
        with self._services.database.reading() as session:
            rows = visible_instances(session, caller, study, series, instance, now=self._services.clock())
        if request.scope["route"].path not in (STUDY, SERIES, INSTANCE) and not is_head(request):
            self._downloads.note_looks(caller, rows)  # files that are taken home are noted as such
        return rows


def add_routes(routes: APIRouter, services: Services, callers: Callers) -> None:
    """Add the routes of this part."""
    found, renderer = Finder(services, callers), Renderer(services)
    levels: tuple[tuple[str, Callable[..., Rows]], ...] = (
        (STUDY, found.study),
        (SERIES, found.series),
        (INSTANCE, found.instance),
    )
    downloads = Downloads(services)
    for path, rows_of in levels:
        _files(routes, path, rows_of, services, callers, downloads)
        _metadata(routes, path, rows_of, services, renderer)
        _pictures(routes, path, rows_of, renderer)
    _frames(routes, found, services, renderer)
    _frame_pictures(routes, found, renderer)


def _files(
    routes: APIRouter,
    path: str,
    rows_of: Callable[..., Rows],
    services: Services,
    callers: Callers,
    downloads: Downloads,
) -> None:
    @routes.get(path, response_class=StreamingResponse, summary="Retrieve instances (WADO-RS)")
    def retrieve(
        request: Request, rows: Rows = Depends(rows_of), caller: Caller = Depends(callers.any)
    ) -> StreamingResponse:
        """Give the files as they came; a share only where downloading is allowed."""
        if not caller.allow_download:
            raise Problem("not-allowed")
        check_files_wanted(request, rows)
        here = sound_rows(services, rows)
        if not is_head(request):
            downloads.note_instances(caller, here)
        return multipart_answer(DICOM, file_parts(services, here), len(rows) - len(here))


def _metadata(
    routes: APIRouter, path: str, rows_of: Callable[..., Rows], services: Services, renderer: Renderer
) -> None:
    @routes.get(path + "/metadata", response_class=StreamingResponse, summary="Retrieve metadata (WADO-RS)")
    async def metadata(request: Request, rows: Rows = Depends(rows_of)) -> StreamingResponse:
        """Give every element but pixels and bulk data as DICOM JSON."""
        choose(request, *JSON_TYPES)
        here = await renderer.in_turn(_who(request), lambda: sound_rows(services, rows))
        bare = not request.state.caller.allow_download
        pieces = metadata_pieces(renderer, here, _who(request), bare=bare)
        left_out = len(rows) - len(here)
        begun = await anext(pieces)  # what cannot be read at all is said by the status
        headers = PRIVATE | not_all(len(here), left_out)
        return Streamed(_all(begun, pieces), 206 if left_out else 200, headers, JSON_TYPES[0])


async def _all(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


def _who(request: Request) -> str:
    """Name whoever asks, as was found when the rows were."""
    return str(request.state.caller.name)


def _frames(routes: APIRouter, found: Finder, services: Services, renderer: Renderer) -> None:
    @routes.get(FRAME, response_class=StreamingResponse, summary="Retrieve frames (WADO-RS)")
    async def frames(frames: str, request: Request, rows: Rows = Depends(found.instance)) -> StreamingResponse:
        """Give stored values as multipart octets, or the stored codestream where its media type is asked for."""
        numbers = frame_numbers(frames)
        kind, parts = await renderer.in_turn(_who(request), lambda: frame_parts(services, rows[0], numbers, request))
        return multipart_answer(kind, parts)


def _pictures(routes: APIRouter, path: str, rows_of: Callable[..., Rows], renderer: Renderer) -> None:
    @routes.get(path + "/rendered", response_class=Response, summary="Retrieve a picture (WADO-RS)")
    async def rendered(
        request: Request,
        window: str | None = None,
        viewport: str | None = None,
        quality: Quality = 85,
        rows: Rows = Depends(rows_of),
    ) -> Response:
        """Draw the object, of several the middle one, as JPEG or PNG."""
        row = rows[len(rows) // 2]
        return await _drawn(renderer, request, row, None, window, viewport, quality)

    @routes.get(path + "/thumbnail", response_class=Response, summary="Retrieve a thumbnail (WADO-RS)")
    async def thumbnail(request: Request, viewport: str | None = None, rows: Rows = Depends(rows_of)) -> Response:
        """Draw a small picture."""
        row = rows[len(rows) // 2]
        return await _drawn(renderer, request, row, None, None, viewport or f"{THUMBNAIL},{THUMBNAIL}", 80)


def _frame_pictures(routes: APIRouter, found: Finder, renderer: Renderer) -> None:
    @routes.get(FRAME + "/rendered", response_class=Response, summary="Retrieve a frame's picture (WADO-RS)")
    async def rendered(
        frames: str,
        request: Request,
        window: str | None = None,
        viewport: str | None = None,
        quality: Quality = 85,
        rows: Rows = Depends(found.instance),
    ) -> Response:
        """Draw one frame as JPEG or PNG."""
        index = _one(frames)
        return await _drawn(renderer, request, rows[0], index, window, viewport, quality)

    @routes.get(FRAME + "/thumbnail", response_class=Response, summary="Retrieve a frame's thumbnail (WADO-RS)")
    async def thumbnail(
        frames: str, request: Request, viewport: str | None = None, rows: Rows = Depends(found.instance)
    ) -> Response:
        """Draw a small picture of one frame."""
        size = viewport or f"{THUMBNAIL},{THUMBNAIL}"
        return await _drawn(renderer, request, rows[0], _one(frames), None, size, 80)


async def _drawn(
    renderer: Renderer,
    request: Request,
    row: InstanceRow,
    index: int | None,
    window: str | None,
    viewport: str | None,
    quality: int,
) -> Response:
    kind = _kind(request)
    wish = Wish(row.sha256, index, kind, window_of(window), viewport_size(viewport), quality)
    picture = await renderer.picture(wish, _who(request))
    headers = PRIVATE | ({MARKS: ",".join(picture.marks)} if picture.marks else {})
    return Response(picture.data, media_type=f"image/{kind}", headers=headers)


def _kind(request: Request) -> PictureType:
    return "png" if choose(request, "image/jpeg", "image/png") == "image/png" else "jpeg"


def _one(frames: str) -> int:
    numbers = frame_numbers(frames)
    if len(numbers) != 1:
        raise Problem("invalid-request", fields=[{"field": "path.frames", "reason": "one"}])
    return numbers[0] - 1
