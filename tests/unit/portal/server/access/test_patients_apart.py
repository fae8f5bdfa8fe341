"""Nobody ever gets one patient's images among another's, nor more of an exam than they may see."""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from pydicom import dcmread

from portal.server.access.callers import account_caller
from portal.server.base.problems import Problem
from portal.server.objects.store import PortalObjects
from portal.server.receiving.completing import complete_upload
from portal.server.receiving.receipt_keys import ReceiptKeys
from portal.wire.store_failures import FAILURE_NOT_AUTHORISED
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, reasons, sent, uids

STUDY = "/dicomweb/studies/1.2.3.4"
PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1"
KARL: dict[str, Any] = {
    "PatientName": "BERG^KARL", "PatientBirthDate": "19480101", "PatientID": "B-2", "SeriesInstanceUID": "7.7",
    "SOPInstanceUID": "7.7.7",
}  # fmt: skip


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


@pytest.fixture
def karl(portal: Portal) -> SignedIn:
    return portal.account("BERG^KARL", "19480101", "B-2")


def exams(portal: Portal, token: str) -> list[dict[str, Any]]:
    return list(portal.said(200, portal.get("/api/v1/exams", token))["exams"])


def session_of(portal: Portal, anna: SignedIn, **options: Any) -> dict[str, str]:
    new = portal.said(201, portal.post("/api/v1/shares", anna.token, json={"studies": ["1.2.3.4"], **options}))
    opened = portal.said(200, portal.post("/api/v1/redeem", json={"share_code": new["share_code"]}))
    return {"Authorization": f"Share {opened['session']}"}


def manifest(*images: bytes, study: str = "1.2.3.4") -> dict[str, Any]:
    items = [
        {
            "sop_instance_uid": str(dcmread(io.BytesIO(image)).SOPInstanceUID),
            "size": len(image),
            "sha256": hashlib.sha256(image).hexdigest(),
        }
        for image in images
    ]
    person = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}
    return {"study_instance_uid": study, "person": person, "items": items}


def test_two_accounts_with_one_study_uid_see_their_own_alone(portal: Portal, anna: SignedIn, karl: SignedIn) -> None:
    assert sent(portal, anna.token, made(SOPInstanceUID="1.1")).status_code == 200
    assert sent(portal, karl.token, made(**KARL)).status_code == 200
    for who, name in ((anna, "MUELLER^ANNA"), (karl, "BERG^KARL")):
        (instance,) = portal.said(200, portal.get(f"{STUDY}/metadata", who.token))
        assert instance["00100010"]["Value"][0]["Alphabetic"] == name
        shared = portal.get(f"{STUDY}/metadata", headers=session_of(portal, who)).json()
        assert [one["00100010"]["Value"][0]["Alphabetic"] for one in shared] == [name]


def test_the_practice_gets_no_study_that_is_two_patients(portal: Portal, anna: SignedIn, karl: SignedIn) -> None:
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.1"))
    sent(portal, portal.staff_token, made(**KARL))
    for path in ("", "/metadata", "/rendered"):
        answer = portal.get(STUDY + path, portal.staff_token)
        assert (answer.status_code, answer.json()["reason"]) == (409, "several-patients")
    assert portal.get("/api/v1/view/studies/1.2.3.4", portal.staff_token).status_code == 409
    assert portal.get(f"{STUDY}/series/7.7/metadata", portal.staff_token).status_code == 200


def test_an_archive_holds_the_images_of_its_exam_alone(portal: Portal, anna: SignedIn, karl: SignedIn) -> None:
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.1"))
    sent(portal, portal.staff_token, made(**KARL))
    for who in (anna, karl):
        (exam,) = exams(portal, who.token)
        answer = portal.get(f"/api/v1/exams/{exam['id']}/images.zip", portal.staff_token)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            (name,) = archive.namelist()
            found = dcmread(io.BytesIO(archive.read(name)))
        assert str(found.PatientName) == exam["person"]["patient_name"]


def test_an_archive_leaves_out_a_study_of_which_nothing_may_be_seen(portal: Portal, anna: SignedIn) -> None:
    document = made(StudyInstanceUID="5.5", SeriesInstanceUID="5.5.1", SOPClassUID=PDF_STORAGE, PixelData=None)
    assert sent(portal, portal.staff_token, made(), document).status_code == 200
    (exam,) = exams(portal, anna.token)
    archive = zipfile.ZipFile(io.BytesIO(portal.get(f"/api/v1/exams/{exam['id']}/images.zip", anna.token).content))
    assert len(archive.namelist()) == 1


@pytest.mark.parametrize("patient_id", ["", " ", None, "*", "%"])
def test_the_practices_images_without_a_patient_id_are_nobodys(
    portal: Portal, anna: SignedIn, patient_id: str | None
) -> None:
    portal.account()  # somebody whom the practice knows without a Patient ID
    assert sent(portal, portal.staff_token, made(PatientID=patient_id)).status_code == 200
    assert exams(portal, anna.token) == []
    held = portal.said(200, portal.get("/api/v1/staff/unmatched", portal.staff_token))
    assert [study["images"] for study in held["studies"]] == [1]


def test_a_patient_id_typed_with_blanks_is_the_same_one(portal: Portal) -> None:
    portal.account(patient_id=" A-9 ")
    assert sent(portal, portal.staff_token, made(PatientID="A-9")).status_code == 200


def test_an_image_is_judged_by_its_own_header_not_by_the_manifest(portal: Portal, anna: SignedIn) -> None:
    image = made(PatientName="BERG^KARL", PatientBirthDate="19480101", PatientID="B-2")
    portal.said(200, portal.post("/api/v1/uploads", anna.token, json=manifest(image)))
    assert reasons(sent(portal, anna.token, image)) == [FAILURE_NOT_AUTHORISED]


def test_a_patients_earlier_upload_does_not_open_the_practices_report(portal: Portal, anna: SignedIn) -> None:
    """Whoever knows the Study Instance UID could else begin the study and see the report before its release."""
    assert sent(portal, anna.token, made(SOPInstanceUID="1.1")).status_code == 200
    before = session_of(portal, anna)
    document = made(
        SOPInstanceUID="1.2", SOPClassUID=PDF_STORAGE, SeriesInstanceUID="1.2.3.4.6", Modality="DOC", PixelData=None
    )
    answer = sent(portal, portal.staff_token, made(SOPInstanceUID="1.3"), document)
    assert len(uids(answer)) == 2
    (exam,) = exams(portal, anna.token)
    assert (exam["origin"], exam["report"]["state"]) == ("practice", "awaited")
    for headers in ({"Authorization": f"Bearer {anna.token}"}, before):
        assert portal.get(f"{STUDY}/series/1.2.3.4.6/metadata", headers=headers).status_code == 404
        assert len(portal.get(f"{STUDY}/metadata", headers=headers).json()) == 2


def test_the_practices_study_leaves_the_other_uploads_of_that_day_as_they_are(portal: Portal, anna: SignedIn) -> None:
    other = made(StudyInstanceUID="5.5", SeriesInstanceUID="5.5.1")
    assert sent(portal, anna.token, made(), other).status_code == 200
    assert sent(portal, portal.staff_token, made()).status_code == 200
    found = {exam["origin"]: [study["study_instance_uid"] for study in exam["studies"]]
             for exam in exams(portal, anna.token)}  # fmt: skip
    assert found == {"practice": ["1.2.3.4"], "upload": ["5.5"]}


def test_a_recipient_is_not_told_how_many_others_there_are(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made())
    session, _second, _third = (session_of(portal, anna) for _ in range(3))
    (exam,) = portal.get("/api/v1/exams", headers=session).json()["exams"]
    again = portal.get(f"/api/v1/exams/{exam['id']}", headers=session).json()
    for shape in (exam, again):
        assert (shape["shares"], shape["shareable"]) == (0, False)
    (mine,) = exams(portal, anna.token)
    assert (mine["shares"], mine["shareable"]) == (3, True)


class Meanwhile(PortalObjects):
    """A store during whose reading something else happens."""

    happens: Any = None

    def hashes(self, sha256: str, *, data_set: bool = True) -> tuple[str, str | None] | None:
        """Read an object, when the other thing has happened."""
        happens, self.happens = self.happens, None
        if happens is not None:
            happens()
        return super().hashes(sha256, data_set=data_set)


def test_a_list_that_grew_while_it_was_proved_is_not_complete(portal: Portal, anna: SignedIn) -> None:
    first, second = made(SOPInstanceUID="1.1"), made(SOPInstanceUID="1.2")
    upload = portal.said(200, portal.post("/api/v1/uploads", anna.token, json=manifest(first)))["id"]
    sent(portal, anna.token, first)
    store = Meanwhile(portal.services.settings.objects, portal.services.settings.incoming)
    store.happens = lambda: portal.said(200, portal.post("/api/v1/uploads", anna.token, json=manifest(first, second)))
    with portal.services.database.reading() as session:
        caller = account_caller(session, anna.token, portal.clock())
    assert caller is not None
    keys = ReceiptKeys(portal.services.settings.receipt_keys_file, portal.clock)
    with pytest.raises(Problem) as refused:
        complete_upload(replace(portal.services, store=store), keys, caller, upload)
    assert refused.value.code == "not-complete"
    assert portal.get(f"/api/v1/uploads/{upload}", anna.token).json()["state"] == "open"
