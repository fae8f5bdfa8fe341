"""The page a letter's link opens to have no more of its kind; mail programs press its button by themselves (RFC 8058).

To look at it changes nothing: what reads letters for viruses opens every link.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from portal.server.notices.choices import OFF_PATH, meant_by, switched_off
from portal.server.oauth.sign_in_pages.html_pages import Pages
from portal.server.people.notice_choices.choosing import choose
from portal.server.services import Services


def router(services: Services, pages: Pages) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(tags=["accounts"])

    @routes.get(f"{OFF_PATH}/{{token}}", response_class=HTMLResponse)
    def _ask(request: Request, token: str) -> Response:
        """Show the button."""
        with services.database.reading() as session:
            _row, kind = meant_by(session, token)
        return pages.page(request, "notices/off", kind=kind, action=f"{OFF_PATH}/{token}", done=False)

    @routes.post(f"{OFF_PATH}/{{token}}", response_class=HTMLResponse)
    def _switch_off(request: Request, token: str) -> Response:
        """Switch letters of this kind off, whoever presses: the link is the proof, and nothing else is opened by it."""
        with services.database.writing() as session:
            row, kind = meant_by(session, token)
            choose(session, row.id, {*switched_off(row), kind}, services.clock())
        return pages.page(request, "notices/off", kind=kind, action=f"{OFF_PATH}/{token}", done=True)

    return routes
