"""Many at once, and power cuts, against the real portal process: nothing is counted twice, nothing forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from portal.server.base.database import Database
from tests.portal_tools import TIMEOUT, PortalProcess, portal_process
from tests.share_tools import all_at_once, lay_exam


@dataclass
class Sharing:
    """A portal process, an account in it with one exam, and requests."""

    process: PortalProcess
    token: str
    exam: str

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask as the owner."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return requests.request(method, self.process.url + path, headers=headers, timeout=TIMEOUT, **options)

    def make(self, key: str | None = None, **wishes: Any) -> dict[str, Any]:
        """Make a share."""
        headers = {} if key is None else {"Idempotency-Key": key}
        answer = self.send("POST", "/api/v1/shares", json={"exams": [self.exam], **wishes}, headers=headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def shown(self, made: dict[str, Any]) -> dict[str, Any]:
        """Give the share as it is now."""
        share: dict[str, Any] = self.send("GET", f"/api/v1/shares/{made['share']['id']}").json()
        return share

    def opens(self, session: str) -> int:
        """Ask for the exam with a session."""
        headers = {"Authorization": f"Share {session}"}
        return self.send("GET", f"/api/v1/exams/{self.exam}", headers=headers).status_code

    def kinds(self) -> Counter[str]:
        """Count what the activity tells."""
        lines = self.send("GET", "/api/v1/audit?limit=200").json()["activity"]
        return Counter(line["kind"] for line in lines)


@pytest.fixture
def sharing(tmp_path: Path) -> Iterator[Sharing]:
    with portal_process(tmp_path) as process:
        account = process.account()
        with _database(process) as database:
            exam = lay_exam(database, account.account_id, datetime.now(UTC))
        yield Sharing(process, account.token, exam)


@contextmanager
def _database(process: PortalProcess) -> Iterator[Database]:
    database = Database(f"sqlite:///{process.data / 'portal.db'}")
    try:
        yield database
    finally:
        database.close()


def _body(made: dict[str, Any], code: str | None = None) -> dict[str, Any]:
    return {"token": made["url"].rpartition("/")[2], "code": code or made["verification_code"]}


def _wrong(made: dict[str, Any], many: int) -> list[str]:
    return [code for code in (f"{number:06d}" for number in range(many + 1)) if code != made["verification_code"]][
        :many
    ]


def test_s5_twenty_right_codes_at_once_open_exactly_ten(sharing: Sharing) -> None:
    made = sharing.make()
    answers = all_at_once(sharing.process.url, [_body(made)] * 20)
    assert Counter(answer.status_code for answer in answers) == {200: 10, 410: 10}
    opened = [answer.json() for answer in answers if answer.status_code == 200]
    assert sorted(each["accesses_left"] for each in opened) == list(range(10))
    assert len({each["session"] for each in opened}) == 10
    assert {answer.json()["reason"] for answer in answers if answer.status_code == 410} == {"used-up"}
    share = sharing.shown(made)
    assert (share["accesses_used"], share["status"]) == (10, "expired")
    assert sharing.kinds()["share-opened"] == 10


@pytest.mark.long
def test_both_ways_in_count_together(sharing: Sharing) -> None:
    made = sharing.make()
    answers = all_at_once(sharing.process.url, [_body(made), {"share_code": made["share_code"]}] * 10)
    assert Counter(answer.status_code for answer in answers) == {200: 10, 410: 10}


@pytest.mark.long
def test_s11_fifty_wrong_codes_at_once_get_ten_tries(sharing: Sharing) -> None:
    made = sharing.make()
    answers = all_at_once(sharing.process.url, [_body(made, code) for code in _wrong(made, 50)])
    told = sorted(answer.json()["remaining_attempts"] for answer in answers if answer.status_code == 401)
    assert told == list(range(10))
    assert Counter(answer.status_code for answer in answers)[404] == 40
    share = sharing.shown(made)
    assert (share["wrong_codes"], share["locked"]) == (10, True)
    assert (sharing.kinds()["wrong-code"], sharing.kinds()["share-locked"]) == (10, 1)


@pytest.mark.long
def test_a_right_code_among_fifty_wrong_ones_opens_once_or_not_at_all(sharing: Sharing) -> None:
    made = sharing.make()
    codes = _wrong(made, 50)
    codes.insert(25, made["verification_code"])
    answers = all_at_once(sharing.process.url, [_body(made, code) for code in codes])
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[401] == 10
    assert answers[25].status_code in (200, 404)
    assert statuses[200] == sharing.shown(made)["accesses_used"]


@pytest.mark.long
def test_when_a_revoke_is_answered_no_session_is_open_whenever_it_was_begun(sharing: Sharing) -> None:
    made = sharing.make()
    with ThreadPoolExecutor(1) as pool:
        racing = pool.submit(all_at_once, sharing.process.url, [_body(made)] * 10)
        revoked = sharing.send("POST", f"/api/v1/shares/{made['share']['id']}/revoke")
        answers = racing.result()
    assert revoked.json()["status"] == "revoked"
    assert {answer.status_code for answer in answers} <= {200, 410}
    sessions = [answer.json()["session"] for answer in answers if answer.status_code == 200]
    assert {sharing.opens(session) for session in sessions} <= {401}
    assert sharing.shown(made)["accesses_used"] == len(sessions)


@pytest.mark.long
def test_ten_revokes_at_once_are_one(sharing: Sharing) -> None:
    made = sharing.make()
    path = f"/api/v1/shares/{made['share']['id']}/revoke"
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: sharing.send("POST", path), range(10)))
    assert len({answer.text for answer in answers}) == 1
    assert sharing.kinds()["share-revoked"] == 1


@pytest.mark.long
def test_the_same_request_ten_times_at_once_makes_one_share(sharing: Sharing) -> None:
    with ThreadPoolExecutor(10) as pool:
        made = list(pool.map(lambda _: sharing.make("the same key"), range(10)))
    assert len({each["url"] for each in made}) == 1
    assert len(sharing.send("GET", "/api/v1/shares").json()["shares"]) == 1


@pytest.mark.long
def test_two_edits_of_the_same_version_at_once_are_one(sharing: Sharing) -> None:
    made = sharing.make(days=10)
    path = f"/api/v1/shares/{made['share']['id']}"
    headers = {"If-Match": sharing.send("GET", path).headers["ETag"]}
    body = {"expires_at": sharing.make(days=20)["share"]["expires_at"]}
    with ThreadPoolExecutor(8) as pool:
        edits = pool.map(lambda _: sharing.send("PATCH", path, json=body, headers=headers).status_code, range(8))
        assert Counter(edits) == {200: 1, 412: 7}


@pytest.mark.long
def test_what_was_answered_before_a_power_cut_is_still_true_after_it(sharing: Sharing) -> None:
    made = sharing.make("the key")
    session = requests.post(f"{sharing.process.url}/api/v1/redeem", json=_body(made), timeout=TIMEOUT).json()["session"]
    requests.post(f"{sharing.process.url}/api/v1/redeem", json=_body(made, _wrong(made, 1)[0]), timeout=TIMEOUT)
    sharing.process.kill9()
    sharing.process.start()
    share = sharing.shown(made)
    assert (share["accesses_used"], share["wrong_codes"], share["status"]) == (1, 1, "viewed")
    assert sharing.opens(session) == 200
    assert sharing.make("the key")["url"] == made["url"]


@pytest.mark.long
def test_a_power_cut_amid_twenty_codes_loses_no_answered_access_and_counts_none_twice(sharing: Sharing) -> None:
    made = sharing.make()
    with ThreadPoolExecutor(20) as pool:
        racing = [pool.submit(_try, sharing.process.url, _body(made)) for _ in range(20)]
        racing[0].result()
        sharing.process.kill9()
        opened = [session for session in (each.result() for each in racing) if session]
    sharing.process.start()
    used = sharing.shown(made)["accesses_used"]
    assert len(opened) <= used <= 10
    assert sharing.kinds()["share-opened"] == used
    assert {sharing.opens(session) for session in opened} <= {200}


def _try(url: str, body: dict[str, Any]) -> str | None:
    """Try to open; a cut connection is no answer."""
    try:
        answer = requests.post(f"{url}/api/v1/redeem", json=body, timeout=TIMEOUT)
        return str(answer.json()["session"]) if answer.status_code == 200 else None
    except requests.RequestException:
        return None
