"""The doctor who was handed link and code, without an account: opens the page in Chromium, or asks for it over HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from app.demo.browsing.browser import Browser, BrowserError, browser_starts
from app.demo.browsing.forms import TIMEOUT
from app.demo.browsing.patience import wait_for
from core.job import Job
from portal.wire.addresses import API_PATH, SHARE_SCHEME

NAME, ADDRESS = "Dr. Made-up", "dr.made-up@example.org"
DESKTOP, PHONE = (1280, 800), (390, 844)
ALL_HERE = "document.getElementById('progress').dataset.done == 'yes'"
SHOWN = "document.getElementById('picture').dataset.key && document.getElementById('loading').hidden"
MIDDLE = (
    "(slider => { slider.value = Math.ceil(slider.max / 2); slider.dispatchEvent(new Event('input')); })"
    "(document.getElementById('slider'))"
)
LONGEST = (
    "(lengths => lengths.indexOf(Math.max(...lengths)))([...document.querySelectorAll('#strip .words span')]"
    ".map(one => Number((one.textContent.match(/\\d+/g) || [0]).pop())))"
)
PROGRESS = "(said => [Number(said.ready), Number(said.of)])(document.getElementById('progress').dataset)"


@dataclass(slots=True)
class Seen:
    """What the doctor saw: how many images of how many, pictures of the page, and what it complained of."""

    by_browser: bool
    page_before_code: str = ""
    images: int = 0
    of: int = 0
    pictures: list[Path] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def shoot(self, browser: Browser, path: Path) -> None:
        """Keep what the browser shows."""
        browser.screenshot(path)
        self.pictures.append(path)


def open_share(link: str, code: str, pictures: Path, job: Job) -> Seen:
    """Open a share with its link and code, once."""
    seen = Seen(by_browser=browser_starts())
    try:
        if seen.by_browser:
            _in_chromium(link, code, pictures, seen, job)
        else:
            _over_http(link, code, pictures, seen, job)
    except (BrowserError, requests.RequestException, OSError) as trouble:
        seen.complaints.append(f"{type(trouble).__name__}: {trouble}")
    return seen


def _in_chromium(link: str, code: str, pictures: Path, seen: Seen, job: Job) -> None:
    """Type the code, wait until the page has every image, and look at it on a desktop and on a phone."""
    pictures.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        browser.open(link, *DESKTOP)
        wait_for(browser, "document.activeElement.id == 'code'", job)
        seen.page_before_code = browser.evaluate("document.documentElement.outerHTML + document.title")
        seen.shoot(browser, pictures / "recipient asked.png")
        browser.type("#code", code)
        browser.type("#name", NAME)
        browser.click("#open")
        wait_for(browser, ALL_HERE, job)
        browser.click(f"#strip li:nth-child({int(browser.evaluate(LONGEST)) + 1}) button")
        browser.evaluate(MIDDLE)
        wait_for(browser, SHOWN, job)
        seen.images, seen.of = browser.evaluate(PROGRESS)
        seen.shoot(browser, pictures / "recipient.png")
        browser.open(link, *PHONE, mobile=True)
        wait_for(browser, SHOWN, job)  # on a phone not all of it is loaded unasked
        seen.shoot(browser, pictures / "recipient phone.png")
        seen.complaints += browser.console_errors


def _over_http(link: str, code: str, pictures: Path, seen: Seen, job: Job) -> None:
    """Fetch what the page would: the page itself, every image of every series, one of them as a picture."""
    place, _, token = link.rpartition("/s/")
    with requests.Session() as session:
        session.trust_env = False
        seen.page_before_code = session.get(link, timeout=TIMEOUT).text
        words = {"token": token, "code": code, "recipient_name": NAME}
        opened = _said(session.post(f"{place}{API_PATH}/redeem", json=words, timeout=TIMEOUT))
        session.headers["Authorization"] = f"{SHARE_SCHEME} {opened['session']}"
        for study in opened["studies"]:
            _look_through(session, f"{place}{API_PATH}/view/studies/{study}", pictures, seen, job)


def _look_through(session: requests.Session, study: str, pictures: Path, seen: Seen, job: Job) -> None:
    said = _said(session.get(study, timeout=TIMEOUT))
    for series in said["series"]:
        for number, each in enumerate(series["instances"]):
            place = f"{study}/series/{series['series_instance_uid']}/instances/{each['sop_instance_uid']}"
            counts = each["form"] != "document"
            seen.of += counts
            here = True
            for frame in range(each["frames"]):
                job.check()
                here = session.get(f"{place}/frames/{frame + 1}", timeout=TIMEOUT).ok and here
            seen.images += here and counts
            if not number:
                picture = session.get(f"{place}/thumbnail", timeout=TIMEOUT)
                seen.pictures += _saved(picture, pictures / f"shared {series['number']}")


def _saved(picture: requests.Response, path: Path) -> list[Path]:
    ending = {"image/png": ".png", "image/jpeg": ".jpg"}.get(picture.headers.get("Content-Type", ""))
    if not picture.ok or ending is None:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    saved = path.with_name(path.name + ending)
    saved.write_bytes(picture.content)
    return [saved]


def _said(answer: requests.Response) -> dict[str, Any]:
    answer.raise_for_status()
    said: dict[str, Any] = answer.json()
    return said
