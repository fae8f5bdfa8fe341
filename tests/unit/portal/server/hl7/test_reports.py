"""Reports over HL7 v2: matched by Patient ID and Accession Number, held where anything speaks against it."""

from __future__ import annotations

import base64
import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import update

from portal.server.base.tables import PatientRow
from portal.server.hl7.filing import attach_waiting
from portal.server.hl7.message import Hl7Error, read_message
from portal.server.hl7.report import sent_report
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent

PLACE = "/api/v1/staff/hl7"
KIND = {"Content-Type": "application/hl7-v2"}


def paper(words: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    canvas.drawString(100, 700, words)
    canvas.save()
    return out.getvalue()


def pdf(words: str = "Nothing to be seen.") -> str:
    return f"OBX|1|ED|18748-4^Report||^Application^PDF^Base64^{base64.b64encode(paper(words)).decode()}||||||F"


def oru(
    control: str = "1", status: str = "F", patient: str = "A-1", name: str = "MUELLER^ANNA", born: str = "19510504",
    accession: str = "ACC1", result: str | None = None, at: str = "20240511080000", kind: str = "ORU^R01^ORU_R01",
) -> bytes:  # fmt: skip
    return "\r".join(
        (
            f"MSH|^~\\&|RIS|ROTH|PORTAL||{at}||{kind}|{control}|P|2.5.1|||||| UNICODE UTF-8",
            f"PID|1||{patient}^^^ROTH||{name}||{born}|F",
            f"OBR|1|ORDER9|{accession}|CTTHX^CT Thorax^L|||||||||||||||||||||{status}",
            pdf() if result is None else result,
        )
    ).encode()


def answered(portal: Portal, body: bytes) -> tuple[str, str]:
    """Send a message; gives the acknowledgement's code and text."""
    answer = portal.post(PLACE, portal.staff_token, data=body, headers=KIND)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/hl7-v2"), answer.text
    _, code, _control, text = answer.text.split("\r")[1].split("|")
    return code, text


def exam_of(portal: Portal, account: SignedIn) -> dict[str, Any]:
    (exam,) = portal.said(200, portal.get("/api/v1/exams", account.token))["exams"]
    return exam  # type: ignore[no-any-return]


def report_of(portal: Portal, account: SignedIn) -> bytes:
    answer = portal.get(f"/api/v1/exams/{exam_of(portal, account)['id']}/report", portal.staff_token)
    assert answer.status_code == 200
    return answer.content


def held(portal: Portal) -> list[dict[str, Any]]:
    return portal.said(200, portal.get(PLACE, portal.staff_token))["reports"]  # type: ignore[no-any-return]


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    account = portal.account(patient_id="A-1")
    assert sent(portal, portal.staff_token, made(SOPInstanceUID="1.1")).status_code == 200
    return account


def test_e5_a_final_report_is_complete_a_preliminary_one_is_held_and_a_correction_takes_its_place(
    portal: Portal, anna: SignedIn
) -> None:
    portal.said(200, portal.request(
        "PATCH", "/api/v1/staff/practice", portal.staff_token, headers={"If-Match": "*"},
        json={"release_rule": "after-report", "release_hours": 48},
    ))  # fmt: skip
    assert answered(portal, oru("1", "P", result=pdf("Preliminary."))) == ("AA", "attached")
    assert exam_of(portal, anna)["report"]["available_at"] is None
    assert answered(portal, oru("2", "F", result=pdf("Final."), at="20240511090000")) == ("AA", "attached")
    assert exam_of(portal, anna)["report"]["available_at"] is not None
    assert answered(portal, oru("3", "P", at="20240511091000")) == ("AE", "a complete report is there")
    assert answered(portal, oru("4", "C", result=pdf("Corrected."), at="20240511100000")) == ("AA", "attached")
    assert report_of(portal, anna) == paper("Corrected.")
    assert answered(portal, oru("5", "F", at="20240511093000"))[0] == "AE"  # older, on its way for long
    assert answered(portal, oru("2", "F", result=pdf("Final."), at="20240511090000")) == ("AA", "attached")  # again
    assert report_of(portal, anna) == paper("Corrected.")
    assert answered(portal, oru("2", "F", result=pdf("Another."))) == ("AR", "control id of another message")


def test_a_report_is_never_attached_to_whom_it_contradicts(portal: Portal, anna: SignedIn) -> None:
    cases = {
        "contradicts": oru("1", name="MUELLER^BERTA"),
        "unknown-patient": oru("2", patient="Z-9"),
        "no-exam": oru("3", accession="OTHER"),
        "no-patient-id": oru("4", patient=""),
    }
    for why, body in cases.items():
        assert answered(portal, body) == ("AA", f"held for the practice: {why}")
    assert answered(portal, cases["no-exam"]) == ("AA", "held for the practice: no-exam")
    assert answered(portal, oru("5", born="19510505"))[1] == "held for the practice: contradicts"
    assert exam_of(portal, anna)["report"]["count"] == 0
    assert [each["why"] for each in held(portal)] == [*cases, "contradicts"]
    assert portal.get(PLACE, anna.token).status_code == 403


def test_staff_put_a_held_report_where_it_belongs_or_throw_it_away(portal: Portal, anna: SignedIn) -> None:
    answered(portal, oru("1", name="MUELLER-BERG^ANNA", result=pdf("Hers.")))
    answered(portal, oru("2", patient="Z-9", result=pdf("Not ours.")))
    first, second = (each["id"] for each in held(portal))
    place = {"exam_id": exam_of(portal, anna)["id"]}
    assert portal.post(f"{PLACE}/{first}/attach", portal.staff_token, json={"exam_id": "x"}).status_code == 404
    done = portal.said(200, portal.post(f"{PLACE}/{first}/attach", portal.staff_token, json=place))
    assert done["state"] == "attached"
    assert report_of(portal, anna) == paper("Hers.")
    assert portal.post(f"{PLACE}/{first}/discard", portal.staff_token).status_code == 409
    gone = portal.said(200, portal.post(f"{PLACE}/{second}/discard", portal.staff_token))
    assert (gone["state"], gone["person"]["patient_id"]) == ("discarded", None)
    assert held(portal) == []
    assert len(list(portal.services.settings.objects.glob("??/*.dcm"))) == 2  # the image and her report


def test_a_report_that_came_before_its_images_is_attached_once_they_are_there(portal: Portal) -> None:
    assert answered(portal, oru("1")) == ("AA", "held for the practice: unknown-patient")
    anna = portal.account(patient_id="A-1")
    assert attach_waiting(portal.services.database, portal.clock) == 0
    sent(portal, portal.staff_token, made())
    assert attach_waiting(portal.services.database, portal.clock) == 1
    assert (held(portal), report_of(portal, anna)) == ([], paper("Nothing to be seen."))


def test_a_held_report_is_tried_again_with_all_it_said(portal: Portal) -> None:
    bodies = {
        "another issuer": oru("1").replace(b"^^^ROTH", b"^^^ELSEWHERE"),
        "another sex": oru("2").replace(b"19510504|F", b"19510504|M"),
        "a second Patient ID of somebody else": oru("3").replace(b"A-1^^^ROTH", b"A-1^^^ROTH~O-1^^^ROTH"),
    }
    for body in bodies.values():
        assert answered(portal, body) == ("AA", "held for the practice: unknown-patient")
    anna = portal.account(patient_id="A-1")
    portal.account("SCHMIDT^OTTO", "19330101", "O-1")
    with portal.services.database.writing() as session:
        said = {"patient_sex": "F", "issuer_of_patient_id": "ROTH"}
        session.execute(update(PatientRow).where(PatientRow.patient_id == "A-1").values(**said))
    sent(portal, portal.staff_token, made())
    assert attach_waiting(portal.services.database, portal.clock) == 0
    assert (len(held(portal)), exam_of(portal, anna)["report"]["count"]) == (3, 0)


def test_moments_are_compared_as_far_as_both_are_said(portal: Portal, anna: SignedIn) -> None:
    assert answered(portal, oru("1", "P", at="20260101090000+0100")) == ("AA", "attached")
    assert answered(portal, oru("2", "F", at="20251231")) == ("AE", "older than the report that is there")
    assert answered(portal, oru("3", "F", at="20260101")) == ("AA", "attached")
    assert answered(portal, oru("4", "C", at="202601010800")) == ("AE", "older than the report that is there")
    assert answered(portal, oru("5", "C", at="202601010900+0100")) == ("AA", "attached")


def test_a_text_becomes_pages_the_same_each_time_and_letters_are_never_lost(portal: Portal, anna: SignedIn) -> None:
    text = "OBX|1|FT|18748-4||Befund:\\.br\\kein Herd \\T\\ kein Erguss~Größe 4 mm||||||F"
    assert answered(portal, oru("1", result=text)) == ("AA", "attached")
    first = report_of(portal, anna)
    assert first.startswith(b"%PDF-")
    assert answered(portal, oru("2", result=text, at="20240512080000")) == ("AA", "attached")
    assert report_of(portal, anna) == first
    assert answered(portal, oru("3", result="OBX|1|TX|x||a \U0010fffe b||||||F")) == ("AR", "letters")


@pytest.mark.parametrize(
    "body, text",
    [
        (b"no message", "not-hl7"),
        (b"MSH|||||", "separators"),
        (oru(kind="ORM^O01"), "unsupported-type"),
        (oru(control=""), "no-control-id"),
        (oru(status="X"), "result-status"),
        (oru(result="NTE|1"), "no-document"),
        (oru(result="OBX|1|ED|x||^Application^PDF^Base64^JVBERi0"), "document-encoding"),
        (oru(result="OBX|1|ED|x||^Image^JPEG^Base64^AAAA"), "document-type"),
        (oru() + b"\rPID|2||B-2", "one-patient-and-one-order"),
        (oru().replace(b"UNICODE UTF-8", b"JAS2020"), "character-set"),
    ],
)
def test_what_is_no_report_is_said_so(body: bytes, text: str) -> None:
    with pytest.raises(Hl7Error) as refused:
        sent_report(read_message(body))
    assert (refused.value.code, refused.value.rejected) == (text, True)


def test_a_pdf_that_is_none_is_refused_and_other_bodies_are_no_messages(portal: Portal, anna: SignedIn) -> None:
    broken = base64.b64encode(b"%PDF-1.4 and nothing else").decode()
    result = f"OBX|1|ED|x||^Application^PDF^Base64^{broken}||||||F"
    assert answered(portal, oru(result=result)) == ("AR", "document-unreadable")
    assert portal.post(PLACE, portal.staff_token, json={}).status_code == 415
    assert exam_of(portal, anna)["report"]["count"] == 0


@given(st.binary(max_size=400))
def test_whatever_comes_is_a_message_or_refused(noise: bytes) -> None:
    for body in (noise, b"MSH|^~\\&|" + noise, oru()[:80] + noise):
        with suppress(Hl7Error):
            sent_report(read_message(body))
