"""A changed e-mail address does not give an account away: A5, A6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
import requests

from core.workers.worker import WorkerPool
from portal.server.base.tables import AccountRow
from tests.portal_tools import Portal, SignedIn, running_portal

pytestmark = pytest.mark.shared_workers
NEW = "four yellow pears"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool) -> Iterator[Portal]:
    """Give one portal for all: its clock goes forward only."""
    with running_portal(tmp_path_factory.mktemp("addresses") / "portal", workers=portal_pool) as running:
        yield running


def change(portal: Portal, anna: SignedIn, address: str) -> None:
    edited = portal.request("PATCH", "/api/v1/account", anna.token, json={"email": address})
    assert portal.said(200, edited)["email"] == (address or None)


def old(anna: SignedIn) -> str:
    return f"{anna.user_name}@example.org"


def thief(anna: SignedIn) -> str:
    return f"thief.of.{anna.user_name}@example.org"


def with_address(portal: Portal) -> SignedIn:
    """Make an account whose address the practice entered."""
    anna = portal.account()
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, anna.account_id).email = old(anna)
    return anna


def letters_to(portal: Portal, address: str, kind: str) -> list[EmailMessage]:
    return [letter for letter in portal.letters(kind) if letter["To"] == address]


def recovered_by(portal: Portal, address: str) -> int:
    """Ask for help with an address, and count the letters it brings there."""
    before = len(letters_to(portal, address, "recovery"))
    portal.post("/api/v1/account/recovery", json={"email": address.upper()})
    return len(letters_to(portal, address, "recovery")) - before


def link_in(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    found = re.search(r"/(?:email|recover)/\S+", body.get_content())
    assert found, body.get_content()
    return found[0]


def press(portal: Portal, link: str) -> requests.Response:
    """Open a letter's link and press its button."""
    with requests.Session() as browser:
        browser.trust_env = False
        page = browser.get(portal.url + link, timeout=30)
        field = re.search(r'name="form_token" value="([^"]+)"', page.text)
        return browser.post(portal.url + link, data={"form_token": field[1]}, timeout=30) if field else page


def test_a5_a_stolen_token_that_changes_the_address_does_not_bring_the_password(portal: Portal) -> None:
    anna = with_address(portal)
    change(portal, anna, thief(anna))
    assert recovered_by(portal, thief(anna)) == 0, "nobody confirmed it"
    assert press(portal, link_in(letters_to(portal, thief(anna), "email-confirm")[0])).status_code == 200
    assert recovered_by(portal, thief(anna)) == 0, "for three days the address of before is the one"
    assert recovered_by(portal, old(anna)) == 1
    portal.clock.forward(hours=72)
    assert recovered_by(portal, old(anna)) == 0
    assert recovered_by(portal, thief(anna)) == 1


def test_a6_the_old_address_undoes_the_change_by_one_press_and_everybody_is_signed_out(portal: Portal) -> None:
    anna = with_address(portal)
    change(portal, anna, thief(anna))
    change(portal, anna, "second." + thief(anna))
    link = link_in(letters_to(portal, old(anna), "email-changed")[0])
    assert requests.get(portal.url + link, timeout=30).status_code == 200, "to look at it changes nothing"
    assert portal.get("/api/v1/account", anna.token).status_code == 200
    assert press(portal, link).status_code == 200
    assert portal.get("/api/v1/account", anna.token).status_code == 401
    assert recovered_by(portal, old(anna)) == 1
    assert recovered_by(portal, "second." + thief(anna)) == 0
    assert press(portal, link).status_code == 410, "it works once"
    later = link_in(letters_to(portal, thief(anna), "email-changed")[0])
    assert press(portal, later).status_code == 410, "who changed it again cannot undo the undoing"


def test_a5_a_password_the_new_address_set_meanwhile_opens_nothing_after_the_undoing(portal: Portal) -> None:
    anna = with_address(portal)
    change(portal, anna, thief(anna))
    press(portal, link_in(letters_to(portal, thief(anna), "email-confirm")[0]))
    portal.clock.forward(days=4)
    assert recovered_by(portal, thief(anna)) == 1
    stolen = link_in(letters_to(portal, thief(anna), "recovery")[-1]).replace("/recover/", "/api/v1/account/recovery/")
    assert portal.post(stolen, json={"password": NEW}).status_code == 200
    done = press(portal, link_in(letters_to(portal, old(anna), "email-changed")[0]))
    assert "The password was changed meanwhile" in done.text
    begun = portal.said(200, portal.post("/oauth/device_authorization", data={"client_id": "scanshelf-desktop"}))
    form = {"user_code": begun["user_code"], "user_name": anna.user_name, "password": NEW}
    assert portal.post("/oauth/device", data=form).status_code == 401
    (letter,) = letters_to(portal, old(anna), "recovery")
    mine = link_in(letter).replace("/recover/", "/api/v1/account/recovery/")
    assert portal.post(mine, json={"password": "my own new password"}).status_code == 200


def test_a6_the_link_works_for_fourteen_days(portal: Portal) -> None:
    anna = with_address(portal)
    change(portal, anna, thief(anna))
    link = link_in(letters_to(portal, old(anna), "email-changed")[0])
    portal.clock.forward(days=13, hours=23)
    assert requests.get(portal.url + link, timeout=30).status_code == 200
    portal.clock.forward(hours=1)
    assert press(portal, link).status_code == 410
    assert press(portal, "/email/undo/unknown").status_code == 404


def test_a6_a_first_address_is_confirmed_by_its_own_letter(portal: Portal) -> None:
    anna = portal.account()
    change(portal, anna, old(anna))
    assert letters_to(portal, old(anna), "email-changed") == []
    assert recovered_by(portal, old(anna)) == 0, "it may be a stranger's by a slip of the pen"
    link = link_in(letters_to(portal, old(anna), "email-confirm")[0])
    assert press(portal, link).status_code == 200
    assert press(portal, link).status_code == 200, "twice is as once"
    assert recovered_by(portal, old(anna)) == 1
    change(portal, anna, "")
    assert press(portal, link).status_code == 410


def test_a6_a_form_of_another_site_presses_nothing(portal: Portal) -> None:
    anna = with_address(portal)
    change(portal, anna, thief(anna))
    link = link_in(letters_to(portal, old(anna), "email-changed")[0])
    assert portal.post(link, data={"form_token": "x"}).status_code == 403
    assert portal.said(200, portal.get("/api/v1/account", anna.token))["email"] == thief(anna)


def test_a6_an_old_mailbox_undoes_nothing_the_practice_corrected(portal: Portal) -> None:
    anna = with_address(portal)
    change(portal, anna, thief(anna))
    undo, confirm = (
        link_in(letters_to(portal, address, kind)[0])
        for address, kind in ((old(anna), "email-changed"), (thief(anna), "email-confirm"))
    )
    entered = f"entered.for.{anna.user_name}@example.org"
    desk = f"/api/v1/staff/patients/{person_of(portal, anna)}"
    said = portal.request("PATCH", desk, portal.staff_token, json={"email": entered}, headers={"If-Match": "*"})
    assert portal.said(200, said)["email"] == entered
    assert [press(portal, link).status_code for link in (undo, confirm)] == [410, 410]
    assert [recovered_by(portal, each) for each in (old(anna), thief(anna), entered)] == [0, 0, 1]


def test_a6_a_letter_to_the_old_address_of_a_member_gives_no_password_any_more(portal: Portal) -> None:
    eva = portal.member("reception")
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, eva.account_id).email = old(eva)
    assert recovered_by(portal, old(eva)) == 1
    link = link_in(letters_to(portal, old(eva), "recovery")[0]).replace("/recover/", "/api/v1/account/recovery/")
    member, wanted = f"/api/v1/staff/members/{eva.account_id}", {"email": f"entered.for.{eva.user_name}@example.org"}
    portal.said(200, portal.request("PATCH", member, portal.staff_token, json=wanted, headers={"If-Match": "*"}))
    assert portal.post(link, json={"password": NEW}).status_code == 404


def person_of(portal: Portal, anna: SignedIn) -> int:
    with portal.services.database.reading() as session:
        return session.get_one(AccountRow, anna.account_id).patients[0].patient
