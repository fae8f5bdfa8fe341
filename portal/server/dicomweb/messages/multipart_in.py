"""multipart/related in pieces: what comes in is never in memory whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from typing import Literal, Protocol

from portal.server.base.problems import Problem

DICOM = "application/dicom"
_SMALL = 16384  # a message's lines before the first part, and the head of a part
_MOST_HEADERS = 64
_LAST = b"--"
_LINE_END = re.compile(rb"[ \t]{0,1000}\r\n")  # RFC 2046: blanks that a gateway may have added
_MAYBE_LINE_END = re.compile(rb"[ \t]{0,1000}\r?")
_FOLDED = re.compile(rb"\r\n[ \t]+")


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
    """Return the boundary of a STOW request; raises `Problem("unsupported-type")` for anything else.

    Metadata with bulk data apart (`application/dicom+json`, `+xml`) are nothing this server could keep as they came.
    """
    said = content_type(text)
    boundary = said.parameters.get("boundary", "")
    kind = said.parameters.get("type", DICOM).lower()
    if said.kind != "multipart/related" or kind != DICOM or not 0 < len(boundary) <= 200:
        accepts = f'multipart/related; type="{DICOM}"'
        raise Problem("unsupported-type", headers={"Accept": accepts}, wanted=accepts)
    return boundary.encode("utf-8", "surrogateescape")


class MultipartBody:
    """Feeds a body, as it comes in, to whoever takes the parts (RFC 2046 5.1.1).

    A boundary may be followed by blanks. Lines before the first one are skipped, and so is all after the last. What
    breaks off in the middle of a part, or is no multipart at all, leaves `broken` true; parts that had ended before
    count.
    """

    def __init__(self, boundary: bytes, parts: PartReader) -> None:
        self._delimiter = b"--" + boundary
        self._parts = parts
        self._held = b""
        self._state: Literal["before", "head", "data", "ended"] = "before"
        self.broken = False

    def feed(self, piece: bytes) -> None:
        """Take the next piece of the body."""
        if self.broken or self._state == "ended":
            return
        self._held += piece
        while self._step():
            pass

    def finish(self) -> None:
        """Say that no more will come."""
        self.broken = self.broken or self._state != "ended"

    def _step(self) -> bool:
        """Read on as far as the bytes at hand go; says whether there may be more to read in them."""
        match self._state:
            case "before":
                return self._before()
            case "head":
                return self._head()
            case "data":
                return self._data()
        return False

    def _before(self) -> bool:
        """Skip to the first boundary, which stands at the beginning of a line."""
        place = -1
        while (place := self._held.find(self._delimiter, place + 1)) >= 0:
            if place == 0 or self._held[place - 1 : place] == b"\n":
                after = self._after_boundary(place + len(self._delimiter))
                if after is None:
                    return False
                if after >= 0:
                    return self._go_on(after)
        self.broken = len(self._held) > _SMALL
        return False

    def _head(self) -> bool:
        """Read a part's headers up to the empty line."""
        if self._held.startswith(b"\r\n"):
            head, rest = b"", self._held[2:]
        else:
            head, mark, rest = self._held.partition(b"\r\n\r\n")
            if not mark:
                self.broken = len(self._held) > _SMALL
                return False
        headers = _headers(head)
        if headers is None:
            self.broken = True
            return False
        self._held, self._state = rest, "data"
        self._parts.begin(headers)
        return True

    def _data(self) -> bool:
        """Hand bytes on up to the next boundary; as many as could begin one are held back."""
        mark, place = b"\r\n" + self._delimiter, -1
        while (place := self._held.find(mark, place + 1)) >= 0:
            after = self._after_boundary(place + len(mark))
            if after is None:
                self._hand_on(place)
                return False
            if after >= 0:
                self._hand_on(place)
                self._parts.end()
                return self._go_on(after - place)
        self._hand_on(len(self._held) - len(mark))
        return False

    def _hand_on(self, size: int) -> None:
        if size > 0:
            self._parts.write(memoryview(self._held)[:size])
            self._held = self._held[size:]

    def _after_boundary(self, place: int) -> int | None:
        """Return where the line of a boundary ends; -1 where it is none after all, `None` where more must come."""
        held = self._held
        if held[place : place + 2] == _LAST:
            return place + 2
        found = _LINE_END.match(held, place)
        if found is not None:
            return found.end()
        return None if _MAYBE_LINE_END.fullmatch(held, place) or held[place:] == b"-" else -1

    def _go_on(self, after: int) -> bool:
        is_last = self._held[after - 2 : after] == _LAST
        self._held = self._held[after:]
        self._state = "ended" if is_last else "head"
        return not is_last


def _headers(head: bytes) -> dict[str, str] | None:
    """Read a part's headers; `None` for what are none."""
    lines = _FOLDED.sub(b" ", head).split(b"\r\n") if head else []
    if len(lines) > _MOST_HEADERS:
        return None
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon:
            return None
        found[name.strip().lower()] = value.strip()
    return found
