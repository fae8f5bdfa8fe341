"""The pages people see when they sign in: plain HTML that needs no script."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.server.access.form_guard import FIELD, FormGuard, is_secure
from portal.server.answers.language import CHOICE, LANGUAGES, keep_choice, language_of
from portal.server.factors.passkeys.using import Passkeys
from portal.server.oauth.sign_in_pages.entering import Trouble
from portal.server.oauth.sign_in_pages.german import translated
from portal.server.people.account_shapes import practice_shape
from portal.server.people.practices.adding import all_practices
from portal.server.services import Services
from portal.wire.people import Practice

TEMPLATES = Path(__file__).resolve().parent / "templates"
_HERE = "http://127.0.0.1:*"  # browsers hold the redirect to the desktop against the form's action too
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {_HERE}"
    ),
    "Referrer-Policy": "same-origin",  # "no-referrer" would hide from us where a form comes from
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}

ASK_FOR_PASSKEYS = frozenset({"sign_in", "device"})
_POLICY = "Content-Security-Policy"
# passkeys are asked for by a script of ours; all else goes without
WITH_SCRIPT = HEADERS | {_POLICY: HEADERS[_POLICY].replace("style-src", "script-src 'self'; style-src", 1)}


def led_back(response: Response, address: str) -> Response:
    """Let a page's form lead back to the desktop; the policy has no words for an IPv6 address, only for all of http."""
    if address.startswith("http://["):
        response.headers[_POLICY] = response.headers[_POLICY].replace(_HERE, "http:")
    return response


def with_wait(response: Response, trouble: Trouble | None) -> Response:
    """Say in the headers too when to come back."""
    if trouble is not None and trouble.retry_after:
        response.headers["Retry-After"] = trouble.retry_after
    return response


class Pages:
    """Writes pages; each has the portal's name, whom to ask, and whether it reaches nobody but this computer."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.guard = FormGuard(services.settings, services.secret)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def page(
        self, request: Request, name: str, status: int = 200, trouble: Trouble | None = None, **facts: Any
    ) -> Response:
        """Write one page in its reader's language, with the token of its form and the cookie that belongs to it."""
        if name in ASK_FOR_PASSKEYS:
            facts["passkey"] = self._any_passkey()
        (cookie, token), language = self.guard.begin(request), language_of(request)
        words = self._templates.get_template(f"{name}.html").render(
            portal=self._services.settings.name,
            local=self._services.settings.local,
            practice=self._practice(),
            form_field=FIELD,
            form_token=token,
            trouble=trouble and replace(trouble, words=_said(trouble, language)),
            _=partial(translated, language=language),
            language=language,
            languages=_choices(request),
            **facts,
        )
        response = HTMLResponse(words, status, WITH_SCRIPT if facts.get("passkey") else HEADERS)
        self.guard.keep(response, cookie)
        keep_choice(request, response, secure=is_secure(self._services.settings))
        return response

    def _any_passkey(self) -> str:
        """Give what the browser is asked for; "" where browsers take no passkeys at the portal's address."""
        with self._services.database.reading() as session:
            options = Passkeys(self._services).options(session, None)
        return json.dumps(options) if options else ""

    def _practice(self) -> Any:
        with self._services.database.reading() as session:
            practices = all_practices(session)
        # of several practices none is named before it is known whose patient it is
        return practice_shape(practices[0]) if len(practices) == 1 else Practice(self._services.settings.name)


def _said(trouble: Trouble, language: str) -> str:
    return translated(trouble.words, language).replace("{minutes}", str(trouble.minutes))


def _choices(request: Request) -> dict[str, tuple[str, str]]:
    """Give each language with its name and the address of the same page in it; none where a form was just sent."""
    if request.method != "GET":
        return {}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != CHOICE]
    return {
        code: (name, f"{request.url.path}?{urlencode([*kept, (CHOICE, code)])}") for code, name in LANGUAGES.items()
    }
