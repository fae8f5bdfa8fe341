"""What opens an account: listed with when and where, ended one by one or all."""

from __future__ import annotations

from typing import Any

from tests.portal_tools import Portal
from tests.unit.portal.server.oauth.desktop import Desktop
from tests.unit.portal.server.web.browser import WebBrowser

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0 secret-build-7"
TOKENS = "/api/v1/account/tokens"


def listed(portal: Portal, token: str) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = portal.said(200, portal.get(TOKENS, token))["tokens"]
    return said


def test_each_sign_in_is_listed_with_when_and_in_what_in_words_of_our_own(portal: Portal, desktop: Desktop) -> None:
    anna, browser = portal.account(), WebBrowser(portal)
    browser.session.headers["User-Agent"] = FIREFOX
    browser.sign_in(anna)
    code = desktop.sign_in(anna.user_name, anna.password)
    tokens = portal.said(200, desktop.exchange(code))
    found = listed(portal, tokens["access_token"])
    assert [each["label"] for each in found if each["kind"] == "sign-in"] == [None, "Firefox, Windows"]
    assert [each["this"] for each in found] == [True, False, False]
    assert found[0]["last_used_at"] == found[0]["created_at"]
    portal.clock.forward(minutes=20)
    again = portal.said(200, desktop.refresh(tokens["refresh_token"]))
    assert listed(portal, again["access_token"])[0]["last_used_at"] > found[0]["last_used_at"]
    kept = b"".join(file.read_bytes() for file in portal.data.glob("portal.db*"))
    assert b"secret-build-7" not in kept
    assert b"Gecko" not in kept
    browser.close()


def test_all_but_the_one_that_asks_are_ended_at_once(portal: Portal, desktop: Desktop) -> None:
    anna, karl, browser = portal.account(), portal.account("BERG^KARL", "19480101"), WebBrowser(portal)
    browser.sign_in(anna)
    tokens = desktop.tokens(anna.user_name, anna.password)
    assert portal.request("DELETE", TOKENS, tokens["access_token"]).status_code == 204
    assert portal.get(TOKENS, anna.token).status_code == 401
    assert 'name="password"' in browser.get("/").text
    assert [each["this"] for each in listed(portal, tokens["access_token"])] == [True]
    assert portal.get(TOKENS, karl.token).status_code == 200
    kinds = [line["kind"] for line in portal.get("/api/v1/audit", tokens["access_token"]).json()["activity"]]
    assert kinds[:2] == ["signed-out", "token-revoked"]
    browser.close()
