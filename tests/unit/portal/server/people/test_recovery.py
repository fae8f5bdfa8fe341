"""Forgotten passwords and user names: A5."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import pytest
import requests

from tests.portal_tools import Portal

pytestmark = pytest.mark.on_postgres

ANNA = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504", "email": "anna@example.org"}
OLD, NEW = "three green apples", "four yellow pears"


def account(portal: Portal, user_name: str = "anna", **changed: str) -> None:
    code = portal.said(201, portal.post("/api/v1/staff/invitations", portal.staff_token, json={**ANNA, **changed}))
    chosen = {"code": code["activation_code"], "user_name": user_name, "password": OLD}
    portal.said(200, portal.post("/api/v1/activation", json=chosen))


def ask(portal: Portal, email: str = "anna@example.org") -> requests.Response:
    return portal.post("/api/v1/account/recovery", json={"email": email})


def token_in(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(r"/recover/(\S+)", body.get_content())
    assert found, body.get_content()
    return found[1]


def recovery_tokens(portal: Portal) -> list[str]:
    return [token_in(letter) for letter in portal.letters("recovery")]


def choose(portal: Portal, token: str, password: str = NEW) -> requests.Response:
    return portal.post(f"/api/v1/account/recovery/{token}", json={"password": password})


def confirm_address(portal: Portal, letter: EmailMessage) -> None:
    """Press the button of the letter to a new address."""
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(r"/email/confirm/\S+", body.get_content())
    assert found
    with requests.Session() as browser:
        browser.trust_env = False
        field = re.search(r'name="form_token" value="([^"]+)"', browser.get(portal.url + found[0], timeout=30).text)
        assert field
        assert browser.post(portal.url + found[0], data={"form_token": field[1]}, timeout=30).status_code == 200


def signs_in(portal: Portal, user_name: str, password: str) -> bool:
    code = portal.said(200, portal.post("/oauth/device_authorization", data={"client_id": "scanshelf-desktop"}))
    form = {"user_code": code["user_code"], "user_name": user_name, "password": password}
    return portal.post("/oauth/device", data=form).status_code == 200


def test_a5_a_letter_brings_the_user_name_and_a_link_that_sets_a_password_once(portal: Portal) -> None:
    account(portal)
    assert ask(portal).status_code == 202
    (letter,) = portal.letters("recovery")
    words = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert letter["To"] == "anna@example.org"
    assert "Your user name is: anna" in words
    assert OLD not in letter.as_string()
    token = token_in(letter)
    assert portal.said(200, choose(portal, token)) == {"user_name": "anna"}
    assert (again := choose(portal, token, "another long one")).status_code == 410, again.text
    assert signs_in(portal, "anna", NEW)
    assert not signs_in(portal, "anna", OLD)
    assert len(portal.letters("password-changed")) == 1


def test_a5_the_link_works_for_half_an_hour(portal: Portal) -> None:
    account(portal)
    ask(portal)
    (token,) = recovery_tokens(portal)
    portal.clock.forward(minutes=29)
    assert choose(portal, token, "short").status_code == 400
    portal.clock.forward(minutes=2)
    assert choose(portal, token).status_code == 410


def test_a5_an_unknown_address_gets_the_same_answer_and_no_letter(portal: Portal) -> None:
    account(portal)
    portal.letters()
    known, unknown = ask(portal), ask(portal, "nobody@example.org")
    assert (known.status_code, known.json()) == (unknown.status_code, unknown.json())
    assert [letter["To"] for letter in portal.letters("recovery")] == ["anna@example.org"]


def test_a5_a_newer_letter_ends_the_one_before(portal: Portal) -> None:
    account(portal)
    ask(portal)
    portal.letters()
    ask(portal)
    first, second = recovery_tokens(portal)
    assert choose(portal, first).status_code == 404
    assert choose(portal, second).status_code == 200


def test_a5_each_account_of_one_address_gets_a_letter_of_its_own(portal: Portal) -> None:
    account(portal)
    account(portal, "otto", patient_name="MUELLER^OTTO", patient_birth_date="19490101", email="ANNA@example.org")
    ask(portal)
    first, second = recovery_tokens(portal)
    assert {choose(portal, token).json()["user_name"] for token in (first, second)} == {"anna", "otto"}


def test_a5_of_twenty_who_use_one_link_at_once_one_sets_the_password(portal: Portal) -> None:
    account(portal)
    ask(portal)
    (token,) = recovery_tokens(portal)
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda n: choose(portal, token, f"password number {n}").status_code, range(20)))
    assert sorted(set(said)) == [200, 410]
    assert said.count(200) == 1


def test_a5_a_new_password_signs_everybody_out(portal: Portal) -> None:
    anna = portal.account()
    with portal.services.database.writing() as session:
        from portal.server.base.tables import AccountRow

        session.get_one(AccountRow, anna.account_id).email = "anna@example.org"
    ask(portal)
    (token,) = recovery_tokens(portal)
    assert choose(portal, token).status_code == 200
    assert portal.get("/api/v1/account", anna.token).status_code == 401


def test_a5_a_flooded_letter_box_gets_five_letters_an_hour(portal: Portal) -> None:
    account(portal)
    assert {ask(portal).status_code for _ in range(9)} == {202}
    assert len(portal.letters("recovery")) == 5


@pytest.mark.parametrize("address", ["", "no address", "a@b\r\nBcc: x@example.org", "a" * 5000 + "@example.org"])
def test_a5_words_that_are_no_address_are_answered_as_any_other(portal: Portal, address: str) -> None:
    assert ask(portal, address).status_code == 202
    assert portal.letters() == []


def test_a5_in_a_browser_the_pages_lead_from_the_question_to_the_new_password(portal: Portal) -> None:
    account(portal)
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(f"{portal.url}/recover", timeout=30).text
        field = re.search(r'name="form_token" value="([^"]+)"', page)
        assert field
        form = {"form_token": field[1], "email": "anna@example.org"}
        sent = browser.post(f"{portal.url}/recover", data=form, headers={"Origin": portal.url}, timeout=30)
        assert sent.status_code == 200
        assert "Look into your mail" in sent.text
        (token,) = recovery_tokens(portal)
        page = browser.get(f"{portal.url}/recover/{token}", timeout=30).text
        field = re.search(r'name="form_token" value="([^"]+)"', page)
        assert field
        form = {"form_token": field[1], "password": NEW, "password_again": NEW}
        done = browser.post(f"{portal.url}/recover/{token}", data=form, headers={"Origin": portal.url}, timeout=30)
        assert done.status_code == 200
        assert "<strong>anna</strong>" in done.text
        over = browser.get(f"{portal.url}/recover/{token}", timeout=30)
        assert over.status_code == 410
        assert "Ask for a new letter" in over.text
    assert signs_in(portal, "anna", NEW)


def test_a5_a_changed_address_ends_links_of_before_and_the_old_one_is_told_of_a_new_password(portal: Portal) -> None:
    anna = portal.account()
    for address in ("anna@example.org", "new@example.org"):
        edited = portal.request("PATCH", "/api/v1/account", anna.token, json={"email": address})
        assert edited.status_code == 200
        if address.startswith("anna"):
            confirm_address(portal, portal.letters("email-confirm")[0])
            ask(portal)
            (before,) = recovery_tokens(portal)
    assert choose(portal, before).status_code == 404
    (letter,) = [each for each in portal.letters("email-confirm") if each["To"] == "new@example.org"]
    confirm_address(portal, letter)
    portal.clock.forward(hours=72)
    ask(portal, "new@example.org")
    assert choose(portal, recovery_tokens(portal)[-1]).status_code == 200
    assert {letter["To"] for letter in portal.letters("password-changed")} == {"anna@example.org", "new@example.org"}


def test_a5_a_new_password_ends_a_device_that_was_let_in_with_the_old_one_and_has_not_come_yet(portal: Portal) -> None:
    account(portal)
    code = portal.said(200, portal.post("/oauth/device_authorization", data={"client_id": "scanshelf-desktop"}))
    form = {"user_code": code["user_code"], "user_name": "anna", "password": OLD}
    assert portal.post("/oauth/device", data=form).status_code == 200
    ask(portal)
    (token,) = recovery_tokens(portal)
    assert choose(portal, token).status_code == 200
    grant = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": "scanshelf-desktop",
        "device_code": code["device_code"],
    }
    assert portal.post("/oauth/token", data=grant).status_code == 400
