"""U1: an upload is announced, sent, and proved; what is not proved is never called complete."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import requests

from portal.wire.exams import Exam
from portal.wire.json_values import from_json
from portal.wire.store_failures import FAILURE_NOT_AUTHORISED
from portal.wire.uploads import Upload, UploadReceipt
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, reasons, sent, uids

pytestmark = pytest.mark.on_postgres

ANNA = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504", "patient_id": "A-1"}
STUDY = "1.2.3.4"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def item(number: int, data: bytes) -> dict[str, Any]:
    return {"sop_instance_uid": f"1.2.{number}", "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def images(count: int = 3, **values: Any) -> list[bytes]:
    return [made(SOPInstanceUID=f"1.2.{number}", **values) for number in range(count)]


def manifest(datas: list[bytes], person: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    items = [item(number, data) for number, data in enumerate(datas)]
    return {"study_instance_uid": STUDY, "person": person or ANNA, "items": items, **more}


def announce(portal: Portal, who: SignedIn, said: dict[str, Any]) -> Upload:
    return from_json(Upload, portal.said(200, portal.post("/api/v1/uploads", who.token, json=said)))


def complete(portal: Portal, who: SignedIn, upload: str) -> requests.Response:
    return portal.post(f"/api/v1/uploads/{upload}/complete", who.token, json={})


def exams(portal: Portal, who: SignedIn) -> list[Exam]:
    return [from_json(Exam, each) for each in portal.said(200, portal.get("/api/v1/exams", who.token))["exams"]]


def test_a_manifest_tells_what_is_missing_and_the_receipt_proves_all_of_it(portal: Portal, anna: SignedIn) -> None:
    datas = images()
    upload = announce(portal, anna, manifest(datas))
    assert (upload.state, upload.identity, upload.missing) == ("open", "same", ("1.2.0", "1.2.1", "1.2.2"))
    sent(portal, anna.token, datas[0])
    problem = complete(portal, anna, upload.id)
    assert (problem.status_code, problem.json()["missing"]) == (409, ["1.2.1", "1.2.2"])
    assert announce(portal, anna, manifest(datas)) == Upload(upload.id, STUDY, "open", "same", ("1.2.1", "1.2.2"))
    sent(portal, anna.token, *datas[1:])
    receipt = from_json(UploadReceipt, portal.said(200, complete(portal, anna, upload.id)))
    assert [one.sha256 for one in receipt.instances] == [hashlib.sha256(data).hexdigest() for data in datas]
    assert all(one.data_set_sha256 not in (None, one.sha256) for one in receipt.instances)
    assert receipt.exam_id == exams(portal, anna)[0].id
    assert portal.said(200, complete(portal, anna, upload.id))["completed_at"] == receipt.completed_at
    assert announce(portal, anna, manifest(datas)) == Upload(upload.id, STUDY, "complete", "same")


def test_the_hash_of_the_data_set_leaves_preamble_and_meta_group_out(portal: Portal, anna: SignedIn) -> None:
    data = made(SOPInstanceUID="1.2.0")
    upload = announce(portal, anna, manifest([data]))
    sent(portal, anna.token, data)
    said = portal.said(200, complete(portal, anna, upload.id))["instances"][0]
    start = 144 + int.from_bytes(data[140:144], "little")
    assert said["data_set_sha256"] == hashlib.sha256(data[start:]).hexdigest()


def test_an_upload_can_be_shared_once_it_is_complete(portal: Portal, anna: SignedIn) -> None:
    datas = images()
    upload = announce(portal, anna, manifest(datas))
    sent(portal, anna.token, datas[0])
    exam = exams(portal, anna)[0]
    assert (exam.origin, exam.report.state, exam.shareable) == ("upload", "not-expected", False)
    sent(portal, anna.token, *datas)
    portal.said(200, complete(portal, anna, upload.id))
    exam = exams(portal, anna)[0]
    assert (exam.shareable, exam.title, exam.studies[0].instances) == (True, "CT of the chest", 3)


def test_the_activity_tells_of_an_upload_once(portal: Portal, anna: SignedIn) -> None:
    datas = images()
    upload = announce(portal, anna, manifest(datas))
    sent(portal, anna.token, *datas)
    for _ in range(2):
        portal.said(200, complete(portal, anna, upload.id))
    lines = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert [(line["kind"], line["details"]["instances"]) for line in lines if line["kind"] == "uploaded"] == [
        ("uploaded", 3)
    ]


def test_an_object_that_rots_on_the_disk_is_found_out_and_can_come_again(portal: Portal, anna: SignedIn) -> None:
    datas = images()
    upload = announce(portal, anna, manifest(datas))
    sent(portal, anna.token, *datas)
    path = portal.services.store.path(hashlib.sha256(datas[1]).hexdigest())
    path.write_bytes(b"X" + datas[1][1:])
    assert complete(portal, anna, upload.id).json()["missing"] == ["1.2.1"]
    assert announce(portal, anna, manifest(datas)).missing == ("1.2.1",)
    assert sent(portal, anna.token, datas[1]).status_code == 200
    assert complete(portal, anna, upload.id).status_code == 200
    assert path.read_bytes() == datas[1]


def test_other_bytes_under_a_uid_are_a_conflict(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made(SOPInstanceUID="1.2.0", StudyDescription="older"))
    upload = announce(portal, anna, manifest(images(1)))
    assert (upload.missing, upload.conflicts) == ((), ("1.2.0",))
    assert complete(portal, anna, upload.id).status_code == 409


def test_another_persons_study_is_refused_before_anything_is_sent(portal: Portal, anna: SignedIn) -> None:
    otto = {"patient_name": "SCHMIDT^OTTO", "patient_birth_date": "19330101"}
    answer = portal.post("/api/v1/uploads", anna.token, json=manifest(images(), otto))
    assert (answer.status_code, answer.json()["code"]) == (403, "other-person")


def test_perhaps_the_same_person_needs_somebody_who_vouches_for_it(portal: Portal, anna: SignedIn) -> None:
    married = {"patient_name": "SCHULZE^ANNA", "patient_birth_date": "19510504"}
    datas = images(PatientName="SCHULZE^ANNA", PatientID=None)
    assert reasons(sent(portal, anna.token, datas[0])) == [FAILURE_NOT_AUTHORISED]
    answer = portal.post("/api/v1/uploads", anna.token, json=manifest(datas, married))
    assert (answer.status_code, answer.json()["code"]) == (409, "person-unclear")
    assert answer.json()["person"]["patient_name"] == "SCHULZE^ANNA"
    assert answer.json()["account_person"]["patient_name"] == "MUELLER^ANNA"
    upload = announce(portal, anna, manifest(datas, married, person_confirmed="name before marriage"))
    assert upload.identity == "perhaps"
    assert len(uids(sent(portal, anna.token, *datas))) == 3
    assert complete(portal, anna, upload.id).status_code == 200


def test_a_confirmed_upload_opens_the_door_for_that_person_and_study_only(portal: Portal, anna: SignedIn) -> None:
    married = {"patient_name": "SCHULZE^ANNA", "patient_birth_date": "19510504"}
    announce(portal, anna, manifest(images(), married, person_confirmed="name before marriage"))
    others = made(PatientName="SCHMIDT^OTTO", PatientBirthDate="19330101", PatientID="O-1")
    elsewhere = made(PatientName="SCHULZE^ANNA", PatientID=None, StudyInstanceUID="9.9")
    assert reasons(sent(portal, anna.token, others, elsewhere)) == [FAILURE_NOT_AUTHORISED] * 2


def test_a_name_the_images_do_not_spell_needs_somebody_who_vouches_for_it(portal: Portal) -> None:
    ivan = portal.account("ИВАНОВ^ИВАН", "19510504")
    person = {"patient_name": "ИВАНОВ^ИВАН", "patient_birth_date": "19510504", "patient_id": "A-1"}
    raw = "ИВАНОВ^ИВАН".encode("cp1251").decode("latin_1")
    datas = images(SpecificCharacterSet="ISO_IR 100", PatientName=raw)
    announce(portal, ivan, manifest(datas, person))
    assert reasons(sent(portal, ivan.token, datas[0])) == [FAILURE_NOT_AUTHORISED]
    upload = announce(portal, ivan, manifest(datas, person, person_confirmed="birth date and ID are mine"))
    assert len(uids(sent(portal, ivan.token, *datas))) == 3
    assert complete(portal, ivan, upload.id).status_code == 200
    other = made(SpecificCharacterSet="ISO_IR 100", PatientName="ПЕТРОВ^ИВАН".encode("cp1251").decode("latin_1"))
    assert reasons(sent(portal, ivan.token, other)) == [FAILURE_NOT_AUTHORISED]


def test_the_upload_of_another_account_is_not_there(portal: Portal, anna: SignedIn) -> None:
    upload = announce(portal, anna, manifest(images()))
    otto = portal.account("SCHMIDT^OTTO", "19330101")
    assert portal.get(f"/api/v1/uploads/{upload.id}", otto.token).status_code == 404
    assert complete(portal, otto, upload.id).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"study_instance_uid": "../x"},
        {"items": []},
        {"items": [{"sop_instance_uid": "1.2", "size": 1, "sha256": "../../etc"}]},
        {"items": [{"sop_instance_uid": "1.2", "size": 1, "sha256": "0" * 64}] * 2},
        {"consent": False},
        {"person": "Anna"},
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(portal: Portal, anna: SignedIn, wrong: dict[str, Any]) -> None:
    answer = portal.post("/api/v1/uploads", anna.token, json=manifest(images()) | wrong)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")
