"""Ends what is under way for somebody whose leave was taken back: a download in the middle, an upload between pieces.

Asked again while bytes flow, five times a second at most. What only ran out of time goes on to its end: it was begun in
time, and a large exam takes longer than a token lives.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from datetime import datetime
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request
from sqlalchemy.orm import Session

from portal.server.access.browser_sessions import BrowserSessions
from portal.server.access.caller import Caller
from portal.server.access.callers import find_caller
from portal.server.base.database import GONE
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow, TokenFamilyRow
from portal.server.http.problem_answers import Refuse, database_gone
from portal.server.services import Services

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Scope = MutableMapping[str, Any]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SECONDS = 0.2
PIECE = 256 << 10


class _Cut(Exception):  # noqa: N818 - not a mistake: the answer ends here
    """Ends an answer whose first bytes have gone out: the connection is closed before its end."""


class StillAllowed:
    """Wraps the application."""

    def __init__(self, app: App, services: Services, refuse: Refuse) -> None:
        self._app = app
        self._services = services
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        watch = _Watch(self._services, scope, self._refuse)
        try:
            await self._app(scope, watch.hearing(receive), watch.saying(receive, send))
        except* _Cut:
            pass  # nothing more is said, so the server closes the connection


class _Watch:
    """One request: who asked, and when it was looked at last whether they still may."""

    def __init__(self, services: Services, scope: Scope, refuse: Refuse) -> None:
        self._refuse = refuse
        self._services = services
        self._scope = scope
        self._began = services.clock()
        self._looked = asyncio.get_running_loop().time()
        self._ended = False
        self._refusing = False
        self._problem = Problem("not-signed-in")

    def hearing(self, receive: Receive) -> Receive:
        """Refuse the rest of a body once its sender may not."""

        async def heard() -> Message:
            message = await receive()
            brings = message["type"] == "http.request" and (message.get("more_body") or message.get("body"))
            if brings and await self._has_ended():
                self._refusing = True
                problem = self._problem
                problem.headers["Connection"] = "close"
                raise problem
            return message

        return heard

    def saying(self, receive: Receive, send: Send) -> Send:
        """Say nothing more once whoever asked may not."""
        begun = False

        async def said(message: Message) -> None:
            nonlocal begun
            if self._refusing:  # the answer to a body that was not read on
                await send(message)
                return
            for piece in _pieces(message):
                if not self._ended and await self._has_ended() and not begun:
                    await self._refuse(self._scope["path"], self._problem)(self._scope, receive, send)
                if self._ended:
                    raise _Cut
                begun = True
                await send(piece)

        return said

    async def _has_ended(self) -> bool:
        caller: Caller | None = self._scope.get("state", {}).get("caller")
        now = asyncio.get_running_loop().time()
        if caller is None or now - self._looked < SECONDS:
            return False
        try:
            self._ended = not await run_sync(self._still, caller)
        except GONE:  # nobody knows
            self._ended, self._problem = True, database_gone()
        self._looked = asyncio.get_running_loop().time()
        return self._ended

    def _still(self, caller: Caller) -> bool:
        with self._services.database.reading() as session:
            sessions = BrowserSessions(self._services.settings, self._services.secret)
            return still(session, Request(self._scope), caller, self._began, sessions)


def still(session: Session, request: Request, caller: Caller, began: datetime, sessions: BrowserSessions) -> bool:
    """Say whether whoever began a request may go on with it; only the passing of time does not end it."""
    if caller.family is not None:  # its tokens are replaced meanwhile
        family = session.get(TokenFamilyRow, caller.family)
        account = session.get(AccountRow, caller.account or caller.member)
        ended = family is None or family.ended_at is not None
        return not ended and account is not None and account.state == "active"
    return find_caller(session, request, began, sessions) == caller


def _pieces(message: Message) -> Iterator[Message]:
    """Give a large body in pieces, so that what was taken back is not sent whole."""
    body = message.get("body", b"")
    if message["type"] != "http.response.body" or len(body) <= PIECE:
        yield message
        return
    view = memoryview(body)
    for start in range(0, len(view), PIECE):
        last = start + PIECE >= len(view)
        more = message.get("more_body", False) or not last
        yield {**message, "body": bytes(view[start : start + PIECE]), "more_body": more}
