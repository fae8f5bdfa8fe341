"""What a share opens: its own exams, and of them only what its owner chose."""

from __future__ import annotations

import pytest
import requests
from pydicom import Dataset

from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, real, sent

STUDY = "/dicomweb/studies/1.2.3.4"
IMAGE = f"{STUDY}/series/1.2.3.4.5/instances/1.2.1"
DOCUMENT = f"{STUDY}/series/1.2.3.4.6/instances/1.2.2"
PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    """One exam with an image and a document, and another exam."""
    anna = portal.account()
    document = made(
        SOPInstanceUID="1.2.2", SOPClassUID=PDF_STORAGE, SeriesInstanceUID="1.2.3.4.6", Modality="DOC", PixelData=None
    )
    other = made(StudyInstanceUID="9.9", SeriesInstanceUID="9.9.1", StudyDate="20200101")
    assert sent(portal, anna.token, made(SOPInstanceUID="1.2.1"), document, other).status_code == 200
    return anna


def share(portal: Portal, anna: SignedIn, **options: bool) -> str:
    """Share the exam and open the share; gives the session."""
    new = portal.said(201, portal.post("/api/v1/shares", anna.token, json={"studies": ["1.2.3.4"], **options}))
    opened = portal.post("/api/v1/redeem", json={"share_code": new["share_code"], "recipient_name": "Dr. Weber"})
    return str(portal.said(200, opened)["session"])


def look(portal: Portal, session: str, path: str, method: str = "GET") -> requests.Response:
    return portal.request(method, path, headers={"Authorization": f"Share {session}"})


def test_a_share_opens_its_exam_and_no_other(portal: Portal, anna: SignedIn) -> None:
    session = share(portal, anna)
    studies = look(portal, session, "/dicomweb/studies").json()
    assert [one["0020000D"]["Value"] for one in studies] == [["1.2.3.4"]]
    assert look(portal, session, f"{IMAGE}/rendered").status_code == 200
    for path in ("", "/metadata", "/rendered"):
        assert look(portal, session, f"/dicomweb/studies/9.9{path}").status_code in (403, 404)


def test_without_download_no_file_leaves(portal: Portal, anna: SignedIn) -> None:
    session = share(portal, anna)
    exam = look(portal, session, "/api/v1/exams").json()["exams"][0]["id"]
    for path in (STUDY, IMAGE, f"/api/v1/exams/{exam}/images.zip"):
        answer = look(portal, session, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "not-allowed")


def test_with_download_the_files_come_and_the_owner_is_told(portal: Portal, anna: SignedIn) -> None:
    session = share(portal, anna, allow_download=True)
    assert look(portal, session, STUDY).status_code == 200
    lines = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    found = [(line["kind"], line["actor"]) for line in lines if line["kind"] == "share-downloaded"]
    assert found == [("share-downloaded", "Dr. Weber")]


def test_without_download_a_document_leaves_by_no_way_its_pages_are_looked_at_by(
    portal: Portal, anna: SignedIn
) -> None:
    pdf = b"%PDF-1.4 " + bytes(3000)
    nested = Dataset()
    nested.EncapsulatedDocument = pdf
    document = made(
        SOPInstanceUID="1.2.3", SOPClassUID=PDF_STORAGE, SeriesInstanceUID="1.2.3.4.6", Modality="DOC", PixelData=None,
        EncapsulatedDocument=pdf, SourceImageSequence=[nested], RedPaletteColorLookupTableData=bytes(20_000),
    )  # fmt: skip
    assert sent(portal, anna.token, document).status_code == 200
    place = f"{STUDY}/series/1.2.3.4.6/instances/1.2.3"
    ways = ("00420011", "00082112/1/00420011", "00100010")
    for allowed in (False, True):
        session = share(portal, anna, allow_download=allowed)
        said = look(portal, session, f"{place}/metadata")
        assert b"InlineBinary" not in said.content
        for way in ways:
            for method in ("GET", "HEAD"):
                answer = look(portal, session, f"{place}/bulkdata/{way}", method)
                assert answer.status_code == (200 if allowed else 403), way
        assert look(portal, session, f"{place}/bulkdata/00281201").status_code == 200
        headers = {"Authorization": f"Share {session}", "Accept": "application/dicom", "Range": "bytes=0-9"}
        part = portal.get(place, headers=headers)
        assert part.status_code == (206 if allowed else 403)
    xml = {"Authorization": f"Share {share(portal, anna)}", "Accept": 'multipart/related; type="application/dicom+xml"'}
    assert b"InlineBinary" not in portal.get(f"{place}/metadata", headers=xml).content


@pytest.mark.parametrize("images, report", [(True, False), (False, True)])
def test_images_or_documents_alone(portal: Portal, anna: SignedIn, images: bool, report: bool) -> None:
    session = share(portal, anna, include_images=images, include_report=report)
    statuses = [look(portal, session, f"{path}/metadata").status_code for path in (IMAGE, DOCUMENT)]
    assert statuses == [200 if images else 404, 200 if report else 404]
    (study,) = look(portal, session, "/dicomweb/studies").json()
    assert study["00201208"]["Value"] == [1]


def test_a_share_stores_nothing(portal: Portal, anna: SignedIn) -> None:
    assert look(portal, share(portal, anna), "/dicomweb/studies", "POST").status_code == 403


def test_a_revoked_share_is_closed_at_once(portal: Portal, anna: SignedIn) -> None:
    session = share(portal, anna)
    (made_share,) = portal.said(200, portal.get("/api/v1/shares", anna.token))["shares"]
    portal.post(f"/api/v1/shares/{made_share['id']}/revoke", anna.token)
    assert look(portal, session, "/dicomweb/studies").status_code == 401


def test_a_practices_document_waits_for_its_release(portal: Portal) -> None:
    berta = portal.account("BERG^BERTA", "19600101", patient_id="B-1")
    hers = {"PatientName": "BERG^BERTA", "PatientBirthDate": "19600101", "PatientID": "B-1"}
    document = made(SOPInstanceUID="1.2.2", SOPClassUID=PDF_STORAGE, PixelData=None, **hers)
    image, _ = real("CT_small.dcm", StudyInstanceUID="1.2.3.4", SeriesInstanceUID="1.2.3.4.5", **hers)
    assert sent(portal, portal.staff_token, image, document).status_code == 200
    place = f"{STUDY}/series/1.2.3.4.5/instances/1.2.2"
    assert portal.get(f"{STUDY}/metadata", berta.token).status_code == 200
    assert portal.get(f"{place}/metadata", berta.token).status_code == 404
    assert portal.get(f"{place}/metadata", portal.staff_token).status_code == 200
    (exam,) = portal.get("/api/v1/exams", berta.token).json()["exams"]
    pdf = {"Content-Type": "application/pdf"}
    path = f"/api/v1/staff/exams/{exam['id']}/report"
    assert portal.request("PUT", path, portal.staff_token, data=b"%PDF-1.4", headers=pdf).status_code == 200
    assert portal.get(f"{place}/metadata", berta.token).status_code == 200
