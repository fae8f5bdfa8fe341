"""What the program prints into pipes and files is UTF-8, whatever the country; without a console nothing breaks."""

from __future__ import annotations

import io
import sys

import pytest

from core.streams import prepare_streams


def test_pipes_speak_utf_8_whatever_the_code_page(monkeypatch: pytest.MonkeyPatch) -> None:
    pipes = {name: io.BytesIO() for name in ("stdout", "stderr")}
    for name, pipe in pipes.items():
        monkeypatch.setattr(sys, name, io.TextIOWrapper(pipe, encoding="cp1252"))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("Überweg 日本\n".encode()), encoding="cp1252"))
    prepare_streams()
    for name, pipe in pipes.items():
        print("ΑΝΝΑ Мюллер 山田 \udce9", file=getattr(sys, name), flush=True)
        assert pipe.getvalue().decode().rstrip("\r\n") == "ΑΝΝΑ Мюллер 山田 \\udce9"
    assert sys.stdin.readline() == "Überweg 日本\n"


def test_a_terminal_keeps_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding="cp437"))
    prepare_streams()
    assert sys.stdout.encoding == "cp437"


def test_a_program_without_a_console_speaks_into_the_void(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    prepare_streams()
    opened = [sys.stdin, sys.stdout, sys.stderr]
    print("nobody hears this", file=opened[1])
    assert opened[0].read() == ""
    for stream in opened:
        stream.close()
