"""My Account in the patient's browser: data, sign-ins, letters, the end (A6, A7, N1)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.server.exams.release_rules import change_rules
from portal.wire.desk.practice import PracticeRules
from tests.end2end.patient.patient import Patient
from tests.share_tools import exam_of, make, redeem

pytestmark = pytest.mark.shared_workers


@pytest.fixture(scope="module")
def signed_in(anna: Patient) -> Patient:
    anna.sign_in("/my/account")
    return anna


@pytest.fixture(autouse=True)
def nothing_is_complained_of(anna: Patient) -> Iterator[None]:
    yield
    assert anna.browser.console_errors == []


def test_a6_where_the_practice_lets_them_people_change_their_address_and_phone(signed_in: Patient) -> None:
    anna = signed_in
    anna.go("/my/account")
    assert anna.fits()
    assert anna.barriers() == []
    assert "Anna MUELLER" in anna.sees("#persons")
    anna.browser.type("#phone", "+49 30 1234")
    anna.press("#contact-data button")
    anna.wait("Saved.")
    assert anna.portal.said(200, anna.portal.get("/api/v1/account", anna.account.token))["phone"] == "+49 30 1234"


def test_a6_else_the_page_says_whom_to_contact(signed_in: Patient) -> None:
    anna = signed_in
    with anna.portal.services.database.writing() as session:
        change_rules(session, 1, PracticeRules(self_service=False), anna.portal.clock())
    anna.go("/my/account")
    assert "Your practice changes this itself. Please contact:" in anna.sees("#contact-data")
    assert anna.sees("#contact-data form") == ""


def test_sign_ins_are_listed_and_ended_one_by_one(signed_in: Patient) -> None:
    anna = signed_in
    anna.go("/my/account")
    kept = anna.portal.said(200, anna.portal.get("/api/v1/account/tokens", anna.account.token))["tokens"]
    program = next(each["id"] for each in kept if each["kind"] == "machine")
    assert "Chrome, Linux" in anna.sees("#tokens")
    anna.press(f"li[data-token='{program}'] button")
    anna.browser.wait_for(f"!document.querySelector(\"li[data-token='{program}']\")")
    assert anna.portal.get("/api/v1/account", anna.account.token).status_code == 401


def test_n1_letters_are_switched_off_by_a_tick(signed_in: Patient) -> None:
    anna = signed_in
    anna.go("/my/account")
    assert anna.browser.evaluate("document.querySelector('#letter-share-opened').checked")
    anna.press("#letter-share-opened")
    anna.browser.wait_for("document.querySelector('#told').textContent === 'Saved.'")
    anna.go("/my/account")
    assert not anna.browser.evaluate("document.querySelector('#letter-share-opened').checked")
    assert anna.browser.evaluate("document.querySelector('#letter-report').checked")


def test_a7_deletion_is_asked_for_and_what_was_shared_ends_at_once(anna: Patient) -> None:
    other = anna.portal.account("BERG^KARL", "19480101", "B-2", user_name="karl.berg")
    patient = Patient(anna.portal, anna.browser, other)
    made = make(anna.portal, other.token, exams=[exam_of(anna.portal, other)])
    patient.sign_in("/my/account")
    patient.press("#ask-deletion")
    assert "Everything you shared ends at once, for good." in patient.sees("dialog")
    patient.press("dialog .danger")
    patient.wait("Nobody can open what you shared any more.")
    assert redeem(anna.portal, made).status_code == 410
    patient.press("#sign-ins form button")
    patient.browser.wait_for("document.querySelector('#password')")
