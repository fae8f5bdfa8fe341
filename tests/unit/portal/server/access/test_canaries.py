"""Canary words through a whole story: names, codes, tokens and passwords end up where they belong, and nowhere else."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from portal.server.base.password_hashes import Passwords
from tests.portal_tools import Portal
from tests.share_tools import link_token
from tests.unit.portal.server.dicomweb.senders import made, sent
from tests.unit.portal.server.people.test_recovery import token_in

NAME = "KANARIE^ZELDA"
PASSWORDS = ("zinnober-und-zimt-1", "zinnober-und-zimt-2")
ASKING = ("urllib3", "charset_normalizer")  # the words of the test's own client
REFUSED = "zinnober-und-zimt-refused"
PEOPLE = ("KANARIE", "ZELDA", "zelda.kanarie", "0170-KANARIE", "Dr Kanarienfreund", "a note on the kanarie")


@dataclass
class Heard:
    """All that came out of the portal, and what the portal was asked."""

    urls: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    referrers: list[str] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)  # tokens that are part of an address by their nature

    def hear(self, said: requests.Response, *_: Any, **__: Any) -> None:
        """Keep what a request and its answer show to whoever stands by."""
        self.urls += [unquote(said.request.url or ""), said.headers.get("Location", "")]
        self.headers += [f"{name}: {value}" for name, value in said.headers.items() if name.lower() != "set-cookie"]
        if said.headers.get("Content-Type", "").startswith("text/html"):
            self.referrers.append(said.headers.get("Referrer-Policy", "none"))
        if said.status_code >= 400:
            self.refusals.append(said.text)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    found, request = Heard(), Portal.request

    def asked(self: Portal, *words: Any, **options: Any) -> requests.Response:
        answer = request(self, *words, **options)
        found.hear(answer)
        return answer

    monkeypatch.setattr(Portal, "request", asked)
    return found


def sign_in(portal: Portal, password: str) -> dict[str, Any]:
    """Sign in as a device does; gives the tokens."""
    asked = portal.said(200, portal.post("/oauth/device_authorization", data={"client_id": "scanshelf-desktop"}))
    form = {"user_code": asked["user_code"], "user_name": "zelda.kanarie", "password": password}
    assert portal.post("/oauth/device", data=form).status_code == 200
    grant = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": asked["device_code"],
        "client_id": "scanshelf-desktop",
    }
    tokens: dict[str, Any] = portal.said(200, portal.post("/oauth/token", data=grant))
    return tokens


def story(portal: Portal, heard: Heard) -> None:
    """Invite, activate, upload, share, open, recover, delete; now and then something goes wrong."""
    anna = {"patient_name": NAME, "patient_birth_date": "19510504", "email": "zelda.kanarie@example.org"}
    anna |= {"phone": "0170-KANARIE", "patient_id": "K-1"}
    code = portal.said(201, portal.post("/api/v1/staff/invitations", portal.staff_token, json=anna))["activation_code"]
    chosen = {"code": code, "user_name": "zelda.kanarie", "password": PASSWORDS[0]}
    portal.post("/api/v1/activation", json={**chosen, "password": "kanarie"})
    portal.said(200, portal.post("/api/v1/activation", json=chosen))
    portal.post("/api/v1/activation", json=chosen)
    tokens = sign_in(portal, PASSWORDS[0])
    token = tokens["access_token"]
    assert sent(portal, token, made(PatientName=NAME, PatientID="K-1", PatientBirthDate="19510504")).status_code == 200
    assert sent(portal, token, made(PatientName="OTHER^KANARIE", PatientID="K-2")).status_code == 409
    assert sent(portal, token, b"DICM KANARIE").status_code == 409
    wishes = {"studies": ["1.2.3.4"], "label": "Dr Kanarienfreund", "message": "a note on the kanarie"}
    share = portal.said(201, portal.post("/api/v1/shares", token, json={**wishes, "email": "dr@example.org"}))
    key = {"token": link_token(share), "code": share["verification_code"], "recipient_name": "Dr Kanarienfreund"}
    portal.get(f"/s/{key['token']}")
    portal.post("/api/v1/redeem", json={**key, "code": "000000"})
    session = portal.said(200, portal.post("/api/v1/redeem", json=key))["session"]
    opened = {"Authorization": f"Share {session}"}
    assert portal.get("/dicomweb/studies/1.2.3.4/metadata", headers=opened).status_code == 200
    portal.get("/api/v1/exams/nothing", headers={"Authorization": f"Bearer {token}x"})
    portal.post("/api/v1/uploads", token, json={"person": {"patient_name": NAME}, "items": "none"})
    portal.said(200, portal.post(f"/api/v1/shares/{share['share']['id']}/revoke", token))
    portal.post("/api/v1/account/recovery", json={"email": anna["email"]})
    (letter,) = portal.letters("recovery")
    way = token_in(letter)
    portal.get(f"/recover/{way}")
    portal.said(200, portal.post(f"/api/v1/account/recovery/{way}", json={"password": PASSWORDS[1]}))
    portal.post(f"/api/v1/account/recovery/{way}", json={"password": REFUSED})
    again = sign_in(portal, PASSWORDS[1])
    account = portal.said(200, portal.get("/api/v1/account", again["access_token"]))["id"]
    assert portal.request("DELETE", f"/api/v1/staff/accounts/{account}", portal.staff_token).ok
    heard.secrets += [code, token, tokens["refresh_token"], session, share["share_code"], again["access_token"]]
    heard.secrets += [again["refresh_token"], *PASSWORDS, REFUSED, portal.staff_token]
    heard.links += [way, key["token"]]


def in_none(canaries: list[str], places: list[str]) -> list[str]:
    """Give each canary that sits in one of the places."""
    low = [place.casefold() for place in places]
    return [canary for canary in canaries if any(canary.casefold() in place for place in low)]


def test_canaries_are_in_no_log_address_metric_subject_refusal_nor_file(
    portal: Portal, heard: Heard, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = io.StringIO()
    monkeypatch.setattr("sys.stderr", errors)
    with caplog.at_level(logging.DEBUG):
        story(portal, heard)
        with monkeypatch.context() as broken:
            broken.setattr(Passwords, "fits", lambda *_: (_ for _ in ()).throw(ValueError(f"{NAME} {REFUSED}")))
            asked = portal.said(
                200, portal.post("/oauth/device_authorization", data={"client_id": "scanshelf-desktop"})
            )
            form = {"user_code": asked["user_code"], "user_name": "zelda.kanarie", "password": REFUSED}
            assert portal.post("/oauth/device", data=form).status_code == 500
    letters = portal.letters()
    everybody = [*PEOPLE, *heard.secrets]
    logged = [record.getMessage() for record in caplog.records if record.name.partition(".")[0] not in ASKING]
    assert any("ValueError" in line for line in logged)  # so that there is something to look through
    assert in_none([*everybody, *heard.links], [*logged, errors.getvalue()]) == [], "in the log"
    assert in_none(everybody, heard.urls) == [], "in an address"
    assert in_none(everybody, heard.headers) == [], "in a header"
    assert in_none(everybody, [portal.get("/metrics").text]) == [], "in a metric"
    assert in_none([*everybody, NAME], [str(letter["Subject"]) for letter in letters]) == [], "in a subject"
    assert in_none([*everybody, NAME], heard.refusals) == [], "in a refusal"
    assert set(heard.referrers) <= {"no-referrer", "same-origin"}
    assert len(letters) > 3
    assert secrets_in_files(portal.data, [*heard.secrets, *heard.links]) == []
    assert list(portal.services.settings.incoming.iterdir()) == []


def secrets_in_files(data: Path, secrets: list[str]) -> list[str]:
    """Give the files of the data folder that hold a secret as it is; the letters of a trial are meant to."""
    own = {"staff-token", "mailbox"}
    files = [one for one in data.rglob("*") if one.is_file() and own.isdisjoint(one.relative_to(data).parts)]
    assert {"portal.db"} <= {one.name for one in files}
    held = [(one.name, one.read_bytes()) for one in files]
    return [f"{name}: {secret}" for name, content in held for secret in secrets if secret.encode() in content]
