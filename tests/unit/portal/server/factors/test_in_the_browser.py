"""The second step on the portal's own sign-in page: A10."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.portal_tools import Portal
from tests.unit.portal.server.factors.owner import with_app
from tests.unit.portal.server.web.browser import WebBrowser, hidden_fields

pytestmark = pytest.mark.shared_workers


@pytest.fixture
def browser(portal: Portal) -> Iterator[WebBrowser]:
    """A browser in which nobody is signed in."""
    made = WebBrowser(portal)
    yield made
    made.close()


def test_a10_the_sign_in_page_asks_for_the_code_and_leads_where_one_wanted_to_go(
    portal: Portal, browser: WebBrowser
) -> None:
    anna = with_app(portal)
    step = browser.sign_in(anna.account, page="/my/exams/abc")
    assert step.status_code == 200
    assert "portal_session" not in browser.session.cookies
    assert browser.get("/").text.count('name="password"') == 1, "nobody is signed in yet"
    wrong = browser.ask("POST", "/sign-in", data={**hidden_fields(step.text), "factor_code": "000000"})
    assert wrong.status_code == 401
    done = browser.ask("POST", "/sign-in", data={**hidden_fields(wrong.text), "factor_code": anna.later()})
    assert (done.status_code, done.headers["location"]) == (303, "/my/exams/abc")
    assert browser.cookie()


def test_a10_who_gives_up_is_led_back_and_the_page_speaks_german(portal: Portal, browser: WebBrowser) -> None:
    anna = with_app(portal)
    browser.session.headers["Accept-Language"] = "de-DE,de;q=0.9"
    step = browser.sign_in(anna.account)
    assert "Zweiter Schritt" in step.text
    assert "Ihr Passwort stimmt." in step.text
    back = browser.ask("POST", "/sign-in", data={**hidden_fields(step.text), "action": "cancel"})
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert "portal_session" not in browser.session.cookies
