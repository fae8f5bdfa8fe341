"""The forms of a web page, read and sent as a browser without pictures would: for where there is no Chromium."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests

TIMEOUT = (10, 60)


@dataclass(slots=True)
class Form:
    """Where one form is sent, and what is in it already."""

    address: str
    fields: dict[str, str] = field(default_factory=dict)
    passwords: list[str] = field(default_factory=list)  # names of its password fields


class _Forms(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._page = page
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(urljoin(self._page, said.get("action", self._page))))
            self._open = True
        elif self._open and tag in {"input", "button"} and said.get("name"):
            self.forms[-1].fields.setdefault(said["name"], said.get("value", ""))  # of several buttons the first
            if said.get("type") == "password":
                self.forms[-1].passwords.append(said["name"])

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag != "form"


def forms_of(page: requests.Response) -> list[Form]:
    """Read the forms of a page."""
    reader = _Forms(page.url)
    reader.feed(page.text)
    return reader.forms


def send_form(session: requests.Session, form: Form, filled: Mapping[str, str]) -> requests.Response:
    """Send a form with what was filled in; the answer's redirects are followed, as browsers do."""
    origin = "/".join(form.address.split("/")[:3])
    return session.post(form.address, {**form.fields, **filled}, headers={"Origin": origin}, timeout=TIMEOUT)
