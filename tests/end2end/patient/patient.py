"""A patient before a real browser: signs in, reads, presses keys and buttons."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.demo.browsing.browser import Browser, find_chromium
from core.workers.worker import WorkerPool
from tests.end2end.recipient import BIRTH_DATE, NAME, PATIENT_ID, annas, send, written
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.tools import REPOSITORY, skip_or_fail

PHONE: dict[str, Any] = {"width": 360, "height": 740, "mobile": True}
SECONDS = 30.0  # a page that is not there by then is not there
DESKTOP: dict[str, Any] = {"width": 1280, "height": 900}
AXE = REPOSITORY / ".venv" / "viewers" / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = "axe.run().then(said => said.violations.map(each => [each.impact, each.id, each.nodes.map(n => n.html)]))"
AFTER_WAIT = "document.querySelector('#main h1') && !document.querySelector('#main').hasAttribute('aria-busy')"


@dataclass
class Patient:
    """One person, signed in or not, with one browser and one portal."""

    portal: Portal
    browser: Browser
    account: SignedIn

    def sign_in(self, place: str = "/my/exams", language: str = "en", **screen: Any) -> None:
        """Type user name and password on the way to a place."""
        self.browser.forget()
        self.browser.open(f"{self.portal.url}{place}?language={language}", **(screen or PHONE))
        self.browser.type("#user_name", self.account.user_name)
        self.browser.type("#password", self.account.password)
        self.browser.click("button[value=sign-in]")
        self.browser.wait_for(AFTER_WAIT, SECONDS)

    def go(self, place: str, **screen: Any) -> None:
        """Open a place by its address."""
        self.browser.open(self.portal.url + place, **(screen or PHONE))
        self.browser.wait_for(AFTER_WAIT, SECONDS)

    def press(self, selector: str) -> None:
        """Press what the finger or mouse finds there, brought into the middle, where nothing lies over it."""
        found = f"document.querySelector({json.dumps(selector)})"
        self.browser.wait_for(f"{found} && !{found}.disabled", SECONDS)
        self.browser.evaluate(f"{found}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        self.browser.click(selector)

    def wait(self, words: str) -> None:
        """Wait until these words are on the page."""
        self.browser.wait_for(f"document.querySelector('#main').innerText.includes({json.dumps(words)})", SECONDS)

    def sees(self, selector: str = "#main") -> str:
        """Give the words that are shown there; "" where nothing is."""
        return str(self.browser.evaluate(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''"))

    def value(self, selector: str) -> str:
        """Give what a field holds."""
        return str(self.browser.evaluate(f"document.querySelector({json.dumps(selector)}).value"))

    def barriers(self) -> list[list[Any]]:
        """Give what axe-core finds serious for people who cannot see the page."""
        if not AXE.exists():
            skip_or_fail("axe-core is not there (packaging/viewers.sh)")
        self.browser.evaluate(AXE.read_text("utf-8"))
        return [found for found in self.browser.evaluate(FINDINGS) if found[0] in ("serious", "critical")]

    def fits(self) -> bool:
        """Tell whether nothing of the page runs out of the screen sideways."""
        return bool(self.browser.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@contextmanager
def at_the_portal(folder: Path, workers: WorkerPool) -> Iterator[Patient]:
    """Give Anna, her browser, and a portal of her own."""
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    with running_portal(folder / "portal", workers=workers) as portal, Browser() as browser:
        yield Patient(portal, browser, portal.account(NAME, BIRTH_DATE, PATIENT_ID, user_name="anna"))


def practice_exam(patient: Patient, pdf: bytes | None = None, name: str = "CT_small.dcm", number: int = 1) -> str:
    """Let the practice send an exam of Anna's, of some days ago, with its report where a `pdf` is given; its id."""
    portal, day = patient.portal, (patient.portal.clock() - timedelta(days=3 + number)).strftime("%Y%m%d")
    exam = _sent(patient, portal.staff_token, f"70.{number}", name, StudyDate=day, StudyTime="101500")
    if pdf is not None:
        put_report(portal, exam, pdf)
    return exam


def own_exam(patient: Patient, name: str = "CT_small.dcm", number: int = 50) -> str:
    """Let Anna send an exam herself, complete; its id."""
    return _sent(patient, patient.account.token, f"80.{number}", name)


def _sent(patient: Patient, token: str, end: str, name: str, **values: Any) -> str:
    uid = f"1.2.826.0.1.3680043.8.498.{end}"
    said = {"StudyInstanceUID": uid, "SeriesInstanceUID": f"{uid}.1", "SOPInstanceUID": f"{uid}.1.1"}
    send(patient.portal, token, [written(annas(name, 1, **said, **values))])
    found = patient.portal.said(200, patient.portal.get("/api/v1/exams", patient.account.token))["exams"]
    return next(str(each["id"]) for each in found if each["studies"][0]["study_instance_uid"] == uid)


def put_report(portal: Portal, exam: str, pdf: bytes) -> None:
    """Put the report of an exam there, complete."""
    kind = {"Content-Type": "application/pdf"}
    answer = portal.request("PUT", f"/api/v1/staff/exams/{exam}/report", portal.staff_token, data=pdf, headers=kind)
    portal.said(200, answer)
