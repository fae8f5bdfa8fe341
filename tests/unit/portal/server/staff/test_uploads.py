"""Uploads that name somebody else: asked of the practice, let in or taken out by its answer alone."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from sqlalchemy import delete

from portal.server.base.tables import AccountPatientRow
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent

UPLOADS = "/api/v1/staff/uploads"
MARRIED = {"PatientName": "SCHMIDT^ANNA", "PatientID": "X-9"}  # as she was called before
KARLS = {"PatientName": "BERG^KARL", "PatientBirthDate": "19480101", "PatientID": "X-9"}


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


def announce(portal: Portal, anna: SignedIn, image: bytes, said: dict[str, str], reason: str | None = None) -> Any:
    item = {"sop_instance_uid": "5.1", "size": len(image), "sha256": hashlib.sha256(image).hexdigest()}
    person = {
        "patient_name": said["PatientName"],
        "patient_birth_date": said.get("PatientBirthDate", "19510504"),
        "patient_id": said["PatientID"],
    }
    wanted = {"study_instance_uid": "5", "person": person, "items": [item], "person_confirmed": reason}
    return portal.post("/api/v1/uploads", anna.token, json=wanted)


def image_of(said: dict[str, str]) -> bytes:
    return made(StudyInstanceUID="5", SeriesInstanceUID="5.0", SOPInstanceUID="5.1", **said)


def asked(portal: Portal, state: str = "open") -> list[Any]:
    return list(portal.said(200, portal.get(UPLOADS, portal.staff_token, params={"state": state}))["questions"])


def answer(portal: Portal, question: str, *, theirs: bool, token: str | None = None, status: int = 200) -> Any:
    address = f"{UPLOADS}/{question}/answer"
    return portal.said(status, portal.post(address, token or portal.staff_token, json={"theirs": theirs}))


def exams(portal: Portal, anna: SignedIn) -> list[str]:
    return [each["origin"] for each in portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]]


def test_another_persons_images_come_in_by_the_practices_answer_alone(portal: Portal, anna: SignedIn) -> None:
    image, eva = image_of(KARLS), portal.member("reception")
    refused = portal.said(403, announce(portal, anna, image, KARLS, "They are mine"))
    assert (refused["code"], refused["asked"]) == ("other-person", True)
    portal.said(403, announce(portal, anna, image, KARLS))  # again: asked once
    (question,) = asked(portal)
    assert (question["likeness"], question["named"]["patient_name"]) == ("other", "BERG^KARL")
    assert question["person"]["patient_id"] == "A-1"
    assert sent(portal, anna.token, image).status_code == 409
    assert exams(portal, anna) == []
    assert answer(portal, question["id"], theirs=True, token=eva.token)["decided_by"] == "Eva Klein"
    upload = portal.said(200, announce(portal, anna, image, KARLS))
    assert upload["identity"] == "perhaps"
    assert sent(portal, anna.token, image).status_code == 200
    portal.said(200, portal.post(f"/api/v1/uploads/{upload['id']}/complete", anna.token))
    assert exams(portal, anna) == ["upload"]
    assert answer(portal, question["id"], theirs=False, status=409)["reason"] == "decided"
    said = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert ("upload-accepted", "Eva Klein") in [(each["kind"], each["actor"]) for each in said]


def test_what_the_practice_refused_is_not_asked_again(portal: Portal, anna: SignedIn) -> None:
    image = image_of(KARLS)
    announce(portal, anna, image, KARLS)
    answer(portal, asked(portal)[0]["id"], theirs=False)
    again = portal.said(403, announce(portal, anna, image, KARLS))
    assert (again["code"], again["asked"]) == ("other-person", False)
    assert asked(portal) == []
    assert [each["state"] for each in asked(portal, "refused")] == ["refused"]


def test_an_answer_holds_for_the_identity_it_was_asked_about(portal: Portal, anna: SignedIn) -> None:
    announce(portal, anna, image_of(KARLS), KARLS)
    answer(portal, asked(portal)[0]["id"], theirs=True)
    other = {**KARLS, "PatientName": "ADLER^EVA"}
    portal.said(403, announce(portal, anna, image_of(other), other))
    assert [each["named"]["patient_name"] for each in asked(portal)] == ["ADLER^EVA"]


def test_what_the_patient_vouched_for_is_taken_out_if_the_practice_says_no(portal: Portal, anna: SignedIn) -> None:
    image = image_of(MARRIED)
    assert portal.said(409, announce(portal, anna, image, MARRIED))["code"] == "person-unclear"
    assert asked(portal) == []
    portal.said(200, announce(portal, anna, image, MARRIED, "My name before I married"))
    assert sent(portal, anna.token, image).status_code == 200
    (question,) = asked(portal)
    assert (question["likeness"], question["reason"]) == ("perhaps", "My name before I married")
    answer(portal, question["id"], theirs=False)
    assert exams(portal, anna) == []
    portal.said(403, announce(portal, anna, image, MARRIED, "My name before I married"))
    assert sent(portal, anna.token, image).status_code == 409


def test_the_practices_yes_needs_no_reason_of_the_patients(portal: Portal, anna: SignedIn) -> None:
    image = image_of(MARRIED)
    portal.said(200, announce(portal, anna, image, MARRIED, "My name before I married"))
    answer(portal, asked(portal)[0]["id"], theirs=True)
    portal.said(200, announce(portal, anna, image, MARRIED))
    assert asked(portal) == []


def test_of_an_upload_refused_before_anything_arrived_nothing_comes_in(portal: Portal, anna: SignedIn) -> None:
    image = image_of(MARRIED)
    upload = portal.said(200, announce(portal, anna, image, MARRIED, "My name before I married"))
    answer(portal, asked(portal)[0]["id"], theirs=False)
    assert sent(portal, anna.token, image).status_code == 409
    portal.said(409, portal.post(f"/api/v1/uploads/{upload['id']}/complete", anna.token))
    portal.said(403, announce(portal, anna, image, MARRIED, "My name before I married"))
    assert exams(portal, anna) == []


def test_what_was_agreed_for_a_person_the_account_no_longer_stands_for_lets_nothing_in(
    portal: Portal, anna: SignedIn
) -> None:
    image = image_of(MARRIED)
    portal.said(200, announce(portal, anna, image, MARRIED, "My name before I married"))
    with portal.services.database.writing() as session:
        session.execute(delete(AccountPatientRow))
    assert sent(portal, anna.token, image).status_code == 409
