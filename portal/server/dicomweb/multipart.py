"""multipart/related in pieces: what comes in is never in memory whole."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import Message
from typing import TYPE_CHECKING, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser

from portal.server.problems import Problem

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

DICOM = "application/dicom"
_SMALL = 16384  # a message's lines before the first part


class PartReader(Protocol):
    """Whoever takes the parts, one after the other."""

    def begin(self, headers: dict[str, str]) -> None:
        """A part begins; names of its headers are in lower case."""

    def write(self, piece: memoryview) -> None:
        """Some of its bytes."""

    def end(self) -> None:
        """It came to its end."""


@dataclass(frozen=True, slots=True)
class ContentType:
    """A Content-Type: its kind in lower case, and its parameters."""

    kind: str
    parameters: dict[str, str]


def content_type(text: str | None) -> ContentType:
    """Read a Content-Type as tolerantly as mail programs do."""
    message = Message()
    message["content-type"] = (text or "").replace("\r", " ").replace("\n", " ")
    found = message.get_params(failobj=[("", "")])
    parameters = {name.lower(): value for name, value in found[1:] if isinstance(value, str)}
    return ContentType(found[0][0].lower(), parameters)


def stow_boundary(text: str | None) -> bytes:
    """Return the boundary of a STOW request; raises `Problem("unsupported-type")` for anything else."""
    said = content_type(text)
    boundary = said.parameters.get("boundary", "")
    kind = said.parameters.get("type", DICOM).lower()
    if said.kind != "multipart/related" or kind != DICOM or not 0 < len(boundary) <= 200:
        raise Problem("unsupported-type", wanted=f'multipart/related; type="{DICOM}"')
    return boundary.encode("utf-8", "surrogateescape")


class MultipartBody:
    """Feeds a body, as it comes in, to whoever takes the parts.

    Lines before the first boundary are skipped. What breaks off in the middle of a part, or is no multipart at all,
    leaves `broken` true; parts that had ended before count.
    """

    def __init__(self, boundary: bytes, parts: PartReader) -> None:
        self._delimiter = b"--" + boundary
        self._parts = parts
        self._before: bytes | None = b""  # of the first boundary
        self._headers: dict[str, str] = {}
        self._name = self._value = b""
        self._open = False
        self._ended = False
        self._parser = MultipartParser(boundary, self._callbacks(), max_header_count=64, max_header_size=8192)
        self.broken = False

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the body."""
        if self.broken or self._ended:
            return  # an epilogue means nothing
        if self._before is not None:
            piece = self._first(piece)
        try:
            if piece:
                self._parser.write(piece)
        except FormParserError:
            self.broken = True

    def finish(self) -> None:
        """Say that no more will come."""
        self.broken = self.broken or self._open or not self._ended

    def _first(self, piece: bytes) -> bytes:
        """Skip to the first boundary."""
        assert self._before is not None
        held = self._before + piece
        place = held.find(self._delimiter)
        if place >= 0 and (place == 0 or held[place - 1 : place] == b"\n"):
            self._before = None
            return held[place:]
        self._before = held
        self.broken = len(held) > _SMALL
        return b""

    def _callbacks(self) -> MultipartCallbacks:
        return {
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._begin,
            "on_part_data": lambda data, start, end: self._parts.write(memoryview(data)[start:end]),
            "on_part_end": self._end,
            "on_end": self._end_of_message,
        }

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        self._headers[self._name.decode("latin-1").strip().lower()] = self._value.decode("latin-1").strip()
        self._name = self._value = b""

    def _begin(self) -> None:
        headers, self._headers = self._headers, {}
        self._open = True
        self._parts.begin(headers)

    def _end(self) -> None:
        self._open = False
        self._parts.end()

    def _end_of_message(self) -> None:
        self._ended = True
