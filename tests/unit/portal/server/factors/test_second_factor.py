"""A second factor: switched on, asked for at every sign-in, switched off, lost: A10."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.server.base.tables import AccountRow
from portal.server.factors.resetting import reset_factor
from portal.server.people.invitations import new_activation
from portal.server.people.recovery import RECOVER_PATH
from portal.wire.addresses import CLIENT_ID
from tests.portal_tools import Portal
from tests.unit.portal.server.factors.owner import Owner, owner_of, with_app
from tests.unit.portal.server.oauth.desktop import Desktop, hidden, told

pytestmark = pytest.mark.shared_workers


def typed(owner: Owner) -> dict[str, str]:
    return {"action": "sign-in", "user_name": owner.account.user_name, "password": owner.account.password}


def test_a10_nothing_is_asked_for_before_a_first_code_confirmed_the_app(portal: Portal) -> None:
    anna = owner_of(portal)
    begun = portal.said(201, anna.ask("/authenticator", password=anna.account.password))
    assert begun["otpauth_uri"].startswith("otpauth://totp/")
    assert begun["secret"] in begun["otpauth_uri"]
    assert begun["qr_svg"].startswith("<svg")
    assert anna.approve().status_code == 200
    anna.secret = base64.b32decode(begun["secret"])
    wrong = anna.ask("/authenticator/confirm", code=anna.code(5))
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (403, "not-proved", "code")
    assert not anna.has()["authenticator"]
    codes = portal.said(200, anna.ask("/authenticator/confirm", code=anna.code()))["recovery_codes"]
    assert len(set(codes)) == 10
    assert anna.has()["recovery_codes_left"] == 10
    assert anna.approve().status_code == 401
    assert anna.kinds()[0] == "factor-on"
    assert len(anna.letters("factor-on")) == 1


def test_a10_a_stolen_token_begins_and_ends_no_second_factor(portal: Portal) -> None:
    karl = owner_of(portal)
    refused = karl.ask("/authenticator", password="guessed by a thief")
    assert (refused.status_code, refused.json()["field"]) == (403, "password")
    anna = with_app(portal)
    good = {"password": anna.account.password, "code": anna.later()}
    for wrong in ({"password": "guessed by a thief"}, {"code": "000000"}, {"code": ""}):
        for path in ("/authenticator/remove", "/recovery-codes"):
            assert anna.ask(path, **{**good, **wrong}).status_code == 403
    again = {"password": anna.account.password, "code": anna.recovery_codes[0]}
    assert anna.ask("/authenticator", **again).json()["code"] == "conflict"
    assert anna.has()["authenticator"]
    assert anna.ask("/authenticator/remove", **good).status_code == 204
    assert (anna.has()["authenticator"], anna.has()["recovery_codes_left"]) == (False, 0)
    assert anna.approve().status_code == 200


def test_a10_the_page_asks_for_the_code_after_the_password(portal: Portal, desktop: Desktop) -> None:
    anna = with_app(portal)
    step = desktop.send(desktop.open_page(), **typed(anna))
    assert step.status_code == 200
    assert 'name="factor_code"' in step.text
    assert anna.account.password not in step.text
    assert "<script" not in step.text
    again = desktop.send(step, action="sign-in", factor_code="000000")
    assert again.status_code == 401
    done = desktop.send(again, action="sign-in", factor_code=anna.later())
    assert done.status_code == 303
    assert portal.said(200, desktop.exchange(told(done)["code"]))["access_token"]
    assert "wrong-factor" in anna.kinds()


def test_a10_a_step_leads_in_once_and_not_after_ten_minutes(portal: Portal, desktop: Desktop) -> None:
    anna = with_app(portal)
    step = desktop.send(desktop.open_page(), **typed(anna))
    assert desktop.send(step, action="sign-in", factor_code=anna.later()).status_code == 303
    over = desktop.send(step, action="sign-in", factor_code=anna.later())
    assert over.status_code == 403
    assert 'name="password"' in over.text
    late = desktop.send(desktop.open_page(), **typed(anna))
    portal.clock.forward(minutes=10, seconds=1)
    assert desktop.send(late, action="sign-in", factor_code=anna.code()).status_code == 403
    made_up = {**hidden(late), "step": "x" * 43, "action": "sign-in", "factor_code": anna.later()}
    assert desktop.post("/oauth/authorize", made_up).status_code == 403


def test_a10_the_device_page_asks_too_in_a_browser_and_of_a_program(portal: Portal, desktop: Desktop) -> None:
    anna = with_app(portal)
    assert anna.approve().status_code == 401
    assert anna.approve(factor_code=anna.code(7)).status_code == 401
    assert anna.approve(factor_code=anna.later()).status_code == 200
    begun = portal.said(200, portal.post("/oauth/device_authorization", data={"client_id": CLIENT_ID}))
    page = desktop.get(f"/oauth/device?user_code={begun['user_code']}")
    who = {"user_code": begun["user_code"], "user_name": anna.account.user_name, "password": anna.account.password}
    step = desktop.post("/oauth/device", {**hidden(page), **who, "action": "approve"})
    assert 'name="factor_code"' in step.text
    done = desktop.post("/oauth/device", {**hidden(step), "action": "approve", "factor_code": anna.later()})
    assert "You are signed in." in done.text


def test_a10_a_code_that_was_used_is_refused_also_of_ten_at_once(portal: Portal) -> None:
    anna = with_app(portal)
    code = anna.later()
    with ThreadPoolExecutor(5) as crowd:
        said = list(crowd.map(lambda _: anna.approve(factor_code=code).status_code, range(5)))
    assert sorted(said) == [200] + [401] * 4
    assert anna.approve(factor_code=code).status_code == 401


def test_a10_a_recovery_code_opens_once_and_the_person_is_told(portal: Portal) -> None:
    anna = with_app(portal)
    code = anna.recovery_codes[3]
    assert anna.approve(factor_code=code.lower().replace("-", " ")).status_code == 200
    assert anna.approve(factor_code=code).status_code == 401
    assert anna.has()["recovery_codes_left"] == 9
    (letter,) = anna.letters("recovery-code-used")
    assert code not in letter.as_string()
    assert "recovery-code-used" in anna.kinds()
    new = portal.said(200, anna.ask("/recovery-codes", password=anna.account.password, code=anna.recovery_codes[0]))
    assert anna.approve(factor_code=anna.recovery_codes[1]).status_code == 401
    assert anna.approve(factor_code=new["recovery_codes"][1]).status_code == 200


def test_a10_recovery_codes_of_another_account_open_nothing(portal: Portal) -> None:
    anna, karl = with_app(portal), with_app(portal)
    assert anna.approve(factor_code=karl.recovery_codes[0]).status_code == 401
    assert karl.approve(factor_code=karl.recovery_codes[0]).status_code == 200


def test_a10_tries_are_limited_for_each_account(portal: Portal) -> None:
    anna, karl = with_app(portal), with_app(portal)
    said = [anna.approve(factor_code="000000").status_code for _ in range(11)]
    assert said == [401] * 10 + [429]
    assert anna.approve(factor_code=anna.later()).status_code == 429
    assert karl.approve(factor_code=karl.later()).status_code == 200


def test_a10_a_recovered_password_does_not_skip_it(portal: Portal, desktop: Desktop) -> None:
    anna = with_app(portal)
    first = desktop.send(desktop.open_page(), **typed(anna))
    portal.post("/api/v1/account/recovery", json={"email": anna.email})
    body = anna.letters("recovery")[-1].get_body(("plain",))
    assert body is not None
    token = body.get_content().partition(f"{RECOVER_PATH}/")[2].split()[0]
    new = "four yellow pears"
    portal.said(200, portal.post(f"/api/v1/account/recovery/{token}", json={"password": new}))
    assert anna.approve(password=new).status_code == 401
    assert anna.approve(password=new, factor_code=anna.later()).status_code == 200
    old = desktop.send(first, action="sign-in", factor_code=anna.later())
    assert old.status_code == 403, "a step of the old password ended with it"


def test_a10_the_practice_takes_a_lost_factor_away_and_the_person_is_told(portal: Portal) -> None:
    anna = with_app(portal)
    with portal.services.database.writing() as session:
        account = session.get_one(AccountRow, anna.account.account_id)
        reset_factor(session, portal.services.settings, account, portal.clock())
    assert anna.approve().status_code == 200
    assert len(anna.letters("factor-reset")) == 1
    assert "factor-reset" in anna.kinds()
    assert anna.has()["recovery_codes_left"] == 0


def test_a10_no_activation_passes_over_it(portal: Portal) -> None:
    anna = with_app(portal)
    desk = f"/api/v1/staff/accounts/{anna.account.account_id}"
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, anna.account.account_id).password_hash = None  # as after a change was undone
    portal.said(200, portal.post(f"{desk}/block", portal.staff_token, json={}))
    assert portal.said(200, portal.post(f"{desk}/unblock", portal.staff_token))["state"] == "active"
    with portal.services.database.writing() as session:
        account = session.get_one(AccountRow, anna.account.account_id)
        account.state = "invited"
        made = new_activation(session, portal.services.secret, account, portal.clock())
    chosen = {"code": made.code, "user_name": "thief", "password": "four yellow pears"}
    assert portal.post("/api/v1/activation", json=chosen).status_code == 410
    with portal.services.database.writing() as session:  # nobody else of her name finds it waiting
        session.get_one(AccountRow, anna.account.account_id).state = "active"


def test_a10_no_secret_and_no_code_is_kept_as_it_is(portal: Portal) -> None:
    anna = with_app(portal)
    kept = b"".join(file.read_bytes() for file in portal.data.glob("portal.db*"))
    secrets = [anna.secret, base64.b32encode(anna.secret), *(code.encode() for code in anna.recovery_codes)]
    secrets += [code.replace("-", "").encode() for code in anna.recovery_codes]
    assert [secret for secret in secrets if secret in kept] == []


def test_a10_a_page_of_another_site_cannot_send_the_code(portal: Portal, desktop: Desktop) -> None:
    anna = with_app(portal)
    step = desktop.send(desktop.open_page(), **typed(anna))
    form = {**hidden(step), "action": "sign-in", "factor_code": anna.later()}
    refused = portal.post("/oauth/authorize", data=form, headers={"Origin": "https://x.example"})
    assert refused.status_code == 403


def test_a10_staff_have_a_second_step_too_and_programs_of_the_practice_none(portal: Portal) -> None:
    eva = Owner(portal, portal.member("reception"))
    assert portal.get("/api/v1/account/second-factor", portal.staff_token).status_code == 403
    begun = portal.said(201, eva.ask("/authenticator", password=eva.account.password))
    eva.secret = base64.b32decode(begun["secret"])
    assert len(portal.said(200, eva.ask("/authenticator/confirm", code=eva.code()))["recovery_codes"]) == 10
    assert eva.has()["authenticator"]
    page = portal.get("/sign-in")
    assert page.status_code == 200
    assert eva.approve().status_code == 401
