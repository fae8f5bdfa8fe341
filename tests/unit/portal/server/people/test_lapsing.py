"""An account nobody signs in to for a year rests until the practice opens it again: A8."""

from __future__ import annotations

import pytest

from portal.server.base.problems import Problem
from portal.server.people.machine_tokens import account_named, machine_token
from portal.server.people.reinstating import reinstate
from tests.portal_tools import Portal


def test_a8_after_a_year_without_a_sign_in_the_account_rests_and_comes_back_whole(portal: Portal) -> None:
    anna = portal.account()
    portal.clock.forward(days=364)
    assert portal.get("/api/v1/account", anna.token).status_code == 200
    portal.clock.forward(days=2)
    refused = portal.get("/api/v1/exams", anna.token)
    assert (refused.status_code, refused.json()["code"]) == (403, "account-lapsed")
    with portal.services.database.writing() as session, pytest.raises(Problem, match="account-lapsed"):
        machine_token(session, anna.user_name, 1, portal.clock())
    with portal.services.database.writing() as session:
        reinstate(session, account_named(session, anna.user_name), portal.clock())
    assert portal.get("/api/v1/account", anna.token).status_code == 200
    said = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert said[0]["kind"] == "reinstated"


def test_a8_the_right_password_says_that_the_account_rests_and_a_wrong_one_says_nothing_of_it(portal: Portal) -> None:
    anna = portal.account()
    portal.clock.forward(days=366)
    code = portal.said(200, portal.post("/oauth/device_authorization", data={"client_id": "scanshelf-desktop"}))
    form = {"user_code": code["user_code"], "user_name": anna.user_name}
    resting = portal.post("/oauth/device", data={**form, "password": anna.password})
    assert resting.status_code == 403
    assert "so it rests" in resting.text
    wrong = portal.post("/oauth/device", data={**form, "password": "not the password"})
    assert wrong.status_code == 401
    assert "rests" not in wrong.text


def test_a8_a_background_refresh_is_no_sign_in(portal: Portal) -> None:
    anna = portal.account()
    code = portal.said(200, portal.post("/oauth/device_authorization", data={"client_id": "scanshelf-desktop"}))
    form = {"user_code": code["user_code"], "user_name": anna.user_name, "password": anna.password}
    assert portal.post("/oauth/device", data=form).status_code == 200
    grant = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": "scanshelf-desktop",
        "device_code": code["device_code"],
    }
    tokens = portal.said(200, portal.post("/oauth/token", data=grant))
    for _ in range(5):
        portal.clock.forward(days=80)
        said = portal.post(
            "/oauth/token",
            data={
                "grant_type": "refresh_token",
                "client_id": "scanshelf-desktop",
                "refresh_token": tokens["refresh_token"],
            },
        )
        tokens = said.json()
    assert (said.status_code, tokens["error_description"]) == (400, "account-lapsed")


def test_a8_a_program_of_a_resting_account_that_announces_an_upload_is_told_so(portal: Portal) -> None:
    anna = portal.account()
    portal.clock.forward(days=366)
    refused = portal.post("/api/v1/uploads", anna.token, json={})
    assert (refused.status_code, refused.json()["code"]) == (403, "account-lapsed")
