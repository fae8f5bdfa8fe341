"""A way with a round trip of so many milliseconds to a server on this computer: a proxy that hands on what it was
given half of that later, in both directions, however much it is. The line itself is as wide as this computer's.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit, urlunsplit

_PIECE = 256 << 10


@contextmanager
def long_way(url: str, milliseconds: float) -> Iterator[str]:
    """Give the address under which a server is as far away as that."""
    parts = urlsplit(url)
    server = (parts.hostname or "127.0.0.1", parts.port or 80)
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_serve, args=(door, server, milliseconds / 2000), daemon=True).start()
        yield urlunsplit(parts._replace(netloc=f"127.0.0.1:{door.getsockname()[1]}"))


def _serve(door: socket.socket, server: tuple[str, int], seconds: float) -> None:
    with suppress(OSError):
        while True:
            visitor, _ = door.accept()
            host = socket.create_connection(server)
            time.sleep(2 * seconds)  # a connection is made in one round trip
            for one, other in ((visitor, host), (host, visitor)):
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                late: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                threading.Thread(target=_take, args=(one, late, seconds), daemon=True).start()
                threading.Thread(target=_give, args=(other, late), daemon=True).start()


def _take(one: socket.socket, late: queue.SimpleQueue[tuple[float, bytes]], seconds: float) -> None:
    piece = b"-"
    while piece:
        try:
            piece = one.recv(_PIECE)
        except OSError:
            piece = b""
        late.put((time.monotonic() + seconds, piece))


def _give(other: socket.socket, late: queue.SimpleQueue[tuple[float, bytes]]) -> None:
    with suppress(OSError):
        while True:
            due, piece = late.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not piece:
                other.shutdown(socket.SHUT_WR)
                return
            other.sendall(piece)
