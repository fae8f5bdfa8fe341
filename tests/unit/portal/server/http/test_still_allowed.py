"""What is under way ends with the leave it was begun with; the passing of time alone ends nothing midway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from portal.server.people.machine_tokens import machine_token
from tests.portal_tools import TIMEOUT, Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import BOUNDARY, body_of, made, sent

LARGE = 16 << 20  # more than the system keeps of what nobody takes
ROWS = 2048
FILES = "/dicomweb/studies/1.2.3.4"


def large(**values: Any) -> bytes:
    frames = LARGE // (2 * ROWS * ROWS)
    said = {"Rows": ROWS, "Columns": ROWS, "NumberOfFrames": str(frames), "PixelData": bytes(LARGE)}
    return made(SOPInstanceUID="1.2.1", **said, **values)


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    anna = portal.account()
    assert sent(portal, anna.token, large()).status_code == 200
    return anna


def exam_of(portal: Portal, anna: SignedIn) -> str:
    (exam,) = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    return str(exam["id"])


def taken(portal: Portal, path: str, authorization: str, midway: Callable[[], object]) -> int:
    """Download something and do something in the middle of it; gives how much came, which may be less than all."""
    came = 0
    with requests.Session() as session:
        session.trust_env = False
        headers = {"Authorization": authorization}
        with session.get(portal.url + path, headers=headers, stream=True, timeout=TIMEOUT) as answer:
            assert answer.status_code == 200
            pieces = answer.iter_content(64 << 10)
            came += len(next(pieces))
            midway()
            try:
                for piece in pieces:
                    came += len(piece)
            except requests.RequestException:
                return came
            length = answer.headers.get("Content-Length")
    assert length is None or came == int(length)
    return came


def shared(portal: Portal, anna: SignedIn) -> tuple[str, str]:
    wish = {"studies": ["1.2.3.4"], "allow_download": True}
    new = portal.said(201, portal.post("/api/v1/shares", anna.token, json=wish))
    said = portal.said(200, portal.post("/api/v1/redeem", json={"share_code": new["share_code"]}))
    return new["share"]["id"], said["session"]


@pytest.mark.parametrize("path", ["zip", FILES, f"{FILES}/series/1.2.3.4.5/instances/1.2.1/frames/1,2"])
def test_revoking_a_share_cuts_what_its_recipient_downloads(
    portal: Portal, anna: SignedIn, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.server.http.still_allowed.SECONDS", 0.0)
    share, session = shared(portal, anna)
    where = f"/api/v1/exams/{exam_of(portal, anna)}/images.zip" if path == "zip" else path

    def revoke() -> None:
        portal.said(200, portal.post(f"/api/v1/shares/{share}/revoke", anna.token))

    whole = taken(portal, where, f"Share {session}", lambda: None)
    assert taken(portal, where, f"Share {session}", revoke) < whole
    assert portal.get(where, headers={"Authorization": f"Share {session}"}).status_code == 401


def test_ending_a_token_cuts_its_download_and_time_alone_does_not(
    portal: Portal, anna: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.server.http.still_allowed.SECONDS", 0.0)
    with portal.services.database.writing() as session:
        token = machine_token(session, anna.user_name, 1, portal.clock()).token
    assert taken(portal, FILES, f"Bearer {token}", lambda: portal.clock.forward(days=2)) > LARGE
    portal.clock.forward(days=-2)
    end = lambda: portal.post("/oauth/revoke", data={"token": token})  # noqa: E731
    assert taken(portal, FILES, f"Bearer {token}", end) < LARGE


def test_ending_a_token_refuses_the_rest_of_an_upload(
    portal: Portal, anna: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.server.http.still_allowed.SECONDS", 0.0)
    with portal.services.database.writing() as session:
        token = machine_token(session, anna.user_name, 1, portal.clock()).token
    parts = [made(SOPInstanceUID=f"1.2.{number}") for number in (7, 8)]
    body = body_of(parts)

    def pieces() -> Iterator[bytes]:
        yield body[:-200]
        portal.post("/oauth/revoke", data={"token": token})
        yield body[-200:-100]
        yield body[-100:]

    kind = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
    answer = portal.post("/dicomweb/studies", token, data=pieces(), headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")
    found = portal.get("/dicomweb/instances", anna.token).json()
    assert "1.2.8" not in {each["00080018"]["Value"][0] for each in found}
