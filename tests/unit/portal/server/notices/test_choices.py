"""N1: letters are switched off kind by kind, under the account and by each letter; never those that keep it safe."""

from __future__ import annotations

import re
from email.message import EmailMessage

import pytest
import requests

from portal.server.notices.choices import CAN_BE_OFF
from portal.server.running.reminding import Reminding
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, make, redeem

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    made = portal.account(patient_id="A-1")
    portal.said(200, portal.request("PATCH", "/api/v1/account", made.token, json={"email": "anna@example.org"}))
    return made


def choose(portal: Portal, anna: SignedIn, *off: str) -> requests.Response:
    return portal.request("PATCH", "/api/v1/account/notices", anna.token, json={"off": off})


def opened(portal: Portal, anna: SignedIn) -> list[EmailMessage]:
    """Let somebody open a share of hers, and give the letters about such openings."""
    redeem(portal, make(portal, anna.token, exams=[exam_of(portal, anna)]))
    return portal.letters("share-opened")


def off_path(portal: Portal, letter: EmailMessage) -> str:
    address = str(letter["List-Unsubscribe"]).strip("<>")
    assert address.startswith(portal.url)
    return address.removeprefix(portal.url)


def test_n1_every_kind_that_can_be_off_is_on_at_first(portal: Portal, anna: SignedIn) -> None:
    said = portal.said(200, portal.get("/api/v1/account/notices", anna.token))
    assert said == {"can_be_off": list(CAN_BE_OFF), "off": []}
    assert len(opened(portal, anna)) == 1


def test_n1_what_is_switched_off_is_not_sent_until_it_is_on_again(portal: Portal, anna: SignedIn) -> None:
    assert portal.said(200, choose(portal, anna, "share-opened"))["off"] == ["share-opened"]
    assert opened(portal, anna) == []
    portal.said(200, choose(portal, anna))
    assert len(opened(portal, anna)) == 1
    kinds = [each["kind"] for each in portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]]
    assert kinds.count("notices-changed") == 2


@pytest.mark.parametrize("kind", ["sign-in", "wrong-codes", "password-changed", "contact-changed", "nonsense"])
def test_n1_what_keeps_an_account_safe_cannot_be_off(portal: Portal, anna: SignedIn, kind: str) -> None:
    refused = choose(portal, anna, "report", kind)
    assert (refused.status_code, refused.json()["fields"][0]["field"]) == (400, "off")
    assert portal.said(200, portal.get("/api/v1/account/notices", anna.token))["off"] == []


def test_n1_mail_programs_unsubscribe_by_one_post_without_a_sign_in(portal: Portal, anna: SignedIn) -> None:
    (letter,) = opened(portal, anna)
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    portal.post(off_path(portal, letter), data=ONE_CLICK).raise_for_status()
    assert len(opened(portal, anna)) == 1  # the one of before
    assert portal.said(200, portal.get("/api/v1/account/notices", anna.token))["off"] == ["share-opened"]
    portal.post(off_path(portal, letter), data=ONE_CLICK).raise_for_status()  # twice is as once


def test_n1_the_link_in_a_letter_asks_before_it_switches_anything_off(portal: Portal, anna: SignedIn) -> None:
    (letter,) = opened(portal, anna)
    path = off_path(portal, letter)
    plain, page = (letter.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert page is not None
    assert portal.url + path in plain.get_content()
    assert portal.url + path in page.get_content()
    shown = portal.get(path)
    assert "Send me no more of them" in shown.text
    assert portal.said(200, portal.get("/api/v1/account/notices", anna.token))["off"] == []
    assert "Keine mehr schicken" in portal.get(path, headers={"Accept-Language": "de"}).text
    action = re.search(r'action="([^"]+)"', shown.text)
    assert action is not None
    assert "They are switched off." in portal.post(action[1]).text


def test_n1_a_link_of_another_account_or_kind_is_not_to_be_made(portal: Portal, anna: SignedIn) -> None:
    karl = portal.account("BERG^KARL", "19480101", "B-2")
    (letter,) = opened(portal, anna)
    account, kind, seal = off_path(portal, letter).rpartition("/")[2].split(".")
    others = [f"{karl.account_id}.{kind}.{seal}", f"{account}.report.{seal}", f"{account}.{kind}.{seal[:-1]}x"]
    for token in [*others, f"{account}.{kind}", "", "..", "ä.b.c", f"{account}.sign-in.{seal}"]:
        assert portal.post(f"/notices/{token}").status_code in {404, 405}, token
    assert portal.said(200, portal.get("/api/v1/account/notices", karl.token))["off"] == []


def test_n1_letters_that_always_come_offer_no_way_to_have_no_more(portal: Portal, anna: SignedIn) -> None:
    portal.request("PATCH", "/api/v1/account", anna.token, json={"email": "new@example.org"})
    letters = portal.letters()
    assert letters
    assert {letter["List-Unsubscribe"] for letter in letters} == {None}


def test_n1_a_share_that_ends_is_not_looked_for_again_where_nobody_wants_to_hear_of_it(
    portal: Portal, anna: SignedIn
) -> None:
    choose(portal, anna, "share-ends")
    make(portal, anna.token, exams=[exam_of(portal, anna)])
    portal.clock.forward(days=28)
    for _ in range(2):
        Reminding(portal.services).remind()
    choose(portal, anna)
    Reminding(portal.services).remind()
    assert portal.letters("share-ends") == []
