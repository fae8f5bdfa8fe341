"""Messages between the window's process and a worker: JSON in a pipe, bytes in the arena.

Nothing is ever unpickled. Bytes that do not fit into the arena go in pieces, each acknowledged before the next.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from core.arena import Arena

if TYPE_CHECKING:
    from typing_extensions import Buffer

MESSAGE_LIMIT = 64 << 20
Message = dict[str, Any]
Wait = Callable[[], None]  # returns when the pipe has something to read, raises when waiting should end


class BrokenWireError(Exception):
    """The other side is gone or talks nonsense."""


class Channel:
    """One side of the wire; `bytes_limit` bounds what the other side may announce."""

    def __init__(self, connection: Connection, arena: Arena, bytes_limit: int) -> None:
        self.connection = connection
        self.arena = arena
        self._bytes_limit = bytes_limit

    def send(self, message: Message, data: Buffer | None, wait: Wait) -> None:
        """Send a message and its bytes; returns when the other side has them all."""
        view = flat_view(data)
        piece = view[: self.arena.capacity]
        self.arena.write(piece)
        self._send_json({**message, "size": len(view), "here": len(piece)})
        sent = len(piece)
        while sent < len(view):
            self._await_acknowledgement(wait)
            piece = view[sent : sent + self.arena.capacity]
            self.arena.write(piece)
            self._send_json({"kind": "more", "here": len(piece)})
            sent += len(piece)
        if len(view):
            self._await_acknowledgement(wait)

    def receive(self, wait: Wait) -> tuple[Message, bytearray]:
        """Receive a message and its bytes."""
        message = self.receive_message(wait)
        size = _count(message, "size", self._bytes_limit)
        data = bytearray(size)
        view = memoryview(data)
        got = self._take_piece(message, view)
        while got < size:
            piece = self.receive_message(wait)
            if piece.get("kind") != "more":
                raise BrokenWireError
            got += self._take_piece(piece, view[got:])
        return message, data

    def receive_message(self, wait: Wait) -> Message:
        """Receive one JSON message without taking its bytes."""
        wait()
        try:
            message = json.loads(self.connection.recv_bytes(MESSAGE_LIMIT))
        except (EOFError, OSError, ValueError, RecursionError) as error:
            raise BrokenWireError from error
        if not isinstance(message, dict):
            raise BrokenWireError
        return message

    def _take_piece(self, message: Message, target: memoryview) -> int:
        here = _count(message, "here", min(len(target), self.arena.capacity))
        if here == 0 and len(target) > 0:
            raise BrokenWireError
        if here:
            self.arena.read_into(target[:here])
            self._send_json({"kind": "ack"})
        return here

    def _await_acknowledgement(self, wait: Wait) -> None:
        if self.receive_message(wait).get("kind") != "ack":
            raise BrokenWireError

    def _send_json(self, message: Message) -> None:
        try:
            self.connection.send_bytes(json.dumps(message).encode())
        except OSError as error:
            raise BrokenWireError from error


def flat_view(data: Buffer | None) -> memoryview:
    """Return the bytes of a C-contiguous buffer of any shape."""
    view = memoryview(b"" if data is None else data)
    return view.cast("B") if view.nbytes else memoryview(b"")


def _count(message: Message, key: str, limit: int) -> int:
    value = message.get(key, 0)
    if not isinstance(value, int) or not 0 <= value <= limit:
        raise BrokenWireError
    return value
