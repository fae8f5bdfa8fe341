"""Referring doctors: what they were given they see at once, report included, and nothing else (E6)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent
from tests.unit.portal.server.http.test_who_may_ask import report

DOCTORS = "/api/v1/staff/doctors"
REFERRED = made(StudyInstanceUID="1.2.3", ReferringPhysicianName="ROTH^PETER")


@pytest.fixture
def doctor(portal: Portal) -> SignedIn:
    return portal.member("doctor", name="Dr. Roth")


def assign(portal: Portal, doctor: SignedIn, *, end: str = "", **given: Any) -> Any:
    address = f"{DOCTORS}/{doctor.account_id}/assignments{end}"
    return portal.said(200, portal.post(address, portal.staff_token, json=given))


def exams(portal: Portal, who: SignedIn) -> list[Any]:
    return list(portal.said(200, portal.get("/api/v1/exams", who.token))["exams"])


def exam_of(portal: Portal, who: SignedIn) -> str:
    return str(exams(portal, who)[0]["id"])


def put_report(portal: Portal, exam: str, query: str = "") -> None:
    headers = {"Content-Type": "application/pdf"}
    address = f"/api/v1/staff/exams/{exam}/report{query}"
    portal.said(200, portal.request("PUT", address, portal.staff_token, data=report(), headers=headers))


def test_e6_a_referring_doctor_has_the_report_at_once(portal: Portal, doctor: SignedIn) -> None:
    anna = portal.account(patient_id="A-1")
    rule = {"release_rule": "after-report", "release_hours": 48}
    portal.said(200, portal.request("PATCH", "/api/v1/staff/practice", portal.staff_token, json=rule))
    assert sent(portal, portal.staff_token, REFERRED).status_code == 200
    assert assign(portal, doctor, name="Roth^Peter")["exams_in_all"] == 1  # however it is written
    exam = exam_of(portal, anna)
    put_report(portal, exam)
    assert exams(portal, anna)[0]["report"]["state"] == "held"
    portal.said(409, portal.get(f"/api/v1/exams/{exam}/report", anna.token))
    assert [each["report"]["state"] for each in exams(portal, doctor)] == ["released"]
    assert portal.get(f"/api/v1/exams/{exam}/report", doctor.token).content.startswith(b"%PDF-")
    assert portal.get("/dicomweb/studies/1.2.3/metadata", doctor.token).status_code == 200


def test_e6_a_report_that_is_not_complete_is_nobodys_yet(portal: Portal, doctor: SignedIn) -> None:
    anna = portal.account(patient_id="A-1")
    sent(portal, portal.staff_token, REFERRED)
    exam = exam_of(portal, anna)
    assign(portal, doctor, exam=exam)
    put_report(portal, exam, "?complete=false")
    assert exams(portal, doctor)[0]["report"]["state"] == "held"
    portal.said(404, portal.get(f"/api/v1/exams/{exam}/report", doctor.token))
    portal.said(200, portal.post(f"/api/v1/staff/exams/{exam}/report/complete", portal.staff_token, json={}))
    assert portal.get(f"/api/v1/exams/{exam}/report", doctor.token).status_code == 200


def test_e6_a_doctor_sees_what_was_given_and_nothing_else(portal: Portal, doctor: SignedIn) -> None:
    anna, karl = portal.account(patient_id="A-1"), portal.account("BERG^KARL", "19480101", "B-2")
    sent(portal, portal.staff_token, REFERRED)
    sent(portal, anna.token, made(StudyInstanceUID="9.9", StudyDate="20200101"))  # her own, from elsewhere
    his = made(PatientName="BERG^KARL", PatientID="B-2", PatientBirthDate="19480101", StudyInstanceUID="7.7")
    sent(portal, portal.staff_token, his)
    assert exams(portal, doctor) == []
    assign(portal, doctor, patient=1)
    assert [each["person"]["patient_id"] for each in exams(portal, doctor)] == ["A-1"]
    assert [each["origin"] for each in exams(portal, doctor)] == ["practice"]
    for study in ("9.9", "7.7"):
        portal.said(404, portal.get(f"/dicomweb/studies/{study}/metadata", doctor.token))
    portal.said(404, portal.get(f"/api/v1/exams/{exam_of(portal, karl)}", doctor.token))
    assign(portal, doctor, end="/end", patient=1)
    assert exams(portal, doctor) == []


def test_e6_a_doctor_changes_and_shares_nothing(portal: Portal, doctor: SignedIn) -> None:
    portal.account(patient_id="A-1")
    sent(portal, portal.staff_token, REFERRED)
    assign(portal, doctor, patient=1)
    exam = exams(portal, doctor)[0]
    assert (exam["shareable"], exam["shares"]) == (False, 0)
    portal.said(403, portal.post("/api/v1/shares", doctor.token, json={"studies": ["1.2.3"]}))
    portal.said(403, portal.get(f"{DOCTORS}/{doctor.account_id}", doctor.token))
    assert sent(portal, doctor.token, made(SOPInstanceUID="5.5")).status_code == 403


def test_e6_the_patient_reads_who_was_let_in_and_who_looked(portal: Portal, doctor: SignedIn) -> None:
    anna, eva = portal.account(patient_id="A-1"), portal.member("reception")
    sent(portal, portal.staff_token, REFERRED)
    portal.said(200, portal.post(f"{DOCTORS}/{doctor.account_id}/assignments", eva.token, json={"patient": 1}))
    portal.get("/dicomweb/studies/1.2.3/metadata", doctor.token)
    said = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    told = {each["kind"]: each for each in said}
    assert (told["doctor-assigned"]["actor"], told["doctor-assigned"]["details"]["doctor"]) == ("Eva Klein", "Dr. Roth")
    assert told["doctor-viewed"]["actor"] == "Dr. Roth"
    for _ in range(2):
        assert assign(portal, doctor, end="/end", patient=1)["patients"] == []
    said = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert [each["kind"] for each in said].count("doctor-unassigned") == 1


def test_e6_an_exam_that_is_taken_out_is_no_longer_given(portal: Portal, doctor: SignedIn) -> None:
    anna = portal.account(patient_id="A-1")
    sent(portal, portal.staff_token, REFERRED)
    exam = exam_of(portal, anna)
    assign(portal, doctor, exam=exam)
    portal.said(200, portal.request("DELETE", f"/api/v1/staff/exams/{exam}", portal.staff_token))
    assert exams(portal, doctor) == []
    assert portal.said(200, portal.get(f"{DOCTORS}/{doctor.account_id}", portal.staff_token))["exams"] == []


def test_names_of_referring_doctors_are_listed_as_they_occur(portal: Portal) -> None:
    portal.account(patient_id="A-1")
    sent(portal, portal.staff_token, REFERRED)
    said = portal.said(200, portal.get("/api/v1/staff/referral-names", portal.staff_token))
    assert said["names"] == [{"name": "ROTH^PETER", "exams": 1}]
