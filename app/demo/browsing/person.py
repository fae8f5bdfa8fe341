"""The sample person at the practice portal's sign-in page: types code, name and password there, as anybody would."""

from __future__ import annotations

import threading
from pathlib import Path

import requests

from app.demo.browsing.browser import Browser, BrowserError, browser_starts
from app.demo.browsing.forms import TIMEOUT, forms_of, send_form
from app.demo.browsing.patience import SECONDS, wait_for
from core.errors import Cancelled
from core.job import Job
from portal.client.account import Portal
from portal.client.connecting.connection import Connection
from portal.client.signing_in.sign_in import sign_in
from portal.client.signing_in.vault import Vault

USER_NAME, PASSWORD = "martha.sample", "seven wooden spoons"
ADDRESS = "martha.sample@example.org"


class SamplePersonAtHome:
    """Plays the person before the system's browser: Chromium where there is one, else the pages' forms over HTTP.

    `pictures` are of the pages, `complaints` what they or the browser complained of.
    """

    def __init__(self, activation_code: str | None, folder: Path, job: Job) -> None:
        self.by_browser = browser_starts()
        self.pictures: list[Path] = []
        self.complaints: list[str] = []
        self._code = activation_code
        self._folder = folder
        self._job = job
        self._thread: threading.Thread | None = None

    def sign_in(self, url: str, vault: Vault) -> Portal:
        """Sign in with the program's own sign-in; ends with the account's portal."""
        try:
            signed_in = sign_in(url, self.open_browser, self._job, self._code, vault=vault, seconds=SECONDS)
        finally:
            self.leave()
        return Portal(Connection(url, signed_in))

    def leave(self) -> None:
        """Wait until the browser is closed."""
        if self._thread is not None:
            self._thread.join()

    def open_browser(self, address: str) -> bool:
        """Do what the system's browser does: show the page and let the program go on."""
        self._thread = threading.Thread(target=self._play, args=(address,), name="the sample person")
        self._thread.start()
        return True

    def _play(self, address: str) -> None:
        try:
            if self.by_browser:
                self._in_chromium(address)
            else:
                self._by_forms(address)
        except (BrowserError, requests.RequestException, OSError) as trouble:
            self.complaints.append(f"{type(trouble).__name__}: {trouble}")
        except Cancelled:  # the program's own sign-in ends by it as well
            return

    def _in_chromium(self, address: str) -> None:
        with Browser() as browser:
            browser.open(address)
            wait_for(browser, "document.querySelector('input[type=password]')", self._job)
            browser.type("input[name=user_name]", USER_NAME)
            for place in browser.evaluate("[...document.querySelectorAll('input[type=password]')].map(one => one.id)"):
                browser.type(f"#{place}", PASSWORD)
            self._shoot(browser, "account")
            browser.click("form button[type=submit]")
            wait_for(browser, "location.pathname == '/callback' && document.querySelector('h1')", self._job)
            self._shoot(browser, "signed in")
            self.complaints += browser.console_errors

    def _shoot(self, browser: Browser, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{name}.png"
        browser.screenshot(path)
        self.pictures.append(path)

    def _by_forms(self, address: str) -> None:
        with requests.Session() as session:
            session.trust_env = False
            page = session.get(address, timeout=TIMEOUT)
            form = next(form for form in forms_of(page) if form.passwords)
            filled = {"user_name": USER_NAME} | dict.fromkeys(form.passwords, PASSWORD)
            answer = send_form(session, form, filled)
            if not answer.ok:
                self.complaints.append(f"the page answered {answer.status_code}")
