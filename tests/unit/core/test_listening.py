"""No other program can stand behind a door this one opened."""

from __future__ import annotations

import socket

import pytest

from core.listening import listen


def test_a_taken_port_is_refused() -> None:
    with listen("127.0.0.1", 0, 4) as first, pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", first.getsockname()[1], 4)


def test_windows_is_asked_for_the_port_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, ...]] = []

    class Listener(socket.socket):
        def setsockopt(self, *option: int) -> None:  # type: ignore[override]
            asked.append(option)

    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", ~socket.SO_REUSEADDR, raising=False)
    monkeypatch.setattr(socket, "socket", Listener)
    listen("127.0.0.1", 0, 4).close()
    assert asked == [(socket.SOL_SOCKET, ~socket.SO_REUSEADDR, 1)]
