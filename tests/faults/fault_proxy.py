"""A proxy in front of a real server that does to chosen requests what networks and servers do on bad days.

`FaultProxy(url, script)` asks `script(seen)` for each request what shall happen; None lets it pass.
"""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Seen:
    """One request: its number among all of its method (from 1), and what it asks for."""

    method: str
    path: str
    number: int

    @property
    def is_stow(self) -> bool:
        """Say whether it sends an instance."""
        return self.method == "POST" and "/studies" in self.path and "/api/" not in self.path


@dataclass(frozen=True, slots=True)
class Cut:
    """The connection is reset when that many bytes of the body came; they reach the server."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class LoseAnswer:
    """The server gets the request and answers, but the connection is reset before the answer arrives."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The server never sees the request; this is the answer. `early` answers before the body is read."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    early: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The request reaches the server (its body changed by `request`); its answer is changed by `answer`."""

    request: Callable[[bytes], bytes] = bytes
    answer: Callable[[bytes], tuple[bytes, dict[str, str]]] = lambda body: (body, {})

    def __str__(self) -> str:
        """Name the test the same in every process."""
        return f"Change({self.request.__name__}, {self.answer.__name__})"


@dataclass(frozen=True, slots=True)
class Twice:
    """The request reaches the server twice, as from a proxy that tries again by itself; the second answer is given."""


@dataclass(frozen=True, slots=True)
class CutAnswer:
    """The server gets the request; of its answer only so many bytes arrive, then the connection is reset."""

    after: int = 0


@dataclass(frozen=True, slots=True)
class Hold:
    """Nothing happens until the event is set; then the request passes."""

    until: threading.Event


Fault = Cut | CutAnswer | LoseAnswer | Answer | Change | Twice | Hold | None
Script = Callable[[Seen], Fault]


class FaultProxy:
    """Where it listens, and what came by; `script` may be exchanged while it runs."""

    def __init__(self, upstream: str, script: Script) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "", parts.port or 80)
        self.path = parts.path
        self.script = script
        self.rewrite: Callable[[str], str] = str
        self.seen: list[Seen] = []
        self.hang_up: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self.port = 0

    @property
    def url(self) -> str:
        """Give the address to use in place of the server's."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    def fault_for(self, method: str, path: str) -> Fault:
        """Count a request and ask the script."""
        with self._lock:
            number = sum(one.method == method for one in self.seen) + 1
            seen = Seen(method, path, number)
            self.seen.append(seen)
        return self.script(seen)

    def stows(self) -> int:
        """Count the requests that sent an instance."""
        return sum(one.is_stow for one in self.seen)


@contextmanager
def running_proxy(upstream: str, script: Script = lambda _: None) -> Iterator[FaultProxy]:
    """Run one until the block is left."""
    proxy = FaultProxy(upstream, script)
    server = _Server(("127.0.0.1", 0), _handler(proxy))
    proxy.port = server.server_address[1]
    proxy.hang_up = server.hang_up
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="fault proxy")
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.hang_up()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, *words: Any) -> None:
        super().__init__(*words)
        self._open: set[socket.socket] = set()

    def get_request(self) -> tuple[socket.socket, Any]:
        request, address = super().get_request()
        self._open.add(request)
        return request, address

    def hang_up(self) -> None:
        """End connections that are kept open for more requests."""
        for one in [self._open.pop() for _ in range(len(self._open))]:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are part of the tests."""


def _handler(proxy: FaultProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *words: Any) -> None:
            """Say nothing."""

        def _do(self) -> None:
            fault = proxy.fault_for(self.command, self.path)
            if isinstance(fault, Hold):
                fault.until.wait(60)
                fault = None
            if isinstance(fault, Cut):
                self._cut(fault.after)
            elif isinstance(fault, Answer):
                body = b"" if fault.early else self._body()
                self._say(fault.status, fault.body, fault.headers)
                self.close_connection = self.close_connection or (fault.early and not body)
            else:
                self._pass(fault)

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _pass(self, fault: CutAnswer | LoseAnswer | Change | Twice | None) -> None:
            body = self._body()
            if isinstance(fault, Change):
                body = fault.request(body)
            if isinstance(fault, Twice):
                self._upstream(body)
            status, headers, answer = self._upstream(body)
            if isinstance(fault, CutAnswer):
                self._say(status, answer, headers, cut=fault.after)
                return
            if isinstance(fault, LoseAnswer):
                self._reset()
                return
            if isinstance(fault, Change):
                answer, more = fault.answer(answer)
                headers = {**headers, **more}
            self._say(status, answer, headers)

        def _upstream(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
            connection = http.client.HTTPConnection(*proxy.upstream, timeout=60)
            try:
                connection.request(self.command, proxy.rewrite(self.path), body, self._headers(len(body)))
                answer = connection.getresponse()
                said = answer.read()
                names = ("Content-Type", "Content-Encoding", "Warning", "ETag", "Retry-After")
                return answer.status, {name: answer.headers[name] for name in names if name in answer.headers}, said
            except OSError:
                return 502, {}, b""
            finally:
                connection.close()

        def _headers(self, length: int) -> dict[str, str]:
            dropped = {"host", "connection", "content-length"}
            kept = {name: value for name, value in self.headers.items() if name.lower() not in dropped}
            return kept | ({"Content-Length": str(length)} if length or self.command == "POST" else {})

        def _cut(self, after: int) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            part = self.rfile.read(min(after, length))
            with suppress(OSError), socket.create_connection(proxy.upstream, 10) as upstream:
                head = f"{self.command} {self.path} HTTP/1.1\r\nHost: proxied\r\n"
                head += "".join(f"{name}: {value}\r\n" for name, value in self._headers(length).items())
                upstream.sendall(head.encode("latin-1") + b"\r\n" + part)
            self._reset()

        def _reset(self) -> None:
            # so that closing sends a reset, as a connection that broke does
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            self.wfile = _Nowhere()

        def _say(self, status: int, body: bytes, headers: dict[str, str], cut: int | None = None) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[:cut])
            if cut is not None:
                self.wfile.flush()
                self._reset()

        do_GET = do_POST = do_PATCH = _do  # noqa: N815 - the names http.server calls

    return Handler


class _Nowhere:
    """Where nothing can be written any more."""

    closed = True

    def flush(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        """Do nothing."""


def stow_only(fault: Fault, *numbers: int) -> Script:
    """Do it to the sent instances of these numbers (from 1), or to all of them."""
    count = [0]
    lock = threading.Lock()

    def script(seen: Seen) -> Fault:
        if not seen.is_stow:
            return None
        with lock:
            count[0] += 1
            return fault if not numbers or count[0] in numbers else None

    return script


def said_stored(*uids: str) -> bytes:
    """Give the JSON of an answer that says these were stored."""
    items = [{"00081155": {"vr": "UI", "Value": [uid]}} for uid in uids]
    return json.dumps({"00081199": {"vr": "SQ", "Value": items}}).encode()


def zipped(body: bytes) -> tuple[bytes, dict[str, str]]:
    """Give an answer as gzip, as some proxies do unasked."""
    return gzip.compress(body), {"Content-Encoding": "gzip"}


def as_xml(body: bytes) -> tuple[bytes, dict[str, str]]:
    """Give a JSON answer of STOW as DICOM XML."""
    parts = ['<?xml version="1.0"?><NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">']
    for tag, element in json.loads(body).items():
        if element["vr"] != "SQ":
            continue
        parts.append(f'<DicomAttribute tag="{tag}" vr="SQ">')
        for number, item in enumerate(element["Value"], 1):
            parts.append(f'<Item number="{number}">')
            for inner, value in item.items():
                said = value["Value"][0]
                parts.append(f'<DicomAttribute tag="{inner}" vr="{value["vr"]}">')
                parts.append(f'<Value number="1">{said}</Value></DicomAttribute>')
            parts.append("</Item>")
        parts.append("</DicomAttribute>")
    parts.append("</NativeDicomModel>")
    return "".join(parts).encode(), {"Content-Type": "application/dicom+xml"}
