"""Who asks for much and takes nothing is not waited for."""

from __future__ import annotations

import socket

import pytest

from portal.server.http import slow_clients as patience
from tests.portal_tools import Portal
from tests.unit.portal.server.dicomweb.senders import made, sent

LARGE = 24 << 20


def test_who_does_not_take_the_answer_is_sent_away(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = portal.account()
    assert sent(portal, anna.token, made(SOPInstanceUID="1.2.1", PixelData=bytes(LARGE))).status_code == 200
    monkeypatch.setattr(patience, "READ_SECONDS", 0.3)
    host, port = portal.url.removeprefix("http://").split(":")
    asked = f"GET /dicomweb/studies/1.2.3.4 HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {anna.token}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=60) as lazy:
        lazy.sendall(asked.encode("ascii"))
        assert lazy.recv(12) == b"HTTP/1.1 200"
        gone_after(lazy, portal)
        assert taken(lazy) < LARGE
    assert portal.get("/dicomweb/studies/1.2.3.4", anna.token).status_code == 200


def gone_after(lazy: socket.socket, portal: Portal) -> None:
    """Wait, reading nothing, until the server gives up: it says so to who writes on."""
    with pytest.raises((ConnectionResetError, BrokenPipeError)):
        write_on(lazy, portal)


def write_on(lazy: socket.socket, portal: Portal) -> None:
    while True:
        portal.get("/.well-known/patient-portal")  # lets time pass on the server, however slow this machine is
        lazy.sendall(b"\r\n")


def taken(lazy: socket.socket) -> int:
    """Count what still comes."""
    count = 0
    try:
        while piece := lazy.recv(1 << 16):
            count += len(piece)
    except ConnectionResetError:
        pass
    return count
