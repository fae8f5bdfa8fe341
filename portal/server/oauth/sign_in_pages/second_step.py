"""The page after the password, where a second factor is asked for; each form goes back to where it came from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from portal.server.oauth.sign_in_pages.entering import StepNeeded
from portal.server.oauth.sign_in_pages.html_pages import Pages, with_wait


@dataclass(frozen=True, slots=True)
class StepForm:
    """Where the code is sent, what goes with it, and what its two buttons say to the server."""

    action: str
    hidden: Mapping[str, str]
    go_on: str
    give_up: str


def step_page(pages: Pages, request: Request, needed: StepNeeded, form: StepForm) -> Response:
    """Ask for the code; a program, which sees no page, is told that it is not signed in."""
    trouble = needed.trouble
    status = trouble.status if trouble else 401 if pages.guard.is_program(request) else 200
    page = pages.page(
        request,
        "second_step",
        status,
        action=form.action,
        hidden={**form.hidden, "step": needed.step},
        go_on=form.go_on,
        give_up=form.give_up,
        app=needed.app,
        passkey=needed.passkey,
        trouble=trouble,
    )
    return with_wait(page, trouble)
