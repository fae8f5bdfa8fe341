"""What the OAuth endpoints refuse, in OAuth's own words (RFC 6749 5.2, RFC 8628 3.5)."""

from __future__ import annotations

from typing import Literal

from fastapi.responses import JSONResponse

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
]
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class Refusal(Exception):  # noqa: N818 - what OAuth calls an error is an answer
    """Ends a question to an OAuth endpoint."""

    def __init__(self, code: RefusalCode, description: str = "") -> None:
        super().__init__(code)
        self.code: RefusalCode = code
        self.description = description


def refusal_answer(refusal: Refusal) -> JSONResponse:
    """Write a refusal as the response."""
    said: dict[str, str] = {"error": refusal.code}
    if refusal.description:
        said["error_description"] = refusal.description
    return JSONResponse(said, 401 if refusal.code == "invalid_client" else 400, NO_STORE)
