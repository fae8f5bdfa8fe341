"""The portal as a whole: what it says of itself, its data folder, its limits."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import PortalError
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import PracticeRow
from portal.server.http import openapi
from portal.server.http.request_limits import SMALL
from portal.server.people.account_shapes import practice_shape
from portal.server.running.data_folder import noted_address
from portal.server.running.serve import build_services
from portal.wire.json_values import from_json
from portal.wire.people import Practice
from portal.wire.well_known import WellKnown
from tests.portal_tools import Portal, running_portal


def test_it_says_that_it_is_a_portal_and_reaches_this_computer_alone(portal: Portal) -> None:
    said = from_json(WellKnown, portal.said(200, portal.get("/.well-known/patient-portal")))
    assert said.local
    assert said.url == portal.url
    assert said.limits.share_days_default == 30
    assert "device-sign-in" in said.capabilities


def test_it_publishes_what_it_can(portal: Portal) -> None:
    paths = portal.said(200, portal.get("/openapi.json"))["paths"]
    assert {"/api/v1/account", "/api/v1/activation", "/oauth/token", "/api/v1/staff/invitations"} <= set(paths)


def test_what_it_can_is_written_once_and_sent_again_only_where_it_is_new(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = portal.get("/openapi.json")

    def again(_schema: object) -> tuple[bytes, str]:
        raise AssertionError("written anew")

    monkeypatch.setattr(openapi, "_written", again)
    second = portal.get("/openapi.json")
    assert second.content == first.content
    assert second.headers["content-type"] == "application/json"
    known = portal.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert portal.get("/openapi.json", headers={"If-None-Match": '"another"'}).content == first.content


def test_what_is_not_there_is_a_problem_that_tells_nothing(portal: Portal) -> None:
    for method, path in (("GET", "/nothing"), ("DELETE", "/api/v1/account"), ("GET", "/docs"), ("GET", "/oauth/../x")):
        answer = portal.request(method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].startswith("urn:scanshelf:problem:")


def test_every_answer_carries_the_safe_headers(portal: Portal) -> None:
    for path in ("/api/v1/account", "/.well-known/patient-portal", "/nothing"):
        headers = portal.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "server" not in headers


def test_a_body_larger_than_any_form_is_refused_before_it_is_read(portal: Portal) -> None:
    large = json.dumps({"code": "x" * SMALL, "user_name": "anna", "password": "p"}).encode()
    headers = {"Content-Type": "application/json"}
    said = portal.post("/api/v1/activation", data=large, headers=headers)
    assert (said.status_code, said.json()["limit"]) == (413, SMALL)
    pieces = (large[start : start + 65536] for start in range(0, len(large), 65536))
    unannounced = portal.post("/api/v1/activation", data=pieces, headers=headers)
    assert (unannounced.status_code, unannounced.json()["limit"]) == (413, SMALL)


@pytest.mark.parametrize("path", ["/api/v1/staff/exams/x/report/complete", "/api/v1/staff/removals/x/allow"])
def test_a_body_is_large_only_where_it_is_streamed(portal: Portal, path: str) -> None:
    large = json.dumps({"completed_at": "x" * SMALL}).encode()
    said = portal.post(path, data=large, headers={"Content-Type": "application/json"})
    assert (said.status_code, said.json()["limit"]) == (413, SMALL)


def test_strangers_cannot_make_it_read_a_long_list(portal: Portal) -> None:
    manifest = json.dumps({"items": ["x" * SMALL]}).encode()
    headers = {"Content-Type": "application/json"}
    stranger = portal.post("/api/v1/uploads", data=manifest, headers=headers)
    assert (stranger.status_code, stranger.json()["limit"]) == (413, SMALL)
    known = portal.post("/api/v1/uploads", portal.account().token, data=manifest, headers=headers)
    assert known.status_code == 400


def test_deep_and_broken_json_is_a_problem(portal: Portal) -> None:
    for body in (
        b"[" * 100_000,
        b"{",
        b"\xff\xfe",
        b'{"code": NaN}',
        b"null",
        b'{"code":"\\ud800","user_name":"a","password":"b"}',
    ):
        answer = portal.post("/api/v1/activation", data=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 404), body[:20]


def test_headers_without_end_are_cut_off(portal: Portal) -> None:
    host, port = portal.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as talker:
        talker.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            talk_on(talker)
    assert portal.get("/.well-known/patient-portal").status_code == 200


def talk_on(talker: socket.socket) -> None:
    """Send headers until nobody listens any more."""
    while True:
        talker.sendall(b"X-More: " + b"x" * 8000 + b"\r\n")


def test_only_its_owner_may_look_into_the_data_folder(portal: Portal) -> None:
    for folder in (portal.data, portal.data / "objects", portal.data / "incoming"):
        assert folder.stat().st_mode & 0o077 == 0
    for file in ("secret.key", "staff-token", "server.lock", "address.json"):
        assert (portal.data / file).stat().st_mode & 0o077 == 0


def test_a_second_server_on_one_data_folder_is_refused(portal: Portal) -> None:
    with pytest.raises(PortalError, match="portal-in-use"), build_services(portal.services.settings):
        pass


def test_two_data_folders_cannot_share_one_store(tmp_path: Path) -> None:
    store = tmp_path / "store"
    first, second = (
        ServerSettings(tmp_path / name, "http://127.0.0.1:1", True, store=store) for name in ("one", "two")
    )
    with build_services(first), pytest.raises(PortalError, match="portal-in-use"), build_services(second):
        pass


def test_a_start_empties_what_was_half_received_and_keeps_the_rest(tmp_path: Path) -> None:
    data = tmp_path / "portal"
    with running_portal(data) as portal:
        anna, staff = portal.account(), portal.staff_token
    (data / "incoming" / f"{'0a' * 12}.part").write_bytes(b"DICM")
    (data / "incoming" / "mine.txt").write_text("somebody's")
    with running_portal(data) as portal:
        assert [file.name for file in (data / "incoming").iterdir()] == ["mine.txt"]
        assert portal.staff_token == staff
        assert portal.get("/api/v1/account", anna.token).status_code == 200
        assert noted_address(data / "address.json") == (portal.url, True)


def test_what_a_start_says_of_the_practice_is_kept(tmp_path: Path) -> None:
    data = tmp_path / "portal"
    said = Practice("Dr. Roth", phone="030 1234567")
    for practice in (None, said, None, Practice("Dr. Roth", address="Main Street 1")):
        settings = ServerSettings(data, "http://127.0.0.1:1", True)
        told = settings if practice is None else replace(settings, practice=practice)
        with build_services(told) as services, services.database.reading() as session:
            kept = practice_shape(session.get_one(PracticeRow, 1))
    assert kept == Practice("Dr. Roth", phone="030 1234567", address="Main Street 1")


def test_a_new_staff_token_ends_the_old_one(tmp_path: Path) -> None:
    data = tmp_path / "portal"
    with running_portal(data) as portal:
        old = portal.staff_token
    (data / "staff-token").unlink()
    person = {"patient_name": "A^B", "patient_birth_date": "19600101"}
    with running_portal(data) as portal:
        assert portal.post("/api/v1/staff/invitations", old, json=person).status_code == 401
        assert portal.post("/api/v1/staff/invitations", portal.staff_token, json=person).status_code == 201
