"""Whether an answer has the shape it should have: JSON becomes one of `portal.wire`'s classes, or nothing.

This is the door through which a portal's words come in. Names and links are checked here, numbers and texts bounded,
and letters that turn a line around, break a terminal or cannot be written are taken out.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Hashable, Mapping
from dataclasses import is_dataclass
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from core.errors import PortalError
from portal.names import CHECKS

T = TypeVar("T")

TEXT_MOST = 4000  # letters of one text; what is longer is cut
COUNT_MOST = (1 << 31) - 1
BYTES_MOST = 1 << 53
PARTS_MOST = 4_000_000  # lists, objects and what is in them; each takes some hundred bytes once it is read
FACTS_MOST = 100
# C0 and C1 controls but tab and line feed, marks that embed, override or isolate, and the halves of pairs
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def read_shape(kind: type[T], body: bytes) -> T:
    """Read `kind` from JSON bytes; raises `PortalError` "portal-answer" where it does not fit."""
    try:
        made: T = _fitted(kind, read_json(body))
    except (ValueError, TypeError, RecursionError) as problem:
        raise PortalError("portal-answer", shape=kind.__name__) from problem
    return made


def read_json(body: bytes) -> Any:
    """Read JSON of bounded size; raises `ValueError` or `RecursionError`."""
    if sum(map(body.count, (b",", b"[", b"{"))) > PARTS_MOST:
        raise ValueError("too many parts")
    return json.loads(body)


def clean_text(text: str, most: int = TEXT_MOST) -> str:
    """Give a foreign text without letters that do something to what stands around it, and not too long."""
    clean = _UNFIT.sub("\ufffd", text[: most + 1])
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def clean_facts(said: Mapping[Any, Any]) -> dict[str, Any]:
    """Give the plain values of a foreign object and lists of them, each cleaned; what is nested deeper is left out."""
    facts: dict[str, Any] = {}
    for name, value in list(said.items())[:FACTS_MOST]:
        if isinstance(value, list):
            facts[clean_text(str(name), 100)] = [_plain(each) for each in value if _is_plain(each)]
        elif _is_plain(value):
            facts[clean_text(str(name), 100)] = _plain(value)
    return facts


def _is_plain(value: Any) -> bool:
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return True
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) <= BYTES_MOST


def _plain(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


@lru_cache(maxsize=64)
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _fitted(hint: Any, said: Any) -> Any:
    """Build what a field takes of a JSON value; raises `TypeError`.

    Fields that are not known are left out, and words of a Literal that are not known let through: portals grow.
    """
    origin, arms = get_origin(hint), get_args(hint)
    if hint in CHECKS:
        return _checked(hint, said)
    if origin in (Union, UnionType):
        return _either(arms, said)
    if origin is tuple:
        return tuple(_fitted(arms[0], item) for item in _of(list, said))
    if origin is dict:
        return clean_facts(_of(dict, said))
    if origin is Annotated:
        return _number(said, BYTES_MOST)
    if isinstance(hint, type) and is_dataclass(hint):
        fields = _of(dict, said)
        known = {name: _fitted(inner, fields[name]) for name, inner in _hints(hint).items() if name in fields}
        return hint(**known)
    return _scalar(str if origin is Literal else hint, said)


def _checked(hint: Any, said: Any) -> Any:
    if not CHECKS[hint](said):
        raise TypeError(hint)
    return said


def _either(arms: tuple[Any, ...], said: Any) -> Any:
    if said is None and type(None) in arms:
        return None
    return _fitted(next(arm for arm in arms if arm is not type(None)), said)


def _of(kind: type[T], said: Any) -> T:
    if not isinstance(said, kind):
        raise TypeError(kind)
    return said


def _number(said: Any, most: int) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= most:
        raise TypeError(int)
    return said


def _scalar(kind: Any, said: Any) -> Any:
    if kind is str:
        return clean_text(_of(str, said))
    if kind is int:
        return _number(said, COUNT_MOST)
    if kind is float:
        return _finite(said)
    return _of(kind, said)


def _finite(said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not math.isfinite(said):
        raise TypeError(float)
    return float(said)
