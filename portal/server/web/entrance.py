"""The way in for a person with nothing but a browser: user name and password, then the page they came for."""

from __future__ import annotations

import re

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from portal.server.oauth.browser_sign_in import BrowserSignIn
from portal.server.oauth.forms import Form
from portal.server.oauth.sign_in_pages import texts as words
from portal.server.oauth.sign_in_pages.entering import StepNeeded, Trouble, sign_in
from portal.server.oauth.sign_in_pages.html_pages import HEADERS, Pages, with_wait
from portal.server.oauth.sign_in_pages.second_step import StepForm, step_page
from portal.server.people.account_shapes import ACTIVATE_PATH
from portal.server.services import Services

HOME, SIGN_IN, SIGN_OUT = "/", "/sign-in", "/sign-out"
SIGNED_OUT = "signed-out"
_PLACE = re.compile(r"/my(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+", re.ASCII)


def place_of(said: str) -> str:
    """Give the page somebody came for, if it is one of ours: nobody is ever led anywhere else."""
    return said if len(said) <= 200 and _PLACE.fullmatch(said) else HOME


class Entrance:
    """Asks who it is, and answers."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._pages = Pages(services)
        self._browser = BrowserSignIn(services)

    def ask(self, request: Request, place: str, said: Form | None = None, trouble: Trouble | None = None) -> Response:
        """Show the form; `place` is where it leads."""
        response = self._pages.page(
            request,
            "sign_in",
            trouble.status if trouble else 200,
            action=SIGN_IN,
            hidden={"next": place},
            said=said or {},
            trouble=trouble,
            other=ACTIVATE_PATH,
            for_desktop=False,
            signed_out=SIGNED_OUT in request.query_params,
        )
        return with_wait(response, trouble)

    def answer(self, request: Request, form: Form) -> Response:
        """Sign in, or show the form again with words."""
        place = place_of(form.get("next", ""))
        if not self._pages.guard.is_own(request, form):
            return self.ask(request, place, form, Trouble(words.OLD_FORM, status=403))
        if form.get("action") == "cancel":
            return RedirectResponse(HOME, 303, HEADERS)
        entered = sign_in(self._services, request, form)
        if isinstance(entered, Trouble):
            return self.ask(request, place, form, entered)
        if isinstance(entered, StepNeeded):
            return step_page(self._pages, request, entered, StepForm(SIGN_IN, {"next": place}, "sign-in", "cancel"))
        response = RedirectResponse(place, 303, HEADERS)
        self._browser.begin(request, response, entered.account)
        return response

    def leave(self, request: Request, form: Form) -> Response:
        """Sign out; a form that is too old to be believed leads back to the page, where the button is new."""
        if not self._pages.guard.is_own(request, form):
            return RedirectResponse(HOME, 303, HEADERS)
        response = RedirectResponse(f"{HOME}?{SIGNED_OUT}", 303, HEADERS)
        self._browser.end(request, response, everywhere=form.get("where") == "everywhere")
        return response
