"""JSON that may hold hundreds of thousands of things: read and written in a thread, never long in one go.

What is read in one call lets no other thread run meanwhile, so the long lists of a body are checked slice by slice.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any, TypeVar, get_type_hints

from fastapi import Response
from fastapi.exceptions import RequestValidationError
from pydantic import TypeAdapter, ValidationError

from portal.server.answers.letters import check_letters

T = TypeVar("T")
_SLICE = 2000


def body_of(kind: type) -> dict[str, Any]:
    """Describe the body of an operation whose handler reads it itself, since it may be long."""
    place = f"#/components/schemas/{kind.__name__}"
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": {"$ref": place}}}}}


def reader_of(kind: type[T], *long: str) -> Callable[[bytes], T]:
    """Make what reads a dataclass from JSON, of which some fields are long lists; it raises as FastAPI does."""
    hints = get_type_hints(kind)
    whole, lists = TypeAdapter(kind), {name: TypeAdapter(hints[name]) for name in long}

    def read(body: bytes) -> T:
        said = _json(body)
        if not isinstance(said, dict):
            return _valid(whole, said)
        taken = {name: said.pop(name) for name in long if isinstance(said.get(name), list)}
        shell = _valid(whole, said | {name: [] for name in taken})
        found = {name: _in_slices(lists[name], name, rows) for name, rows in taken.items()}
        return dataclasses.replace(shell, **found)  # type: ignore[type-var]

    return read


def written(answer: object) -> Response:
    """Write a dataclass as a JSON answer; blocks."""
    data = TypeAdapter(type(answer)).dump_json(answer)
    return Response(data, media_type="application/json")


def _json(body: bytes) -> Any:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": "", "input": None}]) from error
    check_letters(said)
    return said


def _in_slices(adapter: TypeAdapter[Any], name: str, rows: list[Any]) -> tuple[Any, ...]:
    found: list[Any] = []
    for start in range(0, len(rows), _SLICE):
        found += _valid(adapter, rows[start : start + _SLICE], name, start)
    return tuple(found)


def _valid(adapter: TypeAdapter[T], said: object, name: str = "", start: int = 0) -> T:
    try:
        return adapter.validate_python(said)
    except ValidationError as error:
        raise RequestValidationError([_placed(each, name, start) for each in error.errors()]) from error


def _placed(error: Any, name: str, start: int) -> dict[str, Any]:
    """Say where in the body it is."""
    place = list(error["loc"])
    if name and place and isinstance(place[0], int):
        place[0] += start
    return {**error, "loc": ("body", *([name] if name else []), *place)}
