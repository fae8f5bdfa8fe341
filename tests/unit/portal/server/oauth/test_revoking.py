"""Whatever opens something can be listed and ended, and opens nothing from then on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from portal.server.base.database import Database
from portal.server.migrations import alembic_config, migrate
from portal.wire.addresses import CLIENT_ID
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.share_tools import exam_of, make, redeem
from tests.unit.portal.server.oauth.desktop import Desktop

TOKENS = "/api/v1/account/tokens"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def opens(portal: Portal, token: str) -> bool:
    return portal.get("/api/v1/exams", token).status_code == 200


def ended(portal: Portal, token: str, **more: str) -> None:
    assert portal.post("/oauth/revoke", data={"token": token, **more}).status_code == 200


def kinds(portal: Portal, token: str) -> list[str]:
    return [line["kind"] for line in portal.said(200, portal.get("/api/v1/audit", token))["activity"]]


@pytest.mark.parametrize(
    "client", [{}, {"client_id": CLIENT_ID}, {"client_id": "curl", "token_type_hint": "access_token"}]
)
def test_a_machine_token_ends_when_it_is_revoked_whatever_the_client_calls_itself(
    portal: Portal, anna: SignedIn, client: dict[str, str]
) -> None:
    ended(portal, anna.token, **client)
    assert portal.get("/api/v1/account", anna.token).status_code == 401


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_either_token_of_a_sign_in_ends_both(portal: Portal, desktop: Desktop, anna: SignedIn, kind: str) -> None:
    tokens: dict[str, Any] = desktop.tokens(anna.user_name, anna.password)
    ended(portal, tokens[kind], client_id=CLIENT_ID)
    assert not opens(portal, tokens["access_token"])
    assert desktop.refresh(tokens["refresh_token"]).status_code == 400
    assert opens(portal, anna.token)
    assert kinds(portal, anna.token)[0] == "signed-out"


def test_a_shares_session_can_be_given_up_and_the_share_lives(portal: Portal, anna: SignedIn) -> None:
    shared = make(portal, anna.token, exams=[exam_of(portal, anna)])
    session = redeem(portal, shared).json()["session"]
    ended(portal, session)
    assert portal.get("/api/v1/exams", headers={"Authorization": f"Share {session}"}).status_code == 401
    assert redeem(portal, shared).status_code == 200


def test_the_practices_token_ends_and_the_next_start_makes_another(tmp_path: Path) -> None:
    with running_portal(tmp_path / "portal") as portal:
        before = portal.staff_token
        ended(portal, before)
        assert not opens(portal, before)
    with running_portal(tmp_path / "portal") as portal:
        assert portal.staff_token != before
        assert opens(portal, portal.staff_token)
        assert not opens(portal, before)


def test_an_unknown_token_is_as_good_as_ended(portal: Portal, anna: SignedIn) -> None:
    for token in ("x", "x" * 200, anna.account_id):
        ended(portal, token)
    assert portal.post("/oauth/revoke", data={}).status_code == 400
    assert opens(portal, anna.token)


def test_what_opens_an_account_is_listed_without_the_token_and_ended_by_its_id(
    portal: Portal, desktop: Desktop, anna: SignedIn
) -> None:
    tokens = desktop.tokens(anna.user_name, anna.password)
    listed = portal.said(200, portal.get(TOKENS, tokens["access_token"]))["tokens"]
    assert [each["kind"] for each in listed] == ["sign-in", "machine"]
    assert anna.token not in portal.get(TOKENS, anna.token).text
    machine = listed[1]["id"]
    assert portal.request("DELETE", f"{TOKENS}/{machine}", tokens["access_token"]).status_code == 204
    assert not opens(portal, anna.token)
    assert portal.request("DELETE", f"{TOKENS}/{machine}", tokens["access_token"]).status_code == 204
    assert [each["kind"] for each in portal.get(TOKENS, tokens["access_token"]).json()["tokens"]] == ["sign-in"]
    assert kinds(portal, tokens["access_token"])[:2] == ["token-revoked", "signed-in"]


def test_nobody_lists_or_ends_what_is_anothers(portal: Portal, anna: SignedIn) -> None:
    boris = portal.account("BORISOV^BORIS", "19600101")
    (his,) = portal.said(200, portal.get(TOKENS, boris.token))["tokens"]
    assert portal.request("DELETE", f"{TOKENS}/{his['id']}", anna.token).status_code == 404
    assert portal.request("DELETE", f"{TOKENS}/%25", anna.token).status_code == 404
    assert portal.get(TOKENS, portal.staff_token).status_code == 403
    assert opens(portal, boris.token)


def test_a_wrong_password_is_told_to_its_owner_and_to_nobody_who_does_not_exist(
    portal: Portal, desktop: Desktop, anna: SignedIn
) -> None:
    for name in (anna.user_name, "nobody"):
        page = desktop.open_page()
        assert desktop.send(page, action="sign-in", user_name=name, password="wrong horse").status_code == 401
    assert kinds(portal, anna.token) == ["wrong-password", "token-created"]


def test_a_token_of_ten_years_of_an_earlier_portal_ends_within_one(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0003")
        for statement in OLD_TOKENS.split(";"):
            connection.execute(text(statement))
    migrate(database)
    with database.reading() as session:
        ends = dict(session.execute(text("SELECT token_hash, substr(expires_at, 1, 4) FROM access_token")).all())
    database.close()
    assert ends["short"] == "2020"
    assert ends["long"] < "2050"


OLD_TOKENS = """
INSERT INTO account (id, state, created_at) VALUES ('a', 'active', '2020-01-01 00:00:00.000000');
INSERT INTO token_family (id, account, client_id, created_at)
    VALUES ('f', 'a', 'machine', '2020-01-01 00:00:00.000000');
INSERT INTO access_token VALUES ('long', 'f', '2020-01-01 00:00:00.000000', '2090-01-01 00:00:00.000000');
INSERT INTO access_token VALUES ('short', 'f', '2020-01-01 00:00:00.000000', '2020-02-01 00:00:00.000000')
"""
