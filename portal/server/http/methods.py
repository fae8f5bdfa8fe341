"""What each address can be asked: HEAD is a GET without its body, OPTIONS and 405 tell every method there is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from re import Pattern
from typing import Any

from fastapi import Response
from starlette.routing import Route

from portal.server.answers.head import HEAD
from portal.server.base.problems import Problem
from portal.server.http.problem_answers import Refuse

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Place:
    """One route: the addresses it stands for, and its methods."""

    path: Pattern[str]
    methods: frozenset[str]


def places_of(routes: Iterable[Route]) -> list[Place]:
    """List where the routes stand; what can be got can be asked about."""
    return [
        Place(
            route.path_regex, frozenset(route.methods or ()) | ({"HEAD"} if "GET" in (route.methods or ()) else set())
        )
        for route in routes
    ]


class Methods:
    """Wraps the application, whose routes know one method each."""

    def __init__(self, app: App, places: list[Place], refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        can, method = self._methods(scope["path"]), scope["method"]
        if not can or (method in can and method != "HEAD"):
            await self._app(scope, receive, send)
        elif method == "HEAD" and "HEAD" in can:
            await self._head(scope, receive, send)
        else:
            await self._tell(scope, receive, send, can)

    def _methods(self, path: str) -> frozenset[str]:
        found = (place.methods for place in self._places if place.path.match(path))
        return frozenset(method for methods in found for method in methods)

    async def _tell(self, scope: Scope, receive: Receive, send: Send, can: frozenset[str]) -> None:
        allow = {"Allow": ", ".join([*(method for method in _ORDER if method in can), "OPTIONS"])}
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=allow)(scope, receive, send)
            return
        problem = Problem("method-not-allowed", headers=allow)
        await self._refuse(scope["path"], problem)(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the whole and let go of the body; a stream is ended before it reads much."""
        whole = False

        async def heard() -> Message:
            return {"type": "http.disconnect"} if whole else await receive()

        async def said(message: Message) -> None:
            nonlocal whole
            if message["type"] == "http.response.start":
                await send(message)
            elif not whole:
                whole = True
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        await self._app({**scope, "method": "GET", HEAD: True}, heard, said)
