"""A window is opened only where somebody can see it."""

from __future__ import annotations

import ctypes
from types import SimpleNamespace
from typing import Any

import pytest

from app.screen import has_screen
from tests.other_system import load_as


@pytest.mark.parametrize("there, shown", [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "w"}, True)])
def test_linux_says_by_its_environment(there: dict[str, str], shown: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in there.items():
        monkeypatch.setenv(name, value)
    assert has_screen() is shown


@pytest.mark.parametrize(
    "flags, window, shown",
    [(1, 0x1234, True), (1, None, False), (0, 0x1234, False)],
    ids=["a desktop", "no driver for windows", "a service"],
)
def test_windows_is_asked_for_a_window(
    flags: int, window: int | None, shown: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[Any] = []

    def information(_station: object, _what: int, found: Any, _size: int, _needed: object) -> int:
        found._obj.flags = flags
        return 1

    class Call:
        def __init__(self, answer: object) -> None:
            self.answer, self.restype = answer, None

        def __call__(self, *_: object) -> object:
            return self.answer

    user32 = SimpleNamespace(
        GetProcessWindowStation=Call(1),
        CreateWindowExW=Call(window),
        GetUserObjectInformationW=information,
        DestroyWindow=closed.append,
    )
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setattr(ctypes, "WinDLL", lambda _name: user32, raising=False)
    screen = load_as("win32", "app.screen", monkeypatch)
    assert screen.has_screen() is shown
    assert len(closed) == int(flags == 1 and window is not None)
