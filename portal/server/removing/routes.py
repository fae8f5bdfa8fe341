"""Where the practice's own programs take something out."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.removing.removing import RemovalRequest, allow, removals
from portal.server.removing.take_out import take_out
from portal.server.services import Services
from portal.wire.addresses import API_PATH
from portal.wire.desk.practice import Removal, RemovalReason, Removals


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=f"{API_PATH}/staff", tags=["staff"])
    reports = Depends(Callers(services).staff_with("reports"))

    def taken_out(caller: Caller, wanted: RemovalRequest) -> Removal:
        return take_out(services.database, services.settings, caller, wanted, services.clock)

    @routes.delete("/exams/{exam}")
    def exam(exam: str, reason: RemovalReason = "misfiled", caller: Caller = reports) -> Removal:
        """Take out what the practice sent of an exam, with its report; what the person brought stays theirs."""
        return taken_out(caller, RemovalRequest("exam", exam, reason=reason))

    @routes.delete("/exams/{exam}/studies/{study}")
    def study(
        exam: str,
        study: str,
        reason: RemovalReason = "misfiled",
        caller: Caller = reports,
    ) -> Removal:
        """Take out one study of an exam."""
        return taken_out(caller, RemovalRequest("study", exam, study, reason))

    @routes.delete("/exams/{exam}/instances/{instance}")
    def image(
        exam: str,
        instance: str,
        reason: RemovalReason = "misfiled",
        caller: Caller = reports,
    ) -> Removal:
        """Take out one image or document of an exam."""
        return taken_out(caller, RemovalRequest("image", exam, instance, reason))

    @routes.delete("/exams/{exam}/report")
    def report(exam: str, reason: RemovalReason = "misfiled", caller: Caller = reports) -> Removal:
        """Take out the report of an exam; the right one may be put there."""
        return taken_out(caller, RemovalRequest("report", exam, reason=reason))

    @routes.get("/removals")
    def every_one(caller: Caller = reports) -> Removals:
        """List what was taken out."""
        with services.database.reading() as session:
            return removals(session, caller)

    @routes.post("/removals/{removal}/allow")
    def again(removal: str, caller: Caller = reports) -> Removal:
        """Let the same be sent again; until then it is refused."""
        with services.database.writing() as session:
            return allow(session, caller, removal, services.clock())

    return routes
