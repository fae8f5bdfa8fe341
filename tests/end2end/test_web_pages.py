"""The portal without the desktop program, in a real browser: the way in, My Exams, an exam, its images, the way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.demo.browsing.browser import Browser, find_chromium
from portal.server.base.tables import AccountPatientRow, ExamRow, PracticeRow
from portal.wire.moments import utc_text
from tests.end2end.recipient import NAME, Shared, annas, is_shown, send, shown, text, wait_for_picture, written
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.tools import REPOSITORY, skip_or_fail
from tests.unit.portal.server.http.test_who_may_ask import report

pytestmark = pytest.mark.shared_workers

PHONE: dict[str, Any] = {"width": 360, "height": 740, "mobile": True}
AXE = REPOSITORY / ".venv" / "viewers" / "node_modules" / "axe-core" / "axe.min.js"
CHEST, KNEE, HIS = "1.2.10", "1.2.20", "1.2.40"
FINDINGS = (
    "axe.run().then(said => said.violations.map(each => [each.impact, each.id, each.nodes.map(node => node.html)]))"
)
OWN_WORDS = ("Thorax", "MUELLER", "RI-2019", "P-1042")


@dataclass(frozen=True)
class Home:
    """Anna has a chest CT with its report, a knee whose report is held, and an exam of her own; Karl has one exam."""

    portal: Portal
    anna: SignedIn
    karl: SignedIn
    exams: dict[str, str]  # by what they are called

    def page(self, path: str = "/") -> str:
        return self.portal.url + path


def exam_files(study: str, number: int, **said: Any) -> list[bytes]:
    named = {"StudyInstanceUID": study, "SeriesInstanceUID": f"{study}.1", "PatientID": "P-1042", **said}
    return [
        written(annas("MR_small.dcm" if place else "CT_small.dcm", place + 1, **{**named, **own(study, place)}))
        for place in range(number)
    ]


def own(study: str, place: int) -> dict[str, Any]:
    return {"SOPInstanceUID": f"{study}.1.{place}", "InstanceNumber": place + 1, "SeriesDescription": "Serie"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    with running_portal(tmp_path_factory.mktemp("web") / "data") as portal:
        rules = {"release_rule": "after-report", "release_hours": 48}
        with portal.services.database.writing() as session:
            practice = session.get_one(PracticeRow, 1)
            practice.phone, practice.email = "+49 30 1234567", "praxis.dr.roth@example.org"
        portal.said(200, portal.request("PATCH", "/api/v1/staff/practice", portal.staff_token, json=rules))
        anna = portal.account(NAME, "19510504", "P-1042", user_name="anna")
        karl = portal.account("BERG^KARL", "19480101", "Q-7", user_name="karl")
        chest = {"StudyDescription": "Thorax nativ", "AccessionNumber": "RI-2019-0312", "Modality": "CT"}
        send(portal, portal.staff_token, exam_files(CHEST, 2, **chest))
        knee = {"StudyDescription": "Knie", "StudyDate": "20211130", "Modality": "MR"}
        send(portal, portal.staff_token, exam_files(KNEE, 1, **knee))
        send(portal, anna.token, exam_files("1.2.30", 1, StudyDescription="Alte CD", StudyDate="20100105"))
        his = {"PatientName": "BERG^KARL", "PatientBirthDate": "19480101", "StudyDescription": "Schulter"}
        send(portal, portal.staff_token, exam_files(HIS, 1, **{**his, "PatientID": "Q-7"}))
        exams = {each["name"]: each["id"] for each in portal.get("/api/v1/exams", anna.token).json()["exams"]}
        for name, days in (("Thorax nativ", 10), ("Knie", 0)):
            put_report(portal, exams[name], days)
        yield Home(portal, anna, karl, exams)


def put_report(portal: Portal, exam: str, days_ago: int) -> None:
    place, pdf = f"/api/v1/staff/exams/{exam}/report", {"Content-Type": "application/pdf"}
    put = portal.request("PUT", f"{place}?complete=false", portal.staff_token, data=report(), headers=pdf)
    portal.said(200, put)
    when = {"completed_at": utc_text(portal.clock() - timedelta(days=days_ago))}
    portal.said(200, portal.post(f"{place}/complete", portal.staff_token, json=when))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if find_chromium() is None:
        skip_or_fail("chromium is not installed")
    with Browser() as opened:
        yield opened


@pytest.fixture
def browser(chromium: Browser, home: Home) -> Iterator[Browser]:
    """The browser, in which nobody is signed in; it complains of nothing and asks nobody else."""
    chromium.forget()
    chromium.console_errors.clear()
    chromium.requests.clear()
    yield chromium
    chromium.connect()
    assert chromium.console_errors == []
    ours = (home.portal.url, f"blob:{home.portal.url}", "data:")
    assert [address for address in chromium.requests if not address.startswith(ours)] == []


Enter = Callable[..., Browser]


@pytest.fixture
def enter(browser: Browser, home: Home) -> Enter:
    """Sign in, and wait for the place."""

    def entered(path: str = "/", who: SignedIn = home.anna, **screen: Any) -> Browser:
        browser.open(home.page(path), **screen)
        browser.type("#user_name", who.user_name)
        browser.type("#password", who.password)
        browser.press("Enter")
        there(browser)
        return browser

    return entered


def there(browser: Browser) -> None:
    browser.wait_for("document.querySelector('main#main h1') && !document.querySelector('main').ariaBusy")


def words(browser: Browser) -> str:
    """Read all that is on the page, seen or not."""
    return str(browser.evaluate("document.documentElement.outerHTML.replace(/<template.*<\\/template>/s, '')"))


# -- what a patient does --


def test_e1_my_exams_opens_to_report_and_images_and_both_are_taken_home(enter: Enter, home: Home) -> None:
    browser = enter()
    assert text(browser, "h1") == "My Exams"
    browser.wait_for("document.querySelectorAll('.exams img.here').length === 3")
    names = browser.evaluate("[...document.querySelectorAll('.exams strong')].map(each => each.textContent)")
    assert names == ["Knie", "Thorax nativ", "Alte CD"]
    assert "Added by you" in text(browser, ".exams li:last-child")
    browser.click(".exams li:nth-child(2) a")
    browser.wait_for(
        "document.querySelector('h1').textContent === 'Thorax nativ' && document.activeElement.tagName === 'H1'"
    )
    sizes = {}
    for name in ("images.zip", "report.pdf"):
        link = f"document.querySelector('a[download=\"{name}\"]').href"
        sizes[name] = browser.evaluate(
            f"fetch({link}).then(answer => answer.blob()).then(file => [file.type, file.size])"
        )
    assert sizes["images.zip"][0] == "application/zip"
    assert sizes["report.pdf"] == ["application/pdf", len(report())]
    browser.evaluate(
        "[...document.querySelectorAll('.button')].find(each => each.textContent === 'Read the report').click()"
    )
    browser.wait_for("document.querySelector('.pages img')?.naturalWidth > 500")
    browser.evaluate("history.back()")
    browser.wait_for("document.querySelector('h1')?.textContent === 'Thorax nativ'")


def test_e3_the_numbers_are_explained_where_they_stand_and_find_the_exam(enter: Enter, home: Home) -> None:
    browser = enter(f"/my/exams/{home.exams['Thorax nativ']}")
    said = text(browser, ".numbers")
    assert "P-1042" in said
    assert "RI-2019-0312" in said
    assert "RI Number or Study Code" in said
    browser.click(".back a")
    browser.wait_for("document.querySelectorAll('.exams li').length === 3")
    for typed, found in (("RI-2019", "Thorax nativ"), ("knie 2021", "Knie"), ("5.1.2010", "Alte CD")):
        browser.type("#search", typed)
        browser.wait_for(f"document.querySelector('.exams').innerText.startsWith('{found}')")
        assert browser.evaluate("document.querySelectorAll('.exams li').length") == 1
        assert text(browser, "[role=status].quiet") == "1 exam fits"
    browser.type("#search", "no such thing")
    browser.wait_for("document.querySelectorAll('.exams li').length === 0")
    assert "No exam fits" in text(browser, "[role=status].quiet")
    browser.open(browser.evaluate("location.href"))  # what was sought is in the address
    browser.wait_for("document.querySelector('#search')?.value === 'no such thing'")


def test_e1_of_many_exams_the_newest_come_first_and_the_others_when_asked_for(enter: Enter, home: Home) -> None:
    many = home.portal.account("VIELE^EVA", "19600101", user_name="eva")
    with home.portal.services.database.writing() as session:
        patient = session.scalars(select(AccountPatientRow.patient).filter_by(account=many.account_id)).one()
        now = home.portal.clock()
        for day in range(1, 32):
            made = {"patient": patient, "origin": "practice", "created_at": now, "scanned_at": now}
            session.add(ExamRow(id=f"eva{day}", machine="CT", exam_date=f"202001{day:02}", **made))
    browser = enter(who=many)
    browser.wait_for("document.querySelectorAll('.exams .tile').length === 30")
    assert "31 January 2020" in text(browser, ".exams li")
    browser.evaluate("[...document.querySelectorAll('main button')].at(-1).click()")
    browser.wait_for(
        "document.activeElement.matches('.tile') && document.activeElement.innerText.includes('1 January')"
    )
    assert browser.evaluate("document.querySelectorAll('.exams .tile').length") == 31
    assert not is_shown(browser, "main > button")


def test_e4_the_images_are_there_at_once_and_the_report_says_when_it_will_be(enter: Enter, home: Home) -> None:
    browser = enter(f"/my/exams/{home.exams['Knie']}")
    browser.wait_for("document.querySelector('.series img.here')")
    said = text(browser, "main")
    moment = home.portal.get(f"/api/v1/exams/{home.exams['Knie']}", home.anna.token).json()["report"]["available_at"]
    when = browser.evaluate(
        "new Intl.DateTimeFormat('en-GB', {year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit',"
        f" minute: '2-digit'}}).format(new Date('{moment}'))"
    )
    assert "Report is Unavailable" in said
    assert f"It will be here on {when}." in said
    assert not [word for word in ("Read the report", "Download report", "Share Exam") if word in said]
    browser.open(home.page(f"/my/exams/{home.exams['Knie']}/report"))
    there(browser)
    assert "Report is Unavailable" in text(browser, "main")
    assert not is_shown(browser, "a[download]")


def test_e7_a_press_on_a_thumbnail_enlarges_and_a_finger_turns_to_the_next_image(enter: Enter, home: Home) -> None:
    exam = f"/my/exams/{home.exams['Thorax nativ']}"
    browser = enter(exam, **PHONE)
    browser.wait_for("document.querySelector('.series img.here')")
    browser.click(".series a")
    wait_for_picture(browser)
    first = shown(browser)["path"]
    assert not is_shown(browser, "main")
    middle = browser.evaluate(
        "(b => [b.x + b.width / 2, b.y + b.height / 2])(document.querySelector('#screen').getBoundingClientRect())"
    )
    x, y = map(float, middle)
    browser.touch([(x + 100, y)], [(x, y)], [(x - 100, y)])
    browser.wait_for(f"JSON.parse(document.querySelector('#picture').dataset.shown).path !== '{first}'")
    assert text(browser, "#place") == "Image 2 of 2"
    browser.touch([(x - 20, y), (x + 20, y)], [(x - 90, y), (x + 90, y)])
    browser.wait_for("JSON.parse(document.querySelector('#picture').dataset.shown).columns > 360")
    browser.evaluate("history.back()")
    browser.wait_for("!document.querySelector('#looking') && document.querySelector('main h1')")
    assert browser.evaluate("location.pathname") == exam
    assert not browser.evaluate("document.body.classList.contains('looking')")


def test_with_keys_alone_one_gets_to_an_image_and_out_again(enter: Enter, home: Home) -> None:
    browser = enter()
    browser.wait_for("document.querySelectorAll('.exams .tile').length === 3")
    tab_to(browser, ".exams li:nth-child(2) a")
    browser.press("Enter")
    browser.wait_for("document.activeElement.textContent === 'Thorax nativ'")
    tab_to(browser, "a[href$='/images']")
    browser.press("Enter")
    wait_for_picture(browser)
    browser.press("ArrowDown")
    browser.wait_for("document.querySelector('#place').textContent === 'Image 2 of 2'")
    tab_to(browser, "#finish")
    browser.press("Enter")
    browser.wait_for("!document.querySelector('#looking') && document.activeElement.tagName === 'H1'")
    tab_to(browser, "#self summary")
    browser.press("Enter")
    tab_to(browser, "#sign-out button")
    browser.press("Enter")
    browser.wait_for("document.body.innerText.includes('You are signed out.')")


def tab_to(browser: Browser, selector: str) -> None:
    for _ in range(60):
        if browser.evaluate(f"document.activeElement.matches({json.dumps(selector)})"):
            return
        browser.press("Tab")
    raise AssertionError(f"Tab never comes to {selector}")


# -- whose data are seen --


def test_after_signing_out_the_back_button_shows_nothing(enter: Enter, home: Home) -> None:
    browser = enter(f"/my/exams/{home.exams['Thorax nativ']}")
    browser.evaluate("document.querySelector('#sign-out').requestSubmit()")
    browser.wait_for("document.body.innerText.includes('You are signed out.')")
    browser.evaluate("history.back()")
    browser.wait_for("location.pathname.startsWith('/my/') && document.querySelector('[name=password]')")
    assert not [word for word in OWN_WORDS if word in words(browser)]


def test_a_page_left_open_ends_when_somebody_else_signs_in(enter: Enter, home: Home) -> None:
    browser = enter()
    browser.wait_for("document.querySelectorAll('.exams li').length === 3")
    browser.evaluate(
        "fetch('/sign-in').then(answer => answer.text()).then(() => {"
        " const form = new URLSearchParams(new FormData(document.querySelector('#sign-out')));"
        f" form.set('user_name', '{home.karl.user_name}'); form.set('password', '{home.karl.password}');"
        " return fetch('/sign-in', {method: 'POST', body: form}); }).then(answer => answer.status)"
    )
    browser.type("#search", "schulter")
    browser.wait_for("document.querySelector('h1').textContent === 'You are signed out'")
    assert not [word for word in (*OWN_WORDS, "Schulter", "anna") if word in words(browser)]
    browser.click("main a.button")
    browser.wait_for("document.querySelector('.exams')?.innerText.startsWith('Schulter')")
    assert not [word for word in OWN_WORDS if word in words(browser)]


def test_who_does_nothing_for_half_an_hour_is_signed_out_and_nothing_stays(enter: Enter, home: Home) -> None:
    browser = enter(f"/my/exams/{home.exams['Thorax nativ']}/images")
    wait_for_picture(browser)
    browser.evaluate("(real => { Date.now = () => real() + 31 * 60e3; })(Date.now)")
    browser.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    browser.wait_for("document.querySelector('h1').textContent === 'You are signed out'")
    assert "30 minutes" in text(browser, "main")
    assert not browser.evaluate("document.querySelector('#looking')")
    assert not [word for word in OWN_WORDS if word in words(browser)]


def test_on_the_page_of_a_share_the_share_counts_also_for_who_is_signed_in(enter: Enter, home: Home) -> None:
    made = share_of(home)
    browser = enter(who=home.anna)
    browser.wait_for("document.querySelectorAll('.exams li').length === 3")
    browser.open(made.url)
    browser.type("#code", made.code)
    browser.press("Enter")
    wait_for_picture(browser)
    asked = "fetch('/api/v1/exams').then(answer => answer.json()).then(said => said.exams.map(exam => exam.name))"
    assert browser.evaluate(asked) == ["Alte CD"]  # no header, as a plain link asks: the share's session
    assert browser.evaluate("fetch(document.querySelector('#download').href).then(answer => answer.status)") == 200
    browser.open(home.page("/my/exams"))
    browser.wait_for("document.querySelectorAll('.exams li').length === 3")
    chest = f"/api/v1/exams/{home.exams['Thorax nativ']}/images.zip"
    assert browser.evaluate(f"fetch('{chest}?as=account').then(answer => answer.status)") == 200
    assert browser.evaluate(f"fetch('{chest}').then(answer => answer.status)") == 404


def share_of(home: Home) -> Shared:
    wish = {"exams": [home.exams["Alte CD"]], "allow_download": True}
    made = home.portal.said(201, home.portal.post("/api/v1/shares", home.anna.token, json=wish))
    return Shared(home.portal, home.anna, made["share"], made["url"], made["verification_code"], made["share_code"])


def test_the_browser_keeps_what_pages_are_made_of_and_nothing_else(enter: Enter, home: Home) -> None:
    browser = enter(f"/my/exams/{home.exams['Thorax nativ']}/images")
    wait_for_picture(browser)
    browser.wait_for("navigator.serviceWorker.controller")
    browser.open(home.page("/my/exams"))
    browser.wait_for("document.querySelectorAll('.exams img.here').length === 3")
    kept = browser.evaluate(
        "caches.keys().then(names => Promise.all(names.map(name => caches.open(name).then(kept => kept.keys()))))"
        ".then(all => all.flat().map(request => new URL(request.url).pathname))"
    )
    assert kept
    assert [path for path in kept if not path.startswith("/assets/")] == []


def test_where_the_portal_cannot_be_reached_a_page_says_so(chromium: Browser, tmp_path: Path) -> None:
    chromium.forget()
    with running_portal(tmp_path / "data") as portal:
        anna = portal.account()
        chromium.open(portal.url)
        chromium.type("#user_name", anna.user_name)
        chromium.type("#password", anna.password)
        chromium.press("Enter")
        chromium.wait_for("navigator.serviceWorker?.controller")
    chromium.open(portal.url)
    assert text(chromium, "h1") == "There is no network just now"
    assert chromium.evaluate("document.styleSheets[0].cssRules.length") > 10


# -- what goes wrong --


def test_without_a_network_the_page_says_so_and_goes_on_when_asked_again(enter: Enter, home: Home) -> None:
    browser = enter()
    browser.wait_for("document.querySelectorAll('.exams li').length === 3")
    browser.connect(False)
    browser.type("#search", "knie")
    browser.wait_for("document.querySelector('[role=alert]')")
    assert "no network" in text(browser, "[role=alert]")
    browser.connect()
    browser.click("[role=alert] button")
    browser.wait_for("document.querySelectorAll('.exams li').length === 1 && !document.querySelector('[role=alert]')")


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("path", ["/my/exams/nothing", "/my/x"])
def test_what_is_not_there_is_said_with_a_way_back(enter: Enter, path: str) -> None:
    browser = enter(path)
    assert text(browser, "h1") == "There is nothing here"
    browser.evaluate("[...document.querySelectorAll('main a')].at(-1).click()")
    browser.wait_for("document.querySelector('h1').textContent === 'My Exams'")


# -- for everybody --


def places(home: Home) -> list[str]:
    exam = f"/my/exams/{home.exams['Thorax nativ']}"
    return ["/my/exams", exam, f"/my/exams/{home.exams['Knie']}", f"{exam}/report", f"{exam}/images"]


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_fits_a_phone_also_in_large_print(enter: Enter, home: Home, language: str) -> None:
    browser = enter(f"/?language={language}", **PHONE)
    wide = {}
    for path in places(home):
        browser.open(home.page(path), **PHONE)
        there(browser)
        for print_size in ("100%", "200%"):
            browser.evaluate(f"document.documentElement.style.fontSize = '{print_size}'")
            wide[path, print_size] = browser.evaluate("document.documentElement.scrollWidth")
    assert {where: width for where, width in wide.items() if width > PHONE["width"]} == {}


def test_german_pages_are_german(enter: Enter, home: Home) -> None:
    browser = enter("/?language=de")
    assert text(browser, "h1") == "Meine Untersuchungen"
    browser.wait_for("document.querySelector('.exams')?.innerText.includes('CT: Brustkorb')")
    assert browser.evaluate("document.documentElement.lang") == "de"
    browser.open(home.page(f"/my/exams/{home.exams['Knie']}"))
    there(browser)
    said = text(browser, "main")
    assert "Befund ist noch nicht verfügbar" in said
    assert not [word for word in ("Report", "Images", "here") if word in said]
    browser.open(home.page(f"/my/exams/{home.exams['Thorax nativ']}/images"))
    wait_for_picture(browser)
    browser.wait_for("document.querySelector('#place').textContent === 'Bild 1 von 2'")
    said = str(browser.evaluate("document.querySelector('#looking').innerText"))
    assert "Nicht zur Diagnose" in said
    assert not [word for word in ("Image", "Turn", "Help", "Close", "born", "images") if word in said]


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("dark", [True, False])
def test_nothing_serious_is_wrong_for_people_who_cannot_see_the_page(enter: Enter, home: Home, dark: bool) -> None:
    if not AXE.exists():
        skip_or_fail("axe-core is not there (packaging/viewers.sh)")
    screen: dict[str, Any] = {**PHONE, "dark": True} if dark else {}
    axe = AXE.read_text("utf-8")
    browser = enter(**screen)
    serious = {}
    for path in places(home):
        browser.open(home.page(path), **screen)
        there(browser)
        browser.evaluate(axe)
        found = browser.evaluate(FINDINGS)
        serious |= {(path, rule): nodes for impact, rule, nodes in found if impact in ("serious", "critical")}
    assert serious == {}
