"""How long a client may take to say what it wants, and to take the answer: uvicorn itself would wait for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from portal.names import is_loopback_host
from portal.server.base.networks import network_of
from portal.server.http.connection_limits import Visitor, make_room

HEADER_SECONDS = 10.0
HEADER_BYTES = 64 << 10
READ_SECONDS = 60.0  # for some 50 KB


class PatientProtocol(HttpToolsProtocol):
    """Ends a connection whose headers take too long or are too large, and one that does not take what it asked for."""

    network = ""
    idle_since: float | None = None
    _ends: asyncio.TimerHandle | None = None
    _said = 0
    _heard = 0.0  # when its client last sent something, or was last known to take the answer
    _gives_up: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait, where there is room."""
        super().connection_made(transport)
        self.network = network_of(self.client[0] if self.client else "")
        self.idle_since = self._heard = self.loop.time()
        self._begin()
        proxied = self.config.proxy_headers and is_loopback_host(self.network)
        make_room(self, cast(Iterable[Visitor], list(self.connections)), behind_proxy=proxied)

    def on_message_begin(self) -> None:
        """Wait for the headers of the next request."""
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        """Wait no more: what follows is a body, whose reader has limits of its own."""
        self._stop()
        self.idle_since = None
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Wait for nothing."""
        self.idle_since = self.loop.time()
        super().on_response_complete()

    def data_received(self, data: bytes) -> None:
        """Count what comes before the headers are whole."""
        self._heard = self.loop.time()
        super().data_received(data)
        self._said += len(data) if self._ends else 0
        if self._said > HEADER_BYTES:
            self._end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop()
        self._went_on()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Begin to wait until the client has taken something."""
        super().pause_writing()
        self._heard = self.loop.time()
        self._gives_up = self.loop.call_later(READ_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on."""
        self._went_on()
        super().resume_writing()

    @property
    def stalled_since(self) -> float | None:
        """Since when the client keeps the server waiting in the middle of a request; None where it does not."""
        if self.idle_since is not None:
            return None
        sends = self.cycle.more_body and not self.flow.read_paused
        return self._heard if sends or self.flow.write_paused else None

    @property
    def ended(self) -> bool:
        """Whether the connection is being closed."""
        return self.transport.is_closing()

    def end(self) -> None:
        """Close the connection at once; what its client does not take is not waited for."""
        self.transport.abort()

    def _went_on(self) -> None:
        if self._gives_up is not None:
            self._gives_up.cancel()
            self._gives_up = None

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
