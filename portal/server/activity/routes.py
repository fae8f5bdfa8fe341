"""The activity of an account, an exam, a share."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.activity.exporting import as_csv, as_fhir
from portal.server.activity.listing import Named, activity_page
from portal.server.answers.unchanged import UNCHANGED, Known, if_new
from portal.server.services import Services
from portal.wire.activity import ActivityPage
from portal.wire.addresses import API_PATH

PAGE_MOST = 200
ROW_MOST = 2**63 - 1  # the largest number of a line

Most = Annotated[int, Query(alias="limit", ge=1, le=PAGE_MOST)]
Cursor = Annotated[int | None, Query(ge=1, le=ROW_MOST)]


def router(services: Services, named: Named) -> APIRouter:
    """Give the routes of this part; exams are `named` as their own part names them."""
    routes = APIRouter(prefix=API_PATH, tags=["activity"])
    signed_in = Depends(Callers(services).account)

    @routes.get("/audit", response_model=ActivityPage, responses=UNCHANGED)
    def audit(
        share: str | None = None,
        exam: str | None = None,
        cursor: Cursor = None,
        most: Most = 50,
        known: Known = None,
        caller: Caller = signed_in,
    ) -> Response:
        """Give what happened, newest first; of one share or exam where asked."""
        with services.database.reading() as session:
            page = activity_page(
                session, caller, services.clock(), named, most=most, cursor=cursor, share=share, exam=exam
            )
        return if_new(page, known)

    @routes.get("/audit.csv", response_class=StreamingResponse)
    def table(caller: Caller = signed_in) -> StreamingResponse:
        """Give all that happened as a table, oldest first."""
        named = {"Content-Disposition": 'attachment; filename="activity.csv"'}
        lines = as_csv(services.database, str(caller.account))
        return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=named)

    @routes.get("/audit/fhir", response_class=StreamingResponse)
    def fhir(caller: Caller = signed_in) -> StreamingResponse:
        """Give all that happened as a Bundle of FHIR AuditEvents (R4), oldest first."""
        events = as_fhir(services.database, str(caller.account), services.settings.public_url)
        return StreamingResponse(events, media_type="application/fhir+json")

    @routes.get("/exams/{exam_id}/activity")
    def exam_activity(exam_id: str, cursor: Cursor = None, most: Most = 50, caller: Caller = signed_in) -> ActivityPage:
        """Give what happened with one exam, newest first."""
        with services.database.reading() as session:
            return activity_page(session, caller, services.clock(), named, most=most, cursor=cursor, exam=exam_id)

    return routes
