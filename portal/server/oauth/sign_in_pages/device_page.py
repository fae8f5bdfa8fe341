"""The page on which a device's code is typed. Its form is documented, for machines: one POST without a page before it.

A program posts `user_code`, `user_name` and `password`, and `factor_code` where the account has a second factor. A
browser posts the form's token with them: what comes with a browser's own marks and without the token is not taken.
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from portal.server.base.problems import Problem
from portal.server.base.typed_codes import grouped, normalised
from portal.server.oauth.devices import CODE_LETTERS, decide, waiting_device
from portal.server.oauth.forms import Form, read_form
from portal.server.oauth.sign_in_pages import texts as words
from portal.server.oauth.sign_in_pages.entering import StepNeeded, Trouble, sign_in, too_many
from portal.server.oauth.sign_in_pages.html_pages import Pages, with_wait
from portal.server.oauth.sign_in_pages.second_step import StepForm, step_page
from portal.server.oauth.token_routes import DEVICE, form_of
from portal.server.people.signing_in import addressed
from portal.server.services import Services


def router(services: Services, pages: Pages) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(tags=["sign-in"])
    page = DevicePage(services, pages)

    @routes.get(DEVICE, response_class=HTMLResponse)
    def _ask(request: Request) -> Response:
        """Show the page on which a device's code is typed."""
        return page.form(request, dict(request.query_params))

    @routes.post(DEVICE, response_class=HTMLResponse, openapi_extra=form_of("user_code", "user_name", "password"))
    def _approve(request: Request, form: Form = Depends(read_form)) -> Response:
        """Approve a device: one form POST, also for programs. `action=deny` sends it away instead."""
        return page.answer(request, form)

    return routes


class DevicePage:
    """Asks for code, user name and password, and lets the device in or sends it away."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages

    def form(self, request: Request, said: Form, trouble: Trouble | None = None) -> Response:
        """Show the form."""
        code = normalised(said.get("user_code", ""))
        said = {**said, "user_code": grouped(code) if len(code) == CODE_LETTERS else said.get("user_code", "")[:20]}
        status = trouble.status if trouble else 200
        response = self._pages.page(request, "device", status, action=DEVICE, said=said, trouble=trouble)
        return with_wait(response, trouble)

    def answer(self, request: Request, form: Form) -> Response:
        """Approve or deny."""
        guard = self._pages.guard
        if not (guard.is_own(request, form) or guard.is_program(request)):
            return self.form(request, form, Trouble(words.OLD_FORM, status=403))
        trouble = self._unknown_code(request, form)
        if trouble is not None:
            return self.form(request, form, trouble)
        if form.get("action") == "deny":
            return self._decide(request, form, None)
        entered = sign_in(self._services, request, form)
        if isinstance(entered, Trouble):
            return self.form(request, form, entered)
        if isinstance(entered, StepNeeded):
            here = StepForm(DEVICE, {"user_code": form.get("user_code", "")}, "approve", "deny")
            return step_page(self._pages, request, entered, here)
        return self._decide(request, form, entered.account)

    def _unknown_code(self, request: Request, form: Form) -> Trouble | None:
        """Look whether a device waits; wrong codes are counted, so that nobody finds others' by trying."""
        who = addressed(request)
        try:
            self._services.tries.check("code-by-address", who)
        except Problem as problem:
            return too_many(problem)
        with self._services.database.reading() as session:
            if waiting_device(session, form.get("user_code", ""), self._services.clock()) is not None:
                return None
        self._services.tries.count("code-by-address", who)
        return Trouble(words.UNKNOWN_DEVICE, "user_code", 404)

    def _decide(self, request: Request, form: Form, account: str | None) -> Response:
        with self._services.database.writing() as session:
            decided = decide(session, form.get("user_code", ""), account, self._services.clock())
        if not decided:
            return self.form(request, form, Trouble(words.UNKNOWN_DEVICE, "user_code", 404))
        return self._pages.page(request, "device_sent_away" if account is None else "device_done")
