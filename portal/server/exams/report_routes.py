"""Where the practice puts a report, and where it is fetched."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import FileResponse
from starlette.requests import ClientDisconnect

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.head import is_head
from portal.server.base.problems import Problem
from portal.server.exams.downloads import Downloads
from portal.server.exams.reports import (
    PDF,
    REPORT_BYTES_MOST,
    check_awaited,
    complete_report,
    put_report,
    report_path,
)
from portal.server.objects.store import ArrivingFile
from portal.server.services import Services
from portal.wire.desk.practice import ReportCompletion
from portal.wire.exams import Exam

Title = Annotated[str | None, Query(max_length=200)]


def add_routes(routes: APIRouter, services: Services, callers: Callers, downloads: Downloads) -> None:
    """Add the routes of this part."""
    _staff_routes(routes, services, callers)

    @routes.get("/exams/{exam}/report", tags=["exams"], response_class=FileResponse)
    def report(exam: str, request: Request, caller: Caller = Depends(callers.any)) -> FileResponse:
        """Give the report, once it is released."""
        with services.database.reading() as session:
            path, row = report_path(session, services, caller, exam)
        if not is_head(request):
            downloads.note_exam(caller, row.id, "report")
        headers = {
            "Content-Disposition": 'inline; filename="report.pdf"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        }
        return FileResponse(path, media_type=PDF, headers=headers)


def _staff_routes(routes: APIRouter, services: Services, callers: Callers) -> None:
    threads = CapacityLimiter(4)

    def awaited(exam: str, caller: Caller = Depends(callers.staff_with("reports"))) -> Caller:
        with services.database.reading() as session:
            check_awaited(session, caller, exam)
        return caller

    @routes.put(
        "/staff/exams/{exam}/report",
        tags=["staff"],
        openapi_extra={"requestBody": {"required": True, "content": {PDF: {}}}},
    )
    async def put(
        exam: str, request: Request, title: Title = None, complete: bool = True, caller: Caller = Depends(awaited)
    ) -> Exam:
        """Attach the report of an exam, a PDF; the account sees it by the practice's rule.

        With `complete=false` it is held until `POST …/report/complete`, or until a complete one takes its place.
        """
        if request.headers.get("content-type", "").split(";")[0].strip().lower() != PDF:
            raise Problem("unsupported-type", wanted=PDF)
        incoming = await run_sync(services.store.begin, limiter=threads)
        try:
            await _take_in(request, incoming, threads)
            put_it = partial(put_report, services, caller, exam, incoming, title, complete=complete)
            return await run_sync(put_it, limiter=threads)
        except ClientDisconnect as gone:
            raise Problem("invalid-request", reason="cut-off") from gone
        finally:
            incoming.discard()

    @routes.post("/staff/exams/{exam}/report/complete", tags=["staff"])
    def finish(exam: str, said: ReportCompletion, caller: Caller = Depends(callers.staff_with("reports"))) -> Exam:
        """Say that the report of an exam is complete, and since when; its release counts from there."""
        with services.database.writing() as session:
            return complete_report(session, caller, exam, said.completed_at, services.clock())


async def _take_in(request: Request, incoming: ArrivingFile, threads: CapacityLimiter) -> None:
    begun = b""
    async for piece in request.stream():
        if incoming.size + len(piece) > REPORT_BYTES_MOST:
            raise Problem("too-large", limit=REPORT_BYTES_MOST)
        begun = begun if len(begun) >= 5 else begun + piece[:5]
        await run_sync(incoming.write, piece, limiter=threads)
    if not begun.startswith(b"%PDF-"):
        raise Problem("unsupported-type", wanted=PDF)
