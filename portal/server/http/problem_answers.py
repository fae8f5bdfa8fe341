"""Problems as answers: RFC 9457's problem+json, or what a part's own protocol has instead."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from core.files.durable import is_full
from portal.server.base.database import GONE
from portal.server.base.problems import CHALLENGE, STATUS, TITLES, Problem
from portal.server.objects.remote import StoreUnavailable
from portal.server.objects.soundness import Unsound
from portal.wire.problems import PROBLEM_PREFIX, ProblemCode

log = logging.getLogger(__name__)
COME_BACK_SECONDS = 10

Answer = Callable[[Problem], Response]
Refuse = Callable[[str, Problem], Response]  # the path that was asked, and why not

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


def database_gone() -> Problem:
    """Say that the database does not answer: asked again, it says what was done."""
    return Problem("unavailable", headers={"Retry-After": str(COME_BACK_SECONDS)})


def refusing(own: Mapping[str, Answer]) -> Refuse:
    """Make what writes a problem as the answer to a request; some paths have a form of their `own`."""

    def refuse(path: str, problem: Problem) -> Response:
        return own.get(path, answer)(problem)

    return refuse


def install(app: FastAPI, refuse: Refuse) -> None:
    """Make every failure of this application a problem; a mistake of ours is logged without what was sent."""

    @app.exception_handler(Problem)
    def _problem(request: Request, problem: Problem) -> Response:
        return refuse(request.url.path, problem)

    @app.exception_handler(RequestValidationError)
    def _not_valid(request: Request, error: RequestValidationError) -> Response:
        fields = [{"field": ".".join(map(str, each["loc"])), "reason": each["type"]} for each in error.errors()]
        return refuse(request.url.path, Problem("invalid-request", fields=fields))

    @app.exception_handler(Unsound)
    def _unsound(_: Request, __: Unsound) -> Response:
        return answer(Problem("object-damaged"))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        said: Any = error.detail  # a dict where we raise it
        facts = said if isinstance(said, dict) else {}
        code = _CODES.get(error.status_code, "invalid-request")
        return refuse(request.url.path, Problem(code, headers=error.headers, **facts))

    def _database(request: Request, error: Exception) -> Response:
        why = getattr(error, "orig", None) or error
        log.error("the database could not answer: %s in %s", type(why).__name__, _place(error))
        return refuse(request.url.path, database_gone())

    for kind in GONE:
        app.add_exception_handler(kind, _database)

    @app.exception_handler(OSError)
    def _disk(request: Request, error: OSError) -> Response:
        if isinstance(error, StoreUnavailable):
            log.error("the store of the images cannot be reached: %s", error)
            return refuse(request.url.path, Problem("unavailable", headers={"Retry-After": "30"}, reason="store"))
        if is_full(error):
            return refuse(request.url.path, Problem("no-space"))
        return _mistake(request, error)

    @app.exception_handler(Exception)
    def _mistake(request: Request, error: Exception) -> Response:
        log.error("a request ended with %s in %s", type(error).__name__, _place(error))
        return refuse(request.url.path, Problem("server-mistake"))


def _place(error: Exception) -> str:
    """Say where a mistake of ours is, without a word of what was worked on."""
    frames = list(traceback.walk_tb(error.__traceback__))
    if not frames:
        return "unknown"
    frame, line = frames[-1]
    return f"{Path(frame.f_code.co_filename).name}:{line}"
