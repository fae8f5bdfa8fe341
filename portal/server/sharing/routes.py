"""Shares for their owner, and redeeming for whoever has a code."""

from __future__ import annotations

from fastapi import APIRouter

from portal.server.services import Services
from portal.server.sharing import invitation_routes as paper_routes
from portal.server.sharing import owner_routes, redeem_routes
from portal.wire.addresses import API_PATH


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=API_PATH, tags=["shares"])
    owner_routes.add(routes, services)
    paper_routes.add(routes, services)
    redeem_routes.add(routes, services)
    return routes
