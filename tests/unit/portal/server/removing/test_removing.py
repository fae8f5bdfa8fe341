"""The practice takes out what was filed wrongly: it is gone from every list, from the disk, and does not come back."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import requests

from portal.server.objects.store import ArrivingFile, PortalObjects
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, reasons, sent, uids

pytestmark = pytest.mark.on_postgres

STUDY, OTHER = "1.2.3.4", "1.2.3.9"
FIRST, SECOND = made(SOPInstanceUID="1.2.1"), made(SOPInstanceUID="1.2.2", InstanceNumber="2")
THIRD = made(SOPInstanceUID="1.2.9", StudyInstanceUID=OTHER, SeriesInstanceUID="1.2.3.9.1")


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    """Two studies of the practice on one day, with a report."""
    anna = portal.account(patient_id="A-1")
    assert sent(portal, portal.staff_token, FIRST, SECOND, THIRD).status_code == 200
    put_report(portal, exam_of(portal, anna)["id"])
    return anna


def exams(portal: Portal, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = portal.said(200, portal.get("/api/v1/exams", token))["exams"]
    return found


def exam_of(portal: Portal, anna: SignedIn) -> dict[str, Any]:
    (exam,) = exams(portal, anna.token)
    return exam


def put_report(portal: Portal, exam: str, data: bytes = b"%PDF-1.4 report") -> requests.Response:
    path, kind = f"/api/v1/staff/exams/{exam}/report", {"Content-Type": "application/pdf"}
    return portal.request("PUT", path, portal.staff_token, data=data, headers=kind)


def take_out(portal: Portal, path: str) -> dict[str, Any]:
    said: dict[str, Any] = portal.said(200, portal.request("DELETE", f"/api/v1/staff/exams/{path}", portal.staff_token))
    return said


def opened(portal: Portal, anna: SignedIn, study: str) -> tuple[str, dict[str, str]]:
    """Share and open a study; gives the share's id, and what its session sends."""
    new = portal.said(201, portal.post("/api/v1/shares", anna.token, json={"studies": [study]}))
    said = portal.said(200, portal.post("/api/v1/redeem", json={"share_code": new["share_code"]}))
    return new["share"]["id"], {"Authorization": f"Share {said['session']}"}


def on_disk(data: Path, content: bytes) -> list[Path]:
    """List the files that hold something, or are named by its hash."""
    name = hashlib.sha256(content).hexdigest()
    files = (path for path in data.rglob("*") if path.is_file())
    return [path for path in files if name in path.name or content in path.read_bytes()]


def last_line(portal: Portal, anna: SignedIn) -> tuple[str, Any]:
    line = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"][0]
    return line["kind"], line["details"]


def test_a_misfiled_exam_is_gone_from_lists_and_disk_at_once(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna)["id"]
    portal.get(f"/dicomweb/studies/{STUDY}/metadata", anna.token)  # something of it is in the cache now
    removal = take_out(portal, exam)
    assert (removal["kind"], removal["images"], removal["reason"]) == ("exam", 3, "misfiled")
    for path in (f"/api/v1/exams/{exam}", f"/dicomweb/studies/{STUDY}/metadata", f"/api/v1/exams/{exam}/report"):
        assert portal.get(path, anna.token).status_code == 404
    assert exams(portal, anna.token) == []
    assert portal.get("/dicomweb/instances", anna.token).status_code == 204
    for content in (FIRST, SECOND, THIRD, b"%PDF-1.4 report"):
        assert on_disk(portal.data, content) == []
    assert [path for path in (portal.data / "cache").rglob("*") if path.is_file()] == []
    assert last_line(portal, anna) == ("exam-removed", {"images": 3, "reason": "misfiled"})
    assert portal.request("DELETE", f"/api/v1/staff/exams/{exam}", portal.staff_token).status_code == 404


def test_what_was_taken_out_does_not_come_back_until_the_practice_allows_it(portal: Portal, anna: SignedIn) -> None:
    removal = take_out(portal, exam_of(portal, anna)["id"])
    straggler = made(SOPInstanceUID="1.2.3", InstanceNumber="3")
    for sender in (portal.staff_token, anna.token):
        assert reasons(sent(portal, sender, FIRST, straggler)) == [0x0124, 0x0124]
    assert on_disk(portal.data, FIRST) == []
    (listed,) = portal.said(200, portal.get("/api/v1/staff/removals", portal.staff_token))["removals"]
    assert listed == removal
    assert portal.post("/api/v1/staff/removals/x/allow", portal.staff_token).status_code == 404
    assert portal.post(f"/api/v1/staff/removals/{removal['id']}/allow", anna.token).status_code == 403
    portal.said(200, portal.post(f"/api/v1/staff/removals/{removal['id']}/allow", portal.staff_token))
    assert uids(sent(portal, portal.staff_token, FIRST, straggler)) == ["1.2.1", "1.2.3"]


def test_a_straggler_that_came_in_meanwhile_leaves_no_bytes(
    portal: Portal, anna: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    exam, straggler = exam_of(portal, anna)["id"], made(SOPInstanceUID="1.2.3", InstanceNumber="3")
    took = PortalObjects.take

    def take(store: PortalObjects, incoming: ArrivingFile) -> str:
        sha256 = took(store, incoming)
        monkeypatch.undo()
        take_out(portal, exam)
        return sha256

    monkeypatch.setattr(PortalObjects, "take", take)
    assert reasons(sent(portal, portal.staff_token, straggler)) == [0x0124]
    assert on_disk(portal.data, straggler) == []


def test_one_image_or_one_study_goes_and_the_rest_stays(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna)["id"]
    assert take_out(portal, f"{exam}/instances/1.2.2")["images"] == 1
    assert reasons(sent(portal, portal.staff_token, SECOND)) == [0x0124]
    assert uids(sent(portal, portal.staff_token, made(SOPInstanceUID="1.2.7"))) == ["1.2.7"]
    assert take_out(portal, f"{exam}/studies/{OTHER}")["kind"] == "study"
    (study,) = exam_of(portal, anna)["studies"]
    assert (study["study_instance_uid"], study["instances"]) == (STUDY, 2)
    assert on_disk(portal.data, SECOND) == on_disk(portal.data, THIRD) == []
    for nothing in ("instances/1.2.2", f"studies/{OTHER}", "instances/%25"):
        path = f"/api/v1/staff/exams/{exam}/{nothing}"
        assert portal.request("DELETE", path, portal.staff_token).status_code == 404


def test_a_wrong_report_goes_alone_and_the_right_one_may_come(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna)["id"]
    assert take_out(portal, f"{exam}/report")["kind"] == "report"
    assert exam_of(portal, anna)["report"]["state"] == "awaited"
    assert on_disk(portal.data, b"%PDF-1.4 report") == []
    assert last_line(portal, anna)[0] == "report-removed"
    again = put_report(portal, exam)
    assert (again.status_code, again.json()["reason"]) == (409, "removed")
    assert on_disk(portal.data, b"%PDF-1.4 report") == []
    assert put_report(portal, exam, b"%PDF-1.4 the right one").status_code == 200
    assert exam_of(portal, anna)["report"]["state"] == "released"


def test_shares_follow_and_end_where_nothing_is_left_of_them(portal: Portal, anna: SignedIn) -> None:
    share, session = opened(portal, anna, STUDY)
    exam = exam_of(portal, anna)["id"]
    take_out(portal, f"{exam}/studies/{OTHER}")
    kept = portal.said(200, portal.get(f"/api/v1/shares/{share}", anna.token))
    assert (kept["studies"], kept["status"]) == ([STUDY], "viewed")
    assert portal.get(f"/dicomweb/studies/{OTHER}/metadata", headers=session).status_code == 404
    take_out(portal, exam)
    assert portal.get(f"/api/v1/shares/{share}", anna.token).json()["status"] == "revoked"
    assert portal.get("/api/v1/exams", headers=session).status_code == 401


def test_bytes_that_another_person_has_too_stay_theirs(portal: Portal, anna: SignedIn) -> None:
    berta = portal.account("BERG^BERTA", "19600101", patient_id="B-1")
    hers = {"PatientName": "BERG^BERTA", "PatientBirthDate": "19600101", "PatientID": "B-1"}
    sent(portal, portal.staff_token, made(SOPInstanceUID="5.1", StudyInstanceUID="5", **hers))
    (other,) = exams(portal, berta.token)
    put_report(portal, other["id"])
    take_out(portal, exam_of(portal, anna)["id"])
    assert portal.get(f"/api/v1/exams/{other['id']}/report", berta.token).content == b"%PDF-1.4 report"


def test_what_the_person_brought_stays_theirs(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, FIRST)
    exam = exam_of(portal, anna)["id"]
    take_out(portal, exam)
    left = exam_of(portal, anna)
    assert (left["origin"], left["report"]["state"], left["shareable"]) == ("upload", "not-expected", True)
    assert portal.get(f"/dicomweb/studies/{STUDY}/metadata", anna.token).status_code == 200
    assert portal.get(f"/dicomweb/studies/{STUDY}/metadata", portal.staff_token).status_code == 404
    assert uids(sent(portal, anna.token, FIRST)) == ["1.2.1"]
    assert reasons(sent(portal, portal.staff_token, SECOND)) == [0x0124]


def test_nobody_but_the_practice_takes_anything_out(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna)["id"]
    _, session = opened(portal, anna, STUDY)
    for path in ("", f"/studies/{STUDY}", "/instances/1.2.1", "/report"):
        address = f"/api/v1/staff/exams/{exam}{path}"
        assert portal.request("DELETE", address).status_code == 401
        assert portal.request("DELETE", address, anna.token).status_code == 403
        assert portal.request("DELETE", address, headers=session).status_code == 403
    own = made(StudyInstanceUID="7.7", SeriesInstanceUID="7.8", Modality="US")
    sent(portal, anna.token, own)
    (mine,) = (each["id"] for each in exams(portal, anna.token) if each["origin"] == "upload")
    assert portal.request("DELETE", f"/api/v1/staff/exams/{mine}", portal.staff_token).status_code == 404


def test_a_study_assigned_to_the_wrong_patient_and_taken_out_is_held_again_for_the_right_one(portal: Portal) -> None:
    anna, otto = portal.account(patient_id="A-1"), portal.account("SCHMIDT^OTTO", "19330101", "O-1")
    image = made(SOPInstanceUID="1.2.1", PatientName="SCHMIDT^OTTO", PatientBirthDate="19330101", PatientID=None)

    def assigned(patient_id: str) -> int:
        listed = portal.get("/api/v1/staff/unmatched", portal.staff_token)
        (study,) = portal.said(200, listed)["studies"]
        path = f"/api/v1/staff/unmatched/{study['id']}/assign"
        return portal.post(path, portal.staff_token, json={"patient_id": patient_id}).status_code

    sent(portal, portal.staff_token, image)
    assert assigned("A-1") == 200
    removal = take_out(portal, exam_of(portal, anna)["id"])
    assert uids(sent(portal, portal.staff_token, image)) == ["1.2.1"]
    assert (exams(portal, anna.token), exams(portal, otto.token)) == ([], [])
    assert assigned("A-1") == 409  # hers it is not, until that is allowed
    assert assigned("O-1") == 200
    portal.said(200, portal.post(f"/api/v1/staff/removals/{removal['id']}/allow", portal.staff_token))
    assert uids(sent(portal, portal.staff_token, image)) == ["1.2.1"]
    assert (exams(portal, anna.token), len(exams(portal, otto.token))) == ([], 1)
