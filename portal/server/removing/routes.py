"""Where the practice's own programs take something out."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.base.clock import Clock
from portal.server.base.database import Database
from portal.server.base.settings import ServerSettings
from portal.server.objects.erasing import erase, erase_pictures, forget_pages
from portal.server.removing.removing import Wish, allow, removal_shape, removals, remove
from portal.server.services import Services
from portal.wire import API_PATH, Removal, RemovalReason, Removals


def take_out(database: Database, settings: ServerSettings, caller: Caller, wish: Wish, clock: Clock) -> Removal:
    """Take something out, rows and bytes."""
    with database.writing() as session:
        gone = remove(session, caller, wish, clock())
        session.flush()
        erase(settings, gone.hashes)
        said = removal_shape(gone.removal)
    erase_pictures(settings)
    forget_pages(database)
    return said


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=f"{API_PATH}/staff", tags=["staff"])
    callers = Callers(services)

    def taken_out(caller: Caller, wish: Wish) -> Removal:
        return take_out(services.database, services.settings, caller, wish, services.clock)

    @routes.delete("/exams/{exam}")
    def exam(exam: str, reason: RemovalReason = "misfiled", caller: Caller = Depends(callers.staff)) -> Removal:
        """Take out what the practice sent of an exam, with its report; what the person brought stays theirs."""
        return taken_out(caller, Wish("exam", exam, reason=reason))

    @routes.delete("/exams/{exam}/studies/{study}")
    def study(
        exam: str, study: str, reason: RemovalReason = "misfiled", caller: Caller = Depends(callers.staff)
    ) -> Removal:
        """Take out one study of an exam."""
        return taken_out(caller, Wish("study", exam, study, reason))

    @routes.delete("/exams/{exam}/instances/{instance}")
    def image(
        exam: str, instance: str, reason: RemovalReason = "misfiled", caller: Caller = Depends(callers.staff)
    ) -> Removal:
        """Take out one image or document of an exam."""
        return taken_out(caller, Wish("image", exam, instance, reason))

    @routes.delete("/exams/{exam}/report")
    def report(exam: str, reason: RemovalReason = "misfiled", caller: Caller = Depends(callers.staff)) -> Removal:
        """Take out the report of an exam; the right one may be put there."""
        return taken_out(caller, Wish("report", exam, reason=reason))

    @routes.get("/removals")
    def every_one(caller: Caller = Depends(callers.staff)) -> Removals:
        """List what was taken out."""
        with services.database.reading() as session:
            return removals(session, caller)

    @routes.post("/removals/{removal}/allow")
    def again(removal: str, caller: Caller = Depends(callers.staff)) -> Removal:
        """Let the same be sent again; until then it is refused."""
        with services.database.writing() as session:
            return allow(session, caller, removal, services.clock())

    return routes
