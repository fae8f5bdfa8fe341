"""The sign-in page: user name and password, or the activation code, then back to the desktop."""

from __future__ import annotations

import pytest

from tests.portal_tools import Portal
from tests.unit.portal.server.oauth.desktop import CALLBACK, Desktop, hidden, told


def test_signing_in_gives_the_desktop_tokens_that_open_the_account(portal: Portal, desktop: Desktop) -> None:
    anna = portal.account()
    answer = desktop.send(desktop.open_page(), action="sign-in", user_name=anna.user_name, password=anna.password)
    assert told(answer)["state"] == desktop.state
    assert told(answer)["iss"] == portal.url
    tokens = portal.said(200, desktop.exchange(told(answer)["code"]))
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 900
    said = portal.said(200, portal.get("/api/v1/account", tokens["access_token"]))
    assert said["id"] == anna.account_id
    assert said["last_sign_in_at"] is not None


def test_a4_activating_on_the_page_ends_signed_in(portal: Portal, desktop: Desktop) -> None:
    invitation = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}
    code = portal.post("/api/v1/staff/invitations", portal.staff_token, json=invitation).json()["activation_code"]
    page = desktop.open_page(activation_code=code)
    assert f'value="{code}"' in page.text
    typed = {"activation_code": code.lower(), "user_name": "anna", "password": "three green apples"}
    answer = desktop.send(page, action="activate", password_again=typed["password"], **typed)
    tokens = portal.said(200, desktop.exchange(told(answer)["code"]))
    assert tokens["user_name"] == "anna"


def test_cancelling_tells_the_desktop(desktop: Desktop) -> None:
    answer = desktop.send(desktop.open_page(), action="cancel")
    assert told(answer) == {"error": "access_denied", "state": desktop.state, "iss": desktop.portal.url}


@pytest.mark.sweep(keep=7)
@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://127.0.0.1:45678/callback/",
        "http://127.0.0.1:45678/callback?next=1",
        "http://127.0.0.1:45678/callback#x",
        "http://127.0.0.1/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1:4567\n8/callback",
        "http://127.0.0.1:45678/callback\n",
        "http://127.0.0.1:45678@evil.example/callback",
        "http://127.0.0.1.evil.example:80/callback",
        "http://localhost:45678/callback",
        "https://127.0.0.1:45678/callback",
        "//evil.example/callback",
        "http://127.0.0.1:４５６７/callback",
        "",
    ],
)
def test_nobody_is_ever_redirected_elsewhere(desktop: Desktop, redirect_uri: str) -> None:
    page = desktop.open_page(redirect_uri=redirect_uri)
    assert page.status_code == 400
    assert "location" not in page.headers
    sent = desktop.send(desktop.open_page(), action="cancel", redirect_uri=redirect_uri)
    assert sent.status_code == 400
    assert "location" not in sent.headers


def test_an_unknown_client_and_a_doubled_parameter_go_nowhere(desktop: Desktop) -> None:
    assert desktop.open_page(client_id="somebody").status_code == 400
    twice = desktop.get(desktop.open_page().request.path_url + f"&redirect_uri={CALLBACK}")
    assert twice.status_code == 400


def test_a_parameter_that_comes_twice_is_told_to_the_desktop(desktop: Desktop) -> None:
    for name, value in (("state", "other"), ("response_type", "code"), ("code_challenge", "a" * 43)):
        twice = desktop.get(desktop.open_page().request.path_url + f"&{name}={value}")
        assert told(twice)["error"] == "invalid_request"


def test_the_desktop_may_wait_at_either_address_of_its_computer(portal: Portal, desktop: Desktop) -> None:
    anna, callback = portal.account(), "http://[::1]:45678/callback"
    page = desktop.open_page(redirect_uri=callback)
    assert page.status_code == 200
    back = desktop.send(page, action="sign-in", user_name=anna.user_name, password=anna.password)
    assert back.headers["location"].startswith(callback + "?code=")
    assert desktop.exchange(told(back, callback)["code"]).json()["error"] == "invalid_grant"  # made for another address
    again = desktop.send(page, action="sign-in", user_name=anna.user_name, password=anna.password)
    assert desktop.exchange(told(again, callback)["code"], redirect_uri=callback).status_code == 200


@pytest.mark.parametrize(
    "changed, error",
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
    ],
)
def test_pkce_cannot_be_left_out_or_made_weaker(desktop: Desktop, changed: dict[str, str], error: str) -> None:
    answer = desktop.open_page(**changed)
    assert told(answer)["error"] == error
    fields = hidden(desktop.open_page()) | changed
    assert desktop.post("/oauth/authorize", fields | {"action": "cancel"}).status_code == 400


def test_the_pages_cannot_be_framed_kept_or_scripted(desktop: Desktop) -> None:
    page = desktop.open_page()
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "script" not in page.headers["content-security-policy"]
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    cookie = page.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_what_is_said_to_the_page_is_shown_as_text(desktop: Desktop) -> None:
    page = desktop.open_page(activation_code='"><script>alert(1)</script>', state='"><b>')
    assert "<script" not in page.text
    assert "<b>" not in page.text


def test_a_form_of_another_site_signs_nobody_in(portal: Portal, desktop: Desktop) -> None:
    anna = portal.account()
    page = desktop.open_page()
    typed = {"action": "sign-in", "user_name": anna.user_name, "password": anna.password}
    forged = {**hidden(page), **typed, "form_token": "0" * 64}
    assert desktop.post("/oauth/authorize", forged).status_code == 403
    whole = {**hidden(page), **typed}
    for marks in (
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ):
        assert desktop.post("/oauth/authorize", whole, headers=marks).status_code == 403
    for marks in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": portal.url}):
        assert desktop.post("/oauth/authorize", whole, headers=marks).status_code == 303
    assert desktop.post("/oauth/authorize", whole, headers={"Cookie": ""}).status_code == 403


def test_the_host_header_is_never_used(portal: Portal, desktop: Desktop) -> None:
    elsewhere = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    assert "evil" not in desktop.get(desktop.open_page().request.path_url, headers=elsewhere).text
    assert "evil" not in portal.get("/.well-known/oauth-authorization-server", headers=elsewhere).text
    assert "evil" not in portal.get("/.well-known/patient-portal", headers=elsewhere).text


def test_unknown_names_and_wrong_passwords_get_the_same_answer(portal: Portal, desktop: Desktop) -> None:
    anna = portal.account(user_name="anna")
    answers = []
    for user_name in (anna.user_name, "otto"):
        page = desktop.open_page()
        answer = desktop.send(page, action="sign-in", user_name=user_name, password="not the password")
        answers.append((answer.status_code, answer.text.replace(user_name, "NAME")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 401


def test_wrong_passwords_end_in_a_pause_for_the_name_and_tell_how_long(portal: Portal, desktop: Desktop) -> None:
    anna = portal.account()
    page = desktop.open_page()
    statuses = []
    for _ in range(11):
        answer = desktop.send(page, action="sign-in", user_name=anna.user_name.upper(), password="not it, surely")
        statuses.append(answer.status_code)
    assert statuses == [401] * 10 + [429]
    assert 0 < int(answer.headers["retry-after"]) <= 15 * 60
    right = desktop.send(page, action="sign-in", user_name=anna.user_name, password=anna.password)
    assert right.status_code == 429
