"""The practice's desk and a referring doctor before a real browser, with real keys on 1366×768 (A1, A3, E5, E6)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.end2end.patient.patient import Patient, practice_exam
from tests.tools import REPOSITORY, skip_or_fail
from tests.unit.portal.server.http.test_who_may_ask import report

pytestmark = pytest.mark.shared_workers

SCREEN: dict[str, Any] = {"width": 1366, "height": 768}
STAFF = "/api/v1/staff"
AXE = REPOSITORY / ".venv" / "viewers" / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = (
    "axe.run().then(said => said.violations.map(each => [each.impact, each.id, each.nodes.map(node => node.html)]))"
)


@pytest.fixture(autouse=True)
def nothing_is_complained_of(anna: Patient) -> Iterator[None]:
    anna.browser.console_errors.clear()
    yield
    refused = ("status of 409", "status of 412", "status of 403")  # which the pages say in words
    assert [each for each in anna.browser.console_errors if not any(words in each for words in refused)] == []


@pytest.fixture(scope="module")
def exam(anna: Patient) -> str:
    return practice_exam(anna)


@pytest.fixture(scope="module")
def eva(anna: Patient, exam: str) -> Patient:
    """Eva, who is at the desk and reads reports."""
    return replace(anna, account=anna.portal.member("reception", "reports", name="Eva Klein", user_name="eva"))


def at(who: Patient, place: str, **screen: Any) -> None:
    who.sign_in(place, **(screen or SCREEN))


def keys(who: Patient, *pressed: str) -> None:
    for key in pressed:
        who.browser.press(key)


def in_view(who: Patient, selector: str) -> bool:
    """Tell whether all of these are seen without scrolling."""
    script = (
        f"[...document.querySelectorAll({json.dumps(selector)})].every(each => {{"
        " const at = each.getBoundingClientRect(); return at.top >= 0 && at.bottom <= innerHeight; })"
    )
    return bool(who.browser.evaluate(script))


def press_words(who: Patient, words: str) -> None:
    """Press the button, link or summary that says this, in the question that is open, if one is."""
    found = (
        "[...(document.querySelector('dialog[open]') || document.querySelector('#main'))"
        f".querySelectorAll('button, a, summary')].find(each => each.textContent.trim() === {json.dumps(words)})"
    )
    who.browser.wait_for(f"{found} && !{found}.disabled && !{found}.hidden")
    who.browser.evaluate(f"{found}.click()")


def test_a1_reception_finds_a_patient_with_the_keyboard_alone(eva: Patient) -> None:
    at(eva, "/my/desk/patients")
    assert eva.browser.evaluate("document.activeElement.id") == "search"
    person = eva.portal.said(200, eva.portal.get(f"{STAFF}/patients/1", eva.account.token))["person"]
    eva.browser.type("#search", person["patient_birth_date"])
    keys(eva, "Enter")
    eva.wait("Look at it")
    heading = eva.sees("#main h1")
    assert f"Patient ID {person['patient_id']}" in heading.replace("\u2068", "").replace("\u2069", "")
    assert "born" in heading
    assert in_view(eva, "#main > .actions button")
    assert eva.fits()


def test_a1_who_might_be_somebody_is_asked_about_in_the_page(eva: Patient) -> None:
    known = eva.portal.said(200, eva.portal.get(f"{STAFF}/patients/1", eva.account.token))["person"]
    family, given = known["patient_name"].split("^")
    date = known["patient_birth_date"]
    at(eva, "/my/desk/patients/new")
    for field, words in (("family", family), ("given", given), ("patient_birth_date", date), ("patient_id", "NEW-1")):
        eva.browser.type(f"#{field}", words)
    keys(eva, "Enter")
    eva.wait("Is it one of these?")
    assert "The same person" in eva.sees()
    eva.press("#other-1")
    press_words(eva, "Make the patient")
    eva.wait("Not invited yet")
    assert "NEW-1" in eva.sees("#main h1")


def test_a3_an_invitation_is_printed_and_its_code_shown_beside_the_name(eva: Patient) -> None:
    wanted = {"patient_name": "BERG^KARL", "patient_birth_date": "19480101", "patient_id": "B-2"}
    karl = eva.portal.said(201, eva.portal.post(f"{STAFF}/patients", eva.account.token, json=wanted))
    at(eva, f"/my/desk/patients/{karl['id']}")
    press_words(eva, "Print an invitation")
    eva.wait("Activation code for")
    code = eva.sees("#main .notice .code")
    assert "BERG" in eva.sees("#main .notice")
    chosen = {"code": code, "user_name": "karl", "password": "correct horse battery"}
    eva.portal.said(200, eva.portal.post("/api/v1/activation", json=chosen))
    eva.go(f"/my/desk/patients/{karl['id']}", **SCREEN)
    press_words(eva, "Block")
    assert "BERG" in eva.sees("dialog[open]")
    press_words(eva, "Block")
    eva.wait("Blocked")
    press_words(eva, "Unblock")
    eva.wait("Active")


def test_e5_a_report_is_released_and_held_back_from_the_page(eva: Patient, exam: str) -> None:
    rule = {"release_rule": "after-report", "release_hours": 48}
    eva.portal.said(200, eva.portal.request("PATCH", f"{STAFF}/practice", eva.portal.staff_token, json=rule))
    at(eva, "/my/desk/reports")
    assert "No report yet." in eva.sees()
    headers = {"Content-Type": "application/pdf"}
    put = f"{STAFF}/exams/{exam}/report?complete=false"
    eva.portal.said(200, eva.portal.request("PUT", put, eva.account.token, data=report(), headers=headers))
    eva.go("/my/desk/reports?work=draft", **SCREEN)
    press_words(eva, "The report is complete")
    eva.wait("No exam is here.")
    eva.go("/my/desk/reports?work=complete", **SCREEN)
    assert "The patient sees the report from" in eva.sees()
    press_words(eva, "Release now")
    assert "born" in eva.sees("dialog[open]")
    press_words(eva, "Release now")
    eva.wait("The patient sees the report.")
    press_words(eva, "Hold back")
    eva.wait("Held back by hand")


def test_e6_a_doctor_reads_the_report_the_patient_does_not_see_yet(eva: Patient, exam: str) -> None:
    doctor = eva.portal.member("doctor", name="Dr. Roth", user_name="roth")
    given = f"{STAFF}/doctors/{doctor.account_id}/assignments"
    eva.portal.said(200, eva.portal.post(given, eva.account.token, json={"exam": exam}))
    roth = replace(eva, account=doctor)
    at(roth, "/my/exams")
    roth.wait("The report is here")
    assert "born" in roth.sees("#main .tile")  # whose it is
    assert "Quick Share" not in roth.sees()
    roth.press("#main .tile")
    roth.wait("Read the report")
    assert "Share Exam" not in roth.sees()
    assert "Activity" not in roth.sees()
    assert "Shared Exams" not in roth.sees("#places")


def test_each_sees_the_places_of_their_role_alone(eva: Patient) -> None:
    at(eva, "/my/desk/patients")
    places = [each.strip() for each in eva.sees("#places").splitlines()]
    assert places == ["Patients", "Reports", "Inbox", "Referring doctors", "Letters", "Second step"]
    eva.go("/my/desk/staff", **SCREEN)
    assert "There is nothing here" in eva.sees()
    ada = replace(eva, account=eva.portal.member("administrator", name="Ada Boss", user_name="ada"))
    at(ada, "/my/desk/staff")
    assert "Ada Boss (ada)" in ada.sees()
    ada.go("/my/desk/settings", **SCREEN)
    ada.browser.type("#phone", "030 4711")
    press_words(ada, "Save")
    ada.browser.wait_for("document.querySelector('#told').textContent === 'Saved.'")
    known = ada.portal.said(200, ada.portal.get("/.well-known/patient-portal"))
    assert known["practices"][0]["phone"] == "030 4711"


PLACES = ("patients", "patients/new", "patients/1", "reports?work=complete", "inbox", "doctors", "letters")


@pytest.mark.parametrize("place", PLACES)
def test_the_desk_fits_a_phone_and_speaks_german(eva: Patient, place: str) -> None:
    phone: dict[str, Any] = {"width": 360, "height": 740, "mobile": True}
    if place == PLACES[0]:
        at(eva, "/my/desk/patients", **phone)
    eva.go(f"/my/desk/{place}{'&' if '?' in place else '?'}language=de", **phone)
    assert eva.fits()
    assert eva.browser.evaluate("document.documentElement.lang") == "de"


def test_whose_an_upload_is_gets_answered_in_the_inbox(anna: Patient, eva: Patient) -> None:
    person = {"patient_name": "ADLER^EVA", "patient_birth_date": "19480101", "patient_id": "X-9"}
    item = {"sop_instance_uid": "5.1", "size": 9, "sha256": "0" * 64}
    wanted = {"study_instance_uid": "5", "person": person, "items": [item]}
    anna.portal.said(403, anna.portal.post("/api/v1/uploads", anna.account.token, json=wanted))
    at(eva, "/my/desk/inbox")
    assert "ADLER" in eva.sees()
    press_words(eva, "They are this patient's")
    assert "MUELLER" in eva.sees("dialog[open]")
    press_words(eva, "Yes, they are")
    eva.browser.wait_for("!document.querySelector('#main').innerText.includes('ADLER')")
    anna.portal.said(200, anna.portal.post("/api/v1/uploads", anna.account.token, json=wanted))


def test_e6_a_doctor_is_given_a_patients_exams_on_the_card(eva: Patient) -> None:
    doctor = eva.portal.member("doctor", name="Dr. Weber", user_name="weber")
    at(eva, "/my/desk/patients/1")
    row = "[...document.querySelectorAll('.doctors li')].find(each => each.textContent.includes('Dr. Weber'))"
    eva.browser.evaluate(f"{row}.querySelector('button').click()")
    eva.browser.wait_for("document.querySelector('dialog[open]')")
    assert "MUELLER" in eva.sees("dialog[open]")
    press_words(eva, "Give all exams")
    eva.wait("Dr. Weber sees all exams of this patient")
    assert len(eva.portal.said(200, eva.portal.get("/api/v1/exams", doctor.token))["exams"]) == 1


def test_readers_and_keys_find_their_way_at_the_desk(eva: Patient) -> None:
    if not AXE.exists():
        skip_or_fail("axe-core is not there (packaging/viewers.sh)")
    ada = replace(
        eva, account=eva.portal.member("reception", "reports", "administrator", name="Ada Axe", user_name="axe")
    )
    at(ada, "/my/desk/patients")
    for place in (*PLACES, "staff", "settings"):
        ada.go(f"/my/desk/{place}", **SCREEN)
        ada.browser.evaluate(AXE.read_text("utf-8"))
        assert ada.browser.evaluate(FINDINGS) == [], place
