"""What holds for every request before a part sees it: how large and how slow a body may be, which headers go back."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from anyio import move_on_after
from anyio.to_thread import run_sync
from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders

from portal.server.answers.letters import has_plain_address
from portal.server.base.database import GONE
from portal.server.base.networks import network_of
from portal.server.base.problems import Problem
from portal.server.base.settings import ServerSettings
from portal.server.base.turns import Turns
from portal.server.http.problem_answers import Refuse, database_gone
from portal.wire.addresses import API_PATH, DICOMWEB_PATH

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

SMALL = 1 << 20
MANIFEST = 32 << 20  # 100,000 images and more; only of somebody who is known
# Requests of one address, and with one token or cookie, that are answered at once; the next ones wait. Together they
# never take all threads there are.
OF_ADDRESS, OF_CALLER, ANYBODY = 48, 16, 10_000
_LARGER = (f"{API_PATH}/uploads", f"{API_PATH}/staff/hl7")
LET_GO, LET_GO_SECONDS = 8 << 20, 5.0
SECONDS = 60  # for a small body whole, for a streamed one each piece
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
STRICT_TRANSPORT = "max-age=31536000; includeSubDomains"


def limit_of(method: str, path: str) -> int | None:
    """Say how large a body may be; `None` where the part itself streams and counts: images and reports."""
    images = method == "POST" and path.startswith(f"{DICOMWEB_PATH}/")
    report = method == "PUT" and path.startswith(f"{API_PATH}/staff/exams/")
    if images or report:
        return None
    return MANIFEST if path in _LARGER else SMALL


class RequestLimits:
    """Wraps the application."""

    def __init__(self, app: App, settings: ServerSettings, is_known: Callable[[Request], bool], refuse: Refuse) -> None:
        self._app = app
        self._refuse = refuse
        self._is_known = is_known
        self._of_address, self._of_caller = Turns(ANYBODY, OF_ADDRESS), Turns(ANYBODY, OF_CALLER)
        secure = settings.public_url.startswith("https:")
        self._headers = HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if secure else {})

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = self._saying(send)
        try:
            limit = await self._limit(scope)
        except GONE:
            await self._end(scope, receive, said, database_gone())
            return
        if not has_plain_address(scope):
            await self._end(scope, receive, said, Problem("invalid-request", reason="letters"))
            return
        if limit is not None and _announced(scope) > limit:
            await self._end(scope, receive, said, Problem("too-large", limit=limit))
            return
        async with self._turn(scope) as release:
            await self._app(scope, Body(receive, limit).receive, _telling(said, release))

    @asynccontextmanager
    async def _turn(self, scope: MutableMapping[str, Any]) -> AsyncIterator[Callable[[], Awaitable[None]]]:
        """Wait until few enough of one caller and of one address are being answered; gives what ends the turn.

        It ends when the answer begins: who reads slowly keeps nobody waiting. What comes in for long has turns of its
        own.
        """
        if _has_own_turns(scope["path"], scope["method"]):
            yield _nothing
            return
        async with AsyncExitStack() as held:
            # who waits for their own turn must not take the places of their house meanwhile
            await held.enter_async_context(self._of_caller.turn(_credential(scope)))
            await held.enter_async_context(self._of_address.turn(network_of((scope.get("client") or ("",))[0])))
            yield held.aclose

    async def _end(self, scope: MutableMapping[str, Any], receive: Receive, send: Send, problem: Problem) -> None:
        """Answer and close. A body a little too large is let go first: who still sends would lose the answer."""
        if _announced(scope) <= LET_GO:
            with move_on_after(LET_GO_SECONDS):
                while (await receive()).get("more_body", False):
                    pass
        problem.headers["Connection"] = "close"
        await self._refuse(scope["path"], problem)(scope, receive, send)

    async def _limit(self, scope: MutableMapping[str, Any]) -> int | None:
        limit = limit_of(scope["method"], scope["path"])
        if limit == MANIFEST and not await run_sync(self._is_known, Request(scope)):
            return SMALL  # JSON is read whole before anybody is asked who they are
        return limit

    def _saying(self, send: Send) -> Send:
        async def said(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        return said


class Body:
    """Hands a body on, piece by piece; ends it when it is too large or too slow."""

    def __init__(self, receive: Receive, limit: int | None) -> None:
        self._receive = receive
        self._limit = limit
        self._read = 0
        self._whole = False
        self._until = asyncio.get_running_loop().time() + SECONDS

    async def receive(self) -> Message:
        """Give the next piece; a client that sends too slowly is taken for gone."""
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), self._patience())
        except TimeoutError:
            return {"type": "http.disconnect"}
        self._read += len(message.get("body", b""))
        if self._limit is not None and self._read > self._limit:
            raise HTTPException(413, {"limit": self._limit}, {"Connection": "close"})
        self._whole = not message.get("more_body", False)
        return message

    def _patience(self) -> float:
        if self._limit is None:
            return SECONDS
        return max(0.0, self._until - asyncio.get_running_loop().time())


def _announced(scope: MutableMapping[str, Any]) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _has_own_turns(path: str, method: str) -> bool:
    """Say whether a part bounds this by itself: manifests, and whatever has a body that is streamed."""
    return limit_of(method, path) is None or path.startswith(f"{API_PATH}/uploads")


def _credential(scope: MutableMapping[str, Any]) -> str:
    """Tell callers apart by what they bring; who brings nothing is nobody in particular."""
    brought = b"".join(value for name, value in scope["headers"] if name in (b"authorization", b"cookie"))
    return hashlib.sha256(brought).hexdigest() if brought else network_of((scope.get("client") or ("",))[0])


def _telling(send: Send, release: Callable[[], Awaitable[None]]) -> Send:
    async def said(message: Message) -> None:
        if message["type"] == "http.response.start":
            await release()
        await send(message)

    return said


async def _nothing() -> None:
    """End no turn."""
