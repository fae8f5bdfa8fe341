"""Pictures for browsers, and the page that shows them."""

from __future__ import annotations

import gzip
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response

from dicom.source import FileContent
from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.access.visibility import report_for
from portal.server.base.problems import Problem
from portal.server.base.tables import InstanceRow
from portal.server.exams.downloads import Downloads
from portal.server.exams.exam_shapes import exam_of
from portal.server.recipient import page_files as pages
from portal.server.recipient import session_routes
from portal.server.recipient.frames import PAGE_WIDTH, Sent
from portal.server.recipient.objects import view_object_shape
from portal.server.recipient.page_pictures import Asker, PagePictures
from portal.server.recipient.page_shapes import (
    PaperShape,
    ViewLook,
    ViewObject,
    ViewSeriesParts,
    ViewSeriesWindow,
    ViewStudy,
)
from portal.server.recipient.series_parts import Named, SeriesParts
from portal.server.recipient.series_window import Member
from portal.server.recipient.studies import view_object, view_series, view_study
from portal.server.services import Services
from portal.wire.addresses import API_PATH

VIEW = API_PATH + "/view"
SERIES = VIEW + "/studies/{study}/series/{series}"
OBJECT = SERIES + "/instances/{instance}"
PRIVATE = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
MOST_NUMBER = 1_000_000
Number = Annotated[int, Path(ge=1, le=MOST_NUMBER)]
Place = Annotated[int, Path(ge=0, le=1000)]


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(tags=["view"])
    callers, pictures = Callers(services), PagePictures(services)
    routes.include_router(pages.router())
    session_routes.add(routes, services, VIEW)
    _study_routes(routes, services, callers, pictures)
    _frame_routes(routes, services, callers, pictures)
    _series_routes(routes, services, callers, pictures)
    _report_routes(routes, services, callers, pictures)
    return routes


def _study_routes(routes: APIRouter, services: Services, callers: Callers, pictures: PagePictures) -> None:
    @routes.get(VIEW + "/studies/{study}")
    def study_of(study: str, response: Response, caller: Caller = Depends(callers.any)) -> ViewStudy:
        """List the series and objects of a study."""
        response.headers.update(PRIVATE)
        with services.database.reading() as session:
            return view_study(session, caller, study, services.clock())

    found = Finder(services, callers)

    @routes.get(OBJECT)
    async def object_of(
        request: Request,
        response: Response,
        content: FileContent = Depends(found.content),
        asker: Asker = Depends(asker_of),
    ) -> ViewObject:
        """Say how the frames of an object come, and what is to be said about it."""
        response.headers.update(PRIVATE)
        return view_object_shape(await pictures.describe(content, asker))


def _frame_routes(routes: APIRouter, services: Services, callers: Callers, pictures: PagePictures) -> None:
    found = Finder(services, callers)

    @routes.get(OBJECT + "/frames/{number}", response_class=Response)
    async def frame_of(
        number: Number,
        request: Request,
        content: FileContent = Depends(found.content),
        asker: Asker = Depends(asker_of),
    ) -> Response:
        """Give one frame: 16-bit little-endian words, or a picture; the header Frame-Facts says what they mean."""
        return answer(await pictures.frame(content, number - 1, asker), request)

    @routes.get(OBJECT + "/frames/{number}/cover", response_class=Response)
    async def cover_of(
        number: Number,
        request: Request,
        content: FileContent = Depends(found.content),
        asker: Asker = Depends(asker_of),
    ) -> Response:
        """Give the drawings and the shutter over one frame as a picture that is transparent elsewhere."""
        return answer(await pictures.cover(content, number - 1, asker), request)

    @routes.get(OBJECT + "/frames/{number}/tables/{place}", response_class=Response)
    async def table_of(
        number: Number,
        place: Place,
        request: Request,
        content: FileContent = Depends(found.content),
        asker: Asker = Depends(asker_of),
    ) -> Response:
        """Give the grey level of each of the 65,536 words for a look of the file that is no window."""
        return answer(await pictures.table(content, number - 1, place, asker), request)


def _series_routes(routes: APIRouter, services: Services, callers: Callers, pictures: PagePictures) -> None:
    """What needs the other objects of a series too, so that all of them look alike."""
    found = Finder(services, callers)

    @routes.get(OBJECT + "/thumbnail", response_class=Response)
    async def thumbnail_of(
        request: Request,
        content: FileContent = Depends(found.content),
        series: list[Member] = Depends(found.series),
        asker: Asker = Depends(asker_of),
    ) -> Response:
        """Give a small picture of an object."""
        return answer(await pictures.thumbnail(content, series, asker), request)

    @routes.get(SERIES + "/window")
    async def window_of(
        request: Request,
        response: Response,
        series: list[Member] = Depends(found.series),
        asker: Asker = Depends(asker_of),
    ) -> ViewSeriesWindow:
        """Say which window suits all frames of a series to which their files give none."""
        response.headers.update(PRIVATE)
        found = await pictures.window(series, asker)
        look = None if found is None else ViewLook("", found.center, found.width, found.function)
        return ViewSeriesWindow(look)

    parts = SeriesParts(services, pictures)

    @routes.get(SERIES + "/parts", response_class=Response, responses={200: {"model": ViewSeriesParts}})
    async def parts_of(
        request: Request, objects: list[Named] = Depends(found.objects), asker: Asker = Depends(asker_of)
    ) -> Response:
        """Say how a series is leafed through: what alternates at the same places, apart, each in its order."""
        return answer(await parts.answer(objects, asker), request)


def _report_routes(routes: APIRouter, services: Services, callers: Callers, pictures: PagePictures) -> None:
    found = Finder(services, callers)

    @routes.get(VIEW + "/exams/{exam}/report")
    async def report_pages(
        request: Request,
        response: Response,
        content: FileContent = Depends(found.report),
        asker: Asker = Depends(asker_of),
    ) -> PaperShape:
        """Say how many pages the report of an exam has."""
        response.headers.update(PRIVATE)
        return PaperShape(await pictures.paper_pages(content, asker))

    @routes.get(VIEW + "/exams/{exam}/report/pages/{number}", response_class=Response)
    async def report_page(
        number: Number, request: Request, content: FileContent = Depends(found.report), asker: Asker = Depends(asker_of)
    ) -> Response:
        """Give one page of the report as a picture."""
        return answer(await pictures.paper_page(content, number - 1, PAGE_WIDTH, asker), request)


async def asker_of(request: Request) -> Asker:
    """Say who waits; asked after what they may see was found."""
    return Asker(request.state.caller.name, request.is_disconnected)


class Finder:
    """Finds what a path names, if the caller may see it."""

    def __init__(self, services: Services, callers: Callers) -> None:
        self._services = services
        self._callers = callers
        self._downloads = Downloads(services)

    def content(self, request: Request, study: str, series: str, instance: str) -> FileContent:
        """Give the bytes of an object; raises `Problem("not-found")`."""
        caller = self._callers.any(request)
        with self._services.database.reading() as session:
            row = view_object(session, caller, study, series, instance, self._services.clock())
        self._downloads.note_looks(caller, [row])
        return self._services.sound.content(row.sha256)

    def series(self, request: Request, study: str, series: str) -> list[Member]:
        """Give the objects of a series that the caller may see, each with its frames; raises `Problem("not-found")`."""
        rows = self._rows(request, study, series)
        content = self._services.store.content
        return [(content(row.sha256), max(1, row.number_of_frames or 1)) for row in rows]

    def objects(self, request: Request, study: str, series: str) -> list[Named]:
        """Name the objects of a series that the caller may see; raises `Problem("not-found")`."""
        return [(row.sop_instance_uid, row.sha256) for row in self._rows(request, study, series)]

    def _rows(self, request: Request, study: str, series: str) -> list[InstanceRow]:
        caller = self._callers.any(request)
        with self._services.database.reading() as session:
            return view_series(session, caller, study, series, self._services.clock())

    def report(self, request: Request, exam: str) -> FileContent:
        """Give the PDF of an exam's report once it is released; raises `Problem("not-found")`."""
        caller = self._callers.any(request)
        with self._services.database.reading() as session:
            row = exam_of(session, caller, exam)
            state = report_for(session, caller, row, self._services.clock()).state
        may = caller.kind == "staff" or state == "released"
        if not may or row.report_sha256 is None:
            raise Problem("not-found")
        self._downloads.note_look(caller, row.id, "report")
        return self._services.sound.content(row.report_sha256)


def answer(sent: Sent, request: Request) -> Response:
    """Send what was made; it is not to be kept by anybody on the way, nor by the browser."""
    headers = dict(PRIVATE)
    if sent.facts is not None:
        headers["Frame-Facts"] = sent.facts
    body = sent.body
    if sent.packed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    elif sent.packed:
        body = gzip.decompress(body)
    return Response(body, media_type=sent.media_type, headers=headers)
