"""An open file reaches the worker with the right to read it, on Windows too."""

from __future__ import annotations

import os
from typing import Any

import pytest

from tests.other_system import SimpleNamespace, load_as

GENERIC_READ = 0x120089


class Pipe:
    """What one end of a pipe writes, the other reads."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send_bytes(self, data: bytes) -> None:
        self.sent.append(data)

    def recv_bytes(self, limit: int) -> bytes:
        assert len(self.sent[0]) <= limit
        return self.sent.pop(0)


def test_windows_gives_the_worker_the_right_to_read_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[tuple[Any, ...]] = []
    closed: list[int] = []

    def duplicate(*arguments: Any) -> int:
        given.append(arguments)
        return 0x1_0000_0042

    winapi = SimpleNamespace(
        OpenProcess=lambda _access, _inherit, pid: 7000 + pid,
        GetCurrentProcess=lambda: -1,
        DuplicateHandle=duplicate,
        CloseHandle=closed.append,
    )
    msvcrt = SimpleNamespace(get_osfhandle=lambda file: 100 + file, open_osfhandle=lambda handle, _flags: handle)
    monkeypatch.setattr(os, "O_BINARY", 0x8000, raising=False)
    handing = load_as("win32", "core.workers.handing", monkeypatch, _winapi=winapi, msvcrt=msvcrt)
    pipe = Pipe()
    handing.send_file(pipe, 3, 5)
    assert given == [(-1, 103, 7005, GENERIC_READ, False, 0)]
    assert closed == [7005]
    assert handing.receive_file(pipe) == 0x1_0000_0042
