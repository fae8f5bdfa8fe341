"""E5: when a report may be seen, in which time zone, and who says that it is complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.server.access.report_release import scanned_at
from portal.wire.moments import parse_utc, utc_text
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
RULES = "/api/v1/staff/practice"
SR, PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.88.11", "1.2.840.10008.5.1.4.1.1.104.1"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


@pytest.mark.parametrize(
    "day, clock, offset, zone, moment",
    [
        ("20260610", "101500", None, BERLIN, "2026-06-10T08:15:00Z"),
        ("20260110", "101500", None, BERLIN, "2026-01-10T09:15:00Z"),
        ("20260610", "101500", "-0330", BERLIN, "2026-06-10T13:45:00Z"),  # the file's own offset counts first
        ("20260610", "101500", "+0000", BERLIN, "2026-06-10T10:15:00Z"),
        ("20260610", "101500", "+1400", BERLIN, "2026-06-09T20:15:00Z"),
        ("20260610", "101500", "-0000", BERLIN, "2026-06-10T08:15:00Z"),  # what is no offset says nothing
        ("20260610", "101500", "+2500", BERLIN, "2026-06-10T08:15:00Z"),
        ("20260610", "101500", "CEST", BERLIN, "2026-06-10T08:15:00Z"),
        ("20260329", "023000", None, BERLIN, "2026-03-29T01:30:00Z"),  # a time no clock shows
        ("20251026", "023000", None, BERLIN, "2025-10-26T01:30:00Z"),  # one they show twice: the second
        ("20260610", None, None, BERLIN, "2026-06-10T21:59:59Z"),  # the end of that day, there
        ("20260610", "", "+1000", BERLIN, "2026-06-10T13:59:59Z"),
        (None, "101500", "+0100", BERLIN, utc_text(NOW)),
        ("20991231", "101500", None, BERLIN, utc_text(NOW)),
        ("99991231", "235959", "-1200", BERLIN, utc_text(NOW)),
        ("00010101", "000000", "+1400", BERLIN, utc_text(NOW)),
    ],
)
def test_a_scan_was_made_where_its_file_says_or_where_the_practice_is(
    day: str | None, clock: str | None, offset: str | None, zone: ZoneInfo, moment: str
) -> None:
    assert utc_text(scanned_at(day, clock, NOW, offset=offset, zone=zone)) == moment


def rules(portal: Portal, **wanted: Any) -> Any:
    return portal.request("PATCH", RULES, portal.staff_token, json=wanted)


def only_exam(portal: Portal, anna: SignedIn) -> dict[str, Any]:
    (exam,) = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    found: dict[str, Any] = exam
    return found


def put_report(portal: Portal, exam: str, **params: str) -> dict[str, Any]:
    path, kind = f"/api/v1/staff/exams/{exam}/report", {"Content-Type": "application/pdf"}
    put = portal.request("PUT", path, portal.staff_token, data=b"%PDF-1.4", headers=kind, params=params)
    said: dict[str, Any] = portal.said(200, put)
    return said


def yesterday(portal: Portal, **values: Any) -> bytes:
    day = (portal.clock() - timedelta(days=1)).strftime("%Y%m%d")
    return made(**({"StudyDate": day, "StudyTime": "120000"} | values))


def test_the_practices_zone_is_a_setting_and_what_is_none_is_refused(portal: Portal, anna: SignedIn) -> None:
    others = {"language": "en", "self_service": True}
    assert portal.said(200, portal.get(RULES, portal.staff_token)) == {
        "time_zone": "", "release_rule": "after-scan", "release_hours": 72, **others
    }  # fmt: skip
    for zone in ("Mars/Olympus", "../etc", "europe/BERLIN", "+01:00", "Europe/Berlin\x00", " "):
        assert rules(portal, time_zone=zone).status_code == 400
    for wrong in ({"release_hours": -1}, {"release_hours": 10**9}, {"release_rule": "never"}):
        assert rules(portal, **wrong).status_code == 400
    assert portal.request("PATCH", RULES, anna.token, json={}).status_code == 403
    changed = portal.said(200, rules(portal, time_zone="Pacific/Auckland", release_hours=48))
    assert changed == {"time_zone": "Pacific/Auckland", "release_rule": "after-scan", "release_hours": 48, **others}


def test_72_hours_after_the_scan_are_counted_in_the_practices_zone_and_by_the_files_own_offset_first(
    portal: Portal, anna: SignedIn
) -> None:
    portal.said(200, rules(portal, time_zone="America/Los_Angeles"))
    sent(portal, portal.staff_token, yesterday(portal))
    exam = only_exam(portal, anna)
    wall = datetime.strptime(exam["exam_date"] + "120000", "%Y%m%d%H%M%S")
    by_zone = wall.replace(tzinfo=ZoneInfo("America/Los_Angeles")).astimezone(UTC)
    assert exam["report"]["available_at"] == utc_text(by_zone + timedelta(hours=72))
    portal.said(200, rules(portal, time_zone="Asia/Tokyo"))
    moved = parse_utc(only_exam(portal, anna)["report"]["available_at"])
    assert moved == wall.replace(tzinfo=ZoneInfo("Asia/Tokyo")).astimezone(UTC) + timedelta(hours=72)
    other_machine = {"StudyInstanceUID": "2.1", "SeriesInstanceUID": "2.1.1", "Modality": "US"}
    sent(portal, portal.staff_token, yesterday(portal, TimezoneOffsetFromUTC="+0200", **other_machine))
    exams = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    (other,) = (each for each in exams if each["id"] != exam["id"])
    assert other["report"]["available_at"] == utc_text(wall.replace(tzinfo=UTC) + timedelta(hours=70))


def test_the_report_of_two_scans_waits_for_the_later_one(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, yesterday(portal, StudyTime="010000", TimezoneOffsetFromUTC="+0000"))
    first = only_exam(portal, anna)["report"]["available_at"]
    late = {"StudyInstanceUID": "2.1", "SeriesInstanceUID": "2.1.1", "TimezoneOffsetFromUTC": "+0000"}
    sent(portal, portal.staff_token, yesterday(portal, StudyTime="020000", **late))
    assert parse_utc(only_exam(portal, anna)["report"]["available_at"]) - parse_utc(first) == timedelta(hours=1)


def test_48_hours_after_the_report_is_complete(portal: Portal, anna: SignedIn) -> None:
    portal.said(200, rules(portal, release_rule="after-report", release_hours=48))
    sent(portal, portal.staff_token, made())
    exam = only_exam(portal, anna)["id"]
    finish = f"/api/v1/staff/exams/{exam}/report/complete"
    assert put_report(portal, exam, complete="false")["report"]["available_at"] is None
    portal.clock.forward(days=30)
    assert only_exam(portal, anna)["report"]["state"] == "held"
    soon = utc_text(portal.clock() + timedelta(hours=1))
    for wrong in ("tomorrow", "2026-01-01T00:00:00", soon, "9999-12-31T23:59:59Z"):
        assert portal.post(finish, portal.staff_token, json={"completed_at": wrong}).status_code == 400
    assert portal.post(finish, anna.token, json={}).status_code == 403
    since = portal.clock().replace(microsecond=0) - timedelta(hours=47)
    portal.said(200, portal.post(finish, portal.staff_token, json={"completed_at": utc_text(since)}))
    report = only_exam(portal, anna)["report"]
    assert (report["state"], report["available_at"]) == ("held", utc_text(since + timedelta(hours=48)))
    portal.clock.set(since + timedelta(hours=48))
    assert only_exam(portal, anna)["report"]["state"] == "released"


def test_the_notice_may_come_before_the_report(portal: Portal, anna: SignedIn) -> None:
    portal.said(200, rules(portal, release_rule="after-report", release_hours=48))
    sent(portal, portal.staff_token, made())
    exam = only_exam(portal, anna)["id"]
    portal.said(200, portal.post(f"/api/v1/staff/exams/{exam}/report/complete", portal.staff_token, json={}))
    portal.clock.forward(hours=47)
    assert put_report(portal, exam)["report"]["state"] == "held"
    portal.clock.forward(hours=1, seconds=1)
    assert only_exam(portal, anna)["report"]["state"] == "released"


def test_a_held_report_is_counted_and_nothing_of_it_is_told(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, yesterday(portal))
    exam = only_exam(portal, anna)
    put_report(portal, exam["id"], title="Carcinoma")
    answer = portal.get("/api/v1/exams", anna.token)
    (held,) = answer.json()["exams"]
    assert (held["report"]["state"], held["report"]["count"], held["report"]["held"]) == ("held", 1, 1)
    assert (held["report"]["title"], held["report"]["size"]) == (None, None)
    assert "Carcinoma" not in answer.text
    portal.clock.forward(days=4)
    released = only_exam(portal, anna)["report"]
    assert (released["count"], released["held"], released["title"]) == (1, 0, "Carcinoma")


@pytest.mark.parametrize(
    "flags, seen",
    [
        ({"CompletionFlag": "COMPLETE", "VerificationFlag": "UNVERIFIED"}, True),
        ({"VerificationFlag": "VERIFIED"}, True),
        ({"CompletionFlag": "PARTIAL", "VerificationFlag": "UNVERIFIED"}, False),
        ({}, False),
    ],
)
def test_a_document_the_practice_calls_complete_is_released_by_the_same_rule(
    portal: Portal, anna: SignedIn, flags: dict[str, str], seen: bool
) -> None:
    written = {"SOPInstanceUID": "1.2.5", "SOPClassUID": SR, "SeriesInstanceUID": "1.2.3.4.6", "PixelData": None}
    document = made(**written, Modality="SR", **flags)
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.2.1"), document)
    exam = only_exam(portal, anna)
    assert (exam["report"]["count"], exam["report"]["held"]) == (1, 0 if seen else 1)
    assert exam["studies"][0]["instances"] == (2 if seen else 1)
    path = "/dicomweb/studies/1.2.3.4/series/1.2.3.4.6/instances/1.2.5/metadata"
    assert portal.get(path, anna.token).status_code == (200 if seen else 404)
    found = portal.get("/dicomweb/studies", anna.token).json()[0]["00201208"]["Value"]
    assert found == [exam["studies"][0]["instances"]]


def test_a_released_document_stays_in_sight_whatever_comes_and_whichever_zone(portal: Portal, anna: SignedIn) -> None:
    written = {"SOPInstanceUID": "1.2.5", "SOPClassUID": SR, "SeriesInstanceUID": "1.2.3.4.6", "PixelData": None}
    scanned = portal.clock() - timedelta(hours=3)
    when = {"StudyDate": scanned.strftime("%Y%m%d"), "StudyTime": scanned.strftime("%H%M%S")}
    portal.said(200, rules(portal, time_zone="UTC", release_hours=1))
    document = made(**written, **when, Modality="SR", CompletionFlag="COMPLETE")
    assert sent(portal, portal.staff_token, made(**when), document).status_code == 200
    path = "/dicomweb/studies/1.2.3.4/series/1.2.3.4.6/instances/1.2.5/metadata"
    assert portal.get(path, anna.token).status_code == 200
    portal.said(200, rules(portal, time_zone="Etc/GMT+12"))
    assert portal.get(path, anna.token).status_code == 200
    later = {"StudyInstanceUID": "2.1", "SeriesInstanceUID": "2.1.1", "SOPInstanceUID": "2.1.1.1"}
    assert sent(portal, portal.staff_token, made(**later, **when)).status_code == 200
    assert len(only_exam(portal, anna)["studies"]) == 2
    assert portal.get(path, anna.token).status_code == 200


def test_the_same_notice_again_takes_no_report_out_of_sight(portal: Portal, anna: SignedIn) -> None:
    rules(portal, release_rule="after-report", release_hours=48)
    assert sent(portal, portal.staff_token, yesterday(portal)).status_code == 200
    exam = only_exam(portal, anna)["id"]
    put_report(portal, exam)
    portal.clock.forward(hours=49)
    notice = portal.post(f"/api/v1/staff/exams/{exam}/report/complete", portal.staff_token, json={})
    assert notice.status_code == 200
    assert only_exam(portal, anna)["report"]["state"] == "released"
