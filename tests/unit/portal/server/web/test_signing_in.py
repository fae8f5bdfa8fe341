"""Signing in on the portal's own page: what a browser's cookie opens, what it never does, and how it ends."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import Request
from sqlalchemy import select

from portal.server.access.callers import Callers
from portal.server.base.database import Database
from portal.server.base.tables import AccountRow, BrowserSessionRow
from portal.server.base.tokens import token_hash
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.unit.portal.server.web.browser import WebBrowser, hidden_fields

SAME, OTHER = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def anna(portal: Portal, browser: WebBrowser) -> SignedIn:
    """Anna, who is signed in."""
    made = portal.account()
    assert browser.sign_in(made).status_code == 303
    return made


def test_the_first_page_asks_who_it_is_and_then_shows_the_portal(portal: Portal, browser: WebBrowser) -> None:
    anna = portal.account()
    asked = browser.get("/")
    assert asked.status_code == 200
    assert 'name="password"' in asked.text
    answer = browser.sign_in(anna)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    page = browser.get("/")
    assert 'name="password"' not in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert "'unsafe" not in page.headers["content-security-policy"]
    assert not [word for word in ("MUELLER", "Anna", anna.user_name) if word in page.text]


def test_a_wrong_password_opens_nothing(portal: Portal, browser: WebBrowser) -> None:
    answer = browser.sign_in(portal.account(), password="not my password")
    assert answer.status_code == 401
    assert "portal_session" not in browser.session.cookies


@pytest.mark.parametrize("wished, leads", [
    ("/my/exams/abc", "/my/exams/abc"), ("https://evil.example", "/"), ("//evil.example/my/exams", "/"),
    ("/my/..", "/"), ("/my/%2e%2e//evil.example", "/"), ("/\\evil.example", "/"), ("/my/exams?next=x", "/"),
])  # fmt: skip
def test_signing_in_leads_to_the_page_that_was_asked_for_and_nowhere_else(
    portal: Portal, browser: WebBrowser, wished: str, leads: str
) -> None:
    assert browser.sign_in(portal.account(), next=wished).headers["location"] == leads


def test_the_address_of_a_page_leads_there_after_the_sign_in(portal: Portal, browser: WebBrowser) -> None:
    assert browser.sign_in(portal.account(), page="/my/exams/abc").headers["location"] == "/my/exams/abc"


def test_a_sign_in_from_another_site_is_none(portal: Portal, browser: WebBrowser) -> None:
    anna = portal.account()
    typed = {**browser.form(), "user_name": anna.user_name, "password": anna.password}
    assert browser.ask("POST", "/sign-in", data=typed, headers=OTHER).status_code == 403
    assert browser.ask("POST", "/sign-in", data={**typed, "form_token": "0" * 64}).status_code == 403
    stranger = WebBrowser(portal)
    assert stranger.ask("POST", "/sign-in", data=typed).status_code == 403  # a form without its browser's cookie
    stranger.close()
    assert "portal_session" not in browser.session.cookies


def test_a_session_somebody_gave_the_browser_before_is_not_the_one_it_gets(portal: Portal, browser: WebBrowser) -> None:
    browser.session.cookies.set("portal_session", "x" * 43, domain="127.0.0.1", path="/")
    browser.sign_in(portal.account())
    first = browser.cookie()
    assert first != "x" * 43
    browser.sign_in(portal.account("BERG^KARL", "19480101"))
    assert browser.cookie() != first


def test_only_the_hash_of_a_session_is_kept(portal: Portal, browser: WebBrowser, anna: SignedIn) -> None:
    with portal.services.database.reading() as session:
        kept = session.scalars(select(BrowserSessionRow.session_hash)).all()
    assert kept == [token_hash(browser.cookie())]


def test_the_cookie_alone_reads_and_changes_nothing(browser: WebBrowser, anna: SignedIn) -> None:
    assert browser.get("/api/v1/account").json()["user_name"] == anna.user_name
    for headers in ({}, SAME, {"X-Form-Token": browser.token()}, {"X-Form-Token": browser.token(), **OTHER}):
        answer = browser.ask("PATCH", "/api/v1/account", json={"phone": "1"}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed"), headers
    wrong = {"X-Form-Token": "0" * 64, **SAME}
    assert browser.ask("PATCH", "/api/v1/account", json={"phone": "1"}, headers=wrong).status_code == 403
    right = {"X-Form-Token": browser.token(), **SAME}
    assert browser.ask("PATCH", "/api/v1/account", json={"phone": "030 1"}, headers=right).status_code == 200


def test_an_old_browser_says_by_origin_that_the_page_is_ours(
    portal: Portal, browser: WebBrowser, anna: SignedIn
) -> None:
    for origin, status in ((portal.url, 200), ("https://evil.example", 403), ("null", 403)):
        said = {"X-Form-Token": browser.token(), "Origin": origin}
        answer = browser.ask("PATCH", "/api/v1/account", json={"phone": "030 1"}, headers=said)
        assert answer.status_code == status, origin


def test_a_page_left_open_gets_nothing_of_who_signed_in_after(
    portal: Portal, browser: WebBrowser, anna: SignedIn
) -> None:
    left_open = {"X-Form-Token": browser.token(), **SAME}
    browser.sign_in(portal.account("BERG^KARL", "19480101"))
    assert browser.get("/api/v1/exams", headers=left_open).status_code == 401
    changing = browser.ask("PATCH", "/api/v1/account", json={"phone": "1"}, headers=left_open)
    assert changing.status_code == 403


def test_signing_in_ends_the_sign_in_before_in_this_browser_alone(portal: Portal, browser: WebBrowser) -> None:
    anna, elsewhere = portal.account(), WebBrowser(portal)
    browser.sign_in(anna)
    elsewhere.sign_in(anna)
    first = browser.cookie()
    browser.sign_in(portal.account("BERG^KARL", "19480101"))
    assert portal.get("/api/v1/account", headers={"Cookie": f"portal_session={first}"}).status_code == 401
    assert elsewhere.get("/api/v1/account").status_code == 200
    elsewhere.close()


def test_a8_it_counts_as_a_sign_in_and_is_told(portal: Portal, browser: WebBrowser) -> None:
    anna = portal.account()
    portal.clock.forward(days=300)
    browser.sign_in(anna)
    with portal.services.database.reading() as session:
        last = session.get_one(AccountRow, anna.account_id).last_sign_in_at
    assert last is not None
    assert portal.clock() - last < timedelta(minutes=1)
    kinds = [each["kind"] for each in portal.get("/api/v1/audit", anna.token).json()["activity"]]
    assert "signed-in" in kinds


def test_it_is_in_the_list_of_sign_ins_and_ended_there(portal: Portal, browser: WebBrowser, anna: SignedIn) -> None:
    browser.session.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    browser.sign_in(anna)
    tokens = portal.get("/api/v1/account/tokens", anna.token).json()["tokens"]
    listed = [each for each in tokens if each["kind"] == "sign-in"]
    assert [each["label"] for each in listed] == ["Firefox, Linux"]
    portal.request("DELETE", f"/api/v1/account/tokens/{listed[0]['id']}", anna.token)
    assert browser.get("/api/v1/account").status_code == 401
    assert 'name="password"' in browser.get("/").text


def test_it_ends_half_an_hour_after_the_last_sign_of_life(portal: Portal, browser: WebBrowser, anna: SignedIn) -> None:
    for _ in range(3):
        portal.clock.forward(minutes=29)
        assert browser.get("/api/v1/account").status_code == 200
    portal.clock.forward(minutes=31)
    assert browser.get("/api/v1/account").status_code == 401
    assert 'name="password"' in browser.get("/").text


def test_it_ends_half_a_day_after_it_began(portal: Portal, browser: WebBrowser, anna: SignedIn) -> None:
    for _ in range(28):
        portal.clock.forward(minutes=25)
        assert browser.get("/api/v1/account").status_code == 200
    portal.clock.forward(minutes=25)
    assert browser.get("/api/v1/account").status_code == 401


def test_signing_out_ends_it_for_whoever_has_a_copy(portal: Portal, browser: WebBrowser, anna: SignedIn) -> None:
    copied = {"Cookie": f"portal_session={browser.cookie()}"}
    answer = browser.sign_out()
    assert (answer.status_code, answer.headers["clear-site-data"]) == (303, '"cache"')
    assert "portal_session" not in browser.session.cookies
    assert portal.get("/api/v1/account", headers=copied).status_code == 401
    assert "You are signed out." in browser.get(answer.headers["location"]).text
    assert portal.get("/api/v1/account", anna.token).status_code == 200  # their own programs go on


def test_another_process_knows_the_session_and_its_end(portal: Portal, browser: WebBrowser, anna: SignedIn) -> None:
    cookie = f"portal_session={browser.cookie()}".encode()
    with closing(Database(portal.services.database.url)) as database:
        callers = Callers(replace(portal.services, database=database))

        def asked() -> Request:
            return Request({"type": "http", "method": "GET", "query_string": b"", "headers": [(b"cookie", cookie)]})

        assert callers.account(asked()).account == anna.account_id
        browser.sign_out()
        assert callers.optional(asked()) is None


def test_signing_out_everywhere_ends_the_other_browsers_too(
    portal: Portal, browser: WebBrowser, anna: SignedIn
) -> None:
    other = WebBrowser(portal)
    other.sign_in(anna)
    browser.sign_out("everywhere")
    assert other.get("/api/v1/account").status_code == 401
    assert portal.get("/api/v1/account", anna.token).status_code == 200
    other.close()


def test_a_new_password_ends_it(portal: Portal, browser: WebBrowser) -> None:
    person = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504", "email": "anna@example.org"}
    code = portal.post("/api/v1/staff/invitations", portal.staff_token, json=person).json()["activation_code"]
    chosen = {"user_name": "anna", "password": "three green apples"}
    portal.said(200, portal.post("/api/v1/activation", json={"code": code, **chosen}))
    browser.ask("POST", "/sign-in", data={**browser.form(), **chosen})
    assert browser.get("/api/v1/account").status_code == 200
    portal.post("/api/v1/account/recovery", json={"email": person["email"]})
    letter = portal.letters("recovery")[-1].get_body(("plain",))
    assert letter is not None
    token = str(letter.get_content()).split("/recover/")[1].split()[0]
    assert portal.post(f"/api/v1/account/recovery/{token}", json={"password": "another long one"}).status_code == 200
    assert browser.get("/api/v1/account").status_code == 401


def test_from_another_site_nobody_is_signed_out(browser: WebBrowser, anna: SignedIn) -> None:
    form = browser.form()
    browser.ask("POST", "/sign-out", data=form, headers=OTHER)
    browser.ask("POST", "/sign-out", data={**form, "form_token": "0"})
    assert browser.get("/api/v1/account").status_code == 200


def test_with_https_the_cookie_is_of_this_host_alone(tmp_path: Path) -> None:
    url = "https://portal.example.org"
    with running_portal(tmp_path / "data", local=False, public_url=url) as portal:
        anna, browser = portal.account(), WebBrowser(portal)
        page = browser.get("/")
        form = hidden_fields(page.text)
        cookie = page.headers["set-cookie"].partition(";")[0]
        typed = {**form, "user_name": anna.user_name, "password": anna.password}
        answer = browser.ask("POST", "/sign-in", data=typed, headers={"Cookie": cookie})
        said = answer.headers["set-cookie"]
        secret = said.partition(";")[0].partition("=")[2]
        assert said.startswith("__Host-session=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {each.strip() for each in said.split(";")}
        assert "domain" not in said.lower()
        for name, status in (("__Host-session", 200), ("portal_session", 401), ("session", 401)):
            assert portal.get("/api/v1/account", headers={"Cookie": f"{name}={secret}"}).status_code == status
        browser.close()


def test_a4_whoever_activates_the_account_is_signed_in(portal: Portal, browser: WebBrowser) -> None:
    person = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}
    code = portal.post("/api/v1/staff/invitations", portal.staff_token, json=person).json()["activation_code"]
    form = browser.form(f"/oauth/activate?activation_code={code}")
    typed = {"activation_code": code, "user_name": "anna", "password": "three green apples"}
    again = {"password_again": "three green apples"}
    page = browser.ask("POST", "/oauth/activate", data={**form, **typed, **again})
    assert page.status_code == 200
    assert browser.get("/api/v1/account").json()["user_name"] == "anna"


def test_pages_speak_german_to_whom_wants_that(browser: WebBrowser) -> None:
    assert "<h1>Anmelden</h1>" in browser.get("/", headers={"Accept-Language": "de-AT,en;q=0.5"}).text
    assert "<h1>Sign in</h1>" in browser.get("/", headers={"Accept-Language": "fr,en;q=0.5,de;q=0.3"}).text
    assert "<h1>Anmelden</h1>" in browser.get("/?language=de").text
    assert "<h1>Anmelden</h1>" in browser.get("/").text  # it is remembered
    assert "<h1>Sign in</h1>" in browser.get("/?language=xx%22><script>", headers={"Cookie": "language=xx"}).text
