"""Messages between the window's process and a worker: JSON in a pipe, bytes in the arena.

Nothing is ever unpickled. Bytes that do not fit into the arena go in pieces, each acknowledged before the next. What
the parent is told is counted before it is read, and copied out of the arena before it is judged.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.errors import WorkerError
from core.workers import plain_json
from core.workers.arena import Arena
from core.workers.pipe import BrokenWireError, Look, Pipe

if TYPE_CHECKING:
    from typing_extensions import Buffer

_MOST_FROM_PARENT = 1 << 30

Message = dict[str, Any]


class Channel:
    """The worker's side of the wire, which believes what the parent says."""

    def __init__(self, pipe: Pipe, arena: Arena) -> None:
        self.pipe = pipe
        self.arena = arena

    def send(self, message: Message, data: Buffer | None, look: Look) -> None:
        """Send a message and its bytes; returns when the other side has them all."""
        view = flat_view(data)
        piece = view[: self.arena.capacity]
        text = self._write({**message, "size": len(view), "here": len(piece)})
        self.arena.write(piece)
        self.pipe.send(text, look)
        sent = len(piece)
        while sent < len(view):
            self._await_acknowledgement(look)
            piece = view[sent : sent + self.arena.capacity]
            self.arena.write(piece)
            self.pipe.send(self._write({"kind": "more", "here": len(piece)}), look)
            sent += len(piece)
        if len(view):
            self._await_acknowledgement(look)

    def receive(self, look: Look, most_bytes: int) -> tuple[Message, bytearray]:
        """Receive a message and its bytes; more than `most_bytes` of them are not taken."""
        message = self.receive_message(look)
        size = _count(message, "size")
        if size > most_bytes:
            raise BrokenWireError
        data = bytearray()
        self._take_piece(message, data, size, look)
        while len(data) < size:
            piece = self.receive_message(look)
            if piece.get("kind") != "more":
                raise BrokenWireError
            self._take_piece(piece, data, size, look)
        return message, data

    def receive_message(self, look: Look) -> Message:
        """Receive one JSON message without taking its bytes."""
        try:
            message = self._read(self.pipe.receive(self._most_text(), look))
        except (ValueError, RecursionError) as error:
            raise BrokenWireError from error
        if not isinstance(message, dict):
            raise BrokenWireError
        return message

    def _take_piece(self, message: Message, data: bytearray, size: int, look: Look) -> None:
        """Take one piece, which must be as large as it can be: bytes that trickle would keep us busy for ever."""
        here = _count(message, "here")
        if here != min(size - len(data), self.arena.capacity):
            raise BrokenWireError
        if here:
            self.arena.append_to(data, here)
            self.pipe.send(b'{"kind": "ack"}', look)

    def _await_acknowledgement(self, look: Look) -> None:
        if self.receive_message(look).get("kind") != "ack":
            raise BrokenWireError

    def _most_text(self) -> int:
        return _MOST_FROM_PARENT

    def _read(self, text: bytes) -> Any:
        return json.loads(text)

    def _write(self, message: Message) -> bytes:
        """Write for a parent that takes no more than so much."""
        text = json.dumps(message).encode()
        if not plain_json.fits(text):
            raise WorkerError("task-failed", kind="more to say than one answer holds")
        return text


class GuardedChannel(Channel):
    """The parent's side of the wire, which believes nothing; `text_left` bounds all messages of one call together."""

    def __init__(self, pipe: Pipe, arena: Arena) -> None:
        super().__init__(pipe, arena)
        self.text_left = plain_json.USUAL.size

    def _most_text(self) -> int:
        return min(self.text_left, plain_json.USUAL.size)

    def _read(self, text: bytes) -> Any:
        self.text_left -= len(text)
        return plain_json.parse(text)

    def _write(self, message: Message) -> bytes:
        return json.dumps(message).encode()


def flat_view(data: Buffer | None) -> memoryview:
    """Return the bytes of a C-contiguous buffer of any shape."""
    view = memoryview(b"" if data is None else data)
    return view.cast("B") if view.nbytes else memoryview(b"")


def _count(message: Message, key: str) -> int:
    value = message.get(key, 0)
    if type(value) is not int or value < 0:
        raise BrokenWireError
    return value


__all__ = ["BrokenWireError", "Channel", "GuardedChannel", "Message", "flat_view"]
