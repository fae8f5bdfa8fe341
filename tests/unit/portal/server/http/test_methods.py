"""Every address says truly what it can be asked; who comes from another origin is let in by name alone."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from core.workers.worker import WorkerPool
from portal.server.http.app import make_app
from portal.server.http.cors import origin
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.unit.portal.server.dicomweb.senders import made, sent
from tests.unit.portal.server.http.test_who_may_ask import routes_of

VIEWER = "https://viewer.example.org"
STUDY = "/dicomweb/studies/1.2.3.4"
INSTANCE = f"{STUDY}/series/1.2.3.4.5/instances/1.2.1"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    anna = portal.account()
    assert sent(portal, anna.token, made(SOPInstanceUID="1.2.1")).status_code == 200
    return anna


@pytest.fixture
def shown_elsewhere(tmp_path: Path, portal_pool: WorkerPool) -> Iterator[Portal]:
    with running_portal(tmp_path / "portal", workers=portal_pool, origins=(VIEWER,)) as running:
        yield running


def methods_by_address(portal: Portal) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    routes = list(routes_of(make_app(portal.services).routes))
    for address in {re.sub(r"\{[^}]+\}", "1", route.path) for route in routes}:
        for route in (each for each in routes if each.path_regex.match(address)):
            found[address] |= set(route.methods or ()) | ({"HEAD"} if "GET" in (route.methods or ()) else set())
    return found


def test_options_and_405_tell_every_method_of_an_address(portal: Portal) -> None:
    for address, methods in methods_by_address(portal).items():
        asked = portal.request("OPTIONS", address)
        assert (asked.status_code, asked.content) == (204, b""), address
        refused = portal.request("PROPFIND", address)
        assert refused.status_code == 405, address
        for answer in (asked, refused):
            assert set(answer.headers["allow"].split(", ")) == methods | {"OPTIONS"}, address


def test_a_method_nobody_knows_and_an_address_nobody_knows_are_told_apart(portal: Portal) -> None:
    for method in ("TRACE", "PROPFIND", "DELETE"):
        answer = portal.request(method, "/dicomweb/studies")
        assert (answer.status_code, answer.json()["code"]) == (405, "method-not-allowed")
    for method in ("OPTIONS", "HEAD", "DELETE"):
        assert portal.request(method, "/dicomweb/nothing").status_code == 404


def test_head_says_what_get_says_and_sends_nothing(portal: Portal, anna: SignedIn) -> None:
    addresses = (
        "/dicomweb/studies", f"{STUDY}/metadata", STUDY, INSTANCE, f"{INSTANCE}/frames/1", f"{INSTANCE}/rendered",
        f"{INSTANCE}/thumbnail", "/api/v1/exams", "/.well-known/patient-portal", "/s",
    )  # fmt: skip
    for address in addresses:
        head, get = (portal.request(method, address, anna.token) for method in ("HEAD", "GET"))
        assert (head.status_code, head.content) == (get.status_code, b""), address
        for name in ("content-type", "content-length", "cache-control", "etag"):
            without_boundary = [re.sub(r"boundary=\w+", "", each.headers.get(name, "")) for each in (head, get)]
            assert without_boundary[0] == without_boundary[1], (address, name)
    assert portal.request("HEAD", "/api/v1/exams").status_code == 401
    assert portal.request("HEAD", f"{STUDY}/series/9.9/metadata", anna.token).status_code == 404


def test_nothing_is_noted_as_taken_home_that_was_only_asked_about(portal: Portal, anna: SignedIn) -> None:
    portal.request("HEAD", STUDY, anna.token)
    exam = portal.get("/api/v1/exams", anna.token).json()["exams"][0]["id"]
    portal.request("HEAD", f"/api/v1/exams/{exam}/images.zip", anna.token)
    kinds = {line["kind"] for line in portal.get("/api/v1/audit", anna.token).json()["activity"]}
    assert "downloaded" not in kinds
    portal.get(STUDY, anna.token)
    kinds = {line["kind"] for line in portal.get("/api/v1/audit", anna.token).json()["activity"]}
    assert "downloaded" in kinds


def test_a_head_of_something_large_reads_little_of_it(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made(SOPInstanceUID="1.2.2", Rows=2048, Columns=2048, PixelData=bytes(8 << 20)))
    head = portal.request("HEAD", STUDY, anna.token)
    assert int(head.headers["content-length"]) > 8 << 20
    assert portal.get(INSTANCE, anna.token).status_code == 200


def test_no_other_origin_may_read_anything_unless_it_was_named(portal: Portal, anna: SignedIn) -> None:
    asked = {"Origin": VIEWER, "Access-Control-Request-Method": "GET"}
    for answer in (
        portal.request("OPTIONS", "/dicomweb/studies", headers=asked),
        portal.get("/dicomweb/studies", anna.token, headers=asked),
    ):
        assert not [name for name in answer.headers if name.lower().startswith("access-control")]


def test_a_viewer_that_was_named_may_ask_and_read(shown_elsewhere: Portal) -> None:
    anna = shown_elsewhere.account()
    sent(shown_elsewhere, anna.token, made(SOPInstanceUID="1.2.1"))
    asked = {
        "Origin": VIEWER,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization,accept,range,content-type,if-none-match",
    }
    for address in ("/dicomweb/studies", INSTANCE, "/api/v1/redeem", "/oauth/token"):
        may = shown_elsewhere.request("OPTIONS", address, headers=asked)
        assert (may.status_code, may.headers["access-control-allow-origin"]) == (200, VIEWER)
    for address, status in (("/dicomweb/studies", 200), ("/dicomweb/nothing", 404), (f"{STUDY}/metadata", 200)):
        answer = shown_elsewhere.get(address, anna.token, headers={"Origin": VIEWER})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (status, VIEWER)
        assert "Origin" in answer.headers["vary"]
        assert "access-control-allow-credentials" not in answer.headers  # no cookie comes from elsewhere
        assert "etag" in answer.headers["access-control-expose-headers"].lower()
    refused = shown_elsewhere.get("/dicomweb/studies", headers={"Origin": VIEWER})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, VIEWER)


def test_who_was_not_named_stays_out_also_where_somebody_else_was(shown_elsewhere: Portal) -> None:
    others = ("https://evil.example", VIEWER + ".evil.example", "http://viewer.example.org", "null", VIEWER + ":8443")
    for other, method in product(others, ("OPTIONS", "GET")):
        answer = shown_elsewhere.request(
            method, "/dicomweb/studies", headers={"Origin": other, "Access-Control-Request-Method": "GET"}
        )
        assert "access-control-allow-origin" not in answer.headers
    for page in ("/oauth/authorize", "/oauth/device", "/s", "/assets/page.css"):
        answer = shown_elsewhere.get(page, headers={"Origin": VIEWER})
        assert "access-control-allow-origin" not in answer.headers, page


def test_origins_are_read_as_browsers_say_them() -> None:
    assert origin("https://Viewer.Example.org/") == VIEWER
    assert origin("https://viewer.example.org:443") == VIEWER
    assert origin("http://[::1]:3000") == "http://[::1]:3000"
    assert origin("*") == "*"
    for wrong in ("viewer.example.org", "https://a/b", "ftp://a", "https://*.example.org", "https://u@a", "null", ""):
        with pytest.raises(ValueError, match=f"^{re.escape(wrong)}$"):
            origin(wrong)
