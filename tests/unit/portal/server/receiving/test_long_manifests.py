"""A list of a hundred thousand images keeps nobody waiting, and is whole or not taken."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from portal.server.base.database import Database, Queue
from portal.server.receiving import announcing, completing
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import sent
from tests.unit.portal.server.receiving.test_uploads import announce, complete, exams, images, manifest

FEW = 3


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


@pytest.fixture
def slices_of_three(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcing, "SLICE", FEW)
    monkeypatch.setattr(completing, "SLICE", FEW)


def left(numbers: range, code: str = "unreadable") -> list[dict[str, Any]]:
    return [{"code": code, "sop_instance_uid": f"1.9.{number}"} for number in numbers]


@contextmanager
def rows_of_each_transaction(portal: Portal) -> Iterator[list[int]]:
    """Count the rows that each transaction writes."""
    counts: list[int] = []

    def begun(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        if statement.startswith("BEGIN"):
            counts.append(0)
        elif counts and statement.startswith(("INSERT", "UPDATE")):
            counts[-1] += len(values) if many else max(1, statement.count("), ("))

    event.listen(portal.services.database.engine, "before_cursor_execute", begun)
    try:
        yield counts
    finally:
        event.remove(portal.services.database.engine, "before_cursor_execute", begun)


@pytest.mark.usefixtures("slices_of_three")
def test_no_transaction_grows_with_the_list(portal: Portal, anna: SignedIn) -> None:
    datas = images(20)
    with rows_of_each_transaction(portal) as counts:
        upload = announce(portal, anna, manifest(datas, left_out=left(range(20))))
        announce(portal, anna, manifest(datas[:15], left_out=left(range(20), "missing")))
        announce(portal, anna, manifest(datas, left_out=left(range(20), "missing")))
        sent(portal, anna.token, *datas)
        assert complete(portal, anna, upload.id).status_code == 200
    assert len(counts) > 40
    assert max(counts) <= 2 * FEW + 2


@pytest.mark.usefixtures("slices_of_three")
def test_the_same_list_again_writes_nothing_of_it(portal: Portal, anna: SignedIn) -> None:
    said = manifest(images(20), left_out=left(range(20)))
    announce(portal, anna, said)
    with rows_of_each_transaction(portal) as counts:
        announce(portal, anna, said)
    assert sum(counts) <= 2


def test_writers_come_in_the_order_they_asked() -> None:
    queue, order, waiting = Queue(), [], []

    def ask(who: str, pool: ThreadPoolExecutor) -> None:
        def write() -> None:
            with queue.turn():
                order.append(who)

        before = len(queue._waiting)
        waiting.append(pool.submit(write))
        while len(queue._waiting) == before:
            pass

    with ThreadPoolExecutor(4) as pool:
        with queue.turn():
            for who in ("a", "b", "c", "d"):
                ask(who, pool)
        for each in waiting:
            each.result()
    assert order == ["a", "b", "c", "d"]


@pytest.mark.sweep(keep=2)
@pytest.mark.usefixtures("slices_of_three")
@pytest.mark.parametrize("transactions", range(1, 12, 2))
def test_a_list_that_was_cut_off_by_the_servers_end_is_never_complete(
    portal: Portal, anna: SignedIn, monkeypatch: pytest.MonkeyPatch, transactions: int
) -> None:
    before, datas = images(4), images(12)
    upload = announce(portal, anna, manifest(before, left_out=[]))
    sent(portal, anna.token, *datas)
    left_over = [transactions]
    real = Database.writing

    @contextmanager
    def dying(database: Database) -> Iterator[Session]:
        if not left_over[0]:
            raise OSError("the server is ended here")
        left_over[0] -= 1
        with real(database) as session:
            yield session

    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", dying)
        cut = portal.post("/api/v1/uploads", anna.token, json=manifest(datas, left_out=left(range(7))))
    if cut.status_code == 200:
        return
    refused = complete(portal, anna, upload.id)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-complete")
    assert not exams(portal, anna)[0].shareable
    again = announce(portal, anna, manifest(datas, left_out=left(range(7))))
    assert (again.id, again.missing, again.left_out_noted) == (upload.id, (), True)
    receipt = portal.said(200, complete(portal, anna, upload.id))
    assert len(receipt["instances"]) == 12
    said = exams(portal, anna)[0].studies[0].wholeness
    assert said is not None
    assert (said.state, said.here, said.of) == ("partial", 12, 19)


@pytest.mark.parametrize(
    "body, field",
    [
        ("{", "body"),
        ("[]", "body"),
        ('"x"', "body"),
        ({"items": 5}, "body.items"),
        ({"items": {"a": 1}}, "body.items"),
        ({"items": [{}] * 3}, "body.items.0.sop_instance_uid"),
        ({"left_out": [{"code": "unreadable"}, {"code": "no such"}]}, "body.left_out.1.code"),
        ({"person": None}, "body.person"),
    ],
)
def test_what_is_wrong_in_it_is_named_by_its_place(portal: Portal, anna: SignedIn, body: Any, field: str) -> None:
    sent_body = body if isinstance(body, str) else json.dumps(manifest(images(1)) | body)
    answer = portal.post("/api/v1/uploads", anna.token, data=sent_body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")
    assert field in {each["field"] for each in answer.json()["fields"]}


def test_an_error_far_down_a_list_is_named_by_its_place(portal: Portal, anna: SignedIn) -> None:
    said = manifest(images(1))
    said["items"] = said["items"] * 2500 + [{"sop_instance_uid": "1.2.3", "size": "many", "sha256": ""}]
    answer = portal.post("/api/v1/uploads", anna.token, json=said)
    assert [each["field"] for each in answer.json()["fields"]] == ["body.items.2500.size"]


def test_an_older_portals_database_finds_its_notes(portal: Portal, anna: SignedIn) -> None:
    announce(portal, anna, manifest(images(2), left_out=left(range(3))))
    with portal.services.database.reading() as session:
        indexes = {row[1] for row in session.execute(text("pragma index_list('left_out')"))}
    assert "left_out_by_uid" in indexes
