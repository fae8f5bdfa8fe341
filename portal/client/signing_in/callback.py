"""The door on this computer at which the browser hands over what the portal said (RFC 8252): one answer, then shut."""

from __future__ import annotations

import selectors
import socket
import time
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from core.job import Job
from core.listening import listen

PATH = "/callback"
REQUEST_BYTES_MOST = 16 << 10
VISITORS_MOST = 16
PAUSE = 0.2


class CallbackDoor:
    """Listens on 127.0.0.1 at a port of its own; leaving its `with` block closes all."""

    def __init__(self) -> None:
        self._listening = listen("127.0.0.1", 0, backlog=64)
        self._listening.setblocking(False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._heard: dict[socket.socket, bytearray] = {}
        self._waiting: socket.socket | None = None
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}{PATH}"

    def wait(self, state: str, job: Job, seconds: float) -> dict[str, str] | None:
        """Give the words of the first answer that knows `state`; `None` when the time is over.

        Whatever else knocks is sent away: a favicon, a page that guesses, a request without end.
        """
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            job.check()
            for key, _ in self._selector.select(PAUSE):
                visitor = key.fileobj
                assert isinstance(visitor, socket.socket)
                if visitor is self._listening:
                    self._let_in()
                elif (words := self._listen_to(visitor)) is not None:
                    if words.get("state") == state:
                        self._waiting = visitor
                        return words
                    self._say(visitor, "404 Not Found", _PAGE_ELSE)
        return None

    def answer(self, *, well: bool) -> None:
        """Show the person that it is done; the portal's answer is shown only after it was used."""
        if self._waiting is not None:
            self._say(self._waiting, "200 OK", _PAGE_DONE if well else _PAGE_NOT)
            self._waiting = None

    def close(self) -> None:
        """Shut the door and send everybody away."""
        for visitor in list(self._heard):
            self._send_away(visitor)
        self._selector.close()
        self._listening.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.answer(well=False)
        self.close()

    def _let_in(self) -> None:
        with suppress(OSError):
            visitor, _ = self._listening.accept()
            visitor.setblocking(False)
            if len(self._heard) >= VISITORS_MOST:  # the one who waits longest without a word goes
                self._send_away(next(iter(self._heard)))
            self._heard[visitor] = bytearray()
            self._selector.register(visitor, selectors.EVENT_READ)

    def _listen_to(self, visitor: socket.socket) -> dict[str, str] | None:
        """Hear more of a request; gives its words once it is whole."""
        heard = self._heard[visitor]
        try:
            piece = visitor.recv(REQUEST_BYTES_MOST)
        except OSError:
            piece = b""
        heard += piece
        if b"\r\n\r\n" in heard:
            return _words_of(bytes(heard))
        if not piece or len(heard) > REQUEST_BYTES_MOST:
            self._send_away(visitor)
        return None

    def _say(self, visitor: socket.socket, status: str, page: str) -> None:
        body = page.encode()
        head = f"HTTP/1.1 {status}\r\n{_HEAD}Content-Length: {len(body)}\r\n\r\n"
        with suppress(OSError):
            visitor.settimeout(1)
            visitor.sendall(head.encode() + body)
            visitor.shutdown(socket.SHUT_WR)
        self._send_away(visitor)

    def _send_away(self, visitor: socket.socket) -> None:
        self._heard.pop(visitor, None)
        with suppress(KeyError, ValueError):
            self._selector.unregister(visitor)
        visitor.close()


def _words_of(request: bytes) -> dict[str, str]:
    """Read the query of a GET of the callback; anything else has no words."""
    method, _, rest = request.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
    try:
        target = urlsplit(rest.rpartition(" ")[0])
        words = parse_qs(target.query, max_num_fields=20)
    except ValueError:  # no address, or more words than anybody says who knows us
        return {}
    return {name: values[0] for name, values in words.items()} if (method, target.path) == ("GET", PATH) else {}


_HEAD = (
    "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n"
)
_LOOK = (
    "body{font:18px/1.5 system-ui,sans-serif;max-width:36rem;margin:16vh auto 0;padding:0 24px;color:#1c2526;"
    "background:#fff}h1{font-size:28px;color:#0f766e}"
    "@media(prefers-color-scheme:dark){body{color:#e6eeee;background:#14191a}h1{color:#5eead4}}"
)


def _page(title: str, text: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>Scanshelf</title><style>{_LOOK}</style></head>'
        f"<body><main><h1>{title}</h1><p>{text}</p></main></body></html>"
    )


_PAGE_DONE = _page("You are signed in.", "You can close this page and go back to Scanshelf.")
_PAGE_NOT = _page("You are not signed in.", "You can close this page. Scanshelf says what to do next.")
_PAGE_ELSE = _page("There is nothing here.", "You can close this page and go back to Scanshelf.")
