"""What the portal publishes of itself at /openapi.json: its problems as they are, and who may ask."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter

from portal.server.access.callers import Callers, StaffQuestion
from portal.server.answers.ranges import in_memory, sent
from portal.server.base.problems import STATUS, TITLES
from portal.wire.addresses import API_PATH, DICOMWEB_PATH, SHARE_SCHEME
from portal.wire.problems import PROBLEM_PREFIX
from portal.wire.receipts import SignedReceipt
from portal.wire.uploads import Manifest

JSON = dict[str, Any]

DESCRIPTION = (
    "A patient's account: exams, uploads, shares and what happened to them. Images go over DICOMweb (PS3.18) below "
    "`/dicomweb`, everything else over JSON below `/api/v1`. Whatever is refused is an RFC 9457 problem whose `code` "
    "is stable. Moments are UTC, and the server's clock decides."
)
SCHEMES: JSON = {
    "account": {"type": "http", "scheme": "bearer", "description": "An access token of an account (OAuth 2, PKCE)."},
    "staff": {
        "type": "http",
        "scheme": "bearer",
        "description": "The practice's own token, or the access token of a staff member who has the role.",
    },
    "doctor": {"type": "http", "scheme": "bearer", "description": "The access token of a referring doctor."},
    "share": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": f"`{SHARE_SCHEME} <session>`, as `POST /api/v1/redeem` answered; opens the shared studies only.",
    },
}
MAY_ASK: dict[str, list[JSON]] = {
    "account": [{"account": []}],
    "staff": [{"staff": []}],
    "member": [{"staff": []}, {"doctor": []}],
    "own": [{"account": []}, {"staff": []}, {"doctor": []}],
    "any": [{"account": []}, {"share": []}, {"staff": []}, {"doctor": []}],
    "anybody": [{"account": []}, {"share": []}, {"staff": []}, {"doctor": []}],
    "optional": [{}, {"account": []}, {"share": []}, {"staff": []}, {"doctor": []}],
}

# Questions that are asked inside the handler, because the body is streamed or the answer is about the session itself.
ASKED_INSIDE: list[tuple[str, str, list[JSON]]] = [
    ("post", DICOMWEB_PATH, [{"account": []}, {"staff": []}]),
    ("get", DICOMWEB_PATH, MAY_ASK["any"]),
    ("get", f"{API_PATH}/view/session", [{"share": []}]),
    ("post", f"{API_PATH}/view/close", [{"share": []}]),
]


READ_BY_HAND = (Manifest, SignedReceipt)  # shapes of bodies, and of what is signed, that no handler declares


def publish(app: FastAPI, parts: Sequence[APIRouter]) -> None:
    """Let the application, put together of these parts, describe itself truly."""
    drawn = app.openapi

    def described() -> JSON:
        if app.openapi_schema is None:
            schema = drawn()
            _tell_problems(schema)
            _tell_callers(parts, schema)
        else:
            schema = app.openapi_schema
        return schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to change what is published


def router(app: FastAPI) -> APIRouter:
    """Give the description of the application: written once, when it is first asked for."""
    routes, written = APIRouter(include_in_schema=False), MadeOnce(lambda: _written(app.openapi()))

    @routes.get("/openapi.json")
    def description(request: Request) -> Response:
        body, etag = written()
        headers = {"Content-Type": "application/json", "Cache-Control": "no-cache"}
        return sent(request, [in_memory(body)], etag, 200, headers)

    return routes


class MadeOnce:
    """Makes something when it is first wanted, and gives the same ever after. Thread-safe."""

    def __init__(self, make: Callable[[], tuple[bytes, str]]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: tuple[bytes, str] | None = None

    def __call__(self) -> tuple[bytes, str]:
        """Give it."""
        with self._lock:
            if self._made is None:
                self._made = self._make()
            return self._made


def _written(schema: JSON) -> tuple[bytes, str]:
    body = json.dumps(schema, ensure_ascii=False, separators=(",", ":")).encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def _tell_problems(schema: JSON) -> None:
    """Every operation answers a problem where it refuses; FastAPI's own shape of mistakes is never sent."""
    for _, _, operation in _places(schema):
        operation["responses"].pop("422", None)
        operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
    parts = schema.setdefault("components", {})
    shapes = parts.setdefault("schemas", {})
    for unsent in ("HTTPValidationError", "ValidationError"):
        shapes.pop(unsent, None)
    shapes["Problem"] = _problem()
    for kind in READ_BY_HAND:
        shapes |= _schemas(kind)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    parts["responses"] = {"Problem": {"description": "Why it was refused.", "content": content}}
    parts["securitySchemes"] = SCHEMES


def _schemas(kind: type) -> JSON:
    """Give the schemas of a shape and of what it is made of."""
    schema = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}")
    inner = schema.pop("$defs", {})
    return {**inner, kind.__name__: schema}


def _problem() -> JSON:
    codes = "\n".join(f"- `{code}` ({STATUS[code]}): {title}" for code, title in TITLES.items())
    return {
        "type": "object",
        "title": "Problem",
        "description": f"RFC 9457; `type` is `{PROBLEM_PREFIX}` and the code. Codes:\n\n{codes}",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": list(TITLES)},
        },
        "additionalProperties": True,
    }


def _tell_callers(parts: Sequence[APIRouter], schema: JSON) -> None:
    """Say of each operation who may ask."""
    for route in routes_of(parts):
        if not route.include_in_schema:
            continue
        asked = _asked(route.dependant)
        for method in route.methods or ():
            operation = schema["paths"][route.path_format].get(method.lower())
            if operation is not None and asked is not None:
                operation["security"] = MAY_ASK[asked]
    for path, method, operation in _places(schema):
        for asked_method, start, may_ask in ASKED_INSIDE:
            if method == asked_method and path.startswith(start):
                operation.setdefault("security", may_ask)


def routes_of(parts: Sequence[APIRouter]) -> Iterator[APIRoute]:
    """List the routes of all parts."""
    for part in parts:
        yield from _routes(part)


def _routes(part: APIRouter) -> Iterator[APIRoute]:
    """List the routes of a part, and of the smaller parts it was put together of."""
    for route in part.routes:
        if isinstance(route, APIRoute):
            yield route
        elif isinstance(inner := getattr(route, "original_router", None), APIRouter):
            yield from _routes(inner)


def _asked(dependant: Dependant) -> str | None:
    """Return which of the questions of `Callers` stands before a handler."""
    for part in dependant.dependencies:
        if isinstance(part.call, StaffQuestion):
            return "staff"
        owner = getattr(part.call, "__self__", None)
        if isinstance(owner, Callers):
            return str(getattr(part.call, "__name__", ""))
        if any(isinstance(value, Callers) for value in getattr(owner, "__dict__", {}).values()):
            return "any"  # it finds what was asked for, for whoever may see it
        if (inner := _asked(part)) is not None:
            return inner
    return None


def _places(schema: JSON) -> Iterator[tuple[str, str, JSON]]:
    """List every operation with its path and method."""
    for path, operations in schema.get("paths", {}).items():
        for method, operation in operations.items():
            yield path, method, operation
