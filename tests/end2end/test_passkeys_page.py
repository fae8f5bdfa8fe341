"""Passkeys on the sign-in page, in a real browser with an authenticator of its own: A10."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator

import pytest

from app.demo.browsing.browser import Browser, find_chromium
from core.workers.worker import WorkerPool
from portal.server.factors.one_time_codes import PERIOD, code_at
from tests.portal_tools import Portal, running_portal
from tests.tools import skip_or_fail
from tests.unit.portal.server.factors.owner import Owner, owner_of

pytestmark = pytest.mark.shared_workers

# What an account page does with a passkey's options, here by hand.
MAKE = """
(async () => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const options = %s;
  const publicKey = { ...options, challenge: bytes(options.challenge), excludeCredentials: [],
    user: { ...options.user, id: bytes(options.user.id) } };
  return JSON.stringify((await navigator.credentials.create({ publicKey })).toJSON());
})()
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool) -> Iterator[Portal]:
    """Give a portal with a domain."""
    folder = tmp_path_factory.mktemp("passkeys") / "portal"
    with running_portal(folder, workers=portal_pool, public_url="http://localhost:{port}") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a browser with an authenticator."""
    if find_chromium() is None:
        skip_or_fail("there is no Chromium here")
    with Browser() as made:
        made.give_authenticator()
        yield made


def add_passkey(browser: Browser, owner: Owner) -> None:
    """Make a passkey in the browser and give it to the portal."""
    token, password = owner.account.token, owner.account.password
    begun = owner.portal.said(
        200, owner.portal.post("/api/v1/account/passkeys/begin", token, json={"password": password})
    )
    credential = json.loads(browser.evaluate(MAKE % json.dumps(begun["public_key"])))
    added = {"name": "This browser", "credential": credential}
    owner.portal.said(201, owner.portal.post("/api/v1/account/passkeys", token, json=added))


def test_a10_a_passkey_made_in_the_browser_signs_in_there_alone_and_after_the_password(
    portal: Portal, browser: Browser
) -> None:
    anna, home = owner_of(portal), portal.services.settings.public_url
    browser.open(f"{home}/")
    add_passkey(browser, anna)
    browser.open(f"{home}/")
    browser.wait_for("document.getElementById('use_passkey')?.hidden === false")
    browser.click("#use_passkey")
    browser.wait_for("document.body && !document.querySelector('[name=password], #use_passkey')")
    browser.forget()
    browser.open(f"{home}/")
    browser.type("input[name=user_name]", anna.account.user_name)
    browser.type("input[name=password]", anna.account.password)
    browser.click("button[value=sign-in]")
    browser.wait_for("document.querySelector('[name=factor_code]')")
    browser.wait_for("document.getElementById('use_passkey')?.hidden === false")
    browser.click("#use_passkey")
    browser.wait_for("document.body && !document.querySelector('[name=password], [name=factor_code], #use_passkey')")
    assert anna.has()["passkeys"][0]["used_at"]
    assert not [word for word in browser.console_errors if "favicon" not in word]


def test_a10_on_a_phone_the_second_step_takes_the_code_and_nothing_sticks_out(portal: Portal, browser: Browser) -> None:
    anna, home = owner_of(portal), portal.services.settings.public_url
    begun = portal.said(201, anna.ask("/authenticator", password=anna.account.password))
    anna.secret = base64.b32decode(begun["secret"])
    portal.said(200, anna.ask("/authenticator/confirm", code=anna.code()))
    browser.forget()
    browser.open(f"{home}/", 360, 740, mobile=True)
    browser.type("input[name=user_name]", anna.account.user_name)
    browser.type("input[name=password]", anna.account.password)
    browser.click("button[value=sign-in]")
    browser.wait_for("document.querySelector('[name=factor_code]')")
    assert browser.evaluate("document.documentElement.scrollWidth") <= 360
    browser.wait_for("document.activeElement?.name === 'factor_code'")
    browser.type("input[name=factor_code]", code_at(anna.secret, int(portal.clock().timestamp()) // PERIOD + 1))
    browser.press("Enter")
    browser.wait_for("document.body && !document.querySelector('[name=password], [name=factor_code]')")


def sign_in(browser: Browser, owner: Owner, page: str) -> None:
    """Sign in with the password and come to a page."""
    browser.forget()
    browser.open(owner.portal.services.settings.public_url + page)
    browser.type("input[name=user_name]", owner.account.user_name)
    browser.type("input[name=password]", owner.account.password)
    browser.click("button[value=sign-in]")
    browser.wait_for("document.querySelector('#app details')")


def unfold(browser: Browser, form: str) -> None:
    browser.evaluate(f"document.getElementById('{form}').closest('details').open = true")


def test_a10_under_account_security_an_app_and_a_passkey_are_added_and_taken_away(
    portal: Portal, browser: Browser
) -> None:
    anna = owner_of(portal)
    sign_in(browser, anna, "/my/account/security")
    unfold(browser, "app-on")
    browser.type("#app-on-password", "not my password")
    browser.click("#app-on button[type=submit]")
    browser.wait_for("document.querySelector('#app-on .notice.danger')")
    browser.evaluate("document.getElementById('app-on-password').value = ''")
    browser.type("#app-on-password", anna.account.password)
    browser.click("#app-on button[type=submit]")
    browser.wait_for("document.querySelector('#app img.qr')?.naturalWidth > 100")
    anna.secret = base64.b32decode(browser.evaluate("document.getElementById('app-secret').textContent"))
    browser.type("#app-code", anna.code())
    browser.click("#app-confirm button")
    browser.wait_for("document.querySelectorAll('#new-codes li').length === 10")
    codes = browser.evaluate("[...document.querySelectorAll('#new-codes li')].map(each => each.textContent)")
    assert anna.has()["recovery_codes_left"] == 10
    unfold(browser, "passkey-add")
    browser.type("#passkey-add-password", anna.account.password)
    browser.type("#passkey-add-code", codes[0])
    browser.click("#passkey-add button[type=submit]")
    browser.wait_for("document.querySelectorAll('#passkeys [data-passkey]').length === 1")
    unfold(browser, "app-off")
    browser.type("#app-off-password", anna.account.password)
    browser.click("#app-off button[type=button]")
    browser.wait_for("document.getElementById('app-on')")
    assert (anna.has()["authenticator"], len(anna.has()["passkeys"])) == (False, 1)
    assert [status for _address, status in browser.refused if status != 403] == []
