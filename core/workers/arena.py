"""The shared memory between the window's process and one worker.

The first page is a control block that either side reads without a message:

    0   u64  stop: number of the call that should end (written by the parent)
    8   u32  turn: grows with every item the worker takes in hand (written by the worker)
    12  u32  length of the item's name
    16  the item's name: "i" or "s" and UTF-8 text

Bytes of calls and answers follow from `DATA_START` on.
"""

from __future__ import annotations

import mmap
import os
import struct
import sys
from multiprocessing import reduction
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory

DATA_START = 4096
_ITEM_LIMIT = DATA_START - 16
_STOP = struct.Struct("=Q")
_U32 = struct.Struct("=I")


class Arena:
    """Shared memory of a size the parent fixed; a worker can neither shrink nor grow it."""

    def __init__(self, memory: mmap.mmap | SharedMemory, size: int) -> None:
        self._memory = memory
        self._view = memoryview(memory) if isinstance(memory, mmap.mmap) else memoryview(memory.buf or b"")
        self.capacity = size - DATA_START

    def write(self, data: memoryview) -> None:
        """Put bytes at the start of the data area."""
        self._view[DATA_START : DATA_START + len(data)] = data

    def append_to(self, data: bytearray, length: int) -> None:
        """Copy the start of the data area to the end of `data`; only the copy is looked at, the area may change."""
        data += self._view[DATA_START : DATA_START + length]

    def ask_to_stop(self, call: int) -> None:
        """Mark one call as not wanted any more."""
        _STOP.pack_into(self._view, 0, call)

    def stop_asked(self, call: int) -> bool:
        """Tell whether this call is not wanted any more."""
        return bool(_STOP.unpack_from(self._view, 0)[0] == call)

    def set_item(self, item: int | str) -> None:
        """Name what the worker has in hand."""
        name = (f"i{item}" if isinstance(item, int) else f"s{item}").encode("utf-8", "surrogatepass")[:_ITEM_LIMIT]
        _U32.pack_into(self._view, 12, 0)
        self._view[16 : 16 + len(name)] = name
        _U32.pack_into(self._view, 12, len(name))
        _U32.pack_into(self._view, 8, (self.turn() + 1) & 0xFFFFFFFF)

    def clear_item(self) -> None:
        """Forget the item in hand."""
        _U32.pack_into(self._view, 12, 0)

    def turn(self) -> int:
        """Return the number that changes with every item."""
        return int(_U32.unpack_from(self._view, 8)[0])

    def item(self) -> int | str | None:
        """Return what the worker has in hand; the worker may be hostile, so anything goes."""
        length = min(_U32.unpack_from(self._view, 12)[0], _ITEM_LIMIT)
        name = bytes(self._view[16 : 16 + length]).decode("utf-8", "replace")
        if name.startswith("i") and name[1:].removeprefix("-").isdecimal():
            return int(name[1:30])
        return name[1:] or None

    def close(self) -> None:
        """Let go of the memory."""
        self._view.release()
        self._memory.close()


def create(size: int) -> tuple[Arena, int | SharedMemory]:
    """Make an arena with `size` bytes of data area; the second value is what `hand_over` needs.

    On Linux it is an anonymous file: not bounded by a small /dev/shm, gone with its users, and sealed, so that a
    hostile worker cannot cut it short under the parent's feet.
    """
    total = DATA_START + size
    if sys.platform == "linux":
        import fcntl

        descriptor = os.memfd_create("scanshelf", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.ftruncate(descriptor, total)
            fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
            return Arena(mmap.mmap(descriptor, total), total), descriptor
        except BaseException:
            os.close(descriptor)
            raise
    else:  # mypy follows one platform
        memory = SharedMemory(create=True, size=total)
        return Arena(memory, total), memory


def hand_over(key: int | SharedMemory, connection: Connection, pid: int) -> None:
    """Give a fresh worker what it needs to attach to the arena."""
    if isinstance(key, SharedMemory):
        connection.send_bytes(key.name.encode())
        return
    try:
        connection.send_bytes(b"")
        reduction.send_handle(connection, key, pid)
    finally:
        os.close(key)


def discard(arena: Arena, key: int | SharedMemory) -> None:
    """Let go of an arena that no worker was given."""
    arena.close()
    release(key)
    if isinstance(key, int):
        os.close(key)


def release(key: int | SharedMemory) -> None:
    """Remove a named arena from the system after both sides are done."""
    if isinstance(key, SharedMemory):
        key.unlink()


def attach(connection: Connection, size: int) -> Arena:
    """Attach, in the worker, to the arena that the parent hands over."""
    total = DATA_START + size
    name = connection.recv_bytes(1024).decode()
    if name:
        return Arena(SharedMemory(name), total)
    descriptor = reduction.recv_handle(connection)
    memory = mmap.mmap(descriptor, total)
    os.close(descriptor)
    return Arena(memory, total)
