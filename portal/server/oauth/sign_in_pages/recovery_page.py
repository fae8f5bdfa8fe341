"""The pages for who forgot user name or password: ask for a letter, then choose a new password by its link."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from portal.server.base.problems import STATUS, Problem
from portal.server.oauth.forms import Form, read_form
from portal.server.oauth.sign_in_pages import texts as words
from portal.server.oauth.sign_in_pages.entering import Trouble, too_many
from portal.server.oauth.sign_in_pages.html_pages import Pages, with_wait
from portal.server.oauth.token_routes import form_of
from portal.server.people.recovery import MINUTES, RECOVER_PATH, Recovery, ask
from portal.server.people.signing_in import addressed
from portal.server.services import Services


def router(services: Services, pages: Pages) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(tags=["sign-in"])
    page = RecoveryPage(services, pages)

    @routes.get(RECOVER_PATH, response_class=HTMLResponse)
    def _ask(request: Request) -> Response:
        """Show the page on which a letter is asked for."""
        return page.question(request, {})

    @routes.post(RECOVER_PATH, response_class=HTMLResponse, openapi_extra=form_of("email"))
    def _send(request: Request, form: Form = Depends(read_form)) -> Response:
        """Have the letter sent, if an account has the address; programs use `POST /api/v1/account/recovery`."""
        return page.send(request, form)

    @routes.get(f"{RECOVER_PATH}/{{token}}", response_class=HTMLResponse)
    def _choose(request: Request, token: str) -> Response:
        """Show the page on which a new password is chosen; to look at it uses nothing up."""
        return page.choice(request, token)

    @routes.post(
        f"{RECOVER_PATH}/{{token}}", response_class=HTMLResponse, openapi_extra=form_of("password", "password_again")
    )
    def _change(request: Request, token: str, form: Form = Depends(read_form)) -> Response:
        """Change the password, once."""
        return page.change(request, token, form)

    return routes


class RecoveryPage:
    """Asks for the address, and for the new password."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages
        self._recovery = Recovery(services)

    def question(self, request: Request, said: Form, trouble: Trouble | None = None) -> Response:
        """Ask for the e-mail address."""
        status = trouble.status if trouble else 200
        facts: dict[str, Any] = {"action": RECOVER_PATH, "said": said, "trouble": trouble}
        return with_wait(self._pages.page(request, "recover_ask", status, **facts), trouble)

    def send(self, request: Request, form: Form) -> Response:
        """Note the question; the page is the same whether the address is known or not."""
        if not self._pages.guard.is_own(request, form):
            return self.question(request, form, Trouble(words.OLD_FORM, status=403))
        try:
            ask(self._services, form.get("email", ""), addressed(request))
        except Problem as problem:
            return self.question(request, form, too_many(problem))
        return self._pages.page(request, "recover_sent", minutes=MINUTES)

    def choice(self, request: Request, token: str, trouble: Trouble | None = None) -> Response:
        """Ask for the new password."""
        try:
            self._recovery.check(token)
        except Problem as problem:
            return self._over(request, problem)
        facts: dict[str, Any] = {"action": f"{RECOVER_PATH}/{token}", "trouble": trouble}
        return self._pages.page(request, "recover_choose", trouble.status if trouble else 200, **facts)

    def change(self, request: Request, token: str, form: Form) -> Response:
        """Change it."""
        if not self._pages.guard.is_own(request, form):
            return self.choice(request, token, Trouble(words.OLD_FORM, status=403))
        if form.get("password", "") != form.get("password_again", ""):
            return self.choice(request, token, Trouble(words.PASSWORDS_DIFFER, "password_again"))
        try:
            user_name = self._recovery.use(token, form.get("password", ""))
        except Problem as problem:
            if problem.code != "invalid-request":
                return self._over(request, problem)
            first = problem.facts["fields"][0]
            return self.choice(request, token, Trouble(words.RULES[first["field"], first["reason"]], first["field"]))
        return self._pages.page(request, "recover_done", user_name=user_name)

    def _over(self, request: Request, problem: Problem) -> Response:
        status = STATUS[problem.code]
        return self._pages.page(request, "recover_over", status, minutes=MINUTES, again=RECOVER_PATH)
