"""What goes wrong, as RFC 9457 problem+json with stable types (`portal.wire.ProblemCode`)."""

from __future__ import annotations

import errno
import logging
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from portal.server.oauth.refusals import ENDPOINTS, refusal_answer, refusal_of
from portal.server.objects.soundness import Unsound
from portal.wire import PROBLEM_PREFIX, ProblemCode

log = logging.getLogger(__name__)

STATUS: dict[ProblemCode, int] = {
    "invalid-request": 400,
    "not-signed-in": 401,
    "wrong-code": 401,
    "not-allowed": 403,
    "other-person": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "not-acceptable": 406,
    "person-unclear": 409,
    "report-not-released": 409,
    "not-complete": 409,
    "conflict": 409,
    "share-ended": 410,
    "code-used": 410,
    "changed-meanwhile": 412,
    "too-large": 413,
    "unsupported-type": 415,
    "too-many-tries": 429,
    "server-mistake": 500,
    "object-damaged": 500,
    "unavailable": 503,
    "no-space": 507,
}
TITLES: dict[ProblemCode, str] = {
    "invalid-request": "The request does not fit its description.",
    "not-signed-in": "Sign in first.",
    "wrong-code": "The code is not right.",
    "not-allowed": "This is not allowed for this account.",
    "other-person": "These images belong to another person than the account.",
    "not-found": "There is nothing here.",
    "method-not-allowed": "This cannot be done here.",
    "not-acceptable": "It is not here in the form that is asked for.",
    "person-unclear": "It is not certain that these images belong to the person of the account.",
    "report-not-released": "An exam can be shared once its report is there.",
    "not-complete": "Not everything has arrived yet.",
    "conflict": "This contradicts what is there already.",
    "share-ended": "This share has ended.",
    "code-used": "This code was used, replaced, or is too old.",
    "changed-meanwhile": "It was changed meanwhile. Look at it again first.",
    "too-large": "This is larger than the portal takes.",
    "unsupported-type": "The portal does not take this kind of content.",
    "too-many-tries": "Too many tries. Wait a while.",
    "server-mistake": "The portal stumbled over a mistake of its own.",
    "object-damaged": "What the portal keeps of this is damaged. It has to be sent again.",
    "unavailable": "The portal cannot answer just now.",
    "no-space": "The portal has no room left.",
}
CHALLENGE = 'Bearer realm="patient portal"'
_CODES: dict[int, ProblemCode] = {
    400: "invalid-request",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    413: "too-large",
    415: "unsupported-type",
}


_HTTP_SAYS = frozenset({405, 413, 429, 500, 503, 507})  # what a client of HTTP has to know whatever it asked for


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """Ends a request with one problem; `facts` become members of its JSON."""

    def __init__(self, code: ProblemCode, *, headers: Mapping[str, str] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code: ProblemCode = code
        self.headers = dict(headers or {})
        self.facts = facts


def answer(problem: Problem) -> JSONResponse:
    """Write a problem as the response."""
    status = STATUS[problem.code]
    headers = dict(problem.headers)
    if problem.code == "not-signed-in":
        headers.setdefault("WWW-Authenticate", CHALLENGE)
    content = {
        "type": PROBLEM_PREFIX + problem.code,
        "title": TITLES[problem.code],
        "status": status,
        "code": problem.code,
        **problem.facts,
    }
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def refusal(path: str, problem: Problem) -> JSONResponse:
    """Write a problem as the response to a request of this path: OAuth's endpoints have a form of their own."""
    if path not in ENDPOINTS:
        return answer(problem)
    status = STATUS[problem.code]
    said = refusal_of(status, problem.facts.get("reason") or TITLES[problem.code])
    return refusal_answer(said, status if status in _HTTP_SAYS else 400, problem.headers)


def install(app: FastAPI) -> None:
    """Make every failure of this application a problem; a mistake of ours is logged without what was sent."""

    @app.exception_handler(Problem)
    def _problem(request: Request, problem: Problem) -> JSONResponse:
        return refusal(request.url.path, problem)

    @app.exception_handler(RequestValidationError)
    def _not_valid(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [{"field": ".".join(map(str, each["loc"])), "reason": each["type"]} for each in error.errors()]
        return refusal(request.url.path, Problem("invalid-request", fields=fields))

    @app.exception_handler(Unsound)
    def _unsound(_: Request, __: Unsound) -> JSONResponse:
        return answer(Problem("object-damaged"))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        said: Any = error.detail  # a dict where we raise it
        facts = said if isinstance(said, dict) else {}
        code = _CODES.get(error.status_code, "invalid-request")
        return refusal(request.url.path, Problem(code, headers=error.headers, **facts))

    @app.exception_handler(OperationalError)
    def _database(request: Request, error: OperationalError) -> JSONResponse:
        log.error("the database could not answer: %s in %s", type(error.orig).__name__, _place(error))
        return refusal(request.url.path, Problem("unavailable", headers={"Retry-After": "30"}))

    @app.exception_handler(OSError)
    def _disk(request: Request, error: OSError) -> JSONResponse:
        if is_full(error):
            return refusal(request.url.path, Problem("no-space"))
        return _mistake(request, error)

    @app.exception_handler(Exception)
    def _mistake(request: Request, error: Exception) -> JSONResponse:
        log.error("a request ended with %s in %s", type(error).__name__, _place(error))
        return refusal(request.url.path, Problem("server-mistake"))


def is_full(error: OSError) -> bool:
    """Say whether a disk has no room for more."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _place(error: Exception) -> str:
    """Say where a mistake of ours is, without a word of what was worked on."""
    frames = list(traceback.walk_tb(error.__traceback__))
    if not frames:
        return "unknown"
    frame, line = frames[-1]
    return f"{Path(frame.f_code.co_filename).name}:{line}"
