"""Letters and numbers no database takes: refused at the door wherever they come in, never a mistake of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.portal_tools import Portal, SignedIn

LONE, NUL, HUGE = "\ud800", "a\0b", 10**30
PERSON = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}
ITEM = {"sop_instance_uid": "1.2.3", "size": 10, "sha256": "0" * 64}
MANIFEST = {"study_instance_uid": "1.2", "person": PERSON, "items": [ITEM]}


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def places(body: Any) -> Iterator[list[Any]]:
    """List where a body has texts and numbers."""
    if isinstance(body, dict):
        for key, value in body.items():
            yield from ([key, *place] for place in places(value))
    elif isinstance(body, list):
        for index, value in enumerate(body):
            yield from ([index, *place] for place in places(value))
    else:
        yield []


def with_value(body: Any, place: list[Any], value: Any) -> Any:
    """Give a copy of a body with another value at a place."""
    copy = json.loads(json.dumps(body))
    inner = copy
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return copy


BODIES = {
    "/api/v1/activation": {"code": "AAAA-AAAA-AAAA", "user_name": "anna", "password": "correct horse battery"},
    "/api/v1/staff/invitations": {**PERSON, "email": "a@b.de", "phone": "1", "patient_id": "x", "patient_sex": "F"},
    "/api/v1/uploads": {**MANIFEST, "person_confirmed": "my mother"},
    "/api/v1/shares": {
        "studies": ["1.2"], "exams": ["x"], "days": 3, "max_accesses": 3, "label": "l", "message": "m", "email": "a@b.c"
    },
    "/api/v1/redeem": {"token": "t", "code": "c", "recipient_name": "Dr. Roth"},
}  # fmt: skip


@pytest.mark.parametrize("path", BODIES)
def test_what_no_database_takes_is_refused(portal: Portal, anna: SignedIn, path: str) -> None:
    token = portal.staff_token if "staff" in path else anna.token
    for place in places(BODIES[path]):
        for value in (LONE, NUL, HUGE):
            said = json.dumps(with_value(BODIES[path], place, value)).encode("ascii")
            answer = portal.post(path, token, data=said, headers={"Content-Type": "application/json"})
            assert answer.status_code == 400, (place, ascii(value), answer.text)
            assert answer.json()["code"] == "invalid-request"


@pytest.mark.parametrize("raw", [b"\xed\xa0\x80", b"\xff", b"\\udfff", b"\\u0000"])
def test_bytes_that_are_no_letters_are_refused(portal: Portal, raw: bytes) -> None:
    answer = portal.post(
        "/api/v1/redeem", data=b'{"share_code": "' + raw + b'"}', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400


def test_both_halves_of_one_letter_are_a_letter(portal: Portal) -> None:
    said = b'{"share_code": "AAAAAAAAAAAA", "recipient_name": "\\ud83d\\ude00"}'
    assert portal.post("/api/v1/redeem", data=said, headers={"Content-Type": "application/json"}).status_code == 404


ADDRESSES = (
    "/api/v1/exams/{}",
    "/api/v1/exams/{}/report",
    "/api/v1/exams/{}/activity",
    "/api/v1/exams?cursor={}",
    "/api/v1/uploads/{}",
    "/api/v1/shares/{}",
    "/api/v1/shares?cursor={}",
    "/api/v1/audit?share={}",
    "/api/v1/audit?exam={}",
    "/api/v1/view/studies/{}",
    "/api/v1/view/exams/{}/report",
    "/dicomweb/studies?PatientName={}",
    "/dicomweb/studies?StudyDate={}",
    "/dicomweb/studies?ModalitiesInStudy={}",
    "/dicomweb/studies?limit={}",
    "/dicomweb/studies/{}/metadata",
    "/dicomweb/studies?accept={}",
    "/s/{}",
    "/assets/{}",
    "/oauth/authorize?state={}",
    "/oauth/device?user_code={}",
)


def test_addresses_hold_no_such_letters_either(portal: Portal, anna: SignedIn) -> None:
    for path in ADDRESSES:
        for letters in ("%00", "x%00", "%ed%a0%80", "%ff"):
            status = portal.get(path.format(letters), anna.token).status_code
            assert status == 400 if "%00" in letters else status < 500, (path, letters, status)


@pytest.mark.parametrize(
    "query",
    [
        "ModalitiesInStudy=" + ",".join(["CT"] * 1500),
        "StudyInstanceUID=" + ",".join(["1.2"] * 4000),
        "InstanceNumber=" + ",".join(["999999999999"] * 1400),
        "PatientName=" + "*a" * 5000,
        "&".join(["PatientName=a"] * 1000),
        "offset=999999999",
    ],
)
@pytest.mark.parametrize("level", ["studies", "instances"])
def test_very_long_questions_have_an_answer(portal: Portal, anna: SignedIn, query: str, level: str) -> None:
    assert portal.get(f"/dicomweb/{level}?{query}", anna.token).status_code in (200, 204, 400)


def test_texts_longer_than_anybody_needs_are_refused(portal: Portal, anna: SignedIn) -> None:
    long = "x" * 100_000
    manifests: tuple[dict[str, Any], ...] = (
        {**MANIFEST, "person_confirmed": long},
        {**MANIFEST, "person": {**PERSON, "patient_id": long}},
    )
    for manifest in manifests:
        assert portal.post("/api/v1/uploads", anna.token, json=manifest).status_code == 400
    invitation = {**PERSON, "phone": long}
    assert portal.post("/api/v1/staff/invitations", portal.staff_token, json=invitation).status_code == 400


def test_no_answer_repeats_the_host_header(portal: Portal, anna: SignedIn) -> None:
    for path in ("/api/v1/exams/", "/dicomweb/studies/", "/s/", "/oauth/device/", "//evil.example"):
        answer = portal.get(path, anna.token, headers={"Host": "evil.example"})
        assert "evil.example" not in str(answer.headers) + answer.text
    assert portal.get("/s/").text == portal.get("/s").text
