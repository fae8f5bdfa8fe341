"""What the desktop and a browser do to sign in, over HTTP, without either."""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from portal.wire.addresses import CLIENT_ID
from tests.portal_tools import TIMEOUT, Portal

CALLBACK = "http://127.0.0.1:45678/callback"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


@dataclass
class Desktop:
    """One sign-in: state, PKCE verifier, and the browser with its cookies."""

    portal: Portal
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    browser: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.browser.trust_env = False

    def query(self, **changed: str) -> dict[str, str]:
        """Give what the desktop asks, or something a little different."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked = {
            "client_id": CLIENT_ID,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "state": self.state,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**asked, **changed}.items() if value != ""}

    def open_page(self, **changed: str) -> requests.Response:
        """Open the page in the browser."""
        return self.get(f"/oauth/authorize?{urlencode(self.query(**changed))}")

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET with the browser's cookies."""
        return self.browser.get(self.portal.url + path, timeout=TIMEOUT, allow_redirects=False, **options)

    def post(self, path: str, form: dict[str, str], **options: Any) -> requests.Response:
        """Post a form with the browser's cookies."""
        return self.browser.post(self.portal.url + path, data=form, timeout=TIMEOUT, allow_redirects=False, **options)

    def send(self, page: requests.Response, **typed: str) -> requests.Response:
        """Fill in the form of a page and send it."""
        return self.post("/oauth/authorize", {**hidden(page), **typed})

    def sign_in(self, user_name: str, password: str) -> str:
        """Sign in on the page; gives the code the desktop is told."""
        answer = self.send(self.open_page(), action="sign-in", user_name=user_name, password=password)
        assert answer.status_code == 303, answer.text
        return told(answer)["code"]

    def exchange(self, code: str, **changed: str) -> requests.Response:
        """Ask for tokens."""
        form = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": self.verifier,
        }
        return self.portal.post("/oauth/token", data={**form, **changed})

    def tokens(self, user_name: str, password: str) -> dict[str, Any]:
        """Sign in and get tokens."""
        return dict(self.portal.said(200, self.exchange(self.sign_in(user_name, password))))

    def refresh(self, token: str) -> requests.Response:
        """Ask for the next tokens."""
        form = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": token}
        return self.portal.post("/oauth/token", data=form)

    def close(self) -> None:
        """Close the browser."""
        self.browser.close()


def hidden(page: requests.Response) -> dict[str, str]:
    """Give the hidden fields of a page's form."""
    return dict(_HIDDEN.findall(page.text))


def told(answer: requests.Response, callback: str = CALLBACK) -> dict[str, str]:
    """Give what a redirect tells the desktop."""
    location = answer.headers["location"]
    assert location.startswith(callback + "?"), location
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
