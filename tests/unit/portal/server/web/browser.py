"""A browser at the portal's own pages, over HTTP, without the browser: cookies, forms, and what pages send along."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.portal_tools import TIMEOUT, Portal, SignedIn

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def hidden_fields(page: str) -> dict[str, str]:
    """Give what a form carries along unseen."""
    return dict(_HIDDEN.findall(page))


@dataclass
class WebBrowser:
    """One browser with its cookies; a context manager is not needed, `close` ends it."""

    portal: Portal
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """Ask with the browser's cookies; follows no redirect."""
        return self.session.request(method, self.portal.url + path, timeout=TIMEOUT, allow_redirects=False, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        """GET."""
        return self.ask("GET", path, **options)

    def form(self, page: str = "/") -> dict[str, str]:
        """Give the hidden fields of a page's form."""
        return hidden_fields(self.get(page).text)

    def sign_in(self, anna: SignedIn, page: str = "/", **changed: str) -> requests.Response:
        """Type user name and password into the form of a page."""
        typed = {"user_name": anna.user_name, "password": anna.password}
        return self.ask("POST", "/sign-in", data={**self.form(page), **typed, **changed})

    def sign_out(self, where: str = "here") -> requests.Response:
        """Press the button."""
        return self.ask("POST", "/sign-out", data={**self.form(), "where": where})

    def token(self) -> str:
        """Give what the page that is open now sends along."""
        found = re.search(r'data-token="([0-9a-f]{64})"', self.get("/").text)
        assert found, "nobody is signed in"
        return found[1]

    def api(self, method: str, path: str, **headers: str) -> requests.Response:
        """Ask as the open page does."""
        own = {"X-Form-Token": self.token(), "Sec-Fetch-Site": "same-origin"}
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask(method, f"/api/v1/{path}", headers={**own, **said})

    def cookie(self) -> str:
        """Give the session's cookie."""
        return str(self.session.cookies.get("portal_session"))

    def close(self) -> None:
        """End it."""
        self.session.close()
