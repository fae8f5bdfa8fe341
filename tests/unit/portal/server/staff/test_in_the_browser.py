"""Staff and doctors at the portal's own pages: the same form, the places of their roles, a session of 15 minutes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.web.browser import WebBrowser


@pytest.fixture
def browser(portal: Portal) -> Iterator[WebBrowser]:
    made = WebBrowser(portal)
    yield made
    made.close()


def roles(browser: WebBrowser) -> str:
    found = re.search(r'data-roles="([^"]*)"', browser.get("/").text)
    assert found, "nobody is signed in"
    return found[1]


@pytest.mark.parametrize("given", [("reception", "reports"), ("administrator",), ("doctor",)])
def test_the_page_knows_what_whoever_is_signed_in_may(
    portal: Portal, browser: WebBrowser, given: tuple[str, ...]
) -> None:
    assert browser.sign_in(portal.member(*given)).status_code == 303
    assert roles(browser) == " ".join(sorted(given))
    assert browser.api("GET", "staff/me").json()["roles"] == list(given)


def test_a_patients_page_is_a_patients(portal: Portal, browser: WebBrowser) -> None:
    browser.sign_in(portal.account())
    assert roles(browser) == "patient"
    assert browser.api("GET", "staff/patients").status_code == 403


def test_a_session_at_the_practice_ends_after_a_quarter_of_an_hour_without_a_hand(
    portal: Portal, browser: WebBrowser
) -> None:
    browser.sign_in(portal.member("reception"))
    for _ in range(3):  # as long as somebody is there it goes on
        assert roles(browser) == "reception"
        portal.clock.forward(minutes=14)
    assert roles(browser) == "reception"
    portal.clock.forward(minutes=16)
    assert "data-roles" not in browser.get("/").text


def test_who_is_blocked_is_out_of_the_browser_too(portal: Portal, browser: WebBrowser) -> None:
    eva: SignedIn = portal.member("reception")
    browser.sign_in(eva)
    portal.said(200, portal.post(f"/api/v1/staff/members/{eva.account_id}/block", portal.staff_token))
    assert "data-roles" not in browser.get("/").text
    assert browser.sign_in(eva).status_code in (401, 403)


def test_a_change_at_the_desk_needs_the_token_of_its_page(portal: Portal, browser: WebBrowser) -> None:
    browser.sign_in(portal.member("reception"))
    wanted = {"patient_name": "Berg^Karl", "patient_birth_date": "19480101"}
    assert browser.ask("POST", "/api/v1/staff/patients", json=wanted).status_code == 403
