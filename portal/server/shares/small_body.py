"""Requests here are a few lines; more is not read into memory."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

BODY_MOST = 64 << 10


class SmallBodyRoute(APIRoute):
    """A route that stops reading a body which grows too large, said beforehand or not."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Put the limit before the handler."""
        handler = super().get_route_handler()

        async def limited(request: Request) -> Response:
            return await handler(Request(request.scope, _counting(request.receive)))

        return limited


def _counting(receive: Receive) -> Receive:
    read = 0

    async def counted() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > BODY_MOST:
            raise HTTPException(413)
        return message

    return counted
