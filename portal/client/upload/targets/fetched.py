"""One instance fetched back from a server (WADO-RS) into a file of its own, hashed while it comes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import BinaryIO

import requests

from core.job import Job
from library.folders import FETCHED
from library.objects.room import library_error
from portal.client.connecting.connection import Connection, pieces_of
from portal.client.connecting.trouble import network_trouble, problem_of

_ACCEPTS = (
    'multipart/related; type="application/dicom"; transfer-syntax=*',
    'multipart/related; type="application/dicom"',
)
_HEAD_MOST = 16 << 10
_LARGER = 64 << 20  # what another encoding of the same may add
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


class NotGiven(Exception):  # noqa: N818 - it is data for a report
    """The server does not give an instance out so that it could be compared; `why` is a status or a word."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file and the sha256 of its bytes; it is gone when the block is left."""

    path: Path
    sha256: str


@contextmanager
def fetch(connection: Connection, path: str, folder: Path, size: int, job: Job) -> Iterator[Fetched]:
    """Fetch one instance; raises `NotGiven` where the server does not give it out."""
    with tempfile.TemporaryDirectory(prefix=FETCHED, dir=folder) as place:
        file = Path(place) / "instance"
        response = _response(connection, path)
        with response, network_trouble(connection.url), open(file, "wb") as out:
            sha256 = _take(response, out, size + _LARGER, job)
        yield Fetched(file, sha256)


def _response(connection: Connection, path: str) -> requests.Response:
    for accept in _ACCEPTS:
        headers = {"Accept": accept, "Accept-Encoding": "identity"}
        response = connection.send("GET", path, headers=headers, stream=True, timeout=(10, 300))
        if response.status_code == 200:
            return response
        response.close()
        if response.status_code in _LATER or response.status_code == 401:
            raise problem_of(response, b"")
    raise NotGiven(str(response.status_code))


def _take(response: requests.Response, out: BinaryIO, most: int, job: Job) -> str:
    """Write the first part of a multipart answer, or the whole of a plain one; gives its hash."""
    digest, written = hashlib.sha256(), 0
    for piece in _first_part(pieces_of(response), _boundary(response)):
        job.check()
        digest.update(piece)
        _write(out, piece)
        written += len(piece)
        if written > most:
            raise NotGiven("too-large")
    return digest.hexdigest()


def _write(out: BinaryIO, piece: bytes) -> None:
    try:
        out.write(piece)
    except OSError as error:  # else taken for the network's
        raise library_error(error) from error


def _boundary(response: requests.Response) -> bytes | None:
    message = Message()
    message["Content-Type"] = response.headers.get("Content-Type", "")
    boundary = message.get_param("boundary") if message.get_content_maintype() == "multipart" else None
    return boundary.encode("latin-1", "replace") if isinstance(boundary, str) else None


def _first_part(pieces: Iterator[bytes], boundary: bytes | None) -> Iterator[bytes]:
    if boundary is None:
        yield from pieces
        return
    waiting = _after_head(pieces)
    end = b"\r\n--" + boundary
    while (found := waiting.find(end)) < 0:
        safe = max(0, len(waiting) - len(end) + 1)
        if safe:
            yield bytes(waiting[:safe])
            del waiting[:safe]
        piece = next(pieces, None)
        if piece is None:
            raise NotGiven("cut-short")
        waiting += piece
    yield bytes(waiting[:found])
    for _ in pieces:  # so that the connection can be used again
        pass


def _after_head(pieces: Iterator[bytes]) -> bytearray:
    """Read past the boundary line and the headers of the first part."""
    waiting = bytearray()
    while (end := waiting.find(b"\r\n\r\n")) < 0:
        piece = next(pieces, None)
        if piece is None or len(waiting) > _HEAD_MOST:
            raise NotGiven("not-multipart")
        waiting += piece
    return waiting[end + 4 :]
