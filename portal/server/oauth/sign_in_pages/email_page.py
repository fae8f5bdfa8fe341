"""The pages letters about a changed e-mail address lead to: a button, since mail programs follow links themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from portal.server.base.problems import STATUS, Problem
from portal.server.oauth.email_links import EmailLinks
from portal.server.oauth.forms import Form, read_form
from portal.server.oauth.sign_in_pages import texts as words
from portal.server.oauth.sign_in_pages.entering import Trouble
from portal.server.oauth.sign_in_pages.html_pages import Pages
from portal.server.people.email_changes.changing import CONFIRM_PATH, UNDO_PATH
from portal.server.people.recovery import RECOVER_PATH
from portal.server.services import Services


def router(services: Services, pages: Pages) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(tags=["sign-in"])
    page = EmailPage(services, pages)

    @routes.get(f"{UNDO_PATH}/{{token}}", response_class=HTMLResponse)
    def _ask_undo(request: Request, token: str) -> Response:
        """Show the button that undoes a change of address; to look at it changes nothing."""
        return page.undo(request, token)

    @routes.post(f"{UNDO_PATH}/{{token}}", response_class=HTMLResponse)
    def _undo(request: Request, token: str, form: Form = Depends(read_form)) -> Response:
        """Undo it, once."""
        return page.undo(request, token, form)

    @routes.get(f"{CONFIRM_PATH}/{{token}}", response_class=HTMLResponse)
    def _ask_confirm(request: Request, token: str) -> Response:
        """Show the button that confirms a new address."""
        return page.confirm(request, token)

    @routes.post(f"{CONFIRM_PATH}/{{token}}", response_class=HTMLResponse)
    def _confirm(request: Request, token: str, form: Form = Depends(read_form)) -> Response:
        """Confirm it."""
        return page.confirm(request, token, form)

    return routes


class EmailPage:
    """Asks, and does it."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._pages = pages
        self._links = EmailLinks(services)

    def undo(self, request: Request, token: str, form: Form | None = None) -> Response:
        """Undo a change."""
        check, do = partial(self._links.check_undo, token), partial(self._links.undo, token)
        return self._page(request, f"{UNDO_PATH}/{token}", form, check, do)

    def confirm(self, request: Request, token: str, form: Form | None = None) -> Response:
        """Confirm an address."""
        check, do = partial(self._links.check_confirm, token), partial(self._links.confirm, token)
        return self._page(request, f"{CONFIRM_PATH}/{token}", form, check, do)

    def _page(
        self, request: Request, action: str, form: Form | None, check: Callable[[], None], do: Callable[[], bool | None]
    ) -> Response:
        undoes = action.startswith(UNDO_PATH)
        trouble = None
        try:
            if form is not None and self._pages.guard.is_own(request, form):
                password_too = bool(do())
                return self._pages.page(
                    request, "email/done", undoes=undoes, password_too=password_too, recover=RECOVER_PATH
                )
            if form is not None:
                trouble = Trouble(words.OLD_FORM, status=403)
            check()
        except Problem as problem:
            return self._pages.page(request, "email/over", STATUS[problem.code], undoes=undoes)
        status = trouble.status if trouble else 200
        return self._pages.page(request, "email/ask", status, trouble, action=action, undoes=undoes)
