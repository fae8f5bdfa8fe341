"""What the OAuth endpoints refuse, in OAuth's own words (RFC 6749 5.2, RFC 8628 3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from fastapi.responses import JSONResponse

from portal.server.base.problems import STATUS, TITLES, Problem

RefusalCode = Literal[
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "unsupported_grant_type",
    "unsupported_response_type",
    "invalid_scope",
    "access_denied",
    "authorization_pending",
    "slow_down",
    "expired_token",
    "server_error",
    "temporarily_unavailable",
]
TOKEN, REVOKE, DEVICE_AUTHORIZATION = "/oauth/token", "/oauth/revoke", "/oauth/device_authorization"
ENDPOINTS = frozenset({TOKEN, REVOKE, DEVICE_AUTHORIZATION})  # programs read what these say, never a problem
_HTTP_SAYS = frozenset({405, 413, 429, 500, 503, 507})  # what a client of HTTP has to know whatever it asked for
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Refusal(Exception):  # noqa: N818 - what OAuth calls an error is an answer
    """Ends a question to an OAuth endpoint."""

    def __init__(self, code: RefusalCode, description: str = "") -> None:
        super().__init__(code)
        self.code: RefusalCode = code
        self.description = description


def refusal_of(status: int, title: str) -> Refusal:
    """Say in OAuth's words what HTTP says with a status."""
    code: RefusalCode = "invalid_request"
    if status >= 500:
        code = "server_error" if status == 500 else "temporarily_unavailable"
    elif status == 429:
        code = "temporarily_unavailable"
    return Refusal(code, title)


def refusal_answer(
    refusal: Refusal, status: int | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """Write a refusal as the response."""
    said: dict[str, str] = {"error": refusal.code}
    if refusal.description:
        said["error_description"] = refusal.description
    usual = 401 if refusal.code == "invalid_client" else 400
    return JSONResponse(said, status or usual, {**NO_STORE, **(headers or {})})


def problem_answer(problem: Problem) -> JSONResponse:
    """Write a problem as the answer of an OAuth endpoint."""
    status = STATUS[problem.code]
    said = refusal_of(status, problem.facts.get("reason") or TITLES[problem.code])
    return refusal_answer(said, status if status in _HTTP_SAYS else 400, problem.headers)
