"""The door for the browser's answer opens for the one that is awaited, and for nobody else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future

import pytest
import requests

from core.errors import Cancelled
from core.job import QuietJob
from portal.client.signing_in.callback import VISITORS_MOST, CallbackDoor

DONE = "You are signed in."


@pytest.fixture
def door() -> Iterator[CallbackDoor]:
    with CallbackDoor() as opened:
        yield opened


def visit(door: CallbackDoor, path: str) -> tuple[threading.Thread, Future[requests.Response]]:
    told: Future[requests.Response] = Future()

    def ask() -> None:
        with requests.Session() as session:
            session.trust_env = False
            told.set_result(session.get(door.url.removesuffix("/callback") + path, timeout=20))

    thread = threading.Thread(target=ask)
    thread.start()
    return thread, told


def test_the_answer_is_shown_once_it_was_used(door: CallbackDoor) -> None:
    thread, told = visit(door, "/callback?state=s&code=c")
    assert door.wait("s", QuietJob(), 20) == {"state": "s", "code": "c"}
    assert not told.done()
    door.answer(well=True)
    page = told.result(20)
    thread.join()
    assert DONE in page.text
    assert "You can close this page and go back to Scanshelf." in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_whatever_else_knocks_is_sent_away(door: CallbackDoor) -> None:
    visits = [visit(door, path) for path in ("/favicon.ico", "/callback?state=wrong&code=x", "/callback", "/x?state=s")]
    visits.append(visit(door, "/callback?state=s&error=access_denied"))
    assert door.wait("s", QuietJob(), 20) == {"state": "s", "error": "access_denied"}
    door.answer(well=False)
    pages = []
    for thread, told in visits[:4]:
        door.wait("s", QuietJob(), 0.2)  # whoever came after the answer
        if told.done():
            pages.append(told.result())
            thread.join()
    assert all(page.status_code == 404 for page in pages)
    door.close()
    for thread, _ in visits:
        thread.join()


def test_those_who_say_nothing_or_too_much_keep_nobody_waiting(door: CallbackDoor) -> None:
    port = int(door.url.split(":")[2].split("/")[0])
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(VISITORS_MOST + 4)]
    silent[0].sendall(b"GET /callback?state=")
    thread, told = visit(door, "/callback?state=s&code=c")
    assert door.wait("s", QuietJob(), 20) is not None
    door.answer(well=True)
    assert DONE in told.result(20).text
    thread.join()
    for each in silent:
        each.close()


def test_nobody_coming_is_told_and_stopping_is_heard(door: CallbackDoor) -> None:
    assert door.wait("s", QuietJob(), 0.1) is None
    job = QuietJob()
    job.stop()
    with pytest.raises(Cancelled):
        door.wait("s", job, 600)


def test_only_this_computer_can_knock(door: CallbackDoor) -> None:
    assert door.url.startswith("http://127.0.0.1:")
    assert door.url.endswith("/callback")


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET //[ HTTP/1.1",
        b"GET http://[::1 HTTP/1.1",
        b"GET /callback?" + b"&".join(b"a%d=1" % number for number in range(40)) + b" HTTP/1.1",
        b"\xff\xfe\x00",
        b"",
    ],
)
def test_what_cannot_be_read_is_sent_away_and_the_answer_still_comes(door: CallbackDoor, request_line: bytes) -> None:
    port = int(door.url.rpartition(":")[2].partition("/")[0])
    with socket.create_connection(("127.0.0.1", port)) as stranger:
        stranger.sendall(request_line + b"\r\n\r\n")
        thread, _ = visit(door, "/callback?state=s&code=c")
        assert door.wait("s", QuietJob(), 20) == {"state": "s", "code": "c"}
        door.answer(well=True)
        thread.join()
