"""Letters no database takes: refused at the door, for every route at once."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

from fastapi import Request

from portal.server.base.problems import Problem


async def plain_letters(request: Request) -> None:
    """Refuse a JSON body with NULs, or with halves of letters, which JSON can say and UTF-8 cannot.

    Only where a handler takes JSON, which was read by then: no body is read for this.
    """
    if getattr(request.scope["route"], "body_field", None) is None:
        return
    try:
        said = await request.json()
    except (ValueError, RecursionError):
        return  # what is no JSON is refused for that
    check_letters(said)


def check_letters(said: Any) -> None:
    """Refuse what was read of a JSON body where it holds such letters."""
    if any(not is_plain(text) for text in _texts(said)):
        raise Problem("invalid-request", fields=[{"field": "body", "reason": "letters"}])


def is_plain(text: str) -> bool:
    """Say whether a text can be written down anywhere."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def has_plain_address(scope: MutableMapping[str, Any]) -> bool:
    """Say whether path and query of a request hold no NUL."""
    return "\0" not in scope["path"] and b"%00" not in scope["query_string"]


def _texts(said: Any) -> Iterator[str]:
    """List all texts, also names of members, however deep."""
    waiting = [said]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as members:
                yield from members
                waiting += members.values()
            case list() as values:
                waiting += values
