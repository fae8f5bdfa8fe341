"""Whether an answer has the shape it should have: JSON becomes one of `portal.wire`'s classes, or nothing."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from core.errors import PortalError
from portal.wire import from_json

T = TypeVar("T")


def read_shape(kind: type[T], body: bytes) -> T:
    """Read `kind` from JSON bytes; raises `PortalError` "portal-answer" where it does not fit."""
    try:
        said = json.loads(body)
        if not _fits(kind, said):
            raise TypeError(kind)
        return from_json(kind, said)
    except (ValueError, TypeError, RecursionError) as problem:
        raise PortalError("portal-answer", shape=kind.__name__) from problem


@lru_cache(maxsize=64)
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind)


def _fits(hint: Any, said: Any) -> bool:
    """Say whether a JSON value is of the kind a field asks for; unknown words of a Literal are let through."""
    origin, arms = get_origin(hint), get_args(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(_fits(arm, said) for arm in arms)
    if origin is tuple:
        return isinstance(said, list) and all(_fits(arms[0], item) for item in said)
    if origin is dict:
        return isinstance(said, dict)
    if isinstance(hint, type) and is_dataclass(hint):
        return isinstance(said, dict) and all(
            _fits(inner, said[name]) for name, inner in _hints(hint).items() if name in said
        )
    return _is_plain(str if origin is Literal else hint, said)


def _is_plain(kind: Any, said: Any) -> bool:
    if kind is type(None):
        return said is None
    if kind is float:
        return isinstance(said, int | float) and not isinstance(said, bool)
    return isinstance(said, kind) and (kind is bool or not isinstance(said, bool))
