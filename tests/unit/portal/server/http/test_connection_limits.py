"""Whoever comes in crowds, or just stays, keeps nobody else out."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests

from portal.server.http import connection_limits as crowd
from portal.server.http import request_limits as edges
from portal.server.http.connection_limits import make_room
from portal.server.sharing import guess_limits as guessing
from tests.portal_tools import Portal, running_portal
from tests.share_tools import exam_of, make
from tests.unit.portal.server.dicomweb.senders import made, sent, wait_for


@dataclass(eq=False)
class Guest:
    """A connection that was opened and does nothing, or is being answered, or keeps the server waiting."""

    network: str
    idle_since: float | None
    stalled_since: float | None = None
    ended: bool = field(default=False)

    def end(self) -> None:
        """Close it."""
        self.ended = True


def ended(guests: list[Guest], *, behind_proxy: bool = False) -> list[int]:
    """Say who has to go when the last one comes."""
    make_room(guests[-1], guests, behind_proxy=behind_proxy)
    return [place for place, guest in enumerate(guests) if guest.ended]


@pytest.fixture(autouse=True)
def small_rooms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "MOST_CONNECTIONS", 12)
    monkeypatch.setattr(crowd, "OF_ONE_ADDRESS", 4)


def test_nobody_goes_where_there_is_room() -> None:
    assert ended([Guest("a", 1.0), Guest("a", 2.0), Guest("b", 3.0)]) == []


def test_of_one_address_the_longest_idle_goes() -> None:
    assert ended([Guest("b", 0.5), Guest("a", None), Guest("a", 3.0), Guest("a", 2.0), *[Guest("a", 4.0)] * 2]) == [3]


def test_where_all_of_one_address_are_being_answered_its_next_one_goes() -> None:
    assert ended([*[Guest("a", None) for _ in range(4)], Guest("a", 9.0)]) == [4]


def test_in_a_full_house_the_idle_one_of_the_largest_crowd_goes() -> None:
    guests = [Guest("old", 0.1), *[Guest("crowd", 1.0 + place) for place in range(4)]]
    guests += [Guest(f"other{place}", 0.5) for place in range(7)]
    assert ended([*guests, Guest("new", 9.0)]) == [1]


def test_a_full_house_of_people_at_work_takes_nobody_more() -> None:
    assert ended([*[Guest(str(place), None) for place in range(12)], Guest("new", 9.0)]) == [12]


def test_many_who_come_at_once_all_find_room() -> None:
    """Who is being closed is still listed for a moment, and makes no room twice."""
    guests = [Guest("crowd", float(place)) for place in range(4)] + [Guest(str(place), 9.0) for place in range(8)]
    for place in range(4):
        guests.append(Guest(f"new{place}", 10.0 + place))
        make_room(guests[-1], guests)
    assert [guest.ended for guest in guests[:4]] == [True] * 4
    assert sum(not guest.ended for guest in guests) == 12
    assert not any(guest.ended for guest in guests[12:])


def test_in_a_house_full_of_stalled_ones_who_has_most_of_them_gives_way() -> None:
    guests = [Guest("a", None, 5.0), Guest("a", None, 2.0), *[Guest("b", None, 3.0 + place) for place in range(4)]]
    guests += [Guest(f"at work {place}", None) for place in range(6)]
    assert ended([*guests, Guest("new", 9.0)]) == [2]


def test_who_waits_for_its_own_slow_line_stays_where_nobody_has_more_than_the_new_one() -> None:
    assert ended([*[Guest(str(place), None, 1.0) for place in range(12)], Guest("new", 9.0)]) == [12]


def test_who_comes_by_the_proxy_is_not_counted_as_one_address() -> None:
    assert ended([Guest("127.0.0.1", 1.0) for _ in range(9)], behind_proxy=True) == []


NOTHING = b""
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
HALF_A_BODY = b"POST /oauth/token HTTP/1.1\r\nHost: x\r\n" + FORM + b"Content-Length: 500\r\n\r\na"


@pytest.fixture(params=[NOTHING, HALF_A_BODY], ids=["nothing", "half a body"])
def idle(portal: Portal, request: pytest.FixtureRequest) -> Iterator[list[socket.socket]]:
    """Fill all places of the portal from several addresses, and say no more."""
    host, port = portal.url.removeprefix("http://").split(":")
    with ExitStack() as stack:
        opened = []
        for last in (2, 3, 4):
            for _ in range(6):
                one = stack.enter_context(
                    closing(socket.create_connection((host, int(port)), 30, (f"127.0.0.{last}", 0)))
                )
                one.sendall(request.param)
                opened.append(one)
        yield opened


def test_who_says_no_more_keeps_nobody_out(portal: Portal, idle: list[socket.socket]) -> None:
    for _ in range(5):
        assert requests.get(f"{portal.url}/.well-known/patient-portal", timeout=60).status_code == 200
    wait_for(lambda: sum(has_ended(one) for one in idle) >= 6)


def has_ended(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionResetError:
        return True


def test_what_is_being_answered_goes_on_however_many_come(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = portal.account()
    image = made(PixelData=bytes(32 << 20))
    assert sent(portal, anna.token, image).status_code == 200
    host, port = portal.url.removeprefix("http://").split(":")
    asked = f"GET /dicomweb/studies/1.2.3.4 HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {anna.token}\r\n\r\n"
    with closing(socket.create_connection((host, int(port)), 60)) as reader:
        reader.sendall(asked.encode("ascii"))
        assert reader.recv(12) == b"HTTP/1.1 200"
        for _ in range(10):
            with closing(socket.create_connection((host, int(port)), 60)):
                pass
        count = 0
        while count < len(image):
            piece = reader.recv(1 << 20)
            assert piece
            count += len(piece)


def test_one_account_with_many_questions_leaves_threads_to_the_others(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each question of Anna's waits for the writer here; were they all let in, no thread would be left."""
    monkeypatch.setattr(crowd, "MOST_CONNECTIONS", 500)
    monkeypatch.setattr(crowd, "OF_ONE_ADDRESS", 500)
    assert edges.OF_CALLER < edges.OF_ADDRESS
    anna, ben = portal.account(), portal.account("ROE^BEN", "19600101")
    with ThreadPoolExecutor(60) as many:
        with portal.services.database.writing():
            asked = [many.submit(portal.post, "/api/v1/shares", anna.token, json={"exams": []}) for _ in range(60)]
            assert {portal.get("/api/v1/account", ben.token).status_code for _ in range(10)} == {200}
        assert {each.result().status_code for each in asked} <= {400, 404, 429}


def wrong_code_from(portal: Portal, address: str) -> int:
    """Type a code of nobody's, from an address of this computer."""
    host, port = portal.url.removeprefix("http://").split(":")
    with closing(HTTPConnection(host, int(port), 60, source_address=(address, 0))) as connection:
        said = json.dumps({"share_code": "AAAAAA-BBBBBB"})
        connection.request("POST", "/api/v1/redeem", said, {"Content-Type": "application/json"})
        return connection.getresponse().status


@pytest.mark.long
def test_a_flood_of_typed_codes_shuts_out_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(guessing.RATES, "typed-code-by-everybody", "8 per 10 minutes")
    monkeypatch.setitem(guessing.RATES, "typed-code-in-a-flood", "2 per 10 minutes")
    with running_portal(tmp_path / "data") as portal:
        flood = [f"127.0.0.{last}" for last in range(2, 6)]
        assert {wrong_code_from(portal, address) for address in flood * 2} == {404}
        assert {wrong_code_from(portal, address) for address in flood} == {429}
        owner = portal.account()
        made_share = make(portal, owner.token, exams=[exam_of(portal, owner)])
        typed = {"share_code": made_share["share_code"]}
        assert portal.post("/api/v1/redeem", json=typed).status_code == 200
