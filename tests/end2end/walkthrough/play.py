"""Plays every promise before a browser, and keeps a picture of each."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from core.workers.worker import WorkerPool
from tests.end2end.patient.patient import Patient, at_the_portal
from tests.end2end.recipient import send
from tests.end2end.walkthrough.stage import CARD, DESK, PHONE, Stage, disc_files, exam_files, report_pdf, words_of
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import make, redeem

STAFF = "/api/v1/staff"
PASSWORD = "correct horse battery"
LIST_HERE = "document.querySelectorAll('.exams img.here').length > 1"
SERIES_HERE = "document.querySelector('.series img.here')"
MAIL = "martha@example.org"


def play(pictures: Path, scratch: Path, workers: WorkerPool) -> list[str]:
    """Play it all; gives what the pages complained of."""
    pictures.mkdir(parents=True, exist_ok=True)
    with at_the_portal(scratch, workers) as patient:
        stage = Stage(patient, pictures)
        eva = patient.portal.member("reception", "reports", "administrator", name="Eva Klein", user_name="eva")
        named(patient.portal, eva)
        desk = stage.as_other(account=eva)
        martha = stage.as_other(account=taken_over(desk))
        exams = sent(patient.portal, martha.who)
        looked_at(martha, desk, exams)
        added(martha, scratch)
        shared(martha, exams)
        ended(martha, desk)
        return patient.browser.console_errors


def named(portal: Portal, eva: SignedIn) -> None:
    """Give the practice its name, and how it is reached."""
    path = f"{STAFF}/practice/card"
    match = {"If-Match": portal.get(path, eva.token).headers["ETag"]}
    portal.said(200, portal.request("PATCH", path, eva.token, json=CARD, headers=match))


def press(stage: Stage, words: str) -> None:
    """Press what says this."""
    stage.who.press(words_of(stage, words))


def taken_over(desk: Stage) -> SignedIn:
    """Lines 1 to 5: from the desk to the first sign-in."""
    eva, portal = desk.who, desk.who.portal
    eva.sign_in("/my/desk/patients/new", **DESK)
    said = {"family": "SAMPLE", "given": "MARTHA", "patient_birth_date": "19510504", "patient_id": "SAMPLE-0001"}
    for field, words in (said | {"email": MAIL}).items():
        eva.browser.type(f"#{field}", words)
    desk.shoot(1, **DESK)
    press(desk, "Make the patient")
    eva.wait("Not invited yet")
    press(desk, "Invite by e-mail or text message")
    eva.wait("It is on its way to the patient.")
    code = eva.sees("#main .notice .code")
    eva.browser.evaluate("document.querySelector('#main').remove(); location.reload()")
    eva.browser.wait_for("document.querySelector('#main')?.textContent.includes('The code works until')")
    desk.shoot(4, **DESK)
    (letter,) = portal.letters("activation")
    page = letter.get_body(("html",))
    assert page is not None
    mail = portal.data / "letter.html"
    mail.write_text(page.get_content(), "utf-8")
    eva.browser.forget()
    eva.browser.open(mail.as_uri(), **PHONE)
    desk.shoot(2)
    eva.browser.open(f"{portal.url}/oauth/activate?activation_code={code}&language=en", **PHONE)
    for field, words in (("user_name", "martha.sample"), ("password", PASSWORD), ("password_again", PASSWORD)):
        eva.browser.type(f"#{field}", words)
    desk.shoot(3)
    eva.browser.click("form button[type=submit]")
    eva.browser.wait_for("document.body.innerText.includes('martha.sample')")
    eva.browser.forget()
    eva.browser.open(f"{portal.url}/recover?language=en", **PHONE)
    desk.shoot(5)
    return signed_in(portal)


def signed_in(portal: Portal) -> SignedIn:
    """Give Martha's account, with a token."""
    from portal.server.people.machine_tokens import machine_token

    with portal.services.database.writing() as session:
        token = machine_token(session, "martha.sample", 900, portal.clock()).token
    account = portal.said(200, portal.get("/api/v1/account", token=token))
    return SignedIn("martha.sample", PASSWORD, token, account["id"])


def sent(portal: Portal, martha: Patient) -> dict[str, str]:
    """Let the practice send today's CT, and X-rays and an ultrasound of five days ago, with their reports."""
    today, before = (portal.clock() - timedelta(days=days) for days in (0, 5))
    for day, kind in ((today, "ct"), (before, "x-rays"), (before, "ultrasound")):
        send(portal, portal.staff_token, exam_files(day.strftime("%Y%m%d"), kind))
    found = portal.said(200, portal.get("/api/v1/exams", martha.account.token))["exams"]
    exams = {exam["studies"][0]["modalities"][0]: exam["id"] for exam in found}
    kind = {"Content-Type": "application/pdf"}
    for exam in exams.values():
        path = f"{STAFF}/exams/{exam}/report"
        portal.said(200, portal.request("PUT", path, portal.staff_token, data=report_pdf(), headers=kind))
    return exams


def looked_at(martha: Stage, desk: Stage, exams: dict[str, str]) -> None:
    """Lines 9 to 20: exams, images and reports."""
    who, x_rays, held = martha.who, f"/my/exams/{exams['CR']}", f"/my/exams/{exams['CT']}"
    who.sign_in("/my/exams")
    who.browser.wait_for(LIST_HERE)
    martha.shoot(10)
    who.go("/my/exams", **DESK)
    who.browser.wait_for(LIST_HERE)
    martha.shoot(19, ".exams li:nth-child(2)", **DESK)
    who.go(x_rays)
    who.browser.wait_for(SERIES_HERE)
    martha.shoot(11)
    martha.shoot(20, ".numbers")
    who.go(f"{x_rays}/images")
    who.browser.wait_for("JSON.parse(document.querySelector('#picture')?.dataset.shown || '{}').path")
    who.browser.touch([(150, 400), (210, 400)], [(120, 400), (240, 400)], [(80, 400), (280, 400)])
    martha.shoot(12)
    who.go(f"{x_rays}/report")
    who.browser.wait_for("document.querySelector('.pages img')?.naturalWidth")
    martha.shoot(17)
    who.go(held)
    who.wait("Report is Unavailable")
    who.browser.wait_for(SERIES_HERE)
    martha.shoot(13, "#main .lead")
    who.go(x_rays, **DESK)
    who.browser.wait_for(SERIES_HERE)
    martha.shoot(9, **DESK)
    by_doctor(desk, held, exams["CT"])
    desk.who.sign_in("/my/desk/settings", **DESK)
    desk.shoot(15, "fieldset", **DESK)


def by_doctor(desk: Stage, place: str, exam: str) -> None:
    """Line 16: the referring doctor, who sees the report before the patient does."""
    portal = desk.who.portal
    roth = portal.member("doctor", name="Dr. Roth", user_name="roth")
    given = f"{STAFF}/doctors/{roth.account_id}/assignments"
    portal.said(200, portal.post(given, desk.who.account.token, json={"exam": exam}))
    doctor = desk.as_other(account=roth)
    doctor.who.sign_in(place, **DESK)
    doctor.who.wait("Read the report")
    doctor.who.browser.wait_for(SERIES_HERE)
    doctor.shoot(16, **DESK)


def added(martha: Stage, scratch: Path) -> None:
    """Line 21: an old disc, by the browser alone."""
    who = martha.who
    who.sign_in("/my/upload")
    disc = scratch / "disc"
    disc.mkdir()
    who.browser.give("#files", *disc_files(exam_files("20190312", "ct"), disc))
    who.press("#consent")
    who.press("#send")
    who.wait("each read again there")
    martha.shoot(21)


def shared(martha: Stage, exams: dict[str, str]) -> None:
    """Lines 22 to 34: sharing, from the first warning to the last line of the activity."""
    who, exam, token = martha.who, exams["CR"], martha.who.account.token
    who.go(f"/my/share/{exam}")
    martha.shoot(34)
    who.press("#way-email")
    who.browser.type("#email", "doctor@example.org")
    who.browser.type("#label", "Dr Weber")
    who.press("#main form button[type=submit]")
    who.wait("Verification code")
    martha.shoot(24)
    url, code = who.value("#link"), who.sees("#code")
    made = {
        each: make(who.portal, token, exams=[exam], label=each) for each in ("Family doctor", "My sister", "Dr Gray")
    }
    redeem(who.portal, made["Family doctor"], recipient_name="Ellen Gray")
    for _ in range(10):
        redeem(who.portal, made["Dr Gray"], recipient_name="Ellen Gray")
    who.portal.post(f"/api/v1/shares/{made['My sister']['share']['id']}/revoke", token)
    managed(martha, {name: one["share"]["id"] for name, one in made.items()})
    who.go(f"/my/exams/{exam}/activity")
    martha.shoot(32)
    opened_by_doctor(martha, url, code)


def managed(martha: Stage, made: dict[str, str]) -> None:
    """Lines 27 to 31: the list of what was shared."""
    who = martha.who
    who.go("/my/shared")
    martha.shoot(27)
    martha.shoot(28, f"li[data-share='{made['Dr Gray']}']")
    who.press(f"li[data-share='{made['Family doctor']}'] .edit")
    martha.shoot(29, f"li[data-share='{made['Family doctor']}']")
    tall = {**DESK, "height": 1330}
    who.go("/my/shared", **tall)
    martha.shoot(31, **tall)
    who.go("/my/shared")
    who.press(f"li[data-share='{made['Family doctor']}'] .revoke")
    martha.shoot(30)


def opened_by_doctor(martha: Stage, url: str, code: str) -> None:
    """Line 25: link and code, and no account."""
    browser = martha.who.browser
    browser.forget()
    browser.open(url, **DESK)
    browser.type("#code", code)
    browser.click("#open")
    browser.wait_for("JSON.parse(document.querySelector('#picture').dataset.shown || '{}').path")
    martha.shoot(25, **DESK)


def ended(martha: Stage, desk: Stage) -> None:
    """Lines 6 to 8: personal data, deletion, a year's rest."""
    who = martha.who
    who.sign_in("/my/account")
    martha.shoot(6)
    who.press("#ask-deletion")
    martha.shoot(7)
    who.portal.clock.forward(days=367)
    found: dict[str, Any] = who.portal.said(200, who.portal.get(f"{STAFF}/patients?q=SAMPLE", who.portal.staff_token))
    number = found["patients"][0]["id"]
    eva = desk.who.portal.member("reception", name="Ida Lang", user_name="ida")
    later = desk.as_other(account=eva)
    later.who.sign_in(f"/my/desk/patients/{number}", **DESK)
    later.who.wait("Open the account again")
    later.shoot(8, **DESK)
