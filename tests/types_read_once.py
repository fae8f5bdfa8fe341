"""Lets the portals of one test process share what pydantic makes of the types of the API.

Each portal has an application of its own, and each application would have the same types read again: two thirds of the
time a portal needs to start.
"""

from __future__ import annotations

from typing import Any, get_args

from fastapi._compat import v2
from pydantic import TypeAdapter

_KEPT: dict[object, tuple[TypeAdapter[Any], object]] = {}


def read_types_once() -> None:
    """Make FastAPI ask here for what validates and writes a type."""
    v2.TypeAdapter = _adapter  # type: ignore[assignment,misc]


def _adapter(annotated: Any, *, config: Any = None) -> TypeAdapter[Any]:
    kind, *rules = get_args(annotated)
    key = (kind, repr((annotated, kind, rules, config)))  # kinds may be equal and yet not say the same: int | str
    try:
        kept = _KEPT.get(key)
    except TypeError:  # a kind that cannot be looked up
        return TypeAdapter(annotated, config=config)
    if kept is None:
        # what is named in the key by its address lives as long as the key
        kept = _KEPT[key] = (TypeAdapter(annotated, config=config), (annotated, config))
    return kept[0]
