"""Where the practice's own systems send reports, and where staff decide on those that found no exam."""

from __future__ import annotations

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Request, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.base.problems import Problem
from portal.server.hl7.filing import take_message
from portal.server.hl7.held import attach_held, discard_held, held_reports
from portal.server.services import Services
from portal.wire.addresses import API_PATH
from portal.wire.desk.reports import HeldReport, HeldReports, ReportPlace

HL7 = "application/hl7-v2"
_TAKEN = (HL7, "x-application/hl7-v2+er7", "application/edi-hl7", "text/plain")
_AT_ONCE = 2
_BODY = {"requestBody": {"required": True, "content": {HL7: {"schema": {"type": "string"}}}}}


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=f"{API_PATH}/staff/hl7", tags=["staff"])
    reporting = Depends(Callers(services).staff_with("reports"))
    threads = CapacityLimiter(_AT_ONCE)

    @routes.post("", response_class=Response, responses={200: {"content": {HL7: {}}}}, openapi_extra=_BODY)
    async def receive(request: Request, caller: Caller = reporting) -> Response:
        """Take one ORU^R01 with a report, PDF or text; answers with its ACK: AA taken, AE not taken, AR never."""
        if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _TAKEN:
            raise Problem("unsupported-type", wanted=HL7)
        body = await request.body()
        answer = await run_sync(take_message, services, caller, body, limiter=threads)
        return Response(answer, media_type=HL7)

    @routes.get("")
    def listed(caller: Caller = reporting) -> HeldReports:
        """List reports that found no exam."""
        with services.database.reading() as session:
            return held_reports(session, caller)

    @routes.post("/{report}/attach")
    def attached(report: str, place: ReportPlace, caller: Caller = reporting) -> HeldReport:
        """Put one where it belongs."""
        return attach_held(services, caller, report, place.exam_id)

    @routes.post("/{report}/discard")
    def discarded(report: str, caller: Caller = reporting) -> HeldReport:
        """Throw one away for good."""
        return discard_held(services, caller, report)

    return routes
