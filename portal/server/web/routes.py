"""Where the portal is opened in a browser."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.base.problems import Problem
from portal.server.oauth.forms import Form, read_form
from portal.server.services import Services
from portal.server.web.app_page import AppPage
from portal.server.web.entrance import HOME, SIGN_IN, SIGN_OUT, Entrance, place_of

PLACES = "/my/{place:path}"  # each opens the same page; its scripts know which place is meant


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(include_in_schema=False)
    callers, entrance, page = Callers(services), Entrance(services), AppPage(services)

    @routes.get(HOME)
    @routes.get(PLACES)
    def _open(request: Request) -> Response:
        caller = signed_in(callers, request)
        return entrance.ask(request, place_of(request.url.path)) if caller is None else page.page(request, caller)

    @routes.get(SIGN_IN)
    def _way_in(request: Request) -> Response:
        return _open(request)

    @routes.post(SIGN_IN)
    def _sign_in(request: Request, form: Form = Depends(read_form)) -> Response:
        return entrance.answer(request, form)

    @routes.post(SIGN_OUT)
    def _sign_out(request: Request, form: Form = Depends(read_form)) -> Response:
        return entrance.leave(request, form)

    @routes.get("/manifest.webmanifest")
    def _manifest() -> Response:
        return page.manifest()

    @routes.get("/service-worker.js")
    def _worker() -> Response:
        return page.worker()

    return routes


def signed_in(callers: Callers, request: Request) -> Caller | None:
    """Give whom a browser is signed in as: patient, staff or doctor; None where nobody is any more."""
    try:
        caller = callers.optional(request)
    except Problem:  # the account rests: the way in says so
        return None
    return caller if caller is not None and (caller.kind == "account" or caller.member is not None) else None
