"""A person with an authenticator app, at the portal and at its pages."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import requests

from portal.server.base.tables import AccountRow
from portal.server.factors.one_time_codes import PERIOD, code_at
from portal.server.oauth.devices import begin_device
from portal.wire.addresses import CLIENT_ID
from tests.portal_tools import Portal, SignedIn

PATH = "/api/v1/account/second-factor"


@dataclass
class Owner:
    """Anna, and what her app knows."""

    portal: Portal
    account: SignedIn
    secret: bytes = b""
    recovery_codes: tuple[str, ...] = ()

    def ask(self, path: str, **shown: str) -> requests.Response:
        """Ask something of the second factor."""
        return self.portal.post(PATH + path, self.account.token, json=shown)

    def code(self, steps: int = 0) -> str:
        """Give what the app shows now, or so many periods later."""
        return code_at(self.secret, int(self.portal.clock().timestamp()) // PERIOD + steps)

    def later(self) -> str:
        """Wait for the app's next code."""
        self.portal.clock.forward(seconds=PERIOD)
        return self.code()

    def approve(self, **changed: str) -> requests.Response:
        """Let a device in as a program does; without a code there is a second step."""
        with self.portal.services.database.writing() as session:
            begun = begin_device(session, CLIENT_ID, self.portal.clock())
        form = {"user_code": begun.user_code, "user_name": self.account.user_name, "password": self.account.password}
        return self.portal.post("/oauth/device", data={**form, **changed})

    @property
    def email(self) -> str:
        """Give the person's address."""
        return f"{self.account.user_name}@example.org"

    def letters(self, kind: str) -> list[EmailMessage]:
        """Give the person's letters of a kind."""
        return [letter for letter in self.portal.letters(kind) if letter["To"] == self.email]

    def kinds(self) -> list[str]:
        """Give what the activity tells, newest first."""
        lines: list[dict[str, Any]] = self.portal.get("/api/v1/audit", self.account.token).json()["activity"]
        return [line["kind"] for line in lines]

    def has(self) -> dict[str, Any]:
        """Say what is there besides the password."""
        return dict(self.portal.said(200, self.portal.get(PATH, self.account.token)))


def owner_of(portal: Portal) -> Owner:
    """Make an account with an address letters go to."""
    owner = Owner(portal, portal.account())
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, owner.account.account_id).email = owner.email
    return owner


def with_app(portal: Portal) -> Owner:
    """Make an account whose app is switched on."""
    owner = owner_of(portal)
    begun = portal.said(201, owner.ask("/authenticator", password=owner.account.password))
    owner.secret = base64.b32decode(begun["secret"])
    said = portal.said(200, owner.ask("/authenticator/confirm", code=owner.code()))
    owner.recovery_codes = tuple(said["recovery_codes"])
    return owner
