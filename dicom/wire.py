"""Descriptions as plain JSON values and back, for the way between a worker and the window."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_wire(found: Any) -> Any:
    """Turn frozen dataclasses, tuples and dicts into JSON values; fields that hold their default are left out."""
    if is_dataclass(found):
        said = ((field.name, getattr(found, field.name), field.default) for field in fields(found))
        return {name: to_wire(value) for name, value, default in said if value is not default}
    if isinstance(found, tuple | list):
        return [to_wire(item) for item in found]
    if isinstance(found, dict):
        return {key: to_wire(item) for key, item in found.items()}
    return found


def from_wire(kind: type[T], said: Any) -> T:
    """Build a dataclass from what `to_wire` made of it; raises `TypeError` or `ValueError` for anything else."""
    return _dataclass(kind, said)  # type: ignore[no-any-return]


@lru_cache(maxsize=64)
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _dataclass(kind: Any, said: Any) -> Any:
    if not isinstance(said, dict):
        raise TypeError(kind)
    hints = _hints(kind)
    return kind(**{name: _value(hints[name], value) for name, value in said.items() if name in hints})


def _value(hint: Any, said: Any) -> Any:
    if said is None or isinstance(said, bool):
        return said
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return _value(next(arm for arm in get_args(hint) if arm is not type(None)), said)
    if origin is tuple:
        return _tuple(get_args(hint), said)
    if hint is float and isinstance(said, int):
        return float(said)
    if is_dataclass(hint):
        return _dataclass(hint, said)
    return said


def _tuple(arms: tuple[Any, ...], said: Any) -> tuple[Any, ...]:
    if not isinstance(said, list):
        raise TypeError(said)
    if len(arms) == 2 and arms[1] is Ellipsis:
        if arms[0] in (int, str):
            return tuple(said)
        return tuple(_value(arms[0], item) for item in said)
    return tuple(_value(arm, item) for arm, item in zip(arms, said, strict=True))
