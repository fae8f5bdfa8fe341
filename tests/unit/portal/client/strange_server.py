"""A server that says whatever a test wants, on loopback: bytes, not politeness."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

# What is said to one request (head and body as they came): pieces of bytes, sent one by one.
Say = Callable[["Asked"], Iterable[bytes]]


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    first_line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class StrangeServer:
    """Where it is, what it was asked."""

    url: str
    port: int
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def strange_server(say: Say, tls: ssl.SSLContext | None = None) -> Iterator[StrangeServer]:
    """Answer each connection's one request with what `say` gives, then close it."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.1)
    port = listening.getsockname()[1]
    server = StrangeServer(f"{'https' if tls else 'http'}://127.0.0.1:{port}", port)
    over = threading.Event()
    thread = threading.Thread(target=_serve, args=(listening, server, say, tls, over))
    thread.start()
    try:
        yield server
    finally:
        over.set()
        thread.join()
        listening.close()


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json", more: str = "") -> list[bytes]:
    """Write a whole answer."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n{more}\r\n"
    )
    return [head.encode(), body]


def _serve(
    listening: socket.socket, server: StrangeServer, say: Say, tls: ssl.SSLContext | None, over: threading.Event
) -> None:
    visits: list[threading.Thread] = []
    while not over.is_set():
        try:
            plain, _ = listening.accept()
        except TimeoutError:
            continue
        visit = threading.Thread(target=_visit, args=(plain, server, say, tls, over))
        visit.start()
        visits.append(visit)
    for visit in visits:
        visit.join()


def _visit(
    plain: socket.socket, server: StrangeServer, say: Say, tls: ssl.SSLContext | None, over: threading.Event
) -> None:
    plain.settimeout(10)
    with plain, suppress(OSError):
        visitor = tls.wrap_socket(plain, server_side=True) if tls else plain
        with visitor:
            asked = _read(visitor)
            server.asked.append(asked)
            for piece in say(asked):
                if over.is_set():
                    return
                visitor.sendall(piece)


def _read(visitor: socket.socket) -> Asked:
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += visitor.recv(65536) or b"\r\n\r\n"
        if heard.startswith(b"\x16"):  # somebody begins to speak TLS
            break
    head, _, body = heard.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += visitor.recv(65536)
    return Asked(first, headers, body)
