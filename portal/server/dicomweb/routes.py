"""STOW, QIDO and WADO under /dicomweb."""

from __future__ import annotations

from fastapi import APIRouter

from portal.server.callers import Callers
from portal.server.dicomweb import qido_routes, stow_routes, wado_routes
from portal.server.services import Services


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    callers = Callers(services)
    routes = APIRouter(tags=["dicomweb"])
    for part in (stow_routes, qido_routes, wado_routes):
        part.add_routes(routes, services, callers)
    return routes
