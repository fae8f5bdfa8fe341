"""The page an invitation's link opens: activate the account, and be signed in in this browser."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from portal.server.oauth.browser_sign_in import BrowserSignIn
from portal.server.oauth.forms import Form, read_form
from portal.server.oauth.sign_in_pages import texts as words
from portal.server.oauth.sign_in_pages.entering import Trouble, activate
from portal.server.oauth.sign_in_pages.html_pages import Pages, with_wait
from portal.server.oauth.token_routes import form_of
from portal.server.people.account_shapes import ACTIVATE_PATH
from portal.server.people.user_names import normal_name
from portal.server.services import Services

FIELDS = ("activation_code", "user_name", "password", "password_again")


def router(services: Services, pages: Pages) -> APIRouter:
    """Give the routes."""
    routes, browser = APIRouter(tags=["sign-in"]), BrowserSignIn(services)

    def form_page(request: Request, said: Form, trouble: Trouble | None = None) -> Response:
        status = trouble.status if trouble else 200
        facts: dict[str, Any] = {"action": ACTIVATE_PATH, "hidden": {}, "other": None, "continues": False}
        return with_wait(pages.page(request, "activate", status, said=said, trouble=trouble, **facts), trouble)

    @routes.get(ACTIVATE_PATH, response_class=HTMLResponse)
    def _ask(request: Request) -> Response:
        """Show the page on which an account is activated."""
        return form_page(request, dict(request.query_params))

    @routes.post(ACTIVATE_PATH, response_class=HTMLResponse, openapi_extra=form_of(*FIELDS))
    def _activate(request: Request, form: Form = Depends(read_form)) -> Response:
        """Activate the account and sign in; programs use `POST /api/v1/activation`."""
        if not pages.guard.is_own(request, form):
            return form_page(request, form, Trouble(words.OLD_FORM, status=403))
        entered = activate(services, request, form)
        if isinstance(entered, Trouble):
            return form_page(request, form, entered)
        user_name = normal_name(form.get("user_name", ""))
        response = pages.page(request, "activated", user_name=user_name, url=services.settings.public_url)
        browser.begin(request, response, entered.account)
        return response

    return routes
