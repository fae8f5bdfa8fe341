"""The one part of a multipart/related answer, read while it comes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from email.message import Message

from core.errors import PortalError

HEADERS_MOST = 16 << 10
_PLAIN = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{1,70}")


def boundary_of(content_type: str) -> bytes:
    """Find the boundary of a multipart answer; raises `PortalError` "portal-answer"."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_param("boundary")
    if not message.get_content_type().startswith("multipart/"):
        raise PortalError("portal-answer", reason="content-type")
    if not isinstance(boundary, str) or not _PLAIN.fullmatch(boundary):
        raise PortalError("portal-answer", reason="boundary")
    return boundary.encode("ascii")


def only_part(pieces: Iterable[bytes], boundary: bytes) -> Iterator[bytes]:
    """Give the bytes of the one part; raises where it has no proper end, or others follow."""
    coming = iter(pieces)
    held = _after_headers(coming, boundary)
    end, keep = b"\r\n--" + boundary, len(boundary) + 4
    while (at := held.find(end)) < 0:
        if len(held) > keep:
            yield held[:-keep]
            held = held[-keep:]
        held += _more(coming)
    if at:
        yield held[:at]
    rest = held[at + len(end) :]
    while len(rest) < 2:
        rest += _more(coming)
    if not rest.startswith(b"--"):
        raise PortalError("portal-answer", reason="several-parts")
    for _ in coming:  # what follows the end is of no matter, but the connection is to be used again
        pass


def _after_headers(coming: Iterator[bytes], boundary: bytes) -> bytes:
    """Skip to the first byte of the part's body."""
    held = b"\r\n"
    start = b"\r\n--" + boundary
    while (at := held.find(start)) < 0 or (body := held.find(b"\r\n\r\n", at + len(start))) < 0:
        if len(held) > HEADERS_MOST:
            raise PortalError("portal-answer", reason="part-headers")
        held += _more(coming)
    return held[body + 4 :]


def _more(coming: Iterator[bytes]) -> bytes:
    piece = next(coming, b"")
    if not piece:
        raise PortalError("portal-answer", reason="cut")
    return piece
