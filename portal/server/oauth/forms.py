"""Forms of pages: read small, and only when they come from our own pages."""

from __future__ import annotations

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from portal.server.base.problems import Problem
from portal.server.base.settings import ServerSettings
from portal.server.base.tokens import new_token

Form = dict[str, str]
MOST_FIELDS = 40
FORM_TYPE = "application/x-www-form-urlencoded"
FIELD = "form_token"
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


async def read_form(request: Request) -> Form:
    """Read a form; a field that comes twice, a file or another kind of body is refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise Problem("unsupported-type", takes=FORM_TYPE)
    async with request.form(max_fields=MOST_FIELDS, max_files=0) as form:
        said = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        if len(said) != len(form.multi_items()):
            raise Problem("invalid-request", reason="a field twice")
    if any("\0" in value for value in said.values()):
        raise Problem("invalid-request", reason="a NUL")
    return said


class FormGuard:
    """Tells our own forms from those of other sites: a cookie, its seal in the form, and what the browser says."""

    def __init__(self, settings: ServerSettings, secret: bytes) -> None:
        self._url = settings.public_url
        self._secure = settings.public_url.startswith("https:")
        self._cookie = "__Host-form" if self._secure else "portal_form"
        self._secret = secret

    def begin(self, request: Request) -> tuple[str, str]:
        """Give the cookie of this browser, an old or a new one, and the token its forms carry."""
        cookie = request.cookies.get(self._cookie, "")
        if not _COOKIE_VALUE.fullmatch(cookie):
            cookie = new_token()
        return cookie, self._token(cookie)

    def keep(self, response: Response, cookie: str) -> None:
        """Set the cookie."""
        response.set_cookie(self._cookie, cookie, httponly=True, samesite="lax", secure=self._secure, path="/")

    def is_own(self, request: Request, form: Form) -> bool:
        """Say whether a form was sent from a page of ours, as far as the browser tells."""
        cookie = request.cookies.get(self._cookie, "")
        sealed = hmac.compare_digest(self._token(cookie).encode(), form.get(FIELD, "").encode())
        return self._comes_from_here(request) and bool(cookie) and sealed

    def is_program(self, request: Request) -> bool:
        """Say whether no browser can have sent this: none of them leaves all of these out."""
        return not any(name in request.headers for name in ("origin", "sec-fetch-site", "cookie", "referer"))

    def _comes_from_here(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = request.headers.get("origin")
        return origin is None or origin == origin_of(self._url)

    def _token(self, cookie: str) -> str:
        return hmac.new(self._secret, f"form:{cookie}".encode(), hashlib.sha256).hexdigest()


def origin_of(url: str) -> str:
    """Give the origin of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
