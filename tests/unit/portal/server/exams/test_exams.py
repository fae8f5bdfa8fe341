"""E1-E7: what a patient calls an exam, its report, and when that may be seen."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.server.access.report_release import report_of, scanned_at
from portal.server.base.tables import ExamRow, PracticeRow
from portal.server.exams.titles import ScannedSeries, exam_title
from portal.wire.exams import Exam
from portal.wire.json_values import from_json
from portal.wire.moments import parse_utc
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, reasons, sent, uids

PDF = b"%PDF-1.4 a report"
NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


def exams(portal: Portal, token: str) -> list[Exam]:
    return [from_json(Exam, each) for each in portal.said(200, portal.get("/api/v1/exams", token))["exams"]]


def put_report(portal: Portal, exam: str, data: bytes = PDF, **options: Any) -> Any:
    headers = {"Content-Type": "application/pdf"}
    return portal.request(
        "PUT", f"/api/v1/staff/exams/{exam}/report", portal.staff_token, data=data, headers=headers, **options
    )


def scanned_today(portal: Portal, **values: Any) -> bytes:
    now = portal.clock()
    return made(StudyDate=now.strftime("%Y%m%d"), StudyTime="000000", **values)


def test_e2_x_rays_of_one_day_are_one_exam_and_an_ultrasound_another(portal: Portal, anna: SignedIn) -> None:
    for number, modality in enumerate(("CR", "DX", "US")):
        sent(
            portal, anna.token, made(StudyInstanceUID=f"1.{number}", SeriesInstanceUID=f"2.{number}", Modality=modality)
        )
    sent(portal, anna.token, made(StudyInstanceUID="1.9", SeriesInstanceUID="2.9", Modality="DX", StudyDate="20240511"))
    found = [(exam.title, exam.exam_date, len(exam.studies)) for exam in exams(portal, anna.token)]
    assert found[0] == ("X-ray of the chest", "20240511", 1)
    assert sorted(found[1:]) == [("Ultrasound of the chest", "20240510", 1), ("X-ray of the chest", "20240510", 2)]


def test_e2_what_hangs_on_other_images_is_no_machine_of_its_own(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made(StudyInstanceUID="1.1", SeriesInstanceUID="2.1", Modality="CT"))
    sent(portal, anna.token, made(StudyInstanceUID="1.2", SeriesInstanceUID="2.2", Modality="PR"))
    sent(portal, anna.token, made(StudyInstanceUID="1.2", SeriesInstanceUID="2.3", Modality="CT"))
    (exam,) = exams(portal, anna.token)
    assert len(exam.studies) == 2


@pytest.mark.parametrize(
    "machine, part, description, title",
    [
        ("CT", "CHEST", None, "CT of the chest"),
        ("MR", None, "MRT Schädel nativ", "MRI of the head"),
        ("US", None, "Sono Abdomen", "Ultrasound of the abdomen"),
        ("MG", "BREAST", None, "Mammogram"),
        ("DX", "", "Knie links", "X-ray of the knee"),
        ("CT", None, "Protocol 7", "CT"),
        ("OT", None, None, "Images"),
    ],
)  # fmt: skip
def test_e1_exams_have_titles_in_plain_words(machine: str, part: str, description: str, title: str) -> None:
    assert exam_title(machine, [ScannedSeries(machine, part)], [description]) == title


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_e1_a_title_does_not_depend_on_what_arrived_first(order: tuple[int, ...]) -> None:
    series = [
        ScannedSeries("CT", "CHEST", 59),
        ScannedSeries("US", "HEART", 30),
        ScannedSeries("CR", "HAND", 1),
        ScannedSeries("DOC", None, 1),
    ]
    title = exam_title("US", [series[place] for place in order], ["CT Thorax"])
    assert title == "CT of the chest, Ultrasound of the heart, X-ray of the hand"


def test_e1_exams_are_listed_newest_first_page_by_page(portal: Portal, anna: SignedIn) -> None:
    for year in range(2001, 2008):
        sent(portal, anna.token, made(StudyInstanceUID=f"1.{year}", StudyDate=f"{year}0101"))
    found: list[str] = []
    cursor = None
    while True:
        page = portal.said(200, portal.get("/api/v1/exams", anna.token, params={"limit": 3, "cursor": cursor}))
        found += [exam["exam_date"][:4] for exam in page["exams"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == [str(year) for year in range(2007, 2000, -1)]


def test_e4_images_are_there_at_once_and_the_report_is_held(portal: Portal, anna: SignedIn) -> None:
    assert uids(sent(portal, portal.staff_token, scanned_today(portal, SOPInstanceUID="1.2.1"))) == ["1.2.1"]
    (exam,) = exams(portal, anna.token)
    assert (exam.origin, exam.report.state, exam.shareable) == ("practice", "awaited", False)
    portal.said(200, put_report(portal, exam.id, params={"title": "CT report"}))
    (exam,) = exams(portal, anna.token)
    assert exam.report.state == "held"
    assert exam.report.title is None
    answer = portal.get(f"/api/v1/exams/{exam.id}/report", anna.token)
    assert (answer.status_code, answer.json()["code"]) == (409, "report-not-released")
    assert answer.json()["available_at"] == exam.report.available_at
    assert exam.report.available_at is not None
    portal.clock.set(parse_utc(exam.report.available_at))
    (exam,) = exams(portal, anna.token)
    assert (exam.report.state, exam.report.title, exam.report.size) == ("released", "CT report", len(PDF))
    assert exam.shareable
    assert portal.get(f"/api/v1/exams/{exam.id}/report", anna.token).content == PDF


def test_e6_the_practice_sees_the_report_at_once(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, scanned_today(portal))
    (exam,) = exams(portal, anna.token)
    put_report(portal, exam.id)
    assert portal.get(f"/api/v1/exams/{exam.id}/report", portal.staff_token).content == PDF


@pytest.mark.parametrize("rule, start", [("after-scan", "scan"), ("after-report", "report")])
def test_e5_the_rule_holds_to_the_second(rule: str, start: str) -> None:
    practice = PracticeRow(release_rule=rule, release_hours=48)
    begins = {"scan": NOW, "report": NOW + timedelta(hours=1)}
    exam = ExamRow(
        origin="practice", scanned_at=NOW, report_completed_at=begins["report"], report_sha256="x", report_title="R"
    )
    moment = begins[start] + timedelta(hours=48)
    assert report_of(exam, practice, moment - timedelta(seconds=1)).state == "held"
    assert report_of(exam, practice, moment).state == "released"


def test_e5_no_report_shows_before_it_is_complete() -> None:
    practice = PracticeRow(release_rule="after-scan", release_hours=72)
    late = ExamRow(origin="practice", scanned_at=NOW - timedelta(days=30), report_completed_at=NOW, report_sha256="x")
    assert report_of(late, practice, NOW - timedelta(seconds=1)).state == "held"
    assert report_of(late, practice, NOW).state == "released"
    without = ExamRow(origin="practice", scanned_at=NOW - timedelta(days=30))
    assert report_of(without, practice, NOW).available_at is None


def test_a_scan_is_never_later_than_its_arrival() -> None:
    assert scanned_at("20990101", "101010", NOW) == NOW
    assert scanned_at(None, None, NOW) == NOW
    assert scanned_at("20200101", None, NOW) < NOW
    assert scanned_at("99991231", "235959", NOW) == NOW


def test_staff_images_of_nobody_here_or_of_another_person_are_held_and_are_no_exam(
    portal: Portal, anna: SignedIn
) -> None:
    unknown = made(PatientID="nobody", StudyInstanceUID="1.2.3.9", SOPInstanceUID="1.2.9")
    another = made(PatientName="SCHMIDT^OTTO", PatientBirthDate="19330101")
    assert reasons(sent(portal, portal.staff_token, unknown, another)) == []
    assert exams(portal, anna.token) == []
    held = portal.said(200, portal.get("/api/v1/staff/unmatched", portal.staff_token))
    assert len(held["studies"]) == 2


def test_an_account_adds_nothing_to_the_practices_exam(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.2.1"))
    assert reasons(sent(portal, anna.token, made(SOPInstanceUID="1.2.2"))) == [0x0124]
    assert uids(sent(portal, portal.staff_token, made(SOPInstanceUID="1.2.3"))) == ["1.2.3"]


def test_a_report_is_a_pdf_of_a_practices_exam(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made())
    (own,) = exams(portal, anna.token)
    assert put_report(portal, own.id).status_code == 409
    sent(portal, portal.staff_token, made(StudyInstanceUID="7.7", SeriesInstanceUID="7.8", Modality="US"))
    exam = next(one for one in exams(portal, anna.token) if one.origin == "practice")
    assert put_report(portal, exam.id, b"<html>").status_code == 415
    assert put_report(portal, "nothing").status_code == 404
    path = f"/api/v1/staff/exams/{exam.id}/report"
    assert portal.request("PUT", path, anna.token, data=PDF).status_code == 403
    assert list(portal.services.store.incoming.iterdir()) == []


def test_the_activity_tells_of_reports_and_downloads(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, made())
    (exam,) = exams(portal, anna.token)
    put_report(portal, exam.id)
    for _ in range(2):
        portal.get(f"/api/v1/exams/{exam.id}/report", anna.token)
        portal.get(f"/api/v1/exams/{exam.id}/images.zip", anna.token)
    lines = portal.said(200, portal.get(f"/api/v1/exams/{exam.id}/activity", anna.token))["activity"]
    found = sorted((line["kind"], (line["details"] or {}).get("what")) for line in lines)
    assert found == [("downloaded", "images"), ("downloaded", "report"), ("report-added", None)]


def test_e7_the_images_come_as_one_archive(portal: Portal, anna: SignedIn) -> None:
    datas = [made(SOPInstanceUID=f"1.2.{n}", InstanceNumber=str(n), SeriesDescription="Axial ../ *") for n in (2, 1)]
    sent(portal, anna.token, *datas)
    (exam,) = exams(portal, anna.token)
    answer = portal.get(f"/api/v1/exams/{exam.id}/images.zip", anna.token)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == [f"Study 1/Series 01 Axial/IM0000{n}.dcm" for n in (1, 2)]
        assert [archive.read(name) for name in archive.namelist()] == datas[::-1]


def test_another_accounts_exam_is_not_there(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made())
    (exam,) = exams(portal, anna.token)
    otto = portal.account("SCHMIDT^OTTO", "19330101")
    assert exams(portal, otto.token) == []
    for path in ("", "/report", "/images.zip"):
        assert portal.get(f"/api/v1/exams/{exam.id}{path}", otto.token).status_code == 404
