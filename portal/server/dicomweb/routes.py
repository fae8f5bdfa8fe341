"""STOW, QIDO and WADO under /dicomweb."""

from __future__ import annotations

from fastapi import APIRouter

from portal.server.access.callers import Callers
from portal.server.dicomweb.retrieving import routes as wado_routes
from portal.server.dicomweb.searching import routes as qido_routes
from portal.server.dicomweb.storing import routes as stow_routes
from portal.server.pictures.renderer import Renderer
from portal.server.services import Services


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    callers = Callers(services)
    routes = APIRouter(tags=["dicomweb"])
    renderer = Renderer(services)
    stow_routes.add_routes(routes, services, callers)
    qido_routes.add_routes(routes, services, callers, renderer)
    wado_routes.add_routes(routes, services, callers, renderer)
    return routes
