"""Where staff see the studies that came for nobody the practice knows, and say whose they are."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.receiving.unmatched import allow, assign, discard, unmatched
from portal.server.services import Services
from portal.wire.addresses import API_PATH
from portal.wire.desk.practice import (
    UnmatchedAssignment,
    UnmatchedDiscard,
    UnmatchedState,
    UnmatchedStudies,
    UnmatchedStudy,
)


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=f"{API_PATH}/staff/unmatched", tags=["staff"])
    desk = Depends(Callers(services).staff_with("reception", "reports"))

    @routes.get("")
    def listed(
        state: UnmatchedState = "held",
        cursor: str | None = None,
        caller: Caller = desk,
    ) -> UnmatchedStudies:
        """List studies of the practice that are held because nobody is known for them, newest first."""
        with services.database.reading() as session:
            return unmatched(session, caller, state, cursor)

    @routes.post("/{study}/assign")
    def assigned(study: str, wanted: UnmatchedAssignment, caller: Caller = desk) -> UnmatchedStudy:
        """Give a held study to a patient; what comes of it later goes there too."""
        return assign(services, caller, study, wanted)

    @routes.post("/{study}/discard")
    def discarded(study: str, wanted: UnmatchedDiscard, caller: Caller = desk) -> UnmatchedStudy:
        """Throw a held study away for good; the same is refused if it is sent again."""
        return discard(services, caller, study, wanted.reason)

    @routes.post("/{study}/allow", status_code=204, response_class=Response)
    def allowed(study: str, caller: Caller = desk) -> Response:
        """Let a study that was thrown away be sent again."""
        with services.database.writing() as session:
            allow(session, caller, study)
        return Response(status_code=204)

    return routes
