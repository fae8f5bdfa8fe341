"""For whoever runs the portal: is it well, and how much of what is there."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from portal.names import is_loopback_host
from portal.server.access.callers import Callers
from portal.server.base.problems import Problem
from portal.server.services import Services
from portal.server.watching.health import troubles
from portal.server.watching.metrics import CONTENT_TYPE, metrics


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(tags=["watching"])
    callers = Callers(services)

    def watcher(request: Request) -> None:
        """Let in who is on this computer, or has a staff token; behind a proxy everybody may seem to be here."""
        here = services.settings.local and is_loopback_host(request.client.host if request.client else "")
        if not here:
            callers.staff_with("administrator")(request)

    @routes.get("/health")
    def _health() -> Response:
        """Say whether the portal can work: 200 and "ok", or 503 and what is the matter (database, store, room)."""
        found = troubles(services)
        said = {"status": "trouble" if found else "ok", "troubles": list(found)}
        return JSONResponse(said, 503 if found else 200)

    @routes.get("/metrics", response_class=PlainTextResponse, dependencies=[Depends(watcher)])
    def _metrics() -> Response:
        """Give numbers in the text format of Prometheus; to staff, and on this computer to whoever is here."""
        try:
            return PlainTextResponse(metrics(services), media_type=CONTENT_TYPE)
        except OSError as error:
            raise Problem("unavailable", headers={"Retry-After": "60"}) from error

    return routes
