"""The two ends of the pipe between the window's process and a worker: whole messages of bytes, never anything pickled.

The worker trusts its parent and simply waits for it. The parent trusts nobody: each message has a largest size and a
time in which all of it must have passed, whatever pieces it comes in.
"""

from __future__ import annotations

import os
import struct
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Protocol

_LOOK_SECONDS = 0.05
_LENGTH = struct.Struct("!i")  # as `multiprocessing.connection` writes it

Look = Callable[[], None]  # called while there is nothing to do but wait; raises when the waiting should end


class BrokenWireError(Exception):
    """The other side is gone or talks nonsense."""


class Pipe(Protocol):
    """One end."""

    def wait(self, look: Look) -> None:
        """Return when there is something to read."""

    def receive(self, limit: int, look: Look) -> bytes:
        """Return the next message; raises `BrokenWireError`."""

    def send(self, message: bytes, look: Look) -> None:
        """Send one message; raises `BrokenWireError`."""


class TrustingPipe:
    """The worker's end, and both on Windows, where the system passes whole messages only."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def wait(self, look: Look) -> None:
        """Return when there is something to read."""
        try:
            while not self._connection.poll(_LOOK_SECONDS):
                look()
        except OSError as error:
            raise BrokenWireError from error

    def receive(self, limit: int, look: Look) -> bytes:
        """Return the next message."""
        self.wait(look)
        try:
            return self._connection.recv_bytes(limit)
        except (EOFError, OSError) as error:
            raise BrokenWireError from error

    def send(self, message: bytes, look: Look) -> None:
        """Send one message."""
        try:
            self._connection.send_bytes(message)
        except OSError as error:
            raise BrokenWireError from error


class GuardedPipe(TrustingPipe):
    """The parent's end: can always be stopped, and waits `seconds` at most in the middle of a message."""

    def __init__(self, connection: Connection, seconds: float) -> None:
        super().__init__(connection)
        self._descriptor = connection.fileno()
        self._seconds = seconds
        os.set_blocking(self._descriptor, False)

    def receive(self, limit: int, look: Look) -> bytes:
        """Return the next message."""
        self.wait(look)
        deadline = time.monotonic() + self._seconds
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline, look))
        if not 0 <= length <= limit:
            raise BrokenWireError
        return self._read(length, deadline, look)

    def send(self, message: bytes, look: Look) -> None:
        """Send one message."""
        deadline = time.monotonic() + self._seconds
        left = memoryview(_LENGTH.pack(len(message)) + message)
        while left:
            try:
                left = left[os.write(self._descriptor, left) :]
            except BlockingIOError:
                self._pause(deadline, look, writing=True)
            except OSError as error:
                raise BrokenWireError from error

    def _read(self, length: int, deadline: float, look: Look) -> bytes:
        pieces = bytearray()
        while len(pieces) < length:
            try:
                piece = os.read(self._descriptor, min(length - len(pieces), 1 << 20))
            except BlockingIOError:
                self._pause(deadline, look)
                continue
            except OSError as error:
                raise BrokenWireError from error
            if not piece or time.monotonic() > deadline:
                raise BrokenWireError
            pieces += piece
        return bytes(pieces)

    def _pause(self, deadline: float, look: Look, *, writing: bool = False) -> None:
        import select

        poll = select.poll()
        poll.register(self._descriptor, select.POLLOUT if writing else select.POLLIN)
        poll.poll(_LOOK_SECONDS * 1000)
        if time.monotonic() > deadline:
            raise BrokenWireError
        look()


def guarded(connection: Connection, seconds: float) -> Pipe:
    """Make the parent's end of a fresh pipe."""
    return TrustingPipe(connection) if sys.platform == "win32" else GuardedPipe(connection, seconds)
