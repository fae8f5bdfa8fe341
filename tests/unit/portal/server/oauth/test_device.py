"""A device without a browser: its code is typed on another one."""

from __future__ import annotations

from typing import Any

import requests

from portal.wire.addresses import CLIENT_ID
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.oauth.desktop import DEVICE_GRANT, Desktop, hidden


def begin(portal: Portal) -> dict[str, Any]:
    return dict(portal.said(200, portal.post("/oauth/device_authorization", data={"client_id": CLIENT_ID})))


def poll(portal: Portal, begun: dict[str, Any]) -> requests.Response:
    form = {"grant_type": DEVICE_GRANT, "client_id": CLIENT_ID, "device_code": begun["device_code"]}
    return portal.post("/oauth/token", data=form)


def approve(portal: Portal, begun: dict[str, Any], anna: SignedIn, **changed: str) -> requests.Response:
    """Approve as the documented form POST does."""
    form = {"user_code": begun["user_code"], "user_name": anna.user_name, "password": anna.password}
    return portal.post("/oauth/device", data={**form, **changed})


def test_one_form_post_signs_a_device_in(portal: Portal) -> None:
    anna, begun = portal.account(), begin(portal)
    assert begun["verification_uri"] == f"{portal.url}/oauth/device"
    assert poll(portal, begun).json()["error"] == "authorization_pending"
    done = approve(portal, begun, anna)
    assert done.status_code == 200
    assert "You are signed in." in done.text
    tokens = portal.said(200, poll(portal, begun))
    assert portal.get("/api/v1/account", tokens["access_token"]).status_code == 200


def test_tokens_of_a_device_are_given_once(portal: Portal) -> None:
    anna, begun = portal.account(), begin(portal)
    approve(portal, begun, anna)
    assert poll(portal, begun).status_code == 200
    assert poll(portal, begun).json()["error"] == "invalid_grant"
    assert approve(portal, begun, anna).status_code == 404


def test_a_device_that_asks_too_often_is_slowed_down(portal: Portal) -> None:
    begun = begin(portal)
    assert poll(portal, begun).json()["error"] == "authorization_pending"
    assert poll(portal, begun).json()["error"] == "slow_down"
    portal.clock.forward(seconds=6)
    assert poll(portal, begun).json()["error"] == "slow_down"
    portal.clock.forward(seconds=20)
    assert poll(portal, begun).json()["error"] == "authorization_pending"


def test_a_device_that_nobody_approves_is_told(portal: Portal) -> None:
    anna, begun = portal.account(), begin(portal)
    portal.clock.forward(seconds=begun["expires_in"] + 1)
    assert poll(portal, begun).json()["error"] == "expired_token"
    assert approve(portal, begun, anna).status_code == 404


def test_a_device_that_was_sent_away_is_told(portal: Portal, desktop: Desktop) -> None:
    begun = begin(portal)
    page = desktop.get(begun["verification_uri_complete"].removeprefix(portal.url))
    assert begun["user_code"] in page.text
    form = {**hidden(page), "user_code": begun["user_code"], "action": "deny"}
    assert "sent away" in desktop.post("/oauth/device", form).text
    assert poll(portal, begun).json()["error"] == "access_denied"


def test_codes_are_read_as_people_type_them(portal: Portal) -> None:
    anna, begun = portal.account(), begin(portal)
    typed = begun["user_code"].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert approve(portal, begun, anna, user_code=typed).status_code == 200


def test_a_form_of_another_site_approves_nothing(portal: Portal, desktop: Desktop) -> None:
    anna, begun = portal.account(), begin(portal)
    form = {"user_code": begun["user_code"], "user_name": anna.user_name, "password": anna.password}
    for marks in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://evil.example/"},
    ):
        assert portal.post("/oauth/device", data=form, headers=marks).status_code == 403
    desktop.get("/oauth/device")
    assert desktop.post("/oauth/device", form).status_code == 403
    assert poll(portal, begun).json()["error"] == "authorization_pending"


def test_a_wrong_password_approves_nothing(portal: Portal) -> None:
    anna, begun = portal.account(), begin(portal)
    assert approve(portal, begun, anna, password="not the password").status_code == 401
    assert poll(portal, begun).json()["error"] == "authorization_pending"


def test_codes_of_others_cannot_be_found_by_trying(portal: Portal) -> None:
    anna, begun = portal.account(), begin(portal)
    statuses = {approve(portal, begun, anna, user_code="00000000").status_code for _ in range(31)}
    assert statuses == {404, 429}
    assert approve(portal, begun, anna).status_code == 429
