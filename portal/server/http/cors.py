"""Viewers that come from another origin: which of them may read the portal's answers (the Fetch standard's CORS).

Nobody, unless the practice names them. What they may read is what a token opens: no cookie is ever taken from
elsewhere, and the pages people sign in on are for nobody else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.middleware.cors import CORSMiddleware

from portal.server.http.methods import App, Receive, Scope, Send
from portal.wire.addresses import API_PATH, DICOMWEB_PATH

EVERYBODY = "*"
_OPEN = (f"{DICOMWEB_PATH}/", f"{API_PATH}/", "/.well-known/")
_OPEN_EXACTLY = frozenset({"/openapi.json", "/oauth/token", "/oauth/revoke", "/oauth/device_authorization"})
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_ASKED = (
    "Accept",
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "If-Range",
    "Range",
    "X-Requested-With",
)
_READ = (
    "Accept-Ranges",
    "Allow",
    "Content-Encoding",
    "Content-Length",
    "Content-Location",
    "Content-Range",
    "ETag",
    "Location",
    "Retry-After",
    "Scanshelf-Marks",
    "Warning",
    "WWW-Authenticate",
)
_SECONDS = 600
_ORIGIN = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)


def origin(text: str) -> str:
    """Take an origin as a browser says it (`https://viewer.example.org`), or "*"; raises `ValueError`."""
    plain = text.strip().lower().rstrip("/")
    if plain == EVERYBODY:
        return plain
    if not _ORIGIN.fullmatch(plain):
        raise ValueError(text)
    parts = urlsplit(plain)
    usual = {"http": 80, "https": 443}[parts.scheme]
    return plain.rpartition(":")[0] if parts.port == usual else plain


class Cors:
    """Wraps the application; without any origin it changes nothing."""

    def __init__(self, app: App, origins: Sequence[str]) -> None:
        self._app = app
        self._open: App = app
        if origins:
            self._open = CORSMiddleware(
                app,
                allow_origins=list(origins),
                allow_methods=_METHODS,
                allow_headers=_ASKED,
                expose_headers=_READ,
                max_age=_SECONDS,
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope.get("path", "")
        is_open = path.startswith(_OPEN) or path in _OPEN_EXACTLY
        await (self._open if is_open else self._app)(scope, receive, send)
