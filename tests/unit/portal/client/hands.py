"""Plays the person before the browser: opens the portal's page, fills in its form and sends it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import requests

TIMEOUT = (10, 60)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


class Gestures:
    """An `open_browser` for sign-ins; what the last page said is in `page`."""

    def __init__(self, **typed: str) -> None:
        self._typed = typed
        self._thread: threading.Thread | None = None
        self.address = ""
        self.page = ""

    def open(self, address: str) -> bool:
        """Do what the browser does while the program waits."""
        self.address = address
        self._thread = threading.Thread(target=self._play)
        self._thread.start()
        return True

    def rest(self) -> None:
        """Wait until the browser is done."""
        assert self._thread is not None
        self._thread.join()

    def _play(self) -> None:
        with requests.Session() as browser:
            browser.trust_env = False
            page = browser.get(self.address, timeout=TIMEOUT)
            action = urlsplit(self.address)._replace(query="").geturl()
            filled = {**dict(_HIDDEN.findall(page.text)), **self._typed}
            self.page = browser.post(action, data=filled, timeout=TIMEOUT).text


def signing_in(user_name: str, password: str) -> Gestures:
    """Sign in with a name and password."""
    return Gestures(action="sign-in", user_name=user_name, password=password)


def approve_device(user_code: str, user_name: str, password: str, **more: str) -> Callable[[str], requests.Response]:
    """Give what posts the documented form of the device page."""

    def post(verification_uri: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            form = {"user_code": user_code, "user_name": user_name, "password": password, **more}
            return session.post(verification_uri, data=form, timeout=TIMEOUT)

    return post
