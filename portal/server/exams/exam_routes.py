"""What is asked about exams."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.head import is_head
from portal.server.answers.streamed import Streamed
from portal.server.answers.unchanged import UNCHANGED, Known, if_new
from portal.server.exams.archive import exam_members, zip_pieces
from portal.server.exams.downloads import Downloads
from portal.server.exams.exam_shapes import exam_of, shape_for
from portal.server.exams.listing import PAGE_MOST, exam_page, searched_page
from portal.server.exams.searching import LONGEST
from portal.server.services import Services
from portal.wire.exams import Exam, ExamPage

Most = Annotated[int, Query(alias="limit", ge=1, le=PAGE_MOST)]
Sought = Annotated[str | None, Query(alias="q", max_length=LONGEST)]


def add_routes(routes: APIRouter, services: Services, callers: Callers, downloads: Downloads) -> None:
    """Add the routes of this part."""

    @routes.get("/exams", tags=["exams"], response_model=ExamPage, responses=UNCHANGED)
    def exams(
        cursor: str | None = None,
        most: Most = 50,
        patient_id: str | None = None,
        sought: Sought = None,
        known: Known = None,
        caller: Caller = Depends(callers.anybody),
    ) -> Response:
        """List exams, newest first; a share sees its own only, staff may ask by Patient ID.

        `q` are words each of which has to fit: what was looked at, the practice, the day, Patient ID, Accession Number.
        """
        wanted, now = patient_id if caller.kind == "staff" else None, services.clock()
        with services.database.reading() as session:
            if sought and sought.strip() and wanted is None:
                page = searched_page(session, caller, sought, cursor, most, now)
            else:
                page = exam_page(session, caller, cursor, most, now, wanted)
        return if_new(page, known)

    @routes.get("/exams/{exam}", tags=["exams"])
    def one_exam(exam: str, caller: Caller = Depends(callers.anybody)) -> Exam:
        """Give one exam."""
        with services.database.reading() as session:
            return shape_for(session, caller, exam_of(session, caller, exam), services.clock())

    @routes.get("/exams/{exam}/images.zip", tags=["exams"], response_class=StreamingResponse)
    def images(exam: str, request: Request, caller: Caller = Depends(callers.any)) -> StreamingResponse:
        """Give all images of an exam as one archive, where downloading is allowed."""
        with services.database.reading() as session:
            members = exam_members(session, services, caller, exam)
        if not is_head(request):
            downloads.note_exam(caller, exam, "images")
        headers = {"Content-Disposition": 'attachment; filename="images.zip"', "Cache-Control": "no-store"}
        return Streamed(zip_pieces(members), media_type="application/zip", headers=headers)
