"""Share Exam, Shared Exams and Activity from the patient's own pages, on a phone, with real keys (S1–S11, L1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from portal.wire.activity import ActivityKind
from tests.end2end.patient.patient import Patient, own_exam, practice_exam, put_report
from tests.share_tools import redeem, wrong_code
from tests.tools import REPOSITORY

pytestmark = pytest.mark.shared_workers

PDF = b"%PDF-1.4\n"


@pytest.fixture(scope="module")
def signed_in(anna: Patient) -> Patient:
    own_exam(anna)
    anna.sign_in()
    return anna


@pytest.fixture(autouse=True)
def nothing_is_complained_of(anna: Patient) -> Iterator[None]:
    yield
    assert anna.browser.console_errors == []


@pytest.fixture(scope="module")
def uploaded(signed_in: Patient) -> str:
    (exam,) = (each for each in exams_of(signed_in) if each["origin"] == "upload")
    return str(exam["id"])


def exams_of(anna: Patient) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = anna.portal.said(200, anna.portal.get("/api/v1/exams", anna.account.token))["exams"]
    return found


def shared_in_the_page(anna: Patient, exam: str, **typed: str) -> dict[str, Any]:
    """Fill the form in, send it, and read link and code off the page."""
    anna.go(f"/my/share/{exam}")
    for name, words in typed.items():
        anna.browser.type(f"#{name}", words)
    anna.press("#main form button[type=submit]")
    anna.wait("Verification code")
    url, code = anna.value("#link"), anna.sees("#code")
    newest = anna.portal.said(200, anna.portal.get("/api/v1/shares?limit=1", anna.account.token))["shares"][0]
    return {"share": newest, "url": url, "verification_code": code}


def card(made: dict[str, Any]) -> str:
    return f"li[data-share={json.dumps(made['share']['id'])}]"


def test_s1_sharing_is_absent_until_the_report_is_there(signed_in: Patient) -> None:
    anna, exam = signed_in, practice_exam(signed_in)
    anna.go(f"/my/exams/{exam}")
    assert anna.sees(f"a[href='/my/share/{exam}']") == ""
    anna.go("/my/exams")
    assert anna.sees(f"a[href='/my/share/{exam}']") == ""
    anna.go(f"/my/share/{exam}")
    assert "This exam can be shared once its report is there" in anna.sees()
    assert anna.sees("#main form") == ""
    put_report(anna.portal, exam, PDF)
    anna.go("/my/exams")
    assert "Quick Share" in anna.sees(f"a[href='/my/share/{exam}']")
    anna.go(f"/my/exams/{exam}")
    anna.press(f"a[href='/my/share/{exam}']")
    anna.wait("Share them only with people you trust")


def test_s2_by_e_mail_the_portal_sends_the_link_and_the_page_shows_the_code(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    anna.go(f"/my/share/{uploaded}")
    anna.press("#way-email")
    anna.browser.type("#email", "not an address")
    anna.press("#main form button[type=submit]")
    assert anna.value("#email") == "not an address"  # the browser says what is wrong with it
    anna.browser.type("#email", "doctor@example.org")
    anna.press("#main form button[type=submit]")
    anna.wait("The link is on its way to doctor@example.org.")
    (letter,) = anna.portal.letters("share")
    said = str(letter)
    assert anna.value("#link") in said.replace("=\n", "")
    assert anna.sees("#code") not in said
    assert anna.sees("#code") not in "".join(anna.browser.requests)


def test_s2_on_paper_link_and_code_are_printed_by_the_portal(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    shared_in_the_page(anna, uploaded)
    anna.browser.evaluate(
        "window.printed = new Promise(done => { const real = URL.createObjectURL; URL.createObjectURL = blob => {"
        " blob.text().then(text => done(text.slice(0, 5))); return real.call(URL, blob); }; }), 0"
    )
    anna.press("#print")
    assert anna.browser.evaluate("window.printed") == "%PDF-"
    asked = [each for each in anna.browser.requests if "invitation.pdf" in each]
    assert asked
    assert not any(anna.sees("#code") in each for each in asked)


def test_s2_the_code_is_shown_this_once(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    made = shared_in_the_page(anna, uploaded)
    anna.press("a[href='/my/shared']:not(nav a)")
    anna.wait("Everything you ever shared")
    for place in ("/my/shared", f"/my/activity?share={made['share']['id']}"):
        anna.go(place)
        assert made["verification_code"] not in anna.sees()


def test_s4_s7_each_invitation_is_one_of_its_own_and_stays_in_the_list(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    first = shared_in_the_page(anna, uploaded, label="Dr Weber")
    second = shared_in_the_page(anna, uploaded, label="My sister")
    assert first["url"] != second["url"]
    anna.go("/my/shared")
    assert "For Dr Weber" in anna.sees(card(first))
    assert "For My sister" in anna.sees(card(second))
    anna.press(f"{card(first)} .revoke")
    anna.press("dialog .danger")
    anna.browser.wait_for(f"document.querySelector({json.dumps(card(first))}).dataset.status == 'revoked'")
    assert redeem(anna.portal, second).status_code == 200
    anna.go("/my/shared")
    assert "For Dr Weber" in anna.sees(card(first))


def test_s5_s6_a_share_is_active_then_viewed_then_expired_after_ten_openings(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    made = shared_in_the_page(anna, uploaded)
    anna.go("/my/shared")
    assert "Active Nobody has used it yet." in anna.sees(card(made))
    assert "Opened 0 of 10 times" in anna.sees(card(made))
    assert redeem(anna.portal, made).status_code == 200
    anna.go("/my/shared")
    assert "Viewed Last opened on" in anna.sees(card(made))
    assert "Opened 1 of 10 times" in anna.sees(card(made))
    for _ in range(9):
        redeem(anna.portal, made)
    anna.go("/my/shared")
    assert "Expired It was opened as often as it can be." in anna.sees(card(made))
    assert anna.sees(f"{card(made)} .edit") == ""


def test_s8_shared_until_is_moved_in_its_card(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    made = shared_in_the_page(anna, uploaded)
    anna.go("/my/shared")
    anna.press(f"{card(made)} .edit")
    anna.browser.evaluate(f"document.querySelector('{card(made)} input').value = '2020-01-01'")
    anna.press(f"{card(made)} button[type=submit]")
    assert anna.sees(f"{card(made)} form") != ""
    latest = anna.browser.evaluate(f"document.querySelector('{card(made)} input').max")
    anna.browser.evaluate(f"document.querySelector('{card(made)} input').value = '{latest}'")
    anna.press(f"{card(made)} button[type=submit]")
    anna.browser.wait_for(f"!document.querySelector('{card(made)} form')")
    shown = anna.portal.said(200, anna.portal.get(f"/api/v1/shares/{made['share']['id']}", anna.account.token))
    assert shown["expires_at"] > made["share"]["expires_at"]
    assert anna.browser.evaluate("document.activeElement.className").endswith("edit")
    assert redeem(anna.portal, made).status_code == 200  # the link stays the same


def test_s8_somebody_who_changed_it_meanwhile_is_not_overruled(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    made = shared_in_the_page(anna, uploaded)
    anna.go("/my/shared")
    anna.press(f"{card(made)} .edit")
    anna.portal.post(f"/api/v1/shares/{made['share']['id']}/revoke", anna.account.token)
    anna.press(f"{card(made)} button[type=submit]")
    anna.wait("Access was revoked, which cannot be undone.")


def test_s9_revoking_asks_first_and_says_what_it_cannot_do(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    made = shared_in_the_page(anna, uploaded)
    anna.go("/my/shared")
    anna.press(f"{card(made)} .revoke")
    asked = anna.sees("dialog")
    assert "This cannot be undone" in asked
    assert "Copies that were downloaded already cannot be called back." in asked
    anna.browser.press("Escape")
    anna.browser.wait_for("!document.querySelector('dialog')")
    assert redeem(anna.portal, made).status_code == 200
    anna.press(f"{card(made)} .revoke")
    anna.browser.press("Tab", shift=True)
    anna.browser.press("Enter")
    anna.browser.wait_for(f"document.querySelector('{card(made)}').dataset.status == 'revoked'")
    assert redeem(anna.portal, made).status_code == 410
    assert anna.sees(f"{card(made)} .revoke") == ""
    anna.press(f"{card(made)} a[href*='again=']")
    anna.wait("Share them only with people you trust")


def test_s10_what_is_shared_and_whether_it_may_be_downloaded_is_chosen(signed_in: Patient) -> None:
    anna, exam = signed_in, practice_exam(signed_in, PDF, number=2)
    anna.go(f"/my/share/{exam}")
    assert anna.browser.evaluate("document.querySelector('#download').checked") is False
    assert anna.browser.evaluate("document.querySelector('#what-both').checked") is True
    anna.press("#what-report")
    anna.press("#download")
    anna.browser.type("#message", "Please look at the left side")
    anna.press("#main form button[type=submit]")
    anna.wait("Verification code")
    made = anna.portal.said(200, anna.portal.get("/api/v1/shares?limit=1", anna.account.token))["shares"][0]
    assert (made["include_images"], made["include_report"], made["allow_download"]) == (False, True, True)
    assert made["message"] == "Please look at the left side"
    anna.go("/my/shared")
    assert "Report, may be downloaded" in anna.sees(f"li[data-share='{made['id']}']")


def test_s11_a_locked_share_and_one_whose_typed_code_was_guessed_say_so(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    made = shared_in_the_page(anna, uploaded)
    for number in range(10):
        redeem(anna.portal, made, wrong_code(made, number))
    anna.go("/my/shared")
    assert "it is locked for good" in anna.sees(card(made))


def test_l1_activity_says_when_by_whom_and_of_which_exam(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    made = shared_in_the_page(anna, uploaded, label="Dr Gray")
    redeem(anna.portal, made, wrong_code(made))
    redeem(anna.portal, made, recipient_name="Ellen Gray")
    anna.go(f"/my/exams/{uploaded}")
    anna.press(f"a[href='/my/exams/{uploaded}/activity']")
    anna.wait("Ellen Gray opened")
    said = anna.sees()
    assert "You shared " in said
    assert "with Dr Gray" in said
    assert "A wrong code was tried for" in said
    assert "9 tries are left" in said
    anna.go("/my/activity")
    assert "You signed in" in anna.sees()
    assert anna.browser.evaluate("document.querySelector('a[download]').pathname") == "/api/v1/audit.csv"
    anna.go(f"/my/activity?share={made['share']['id']}")
    assert "You signed in" not in anna.sees()
    assert "Ellen Gray opened" in anna.sees()


def test_every_kind_of_activity_is_a_sentence() -> None:
    source = (REPOSITORY / "portal/server/assets/web/activity/sentences.js").read_text("utf-8")
    unsaid = [kind for kind in get_args(ActivityKind) if f'"{kind}":' not in source and f"  {kind}:" not in source]
    assert unsaid == []


@pytest.mark.parametrize("place", ["/my/shared", "/my/activity", "/my/share/{exam}"])
def test_nothing_runs_off_a_narrow_screen_nor_shuts_anybody_out(signed_in: Patient, uploaded: str, place: str) -> None:
    signed_in.go(place.format(exam=uploaded))
    assert signed_in.fits()
    assert signed_in.barriers() == []


def test_an_account_that_is_to_be_deleted_is_told_why_it_cannot_share(signed_in: Patient, uploaded: str) -> None:
    anna = signed_in
    anna.portal.post("/api/v1/account/deletion", anna.account.token)
    anna.go(f"/my/share/{uploaded}")
    anna.press("#main form button[type=submit]")
    anna.wait("You asked your practice to delete this account")
