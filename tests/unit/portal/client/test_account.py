"""What is asked of an account: lists to their end, shares made once, changes that overwrite nobody's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from core.errors import PortalError
from portal.client.account import Portal as Account
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.wire.json_values import to_json
from portal.wire.moments import parse_utc, utc_text
from portal.wire.people import Person
from portal.wire.sharing import NewShare, Share, ShareRequest
from tests.discs import ANNA
from tests.portal_tools import Portal
from tests.unit.portal.client.strange_server import Asked, answer, strange_server
from tests.unit.portal.client.test_download import stowed

SHARE = Share("s1", ("1.2",), ("e1",), "CT", Person(), "active", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z", 10, 0)


@pytest.fixture
def account(portal: Portal) -> Iterator[Account]:
    person = portal.account(ANNA.patient_name, ANNA.patient_birth_date)
    stowed(portal, person, 1, 2)
    with Connection(portal.url, MachineToken(person.token)) as connection:
        yield Account(connection)


def share_one(account: Account, label: str = "") -> NewShare:
    (exam,) = account.exams()
    return account.create_share(ShareRequest(exams=(exam.id,), label=label or None))


@pytest.mark.long
def test_s7_every_share_ever_made_is_listed_however_many_pages_they_fill(account: Account) -> None:
    made = [share_one(account, f"No. {number}").share.id for number in range(55)]
    account.revoke_share(made[3])
    assert [share.id for share in account.shares()] == made[::-1]
    assert account.share(made[3]).status == "revoked"
    assert [each.kind for each in account.activity(share=made[3])] == ["share-revoked", "share-created"]
    kinds = {each.kind for each in account.activity(exam=account.exams()[0].id)}
    assert {"share-created", "share-revoked"} <= kinds
    assert len(account.activity()) >= 56


def test_lists_that_are_as_they_were_come_from_here(account: Account) -> None:
    share_one(account)
    before = [*account.exams(), *account.shares(), *account.activity()]
    again = [*account.exams(), *account.shares(), *account.activity()]
    assert all(new is old for new, old in zip(again, before, strict=True))
    made = share_one(account, "another")
    assert account.shares()[0].id == made.share.id
    assert account.exams()[0].shares == 2


def test_s8_the_end_of_a_share_is_moved_and_its_link_stays(account: Account) -> None:
    made = share_one(account)
    later, too_late = (utc_text(parse_utc(made.share.expires_at) + timedelta(days=days)) for days in (10, 400))
    assert account.edit_share(made.share.id, later).expires_at == later
    with pytest.raises(PortalError) as caught:
        account.edit_share(made.share.id, too_late)
    assert caught.value.code == "invalid-request"
    assert account.share(made.share.id).expires_at == later


def test_what_the_account_does_not_have_is_told_by_its_kind(account: Account) -> None:
    asked: list[tuple[str, Callable[[str], object]]] = [
        ("no-such-share", account.share),
        ("no-such-share", account.revoke_share),
        ("no-such-exam", account.exam),
    ]
    for name in ("", "no such", "..", ".", "a/b", "%2e%2e", "x" * 300, "\x00", "ü"):
        for code, ask in asked:
            with pytest.raises(PortalError) as caught:
                ask(name)
            assert caught.value.code == code


def test_a_list_without_an_end_is_left() -> None:
    page = json.dumps({"shares": [], "next_cursor": "again"}).encode()
    with strange_server(lambda _: answer(page)) as server, Connection(server.url) as connection:
        with pytest.raises(PortalError) as caught:
            Account(connection).shares()
        assert len(server.asked) == 2
    assert caught.value.code == "portal-answer"


def test_a_share_whose_answer_got_lost_is_asked_for_with_the_same_key() -> None:
    keys: list[str] = []

    def say(asked: Asked) -> list[bytes]:
        keys.append(asked.headers["idempotency-key"])
        made = NewShare(SHARE, "https://x/s/t", "ABC123", "DEF456-ABC123")
        return [] if len(keys) == 1 else answer(json.dumps(to_json(made)).encode(), "201 Created")

    with strange_server(say) as server, Connection(server.url) as connection:
        assert Account(connection).create_share(ShareRequest(studies=("1.2",))).verification_code == "ABC123"
    assert len(keys) == 2
    assert len(set(keys)) == 1


def test_a_change_made_meanwhile_is_not_overwritten() -> None:
    problem = json.dumps({"type": "urn:scanshelf:problem:changed-meanwhile"}).encode()

    def say(asked: Asked) -> list[bytes]:
        if asked.first_line.startswith("GET"):
            return answer(json.dumps(to_json(SHARE)).encode(), more='ETag: "7"\r\n')
        assert asked.headers["if-match"] == '"7"'
        return answer(problem, "412 No", "application/problem+json")

    with strange_server(say) as server, Connection(server.url) as connection, pytest.raises(PortalError) as caught:
        Account(connection).edit_share("s1", "2026-03-01T00:00:00Z")
    assert caught.value.code == "changed-meanwhile"


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found", "301 Moved"])
def test_what_is_no_portal_says_so_before_anybody_signs_in(status: str) -> None:
    said = answer(b"<html>", status, "text/html", "Location: /x\r\n")
    with strange_server(lambda _: said) as server, Connection(server.url) as connection:
        with pytest.raises(PortalError) as caught:
            Account(connection).well_known()
        assert len(server.asked) == 1
    assert caught.value.code == "not-a-portal"


def test_nothing_new_is_no_answer_to_who_knows_nothing_yet() -> None:
    with (
        strange_server(lambda asked: answer(b"", "304 Not Modified", more='ETag: "x"\r\n')) as server,
        Connection(server.url) as connection,
        pytest.raises(PortalError),
    ):
        Account(connection).exams()
