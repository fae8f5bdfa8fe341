"""The page the desktop opens in the browser: sign in, or activate the account first; then back to the desktop."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from portal.server.oauth.codes import give_code
from portal.server.oauth.forms import Form, read_form
from portal.server.oauth.refusals import Refusal
from portal.server.oauth.request import AuthorizationRequest, Untrusted, read_request
from portal.server.oauth.sign_in_pages import texts as words
from portal.server.oauth.sign_in_pages.entering import Entered, StepNeeded, Trouble, activate, sign_in
from portal.server.oauth.sign_in_pages.html_pages import HEADERS, Pages, led_back, with_wait
from portal.server.oauth.sign_in_pages.second_step import StepForm, step_page
from portal.server.oauth.token_routes import AUTHORIZE, form_of
from portal.server.services import Services


def router(services: Services, pages: Pages) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(tags=["sign-in"])
    page = AuthorizePage(services, pages)

    @routes.get(AUTHORIZE, response_class=HTMLResponse)
    def _ask(request: Request) -> Response:
        """Show the page on which a person signs in (RFC 6749 with PKCE S256)."""
        return page.ask(request)

    @routes.post(AUTHORIZE, response_class=HTMLResponse, openapi_extra=form_of("client_id", "redirect_uri"))
    def _answer(request: Request, form: Form = Depends(read_form)) -> Response:
        """Take what was typed and send the browser back to the desktop."""
        return page.answer(request, form)

    return routes


class AuthorizePage:
    """Asks and answers. Only a request of the desktop's own is ever redirected anywhere."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages

    def ask(self, request: Request) -> Response:
        """Show the form."""
        query = request.query_params
        twice = {name for name in query if len(query.getlist(name)) > 1}
        if twice & {"client_id", "redirect_uri"}:
            return self._pages.page(request, "not_asked", 400)
        try:
            asked = read_request(query)
            if twice:
                raise Refusal("invalid_request", "a parameter comes twice")
            asked.check()
        except Untrusted:
            return self._pages.page(request, "not_asked", 400)
        except Refusal as refusal:
            return self._back(asked, error=refusal.code, error_description=refusal.description)
        return self._form(request, asked, dict(query))

    def answer(self, request: Request, form: Form) -> Response:
        """Sign in or activate, then give the desktop its code; otherwise the form again, with words."""
        try:
            asked = read_request(form)
            asked.check()
        except (Untrusted, Refusal):
            return self._pages.page(request, "not_asked", 400)
        if not self._pages.guard.is_own(request, form):
            return self._form(request, asked, form, Trouble(words.OLD_FORM, status=403))
        if form.get("action") == "cancel":
            return self._back(asked, error="access_denied")
        entering = activate if form.get("action") == "activate" else sign_in
        entered = entering(self._services, request, form)
        if isinstance(entered, Trouble):
            return self._form(request, asked, form, entered)
        if isinstance(entered, StepNeeded):
            here = StepForm(AUTHORIZE, asked.fields(), "sign-in", "cancel")
            return led_back(step_page(self._pages, request, entered, here), asked.redirect_uri)
        return self._back(asked, code=self._code(entered, asked))

    def _code(self, entered: Entered, asked: AuthorizationRequest) -> str:
        with self._services.database.writing() as session:
            return give_code(session, entered.account, asked, self._services.clock())

    def _form(
        self, request: Request, asked: AuthorizationRequest, said: Form, trouble: Trouble | None = None
    ) -> Response:
        activating = "activate" in (said.get("action"), said.get("form")) or (
            "action" not in said and bool(said.get("activation_code"))
        )
        response = self._pages.page(
            request,
            "activate" if activating else "sign_in",
            trouble.status if trouble else 200,
            action=AUTHORIZE,
            hidden=asked.fields(),
            said=said,
            trouble=trouble,
            other=other_form(asked, "sign-in" if activating else "activate"),
            continues=True,
            for_desktop=True,
            signed_out=False,
        )
        return with_wait(led_back(response, asked.redirect_uri), trouble)

    def _back(self, asked: AuthorizationRequest, **said: str) -> Response:
        given = {name: value for name, value in said.items() if value}
        return RedirectResponse(asked.answer(self._services.settings.public_url, **given), 303, HEADERS)


def other_form(asked: AuthorizationRequest, form: str) -> str:
    """Give the address of the same request with the other form."""
    return f"{AUTHORIZE}?{urlencode({**asked.fields(), 'form': form})}"
