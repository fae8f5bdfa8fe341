"""Where instances are fetched from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import select

from core.job import QuietJob
from dicom.reading.keywords import PIXEL_TAGS
from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.access.visible_instances import is_drawn_of, may_have_bulk_data, visible_instances
from portal.server.answers.head import is_head
from portal.server.answers.uids import Uid
from portal.server.base.problems import Problem
from portal.server.base.tables import InstanceRow, SeriesRow
from portal.server.dicomweb.messages.accept import best
from portal.server.dicomweb.messages.data_set_lists import list_answer, list_offer
from portal.server.dicomweb.messages.dicom_json import JSON_TYPES
from portal.server.dicomweb.messages.multipart_in import DICOM
from portal.server.dicomweb.messages.multipart_out import PRIVATE, not_all, object_answer, objects_answer
from portal.server.dicomweb.retrieving.frames import (
    MEDIA_TYPES,
    OCTETS,
    PDF,
    Frames,
    bulk_answer,
    bulk_steps,
    frame_numbers,
)
from portal.server.dicomweb.retrieving.picture_query import annotation_of, viewport_of, window_of
from portal.server.dicomweb.retrieving.pictures import Drawing
from portal.server.dicomweb.retrieving.wado import file_offers, file_parts, metadata_of, sound_rows
from portal.server.exams.downloads import Downloads
from portal.server.pictures.renderer import THUMBNAIL, Renderer
from portal.server.pictures.workers import in_turn, worker_problems
from portal.server.services import Services
from portal.wire.addresses import DICOMWEB_PATH

STUDY = "/dicomweb/studies/{study}"
SERIES = STUDY + "/series/{series}"
INSTANCE = SERIES + "/instances/{instance}"
FRAME = INSTANCE + "/frames/{frames}"
BULK_DATA = INSTANCE + "/bulkdata/{steps:path}"
_THUMBNAIL_QUALITY = 80


def _kinds(*kinds: str, **others: str) -> dict[int | str, dict[str, Any]]:
    """Describe what an address answers with, for the OpenAPI; others are statuses."""
    said: dict[int | str, dict[str, Any]] = {
        200: {"description": "What was asked for.", "content": {kind: {} for kind in kinds}}
    }
    return said | {int(status[1:]): {"description": words} for status, words in others.items()}


_RELATED = "multipart/related"
_FILES = _kinds(
    _RELATED, DICOM, s206="The range that was asked for, or all that is not damaged.", s304="It is the same still."
)
_LISTS = _kinds(*JSON_TYPES, _RELATED)
_FRAMES = _kinds(_RELATED, OCTETS, *MEDIA_TYPES)
_BULK_DATA = _kinds(_RELATED, OCTETS, PDF)
_PICTURES = _kinds("image/jpeg", "image/png", _RELATED)
Quality = Annotated[int, Query(ge=1, le=100)]
Text = str | None
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

    def addresses(self, request: Request, rows: Rows) -> dict[int, str]:
        """Give the addresses of some instances of the study a path names, by their rows."""
        series = {row.series for row in rows}
        with self._services.database.reading() as session:
            found = session.execute(
                select(SeriesRow.id, SeriesRow.series_instance_uid).where(SeriesRow.id.in_(series))
            ).all()
        uids: dict[int, str] = {row[0]: row[1] for row in found}
        base = self._services.settings.public_url.rstrip("/") + DICOMWEB_PATH
        start = f"{base}/studies/{request.path_params['study']}/series"
        return {row.id: f"{start}/{uids[row.series]}/instances/{row.sop_instance_uid}" for row in rows}

    def _rows(self, request: Request, study: str, series: str | None = None, instance: str | None = None) -> Rows:
        caller = self.callers.any(request)
        with self._services.database.reading() as session:
            rows = visible_instances(session, caller, study, series, instance, now=self._services.clock())
        if request.scope["route"].path not in (STUDY, SERIES, INSTANCE) and not is_head(request):
            self._downloads.note_looks(caller, rows)  # files that are taken home are noted as such
        return rows


def add_routes(routes: APIRouter, services: Services, callers: Callers, renderer: Renderer) -> None:
    """Add the routes of this part."""
    found, downloads = Finder(services, callers), Downloads(services)
    frames = Frames(services)
    levels: tuple[tuple[str, Callable[..., Rows]], ...] = (
        (STUDY, found.study),
        (SERIES, found.series),
        (INSTANCE, found.instance),
    )
    for path, rows_of in levels:
        _files(routes, path, rows_of, services, callers, downloads)
        _metadata(routes, path, rows_of, found, services, renderer)
        _pictures(routes, path, rows_of, renderer)
    _frames(routes, found, frames)
    _bulk_data(routes, found, services, downloads, frames, renderer)
    _frame_pictures(routes, found, renderer)


def _files(
    routes: APIRouter,
    path: str,
    rows_of: Callable[..., Rows],
    services: Services,
    callers: Callers,
    downloads: Downloads,
) -> None:
    @routes.get(path, response_class=StreamingResponse, responses=_FILES, summary="Retrieve instances (WADO-RS)")
    def retrieve(request: Request, rows: Rows = Depends(rows_of), caller: Caller = Depends(callers.any)) -> Response:
        """Give the files as they came; a share only where downloading is allowed.

        One alone also as it is (`application/dicom`). Any of it can be asked for by Range, and again by its ETag.
        """
        if not caller.allow_download:
            raise Problem("not-allowed")
        offer = best(request, file_offers(rows))
        here = sound_rows(services, rows)
        if not is_head(request):
            downloads.note_instances(caller, here)
        parts = file_parts(services, here)
        if not offer.multipart:
            return object_answer(request, parts[0])
        return objects_answer(request, offer.kind, parts, len(rows) - len(here))


def _metadata(
    routes: APIRouter,
    path: str,
    rows_of: Callable[..., Rows],
    found: Finder,
    services: Services,
    renderer: Renderer,
) -> None:
    @routes.get(
        path + "/metadata", response_class=StreamingResponse, responses=_LISTS, summary="Retrieve metadata (WADO-RS)"
    )
    async def metadata(request: Request, rows: Rows = Depends(rows_of)) -> Response:
        """Give every element as DICOM JSON or XML; pixels and bulk data are addresses.

        What is said of pixels is true of the plain values that `frames` gives.
        """
        offer, who = list_offer(request), _who(request)
        here, addresses = await in_turn(
            services, who, lambda: (sound_rows(services, rows), found.addresses(request, rows))
        )
        left_out = len(rows) - len(here)
        headers = PRIVATE | not_all(len(here), left_out)
        bare = not request.state.caller.allow_download
        data_sets = metadata_of(renderer, here, addresses, who, bare=bare)
        return await list_answer(request, offer, data_sets, 206 if left_out else 200, headers)


def _who(request: Request) -> str:
    """Name whoever asks, as was found when the rows were."""
    return str(request.state.caller.name)


def _frames(routes: APIRouter, found: Finder, sender: Frames) -> None:
    @routes.get(FRAME, response_class=StreamingResponse, responses=_FRAMES, summary="Retrieve frames (WADO-RS)")
    async def frames(frames: str, request: Request, rows: Rows = Depends(found.instance)) -> Response:
        """Give plain values, or the stored codestream where its media type is asked for; one frame also by itself."""
        return await sender.answer(request, rows[0], frame_numbers(frames), _who(request))


def _bulk_data(
    routes: APIRouter,
    found: Finder,
    services: Services,
    downloads: Downloads,
    sender: Frames,
    renderer: Renderer,
) -> None:
    @routes.get(
        BULK_DATA, response_class=StreamingResponse, responses=_BULK_DATA, summary="Retrieve bulk data (WADO-RS)"
    )
    async def bulk_data(
        steps: str, request: Request, rows: Rows = Depends(found.instance), caller: Caller = Depends(found.callers.any)
    ) -> Response:
        """Give the value metadata have this address for; pixels as their frames.

        What pictures are drawn of goes where frames go, all else to a share only where downloading is allowed.
        """
        place, row = bulk_steps(steps), rows[0]
        if not may_have_bulk_data(caller, place):
            raise Problem("not-allowed")
        if len(place) == 1 and place[0] in PIXEL_TAGS:
            return await sender.answer(request, row, None, _who(request))

        def read() -> bytes | None:
            with worker_problems():
                return services.decoder.bulk_data(services.sound.content(row.sha256), place, QuietJob())

        value = await in_turn(services, _who(request), read)
        if value is None:
            raise Problem("not-found")
        if not is_drawn_of(place[-1]) and not is_head(request):
            await run_sync(downloads.note_instances, caller, rows)
        return bulk_answer(request, value)


def _pictures(routes: APIRouter, path: str, rows_of: Callable[..., Rows], renderer: Renderer) -> None:
    @routes.get(
        path + "/rendered", response_class=Response, responses=_PICTURES, summary="Retrieve a picture (WADO-RS)"
    )
    async def rendered(
        request: Request,
        window: Text = None,
        viewport: Text = None,
        annotation: Text = None,
        quality: Quality = 85,
        rows: Rows = Depends(rows_of),
    ) -> Response:
        """Draw the object, of several the middle one, as JPEG or PNG."""
        row = rows[len(rows) // 2]
        drawing = Drawing(window_of(window), viewport_of(viewport), annotation_of(annotation), quality)
        return await drawing.answer(renderer, request, row, [None], _who(request))

    @routes.get(
        path + "/thumbnail", response_class=Response, responses=_PICTURES, summary="Retrieve a thumbnail (WADO-RS)"
    )
    async def thumbnail(request: Request, viewport: Text = None, rows: Rows = Depends(rows_of)) -> Response:
        """Draw a small picture."""
        return await _small(viewport).answer(renderer, request, rows[len(rows) // 2], [None], _who(request))


def _frame_pictures(routes: APIRouter, found: Finder, renderer: Renderer) -> None:
    @routes.get(
        FRAME + "/rendered",
        response_class=Response,
        responses=_PICTURES,
        summary="Retrieve pictures of frames (WADO-RS)",
    )
    async def rendered(
        frames: str,
        request: Request,
        window: Text = None,
        viewport: Text = None,
        annotation: Text = None,
        quality: Quality = 85,
        rows: Rows = Depends(found.instance),
    ) -> Response:
        """Draw frames as JPEG or PNG; several are parts."""
        drawing = Drawing(window_of(window), viewport_of(viewport), annotation_of(annotation), quality)
        return await drawing.answer(renderer, request, rows[0], _indices(frames), _who(request))

    @routes.get(
        FRAME + "/thumbnail",
        response_class=Response,
        responses=_PICTURES,
        summary="Retrieve thumbnails of frames (WADO-RS)",
    )
    async def thumbnail(
        frames: str, request: Request, viewport: Text = None, rows: Rows = Depends(found.instance)
    ) -> Response:
        """Draw small pictures of frames."""
        return await _small(viewport).answer(renderer, request, rows[0], _indices(frames), _who(request))


def _indices(frames: str) -> list[int | None]:
    return [number - 1 for number in frame_numbers(frames)]


def _small(viewport: str | None) -> Drawing:
    size = viewport_of(viewport or f"{THUMBNAIL},{THUMBNAIL}", may_cut=False)
    return Drawing(None, size, (), _THUMBNAIL_QUALITY)
