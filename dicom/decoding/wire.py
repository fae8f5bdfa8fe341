"""Descriptions as plain JSON values and back, for the way between a worker and the window."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

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
    """Build a dataclass from what `to_wire` made of it; raises `TypeError` or `ValueError` for anything else.

    Every value has the type that the dataclass says: a worker that was taken over says what it likes.
    """
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
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        arms = get_args(hint)
        if said is None and type(None) in arms:
            return None
        return _value(next(arm for arm in arms if arm is not type(None)), said)
    if origin is tuple:
        return _tuple(get_args(hint), said)
    if origin is Literal:
        return _one_of(get_args(hint), said)
    if origin is dict:
        return said if Any in get_args(hint) and isinstance(said, dict) else _texts(said)
    if is_dataclass(hint):
        return _dataclass(hint, said)
    if hint is float and type(said) is int:
        return float(said)
    if type(said) is not getattr(hint, "__supertype__", hint):
        raise TypeError(said)
    return said


def _one_of(words: tuple[Any, ...], said: Any) -> Any:
    if type(said) is not str or said not in words:
        raise TypeError(said)
    return said


def _texts(said: Any) -> dict[str, str]:
    if not isinstance(said, dict) or not set(map(type, said.values())) <= {str}:
        raise TypeError(said)
    return said


def _tuple(arms: tuple[Any, ...], said: Any) -> tuple[Any, ...]:
    if not isinstance(said, list):
        raise TypeError(said)
    if len(arms) == 2 and arms[1] is Ellipsis:
        if arms[0] in (int, str):  # long tables
            if not set(map(type, said)) <= {arms[0]}:
                raise TypeError(arms[0])
            return tuple(said)
        return tuple(_value(arms[0], item) for item in said)
    return tuple(_value(arm, item) for arm, item in zip(arms, said, strict=True))
