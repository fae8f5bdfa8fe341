"""Lists that come in pages, and names that go into addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import quote

from core.errors import PortalError

Page = TypeVar("Page")
Item = TypeVar("Item")
PAGES_MOST = 1000
ITEMS_MOST = 50_000


def all_items(
    ask: Callable[[dict[str, str]], Page],
    cursor_of: Callable[[Page], str | None],
    items_of: Callable[[Page], Sequence[Item]],
    name_of: Callable[[Item], object],
) -> list[Item]:
    """Ask for page after page and give what is on them, each name once; a portal that never comes to an end is left."""
    found: dict[object, Item] = {}
    for page in _each_page(ask, cursor_of):
        for item in items_of(page):
            found.setdefault(name_of(item), item)
        if len(found) > ITEMS_MOST:
            raise PortalError("portal-answer", reason="pages")
    return list(found.values())


def _each_page(ask: Callable[[dict[str, str]], Page], cursor_of: Callable[[Page], str | None]) -> Iterator[Page]:
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
    """Write a name as one part of a path; "." and ".." lead nowhere else.

    They are quoted twice, and so name nothing: what is quoted once, libraries on the way take for dots again.
    """
    return quote(name, safe="").replace(".", "%252E") if set(name) <= {"."} else quote(name, safe="", errors="replace")


@contextmanager
def named(code: str, name: str) -> Iterator[None]:
    """Say what it is that the portal does not have."""
    try:
        yield
    except PortalError as problem:
        if problem.code != "not-found":
            raise
        raise PortalError(code, id=name) from problem
