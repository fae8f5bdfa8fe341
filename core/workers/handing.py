"""An open file handed to a worker, which may read it and nothing else of this computer."""

from __future__ import annotations

import sys
from multiprocessing.connection import Connection

if sys.platform == "win32":
    import _winapi
    import msvcrt
    import os

    _FILE_GENERIC_READ = 0x120089  # all that a worker may do with the file
    _PROCESS_DUP_HANDLE = 0x0040

    def send_file(connection: Connection, file: int, pid: int) -> None:
        """Give the worker `pid` an open descriptor; raises `OSError` where the worker is gone."""
        # `reduction.send_handle` would give it no right at all: it takes the option "same access" for an access mask.
        process = _winapi.OpenProcess(_PROCESS_DUP_HANDLE, False, pid)
        try:
            handle = _winapi.DuplicateHandle(
                _winapi.GetCurrentProcess(), msvcrt.get_osfhandle(file), process, _FILE_GENERIC_READ, False, 0
            )
        finally:
            _winapi.CloseHandle(process)
        connection.send_bytes(handle.to_bytes(8, "little"))

    def receive_file(connection: Connection) -> int:
        """Take, in the worker, the descriptor that the parent sends; the caller closes it."""
        return msvcrt.open_osfhandle(int.from_bytes(connection.recv_bytes(8), "little"), os.O_RDONLY | os.O_BINARY)

else:
    from multiprocessing import reduction

    def send_file(connection: Connection, file: int, pid: int) -> None:
        """Give the worker `pid` an open descriptor; raises `OSError` where the worker is gone."""
        reduction.send_handle(connection, file, pid)

    def receive_file(connection: Connection) -> int:
        """Take, in the worker, the descriptor that the parent sends; the caller closes it."""
        return reduction.recv_handle(connection)
