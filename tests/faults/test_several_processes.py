"""Two real servers on one database: codes, tries, counts, sign-outs and limits hold across both, and a restart."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from core.job import QuietJob
from portal.server.activity.verifying import verify_activity
from portal.server.base.database import Database
from portal.server.people.machine_tokens import machine_token
from tests.portal_tools import TIMEOUT, PortalProcess, SignedIn, ended_workers, portal_process
from tests.postgres_server import PASSWORD, Postgres
from tests.share_tools import lay_exam


@dataclass
class Pair:
    """Two servers of one portal: the second joined the first."""

    first: PortalProcess
    second: PortalProcess
    database: str
    anna: SignedIn

    @property
    def both(self) -> tuple[PortalProcess, PortalProcess]:
        """Give them."""
        return self.first, self.second

    def ask(self, which: int, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
        """Ask one of them."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= more.pop("headers", {})
        with requests.Session() as session:
            session.trust_env = False
            url = self.both[which % 2].url + path
            return session.request(method, url, headers=headers, timeout=TIMEOUT, **more)

    def statuses(self, method: str, path: str, **more: Any) -> list[int]:
        """Ask both the same, one after the other."""
        return [self.ask(each, method, path, **more).status_code for each in (0, 1)]

    def crowd(self, many: int, method: str, path: str, **more: Any) -> Counter[int]:
        """Ask both many times at once; gives how often which status came."""
        with ThreadPoolExecutor(many) as pool:
            asked = [pool.submit(self.ask, number, method, path, **more) for number in range(many)]
            return Counter(each.result().status_code for each in asked)


@pytest.fixture(scope="module", params=[pytest.param("sqlite", marks=pytest.mark.long), "postgres"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Run two servers; the tests of this file share them, each with a share of its own."""
    folder, words = tmp_path_factory.mktemp("pair"), tuple[str, ...]()
    database = f"sqlite:///{folder / 'portal-data' / 'portal.db'}"
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgres":
            server: Postgres = request.getfixturevalue("postgres")
            database = server.new_database()
            patch.setenv("SCANSHELF_DATABASE_PASSWORD", PASSWORD)
            words = ("--database", database.replace(f":{PASSWORD}@", "@"))
        with portal_process(folder, *words) as first:
            second = PortalProcess(first.data, (*words, "--join"))
            second.start()
            first.database = database
            try:
                yield Pair(first, second, database, first.account())
            finally:
                second.end()
        assert PASSWORD not in first.complaints()


def share_of(pair: Pair) -> dict[str, Any]:
    """Let Anna make a share of an exam of its own."""
    with closing(Database(pair.database)) as database:
        exam = lay_exam(database, pair.anna.account_id, datetime.now(UTC))
    answer = pair.ask(0, "POST", "/api/v1/shares", pair.anna.token, json={"exams": [exam]})
    made: dict[str, Any] = answer.json()
    assert answer.status_code == 201, made
    return made | {"exam": exam}


def opening(made: dict[str, Any], code: str | None = None) -> dict[str, Any]:
    return {"token": made["url"].rpartition("/")[2], "code": code or made["verification_code"]}


def wrong(made: dict[str, Any]) -> dict[str, Any]:
    return opening(made, next(code for code in ("000000", "000001") if code != made["verification_code"]))


def test_s5_twenty_right_codes_at_once_at_two_servers_open_exactly_ten(pair: Pair) -> None:
    made = share_of(pair)
    assert pair.crowd(20, "POST", "/api/v1/redeem", json=opening(made)) == {200: 10, 410: 10}
    share = pair.ask(1, "GET", f"/api/v1/shares/{made['share']['id']}", pair.anna.token).json()
    assert (share["accesses_used"], share["status"]) == (10, "expired")


def test_s11_wrong_codes_at_both_count_together(pair: Pair) -> None:
    made = share_of(pair)
    told = [pair.ask(number, "POST", "/api/v1/redeem", json=wrong(made)) for number in range(11)]
    assert [each.json().get("remaining_attempts") for each in told] == [*range(9, -1, -1), None]
    assert pair.ask(1, "POST", "/api/v1/redeem", json=opening(made)).status_code == 404


def test_a_session_opened_at_one_is_open_at_the_other_and_ends_at_both(pair: Pair) -> None:
    made = share_of(pair)
    session = pair.ask(0, "POST", "/api/v1/redeem", json=opening(made)).json()["session"]
    headers = {"Authorization": f"Share {session}"}
    exam = made["exam"]
    assert [pair.ask(each, "GET", f"/api/v1/exams/{exam}", headers=headers).status_code for each in (0, 1)] == [
        200,
        200,
    ]
    pair.ask(1, "POST", f"/api/v1/shares/{made['share']['id']}/revoke", pair.anna.token)
    assert [pair.ask(each, "GET", f"/api/v1/exams/{exam}", headers=headers).status_code for each in (0, 1)] == [
        401,
        401,
    ]


def test_the_same_request_at_both_at_once_makes_one_share(pair: Pair) -> None:
    exam = share_of(pair)["exam"]
    key = {"Idempotency-Key": "one", "Authorization": f"Bearer {pair.anna.token}"}
    with ThreadPoolExecutor(8) as pool:
        asked = [
            pool.submit(pair.ask, each, "POST", "/api/v1/shares", json={"exams": [exam]}, headers=key)
            for each in range(8)
        ]
        assert len({each.result().json()["share"]["id"] for each in asked}) == 1


def test_a_look_is_told_once_an_hour_whichever_server_showed_it(pair: Pair) -> None:
    exam = share_of(pair)["exam"]
    for each in range(4):
        assert pair.ask(each, "GET", f"/api/v1/exams/{exam}/images.zip", pair.anna.token).status_code in (200, 404)
    lines = pair.ask(0, "GET", f"/api/v1/exams/{exam}/activity", pair.anna.token).json()["activity"]
    assert sum(line["kind"] == "downloaded" for line in lines) <= 1


def test_the_activity_both_write_into_is_one_unbroken_chain(pair: Pair) -> None:
    made = share_of(pair)
    pair.crowd(12, "POST", "/api/v1/redeem", json=opening(made))
    with closing(Database(pair.database)) as database:
        found = verify_activity(database, QuietJob())
    assert found.lines > 12
    assert found.broken == ()


def test_a_sign_out_at_one_ends_it_at_the_other(pair: Pair) -> None:
    with closing(Database(pair.database)) as database, database.writing() as session:
        token = machine_token(session, "anna", 1, datetime.now(UTC)).token
    assert pair.statuses("GET", "/api/v1/account", token=token) == [200, 200]
    pair.ask(0, "POST", "/oauth/revoke", data={"token": token})
    assert pair.statuses("GET", "/api/v1/account", token=token) == [401, 401]


@pytest.mark.shared_workers  # the second server is another process afterwards
def test_tries_hold_across_both_and_a_restart(pair: Pair) -> None:
    code = {"code": "AAAA-AAAA-AAAA", "user_name": "berta", "password": "three green apples"}
    statuses = [pair.ask(each, "POST", "/api/v1/activation", json=code).status_code for each in range(31)]
    assert statuses == [404] * 30 + [429]
    pair.second.kill9()
    pair.second.start()
    answer = pair.ask(1, "POST", "/api/v1/activation", json=code)
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= 900


def test_workers_of_one_server_answer_at_its_address_and_one_that_dies_is_replaced(tmp_path: Path) -> None:
    with portal_process(tmp_path, "--workers", "2") as portal:
        anna = portal.account()
        assert portal.process is not None
        server = psutil.Process(portal.process.pid)
        first = {child.pid for child in server.children()}
        assert len(first) == 2
        os.kill(min(first), signal.SIGKILL)
        psutil.wait_procs([psutil.Process(min(first))] if psutil.pid_exists(min(first)) else [])
        for _ in range(10):
            assert portal.asked("GET", "account", anna.token)["user_name"] == "anna"
        while len({child.pid for child in server.children()} - first) != 1:
            psutil.wait_procs([], timeout=0.05)
        portal.kill9()  # the processes that answer end with it
        ended_workers(portal.data)
        portal.start()
        assert portal.asked("GET", "account", anna.token)["user_name"] == "anna"
        assert portal.end() == 0
    assert "Traceback" not in portal.complaints()
