"""The sign-in pages in a real browser: the desktop opens them, a person types, the desktop is signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlencode

import pytest

from app.demo.browsing.browser import Browser, find_chromium
from core.job import QuietJob
from portal.client.signing_in.sign_in import sign_in
from portal.client.signing_in.signed_in import SignedIn as DesktopSignedIn
from portal.client.signing_in.vault import Vault
from portal.wire.addresses import CLIENT_ID
from tests.portal_tools import Portal
from tests.tools import skip_or_fail

PASSWORD = "three green apples"
ASKED = {
    "client_id": CLIENT_ID,
    "redirect_uri": "http://127.0.0.1:45678/callback",
    "response_type": "code",
    "state": "s",
    "code_challenge": "a" * 43,
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all pages."""
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    with Browser() as opened:
        yield opened


@pytest.fixture
def browser(chromium: Browser) -> Browser:
    """The browser without cookies and complaints."""
    chromium.forget()
    chromium.console_errors.clear()
    return chromium


def invited(portal: Portal) -> str:
    person = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}
    return str(portal.post("/api/v1/staff/invitations", portal.staff_token, json=person).json()["activation_code"])


def fill(browser: Browser, **typed: str) -> None:
    for field, text in typed.items():
        browser.type(f"#{field}", text)


def by_desktop(portal: Portal, person: Callable[[str], bool], activation_code: str | None = None) -> DesktopSignedIn:
    return sign_in(portal.url, person, QuietJob(), activation_code, vault=Vault.in_memory())


def test_a_person_signs_in_and_the_desktop_knows(portal: Portal, browser: Browser) -> None:
    anna = portal.account(user_name="anna")

    def person(address: str) -> bool:
        browser.open(address, 1280, 800)
        fill(browser, user_name="Anna", password="not my password")
        browser.click("button[value=sign-in]")
        browser.wait_for("document.querySelector('[role=alert]')")
        browser.wait_for("document.activeElement.id === 'password'")
        fill(browser, password=anna.password)
        browser.press("Enter")
        return True

    signed_in = by_desktop(portal, person)
    assert portal.get("/api/v1/account", headers={"Authorization": signed_in.header()}).status_code == 200
    browser.wait_for("document.body.textContent.includes('You are signed in.')")


def test_a4_a_person_activates_on_a_phone_and_ends_signed_in(portal: Portal, browser: Browser) -> None:
    def person(address: str) -> bool:
        browser.open(address, 390, 844, mobile=True)
        browser.wait_for("document.activeElement.id === 'user_name'")
        fill(browser, user_name="anna", password=PASSWORD, password_again=PASSWORD)
        browser.click("button[value=activate]")
        return True

    signed_in = by_desktop(portal, person, invited(portal))
    said = portal.get("/api/v1/account", headers={"Authorization": signed_in.header()}).json()
    assert said["user_name"] == "anna"
    browser.wait_for("document.body.textContent.includes('You are signed in.')")
    assert browser.console_errors == []


def test_a_device_is_signed_in_on_a_phone(portal: Portal, browser: Browser) -> None:
    anna = portal.account()
    begun = portal.post("/oauth/device_authorization", data={"client_id": CLIENT_ID}).json()
    browser.open(begun["verification_uri_complete"], 390, 844, mobile=True, dark=True)
    fill(browser, user_name=anna.user_name, password=anna.password)
    browser.press("Enter")
    browser.wait_for("document.querySelector('h1').textContent === 'You are signed in.'")
    assert browser.console_errors == []


@pytest.mark.sweep(keep=2)
@pytest.mark.parametrize("width, mobile", [(1280, False), (390, True), (320, True)])
@pytest.mark.parametrize("size", ["100%", "200%"])
def test_every_page_fits_and_every_field_has_its_words(
    portal: Portal, browser: Browser, width: int, mobile: bool, size: str
) -> None:
    asked = f"/oauth/authorize?{urlencode(ASKED)}"
    for path in (asked, f"{asked}&form=activate", "/oauth/device", "/oauth/activate", "/oauth/authorize"):
        browser.open(portal.url + path, width, 800, mobile=mobile)
        browser.evaluate(f"document.documentElement.style.fontSize = '{size}'")
        assert browser.evaluate("document.documentElement.scrollWidth") <= width
        fields = "[...document.querySelectorAll('input:not([type=hidden])')]"
        assert browser.evaluate(f"{fields}.every(field => field.labels.length === 1)")
        assert browser.evaluate("document.querySelectorAll('h1').length") == 1
        assert "practice portal on this computer" in browser.evaluate("document.body.textContent")


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("dark", [False, True])
def test_all_words_stand_out_from_their_ground(portal: Portal, browser: Browser, dark: bool) -> None:
    browser.open(f"{portal.url}/oauth/authorize?{urlencode(ASKED)}", dark=dark)
    fill(browser, user_name="anna", password="not my password")
    browser.click("button[value=sign-in]")
    browser.wait_for("document.querySelector('[role=alert]')")
    contrasts = browser.evaluate(CONTRASTS)
    assert contrasts
    assert all(contrast >= 4.5 for contrast in contrasts.values()), contrasts


CONTRASTS = """(() => {
  const light = text => { const c = text.match(/[0-9.]+/g).map(Number).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; };
  const ground = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor;
    if (!/, 0\\)$|transparent/.test(c)) return c; } return 'rgb(255, 255, 255)'; };
  const found = {};
  for (const e of document.querySelectorAll('h1, p, label, button, a, span, footer')) {
    const pair = [light(getComputedStyle(e).color), light(ground(e))].sort((a, b) => b - a);
    found[e.tagName + ': ' + e.textContent.trim().slice(0, 20)] = (pair[0] + 0.05) / (pair[1] + 0.05);
  }
  return found; })()"""
