"""PostgreSQL that is gone for a while: every request says so, nothing is lost or doubled, and it goes on by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from core.job import QuietJob
from core.workers.worker import WorkerPool
from portal.server.activity.verifying import verify_activity
from portal.server.notices.sending import Sending
from portal.server.notices.ways.way import Letter
from tests.portal_tools import Portal, running_portal
from tests.postgres_server import Postgres, running_postgres
from tests.share_tools import exam_of, link_token, make, shown


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL of this file alone, which is stopped and started."""
    with running_postgres(durable=True) as started:
        yield started


@pytest.fixture
def portal(server: Postgres, tmp_path: Path, portal_pool: WorkerPool) -> Iterator[Portal]:
    """A portal on it."""
    url = server.new_database()
    with running_portal(tmp_path / "portal", workers=portal_pool, database=url) as running:
        yield running


@contextmanager
def gone(server: Postgres) -> Iterator[None]:
    """Stop it as a power cut would, and start it again."""
    server.stop()
    try:
        yield
    finally:
        server.start()


def refused(answer: requests.Response) -> None:
    """It is the portal's own word, with when to come back."""
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def test_while_it_is_gone_every_request_says_so_and_afterwards_all_is_as_before(
    server: Postgres, portal: Portal
) -> None:
    anna = portal.account()
    exam = exam_of(portal, anna)
    made = make(portal, anna.token, exams=[exam])
    key = {"Idempotency-Key": "the same"}
    opening = {"token": link_token(made), "code": made["verification_code"]}
    manifest = {"study_instance_uid": "1.2", "person": {"patient_name": "MUELLER^ANNA"}, "items": []}
    code = {"code": "AAAA", "user_name": "berta", "password": "three green apples"}
    with gone(server):
        for method, path, token, body in (
            ("GET", "/api/v1/exams", anna.token, None),
            ("GET", "/dicomweb/studies", anna.token, None),
            ("POST", "/api/v1/shares", anna.token, {"exams": [exam]}),
            ("POST", "/api/v1/uploads", anna.token, manifest),
            ("POST", "/api/v1/redeem", None, opening),
            ("POST", "/api/v1/activation", None, code),
            ("POST", "/api/v1/account/recovery", None, {"email": "anna@example.org"}),
        ):
            refused(portal.request(method, path, token, json=body, headers=key))
        health = portal.get("/health")
        assert (health.status_code, health.json()["troubles"]) == (503, ["database"])
    assert portal.get("/health").status_code == 200
    assert portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"][0]["id"] == exam
    again = [portal.post("/api/v1/shares", anna.token, json={"exams": [exam]}, headers=key) for _ in range(2)]
    assert again[0].json() == again[1].json()
    assert portal.post("/api/v1/redeem", json=opening).status_code == 200
    assert shown(portal, anna.token, made)["accesses_used"] == 1


def test_in_the_middle_of_a_crowd_no_answered_access_is_lost_and_none_is_counted_twice(
    server: Postgres, portal: Portal
) -> None:
    anna = portal.account()
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    opening = {"token": link_token(made), "code": made["verification_code"]}
    with ThreadPoolExecutor(20) as pool:
        racing = [pool.submit(portal.post, "/api/v1/redeem", json=opening) for _ in range(20)]
        racing[0].result()
        with gone(server):
            pass
        answers = [each.result() for each in racing]
    statuses = Counter(answer.status_code for answer in answers)
    assert set(statuses) <= {200, 410, 503}
    assert statuses[200] <= shown(portal, anna.token, made)["accesses_used"] <= 10
    lines = portal.said(200, portal.get("/api/v1/audit?limit=200", anna.token))["activity"]
    opened = sum(line["kind"] == "share-opened" for line in lines)
    assert opened == shown(portal, anna.token, made)["accesses_used"]
    assert verify_activity(portal.services.database, QuietJob()).broken == ()


def test_a_letter_that_left_while_it_went_is_not_sent_again(server: Postgres, portal: Portal) -> None:
    invitation = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504", "email": "anna@example.org"}
    portal.said(201, portal.post("/api/v1/staff/invitations", portal.staff_token, json=invitation))
    sent: list[Letter] = []

    class Way:
        def send(self, letter: Letter) -> None:
            sent.append(letter)
            if len(sent) == 1:
                server.stop()

    sending = Sending(portal.services.database, {"email": Way()}, portal.clock)
    try:
        with pytest.raises(Exception, match="connection"):
            sending.send_due()
    finally:
        server.start()
    portal.clock.forward(minutes=6)  # when whoever took it counts as dead
    assert sending.send_due() == 0
    assert len(sent) == 1
