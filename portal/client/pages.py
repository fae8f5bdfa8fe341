"""Lists that come in pages, and names that go into addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote

from core.errors import PortalError

Page = TypeVar("Page")
PAGES_MOST = 1000


def each_page(ask: Callable[[dict[str, str]], Page], cursor_of: Callable[[Page], str | None]) -> Iterator[Page]:
    """Ask for page after page; a portal that never comes to an end is left."""
    seen: set[str] = set()
    page = ask({})
    yield page
    while cursor := cursor_of(page):
        if cursor in seen or len(seen) >= PAGES_MOST:
            raise PortalError("portal-answer", reason="pages")
        seen.add(cursor)
        page = ask({"cursor": cursor})
        yield page


def in_path(name: str) -> str:
    """Write a name as one part of a path; "." and ".." lead nowhere else."""
    return quote(name, safe="").replace(".", "%2E") if set(name) <= {"."} else quote(name, safe="")


def can_be_an_id(name: str) -> bool:
    """Say whether a portal can have given something this name; nothing and unprintable letters need no asking."""
    return bool(name) and name.isprintable()


@contextmanager
def named(code: str, name: str) -> Iterator[None]:
    """Say what it is that the portal does not have."""
    try:
        yield
    except PortalError as problem:
        if problem.code != "not-found":
            raise
        raise PortalError(code, id=name) from problem
