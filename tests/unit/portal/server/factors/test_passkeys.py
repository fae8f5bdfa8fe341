"""Passkeys: added by who proved it, in place of the password or after it, each challenge once: A10."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from core.workers.worker import WorkerPool
from portal.server.base.tables import AccountRow, PasskeyRow
from portal.server.factors.resetting import reset_factor
from tests.portal_tools import Portal, running_portal
from tests.unit.portal.server.factors.owner import Owner, owner_of, with_app
from tests.unit.portal.server.factors.security_key import SecurityKey
from tests.unit.portal.server.web.browser import WebBrowser, hidden_fields

pytestmark = pytest.mark.shared_workers
PATH = "/api/v1/account/passkeys"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool) -> Iterator[Portal]:
    """Give a portal with a domain, as browsers ask for: localhost."""
    folder = tmp_path_factory.mktemp("passkeys") / "portal"
    with running_portal(folder, workers=portal_pool, public_url="http://localhost:{port}") as running:
        yield running


@pytest.fixture
def browser(portal: Portal) -> Iterator[WebBrowser]:
    """A browser in which nobody is signed in."""
    made = WebBrowser(portal)
    yield made
    made.close()


def origin(portal: Portal) -> str:
    return portal.services.settings.public_url


def begun(owner: Owner, **shown: str) -> dict[str, Any]:
    said = {"password": owner.account.password, **shown}
    return dict(
        owner.portal.said(200, owner.portal.post(f"{PATH}/begin", owner.account.token, json=said))["public_key"]
    )


def add(owner: Owner, credential: dict[str, Any], name: str = "My phone") -> requests.Response:
    return owner.portal.post(PATH, owner.account.token, json={"name": name, "credential": credential})


def key_of(owner: Owner, **kind: Any) -> SecurityKey:
    """Give a passkey of an account."""
    key = SecurityKey(origin(owner.portal), credential_id=owner.account.user_name.encode(), **kind)
    owner.portal.said(201, add(owner, key.make(begun(owner))))
    return key


def options_on(page: requests.Response) -> dict[str, Any]:
    """Give what a page asks the browser for."""
    found = re.search(r'data-options="([^"]+)"', page.text)
    assert found, page.text
    return dict(json.loads(html.unescape(found[1])))


def by_passkey(browser: WebBrowser, key: SecurityKey, **changed: Any) -> requests.Response:
    """Press "Sign in with a passkey" on the sign-in page."""
    page = browser.get("/")
    signed = key.sign(options_on(page), **changed)
    return browser.ask("POST", "/sign-in", data={**hidden_fields(page.text), "passkey": signed})


def test_a10_a_passkey_signs_in_without_a_password(portal: Portal, browser: WebBrowser) -> None:
    anna = owner_of(portal)
    key = key_of(anna)
    assert by_passkey(browser, key).status_code == 303
    assert browser.cookie()
    assert "script-src 'self'" in browser.get("/oauth/device").headers["content-security-policy"]
    assert "passkey-added" in anna.kinds()
    assert len(anna.letters("passkey-added")) == 1
    assert anna.has()["passkeys"][0]["name"] == "My phone"
    assert anna.has()["passkeys"][0]["used_at"]


def test_a10_the_first_one_comes_with_recovery_codes_and_the_password_alone_opens_nothing_then(portal: Portal) -> None:
    anna = owner_of(portal)
    key = SecurityKey(origin(portal), credential_id=b"first")
    codes = portal.said(201, add(anna, key.make(begun(anna))))["recovery_codes"]
    assert len(codes) == 10
    assert anna.approve().status_code == 401
    assert anna.approve(factor_code=codes[0]).status_code == 200
    second = SecurityKey(origin(portal), credential_id=b"second")
    assert portal.said(201, add(anna, second.make(begun(anna, code=codes[1]))))["recovery_codes"] == []


def test_a10_after_the_password_a_passkey_that_looks_at_nobody_is_enough(portal: Portal, browser: WebBrowser) -> None:
    anna = owner_of(portal)
    key = key_of(anna, verifies=False)
    assert by_passkey(browser, key).status_code == 401, "in place of the password it has to look who it is"
    step = browser.sign_in(anna.account)
    asked = options_on(step)
    assert len(asked["allowCredentials"]) == 1
    signed = key.sign(asked, user=False)
    form = {**hidden_fields(step.text), "passkey": signed}
    assert browser.ask("POST", "/sign-in", data=form).status_code == 303


def test_a10_a_passkey_of_somebody_else_is_no_second_step(portal: Portal, browser: WebBrowser) -> None:
    anna, karl = owner_of(portal), owner_of(portal)
    key_of(anna)
    his = key_of(karl)
    step = browser.sign_in(anna.account)
    form = {**hidden_fields(step.text), "passkey": his.sign(options_on(step))}
    assert browser.ask("POST", "/sign-in", data=form).status_code == 401


def test_a10_a_challenge_is_good_once_for_ten_minutes_and_for_its_purpose(portal: Portal, browser: WebBrowser) -> None:
    anna = owner_of(portal)
    key = key_of(anna)
    page = browser.get("/")
    asked, form = options_on(page), hidden_fields(page.text)

    def send(options: dict[str, Any]) -> int:
        with requests.Session() as session:
            session.trust_env = False
            session.cookies.update(browser.session.cookies)
            return session.post(
                f"{portal.url}/sign-in", data={**form, "passkey": key.sign(options)}, timeout=30, allow_redirects=False
            ).status_code

    assert send(asked) == 303
    assert send(asked) == 401, "it was used"
    assert send({"challenge": "A" * 75}) == 401, "nobody here made it"
    mine = portal.said(200, portal.post(f"{PATH}/ask", anna.account.token))["public_key"]
    assert send(mine) == 401, "it was made for something else"
    late = options_on(WebBrowser(portal).get("/"))
    portal.clock.forward(minutes=10, seconds=1)
    assert send(late) == 401


def test_a10_what_was_signed_for_another_site_opens_nothing(portal: Portal, browser: WebBrowser) -> None:
    key = key_of(owner_of(portal))
    assert by_passkey(browser, key, origin="https://evil.example").status_code == 401
    key.domain = "evil.example"
    assert by_passkey(browser, key).status_code == 401


def test_a10_a_copy_whose_count_lags_behind_is_refused_and_noted(portal: Portal, browser: WebBrowser) -> None:
    anna = owner_of(portal)
    key = key_of(anna)
    assert by_passkey(browser, key).status_code == 303
    key.count = 0
    assert by_passkey(WebBrowser(portal), key).status_code == 401
    assert anna.kinds()[0] == "wrong-factor"


@pytest.mark.parametrize(
    "said", ["{}", "[]", "x", '{"id": 1}', "[" * 9_000, '{"rawId": "AA", "response": {}}', "x" * 30_000]
)
def test_a10_what_is_no_answer_of_a_passkey_opens_nothing(portal: Portal, browser: WebBrowser, said: str) -> None:
    page = browser.get("/")
    answer = browser.ask("POST", "/sign-in", data={**hidden_fields(page.text), "passkey": said})
    assert answer.status_code == 401


def test_a10_a_stolen_token_adds_and_removes_none(portal: Portal) -> None:
    anna = with_app(portal)
    key = SecurityKey(origin(portal), credential_id=b"thief")
    for shown in ({"password": "guessed by a thief"}, {"password": anna.account.password}):
        assert portal.post(f"{PATH}/begin", anna.account.token, json=shown).status_code == 403
    options = begun(anna, code=anna.later())
    other = owner_of(portal)
    assert add(other, key.make(options)).json()["code"] == "not-proved", "it was begun by another account"
    made = portal.said(201, add(anna, key.make(options)))
    assert add(anna, key.make(options)).status_code == 403, "what was begun is finished once"
    own = f"{PATH}/{made['passkey']['id']}"
    assert portal.post(f"{own}/remove", anna.account.token, json={"password": anna.account.password}).status_code == 403
    assert portal.request("PATCH", own, other.account.token, json={"name": "mine"}).status_code == 404
    assert portal.request("PATCH", own, anna.account.token, json={"name": " "}).status_code == 400
    assert portal.said(200, portal.request("PATCH", own, anna.account.token, json={"name": "Key"}))["name"] == "Key"
    asked = portal.said(200, portal.post(f"{PATH}/ask", anna.account.token))["public_key"]
    shown = {"password": anna.account.password, "passkey": key.sign(asked)}
    assert portal.post(f"{own}/remove", anna.account.token, json=shown).status_code == 204
    assert anna.has()["passkeys"] == []
    assert anna.has()["authenticator"]
    assert "passkey-removed" in anna.kinds()


def test_a10_an_account_that_rests_is_told_so_and_a_lost_passkey_is_taken_away_by_the_practice(
    portal: Portal, browser: WebBrowser
) -> None:
    anna = owner_of(portal)
    key = key_of(anna)
    portal.clock.forward(days=366)
    assert by_passkey(browser, key).status_code == 403
    with portal.services.database.writing() as session:
        account = session.get_one(AccountRow, anna.account.account_id)
        account.reinstated_at = portal.clock()
        reset_factor(session, portal.services.settings, account, portal.clock())
        assert session.query(PasskeyRow).filter_by(account=account.id).count() == 0
    assert by_passkey(browser, key).status_code == 401


def test_a10_a_portal_without_a_domain_asks_for_none(tmp_path: Any, portal_pool: WorkerPool) -> None:
    with running_portal(tmp_path / "portal", workers=portal_pool) as plain:
        anna = owner_of(plain)
        refused = plain.post(f"{PATH}/begin", anna.account.token, json={"password": anna.account.password})
        assert refused.json()["reason"] == "no-passkeys-at-this-address"
        assert not anna.has()["passkeys_possible"]
        page = plain.get("/")
        assert "passkey" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
