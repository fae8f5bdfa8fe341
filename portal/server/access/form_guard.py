"""Tells what our own pages send from what other sites make a browser send."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response

from portal.server.base.settings import ServerSettings
from portal.server.base.tokens import new_token

FIELD = "form_token"
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)


class FormGuard:
    """Tells our own forms from those of other sites: a cookie, its seal in the form, and what the browser says."""

    def __init__(self, settings: ServerSettings, secret: bytes) -> None:
        self._url = settings.public_url
        self._secure = is_secure(settings)
        self._cookie = "__Host-form" if self._secure else "portal_form"
        self._secret = secret

    def begin(self, request: Request) -> tuple[str, str]:
        """Give the cookie of this browser, an old or a new one, and the token its forms carry."""
        cookie = request.cookies.get(self._cookie, "")
        if not _COOKIE_VALUE.fullmatch(cookie):
            cookie = new_token()
        return cookie, seal(self._secret, "form", cookie)

    def keep(self, response: Response, cookie: str) -> None:
        """Set the cookie."""
        response.set_cookie(self._cookie, cookie, httponly=True, samesite="lax", secure=self._secure, path="/")

    def is_own(self, request: Request, form: Mapping[str, str]) -> bool:
        """Say whether a form was sent from a page of ours, as far as the browser tells."""
        cookie = request.cookies.get(self._cookie, "")
        sealed = hmac.compare_digest(seal(self._secret, "form", cookie).encode(), form.get(FIELD, "").encode())
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


def is_secure(settings: ServerSettings) -> bool:
    """Say whether browsers reach the portal by https, so that its cookies may ask for that."""
    return settings.public_url.startswith("https:")


def seal(secret: bytes, what: str, value: str) -> str:
    """Seal a secret of a browser's: what only our own pages are told of it, and nobody can make of anything else."""
    return hmac.new(secret, f"{what}:{value}".encode(), hashlib.sha256).hexdigest()


def origin_of(url: str) -> str:
    """Give the origin of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
