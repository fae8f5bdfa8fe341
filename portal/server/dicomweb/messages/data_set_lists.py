"""Lists of data sets as clients read them: DICOM JSON, or XML in parts; packed where that is understood."""

from __future__ import annotations

import secrets
import zlib
from collections.abc import AsyncIterator, Mapping
from typing import Any

from fastapi import Request, Response

from portal.server.answers.streamed import Streamed
from portal.server.dicomweb.messages.accept import Offer, best
from portal.server.dicomweb.messages.dicom_json import JSON_TYPES
from portal.server.dicomweb.messages.dicom_xml import XML, native_model

LISTS = (*(Offer(kind) for kind in JSON_TYPES), Offer(XML, multipart=True))
_GZIP = 16 + zlib.MAX_WBITS
_LIGHTLY = 3


def list_offer(request: Request) -> Offer:
    """Choose how a list of data sets is written; raises `Problem("not-acceptable")`."""
    return best(request, LISTS)


async def list_answer(
    request: Request, offer: Offer, data_sets: AsyncIterator[bytes], status: int, headers: Mapping[str, str]
) -> Response:
    """Write a list of data sets, each given as JSON; the first one is made before the answer begins."""
    boundary = secrets.token_hex(16)
    pieces = _parts(data_sets, boundary) if offer.multipart else _list(data_sets)
    kind = f"{offer.media_type}; boundary={boundary}" if offer.multipart else offer.kind
    said = {**headers, "Content-Type": kind, "Vary": "Accept, Accept-Encoding"}
    begun = await anext(pieces)  # what cannot be read at all is said by the status
    body = _all(begun, pieces)
    if takes_gzip(request):
        return Streamed(_packed(body), status, said | {"Content-Encoding": "gzip"})
    return Streamed(body, status, said)


def takes_gzip(request: Request) -> bool:
    """Say whether a client unpacks gzip (RFC 9110 12.5.3)."""
    weights: dict[str, str] = {}
    for part in request.headers.get("accept-encoding", "").lower().split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip()] = parameters.replace(" ", "").removeprefix("q=") or "1"
    said = weights.get("gzip", weights.get("x-gzip", weights.get("*", "0")))
    return said.strip("0.") != ""


async def _all(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


async def _list(data_sets: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    mark = b"["
    async for data_set in data_sets:
        yield mark + data_set
        mark = b","
    yield b"[]" if mark == b"[" else b"]"


async def _parts(data_sets: AsyncIterator[bytes], boundary: str) -> AsyncIterator[bytes]:
    async for data_set in data_sets:
        written = native_model(data_set)
        head = f"--{boundary}\r\nContent-Type: {XML}\r\nContent-Length: {len(written)}\r\n\r\n"
        yield head.encode() + written + b"\r\n"
    yield f"--{boundary}--\r\n".encode()


async def _packed(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    packer: Any = zlib.compressobj(_LIGHTLY, zlib.DEFLATED, _GZIP)
    async for piece in pieces:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()
