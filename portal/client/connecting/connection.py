"""One server and what it is asked: certificates of the system, no redirects, no cookies, one session a thread."""

from __future__ import annotations

import json as json_module
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
import truststore
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies

from core.errors import PortalError
from portal.client.connecting.credentials import Credentials
from portal.client.connecting.shapes import read_shape
from portal.client.connecting.trouble import network_trouble, problem_of
from portal.names import is_loopback

T = TypeVar("T")

ANSWER_BYTES_MOST = 8 << 20  # no answer of the API comes near
SEND_PIECE = 256 << 10
READ_PIECE = 64 << 10


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds to wait: for the server to be there, for its next byte, for a short answer in all."""

    connect: float = 10.0
    read: float = 60.0
    answer: float = 120.0  # also where a byte comes now and then


class Sendable(Protocol):
    """A body that is read while it is sent; its length is known before."""

    def read(self, size: int = -1, /) -> bytes:
        """Give the next bytes."""

    def __len__(self) -> int:
        """Give the number of bytes in all."""


Body = bytes | Callable[[], Sendable] | None


class Connection:
    """Asks one server; shared by threads."""

    def __init__(self, url: str, credentials: Credentials | None = None, *, patience: Patience | None = None) -> None:
        self.url = base_url(url)
        self.patience = patience or Patience()
        self.credentials = credentials
        self._proxies = {} if is_loopback(self.url) else get_environ_proxies(self.url)
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Body = None,
        stream: bool = False,
        timeout: tuple[float, float] | None = None,
    ) -> requests.Response:
        """Send one request and give any answer; a 401 is tried once more with fresh credentials and a new body.

        Raises `PortalError` where no answer comes. With `stream` the reader wraps its reading in `network_trouble`.
        """

        wait = timeout or (self.patience.connect, self.patience.read)

        def once(signed: str | None) -> requests.Response:
            return self._once(method, path, params, {**(headers or {}), **_signature(signed)}, body, stream, wait)

        signed = self._header()
        response = once(signed)
        if response.status_code == 401 and signed is not None and self._refreshed(signed):
            response.close()
            return once(self._header())
        return response

    def ask(
        self,
        kind: type[T],
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> T:
        """Ask for one shape of the wire; whatever else comes is a `PortalError`."""
        sent = {"Accept": "application/json", **(headers or {})}
        body = None
        if json is not None:
            body, sent["Content-Type"] = json_module.dumps(json).encode(), "application/json"
        response = self.send(method, path, params=params, headers=sent, body=body, stream=True)
        return read_shape(kind, self.read_answer(response))

    def read_any(
        self, response: requests.Response, *, most: int = ANSWER_BYTES_MOST, seconds: float | None = None
    ) -> bytes:
        """Read a short answer whole, whatever its status, within bounds of size and time."""
        with response, network_trouble(self.url):
            return _read_bounded(response, most, seconds or self.patience.answer)

    def read_answer(
        self, response: requests.Response, *, most: int = ANSWER_BYTES_MOST, seconds: float | None = None
    ) -> bytes:
        """Read a short answer whole; raises what an answer of no success means."""
        body = self.read_any(response, most=most, seconds=seconds)
        if not 200 <= response.status_code < 300:
            raise problem_of(response, body)
        return body

    def is_open(self) -> bool:
        """Tell whether anything was asked since it was closed."""
        return bool(self._sessions)

    def close(self) -> None:
        """Close what is open, of all threads."""
        with self._lock:
            sessions, self._sessions = self._sessions, []
            self._local = threading.local()
        for session in sessions:
            session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        body: Body,
        stream: bool,
        timeout: tuple[float, float],
    ) -> requests.Response:
        if not path.startswith("/"):
            raise ValueError("a path begins with /")
        with network_trouble(self.url), _opened(body) as data:
            return self._session().request(
                method,
                self.url + path,
                params=dict(params or {}),
                headers=dict(headers),
                data=data,
                stream=stream,
                timeout=timeout,
                allow_redirects=False,
            )

    def _header(self) -> str | None:
        return self.credentials.header() if self.credentials else None

    def _refreshed(self, signed: str) -> bool:
        """Get fresh credentials, once for all threads that were turned away with the same ones."""
        if self.credentials is None:
            return False
        with self._lock:
            return self.credentials.header() != signed or self.credentials.refresh()

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = _new_session(self._proxies)
            with self._lock:
                self._sessions.append(session)
        return session


class _SystemCertificates(HTTPAdapter):
    """Trusts what the operating system trusts."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Give the pool the system's certificates and larger pieces."""
        named["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        super().init_poolmanager(*arguments, blocksize=SEND_PIECE, **named)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        """Do the same behind a proxy."""
        named["ssl_context"] = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return super().proxy_manager_for(proxy, **named)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave out the bundle of certificates that comes with requests."""
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None


def base_url(url: str) -> str:
    """Check a server's address and give it without user, query and trailing slash; raises `PortalError`."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError as problem:
        raise PortalError("not-a-portal", url=without_user(url)) from problem
    if parts.scheme not in {"http", "https"} or not host:
        raise PortalError("not-a-portal", url=without_user(url))
    place = f"[{host}]" if ":" in host else host
    netloc = place if port is None else f"{place}:{port}"
    plain = urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))
    if parts.scheme == "http" and not is_loopback(plain):
        raise PortalError("portal-insecure", url=plain)
    return plain


def without_user(url: str) -> str:
    """Give an address, also one that is none, without what may be a password: words are shown and sent around."""
    begin, marked, rest = url.rpartition("@")
    return f"{begin.partition('://')[0]}://{rest}" if marked and "://" in begin else rest


def _new_session(proxies: Mapping[str, str]) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no .netrc: it would sign requests with something else
    session.proxies = dict(proxies)
    session.headers["User-Agent"] = "Scanshelf"
    session.headers["Accept-Encoding"] = "identity"  # nothing that swells here
    session.cookies.set_policy(_NoCookies())
    session.mount("https://", _SystemCertificates())
    session.mount("http://", HTTPAdapter())
    return session


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[name-defined,misc]
    def set_ok(self, cookie: Any, request: Any) -> bool:
        return False


def _signature(signed: str | None) -> dict[str, str]:
    return {} if signed is None else {"Authorization": signed}


@contextmanager
def _opened(body: Body) -> Iterator[Any]:
    """Make a new body for one request and close it after."""
    data = body() if callable(body) else body
    try:
        yield data
    finally:
        close = getattr(data, "close", None)
        if close is not None:
            close()


def pieces_of(response: requests.Response) -> Iterator[bytes]:
    """Give what comes as it comes, never waiting for more than there is."""
    while piece := response.raw.read1(READ_PIECE, decode_content=True):
        yield piece


def _read_bounded(response: requests.Response, most: int, seconds: float) -> bytes:
    ends, read = time.monotonic() + seconds, bytearray()
    for piece in pieces_of(response):
        read += piece
        if len(read) > most or time.monotonic() > ends:
            raise PortalError("portal-answer", reason="too-large" if len(read) > most else "too-slow")
    return bytes(read)
