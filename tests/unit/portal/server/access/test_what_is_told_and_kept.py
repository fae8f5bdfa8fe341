"""The activity has every look; the practice reads what it sent alone; looking is not downloading."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydicom import Dataset
from pydicom.sequence import Sequence

from portal.server.dicomweb.messages.metadata_only import without_contents
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent

STUDY = "/dicomweb/studies/1.2.3.4"
IMAGE = f"{STUDY}/series/1.2.3.4.5/instances/1.2.1"
SECRET = b"%PDF-1.4 " + b"a finding nobody is to take home " * 90
PDF_STORAGE, CDA, STL = (f"1.2.840.10008.5.1.4.1.1.104.{number}" for number in (1, 2, 3))
WAVEFORM = "1.2.840.10008.5.1.4.1.1.9.1.1"


def kinds(portal: Portal, token: str) -> list[str]:
    lines = portal.said(200, portal.get("/api/v1/audit", token))["activity"]
    return [line["kind"] for line in lines if "view" in line["kind"] or "download" in line["kind"]]


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


def test_looks_and_downloads_of_owner_and_practice_are_told_once_an_hour(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.2.1"))
    portal.get("/api/v1/exams", anna.token)
    portal.get("/dicomweb/studies", portal.staff_token)
    assert kinds(portal, anna.token) == []
    for _ in range(2):
        assert portal.get(f"{STUDY}/metadata", anna.token).status_code == 200
        assert portal.get(f"{IMAGE}/frames/1", anna.token).status_code == 200
        assert portal.get("/api/v1/view/studies/1.2.3.4/series/1.2.3.4.5/instances/1.2.1", anna.token).ok
    assert kinds(portal, anna.token) == ["viewed"]
    assert portal.get(f"{IMAGE}/rendered", portal.staff_token).status_code == 200
    assert portal.get(STUDY, portal.staff_token).status_code == 200
    assert kinds(portal, anna.token) == ["practice-downloaded", "practice-viewed", "viewed"]
    portal.clock.forward(hours=1, seconds=1)
    assert portal.get(f"{IMAGE}/rendered", anna.token).status_code == 200
    assert kinds(portal, anna.token)[0] == "viewed"
    assert len(kinds(portal, anna.token)) == 4


def test_what_a_person_uploaded_is_not_the_practices_to_read(portal: Portal, anna: SignedIn) -> None:
    own, theirs = made(SOPInstanceUID="1.2.1"), made(SOPInstanceUID="1.2.2", InstanceNumber="2")
    sent(portal, anna.token, own)
    (exam,) = portal.get("/api/v1/exams", anna.token).json()["exams"]
    paths = (
        STUDY, f"{STUDY}/metadata", f"{STUDY}/thumbnail", IMAGE, f"{IMAGE}/frames/1", f"{IMAGE}/rendered",
        f"/api/v1/exams/{exam['id']}", f"/api/v1/exams/{exam['id']}/images.zip", "/api/v1/view/studies/1.2.3.4",
    )  # fmt: skip
    assert {portal.get(path, portal.staff_token).status_code for path in paths} == {404}
    assert portal.get("/dicomweb/studies", portal.staff_token).status_code == 204
    assert portal.get("/api/v1/exams", portal.staff_token, params={"patient_id": "A-1"}).json()["exams"] == []
    sent(portal, portal.staff_token, theirs)
    (seen,) = portal.get("/dicomweb/instances", portal.staff_token).json()
    assert seen["00080018"]["Value"] == ["1.2.2"]
    assert portal.get(f"{IMAGE}/metadata", portal.staff_token).status_code == 404
    (told,) = portal.get("/api/v1/exams", portal.staff_token).json()["exams"]
    assert told["studies"][0]["instances"] == 1
    sent(portal, portal.staff_token, own)
    assert portal.get(f"{IMAGE}/metadata", portal.staff_token).status_code == 200


def _nested(data: bytes) -> Dataset:
    inner = Dataset()
    inner.EncapsulatedDocument = data
    return inner


CONTENTS: list[Callable[[], dict[str, Any]]] = [
    lambda: {"SOPClassUID": PDF_STORAGE, "EncapsulatedDocument": SECRET},
    lambda: {"SOPClassUID": CDA, "EncapsulatedDocument": SECRET},
    lambda: {"SOPClassUID": STL, "EncapsulatedDocument": SECRET},
    lambda: {"SOPClassUID": WAVEFORM, "ReferencedImageSequence": Sequence([_nested(SECRET)])},
    lambda: {"SOPClassUID": WAVEFORM, "SpectroscopyData": SECRET[: len(SECRET) // 4 * 4]},
]


@pytest.mark.sweep(keep=2)
@pytest.mark.parametrize("values", CONTENTS)
def test_without_download_no_file_leaves_inside_its_metadata(
    portal: Portal, anna: SignedIn, values: Callable[[], dict[str, Any]]
) -> None:
    content = made(SOPInstanceUID="1.2.1", Modality="DOC", PixelData=None, Rows=None, Columns=None, **values())
    assert sent(portal, anna.token, content).status_code == 200
    said = {}
    for download in (False, True):
        wish = {"studies": ["1.2.3.4"], "allow_download": download}
        new = portal.said(201, portal.post("/api/v1/shares", anna.token, json=wish))
        session = portal.said(200, portal.post("/api/v1/redeem", json={"share_code": new["share_code"]}))["session"]
        headers = {"Authorization": f"Share {session}"}
        for level in (STUDY, f"{STUDY}/series/1.2.3.4.5", IMAGE):
            said[level, download] = portal.get(f"{level}/metadata", headers=headers).text
            if not download:
                assert "InlineBinary" not in said[level, download]
                assert portal.get(level, headers=headers).status_code == 403
                assert portal.get(level, headers={**headers, "Range": "bytes=0-99"}).status_code == 403
    assert "1.2.1" in said[IMAGE, False]


def test_what_a_picture_needs_to_be_looked_at_stays() -> None:
    inline = {"vr": "OB", "InlineBinary": "AAAA"}
    nested = {"vr": "SQ", "Value": [{"00420011": inline, "00281201": inline}, {}]}
    said = {"00281201": inline, "60003000": inline, "00420011": inline, "00090010": inline, "00081140": nested}
    inside = "http://x/00081140/1/00420011"
    bare = json.loads(without_contents(json.dumps(said).encode(), "http://x/"))
    assert bare == {
        "00281201": inline, "60003000": inline, "00420011": {"vr": "OB", "BulkDataURI": "http://x/00420011"},
        "00090010": {"vr": "OB", "BulkDataURI": "http://x/00090010"},
        "00081140": {"vr": "SQ", "Value": [{"00420011": {"vr": "OB", "BulkDataURI": inside}, "00281201": inline}, {}]},
    }  # fmt: skip
