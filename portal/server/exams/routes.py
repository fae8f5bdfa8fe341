"""Exams, reports, the practice's rules."""

from __future__ import annotations

from fastapi import APIRouter

from portal.server.access.callers import Callers
from portal.server.exams import exam_routes, report_routes
from portal.server.exams import release_rule_routes as rule_routes
from portal.server.exams.downloads import Downloads
from portal.server.services import Services
from portal.wire.addresses import API_PATH


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=API_PATH)
    callers, downloads = Callers(services), Downloads(services)
    exam_routes.add_routes(routes, services, callers, downloads)
    report_routes.add_routes(routes, services, callers, downloads)
    rule_routes.add_routes(routes, services, callers)
    return routes
