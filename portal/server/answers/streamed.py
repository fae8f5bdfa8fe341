"""Answers that are written while they are sent, and broken off where what was promised cannot be sent."""

from __future__ import annotations

import logging

from fastapi.responses import StreamingResponse
from starlette.types import Send

from portal.server.base.problems import Problem
from portal.server.objects.soundness import Unsound

log = logging.getLogger(__name__)


class Streamed(StreamingResponse):
    """A streamed answer; where it cannot be finished, it is left unfinished, which every client of HTTP notices."""

    async def stream_response(self, send: Send) -> None:
        """Send piece by piece; whatever comes after the first one has no status any more to say what went wrong."""
        try:
            await super().stream_response(send)
        except Unsound:
            log.warning("an answer was broken off: one of its objects is not as it came")
        except Problem as problem:
            log.warning("an answer was broken off: %s", problem.code)
