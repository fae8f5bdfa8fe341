"""The web server: one bound socket, one application, a clean end on SIGTERM."""

from __future__ import annotations

import errno
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import anyio
import anyio.to_thread
import uvicorn
from fastapi import FastAPI

from core.errors import PortalError
from core.listening import listen
from portal.server.http.connection_limits import MOST_CONNECTIONS
from portal.server.http.slow_clients import PatientProtocol

GRACE_SECONDS = 5
IDLE_SECONDS = 15
THREADS = 80  # of handlers that block: more than one address may have at work
BACKLOG = 512


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """A certificate with its chain, and its key, as PEM files."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Door:
    """Where the server listens, and with which certificate."""

    listener: socket.socket
    tls: TlsFiles | None = None


def bind(host: str, port: int) -> socket.socket:
    """Take the port; raises `PortalError("portal-address-in-use")` where another program has it."""
    try:
        return listen(host, port, BACKLOG)
    except OSError as error:
        if error.errno in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
            raise PortalError("portal-address-in-use", host=host, port=port) from error
        raise


def url_of(listener: socket.socket, tls: TlsFiles | None) -> str:
    """Write the address that is listened on."""
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{port}"


class Server(uvicorn.Server):
    """Uvicorn that says when it answers, and ends cleanly where uvicorn would let the signal kill it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        anyio.to_thread.current_default_thread_limiter().total_tokens = THREADS
        await super().startup(sockets)
        if self.started:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End the loop on SIGTERM and SIGINT; elsewhere than in the main thread nobody sends any."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {each: signal.signal(each, self._end) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True


def run(door: Door, app: FastAPI, ready: Callable[[], None], *, proxies: Sequence[str]) -> None:
    """Answer requests until told to end."""
    make_server(door, app, ready, proxies=proxies).run(sockets=[door.listener])


def make_server(door: Door, app: FastAPI, ready: Callable[[], None], *, proxies: Sequence[str]) -> Server:
    """Configure the web server: no access log, no word of the Host header, TLS 1.2 and later.

    The `proxies`, addresses or networks, are believed which address a request came from.
    """
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
        timeout_keep_alive=IDLE_SECONDS,
        # `connection_limits` keeps below it, but for those just being closed
        limit_concurrency=MOST_CONNECTIONS + BACKLOG + 1,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    logging.getLogger("uvicorn.access").disabled = True  # whoever listens: addresses hold the tokens of links
    config.load()
    if door.tls is not None:
        config.ssl = _tls_context(door.tls)
    return Server(config, ready)


def _tls_context(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(files.certificate, files.key)
    except (OSError, ssl.SSLError) as error:
        raise PortalError("portal-certificate-files") from error
    return context
