"""How long a client may take to say what it wants, and how much: uvicorn itself would wait and read for ever."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10.0
HEADER_BYTES = 64 << 10


class PatientProtocol(HttpToolsProtocol):
    """Ends a connection whose request line and headers take too long or are too large."""

    _ends: asyncio.TimerHandle | None = None
    _said = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait."""
        super().connection_made(transport)
        self._begin()

    def on_message_begin(self) -> None:
        """Wait for the headers of the next request."""
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        """Wait no more: what follows is a body, whose reader has limits of its own."""
        self._stop()
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the headers are whole."""
        super().data_received(data)
        self._said += len(data) if self._ends else 0
        if self._said > HEADER_BYTES:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._stop()
        self._ends = self.loop.call_later(HEADER_SECONDS, self._end)

    def _stop(self) -> None:
        self._said = 0
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None

    def _end(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()
