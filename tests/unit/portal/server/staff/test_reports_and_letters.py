"""Reports and letters at the desk: what waits, released early, held back; letters that did not arrive (E5)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.server.base.tables import NoticeRow
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent
from tests.unit.portal.server.staff.test_doctors import exam_of, exams, put_report

STAFF = "/api/v1/staff"
AFTER_REPORT = {"release_rule": "after-report", "release_hours": 48}


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    rule = portal.request("PATCH", f"{STAFF}/practice", portal.staff_token, json=AFTER_REPORT)
    portal.said(200, rule)
    signed_in = portal.account(patient_id="A-1")
    assert sent(portal, portal.staff_token, made()).status_code == 200
    return signed_in


def at_desk(portal: Portal, **asked: Any) -> list[Any]:
    return list(portal.said(200, portal.get(f"{STAFF}/exams", portal.staff_token, params=asked))["exams"])


def release(portal: Portal, exam: str, how: str, status: int = 200, token: str | None = None) -> Any:
    address = f"{STAFF}/exams/{exam}/release"
    return portal.said(status, portal.post(address, token or portal.staff_token, json={"how": how}))


def report_of(portal: Portal, who: SignedIn) -> str:
    return str(exams(portal, who)[0]["report"]["state"])


def test_e5_a_report_is_released_early_or_held_by_hand_and_by_the_rule_again(portal: Portal, anna: SignedIn) -> None:
    exam, rita = exam_of(portal, anna), portal.member("reports", name="Rita Roth")
    assert release(portal, exam, "early", 409)["reason"] == "report-not-complete"
    put_report(portal, exam)
    assert report_of(portal, anna) == "held"
    assert release(portal, exam, "early", token=rita.token)["visible"]
    assert report_of(portal, anna) == "released"
    assert release(portal, exam, "held")["visible_at"] is None
    portal.clock.forward(days=9)
    assert report_of(portal, anna) == "held"
    portal.said(409, portal.get(f"/api/v1/exams/{exam}/report", anna.token))
    assert release(portal, exam, "by-rule")["visible"]
    assert report_of(portal, anna) == "released"
    said = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert ("report-released", "Rita Roth") in [(each["kind"], each["actor"]) for each in said]
    assert {"report-held", "report-by-rule"} <= {each["kind"] for each in said}


def test_e5_exams_are_listed_by_what_is_to_be_done_with_them(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna)
    assert [each["exam"]["id"] for each in at_desk(portal, work="awaited")] == [exam]
    put_report(portal, exam, "?complete=false")
    assert at_desk(portal, work="awaited") == []
    (draft,) = at_desk(portal, work="draft")
    assert (draft["patient"], draft["visible_at"]) == (1, None)
    portal.said(200, portal.post(f"{STAFF}/exams/{exam}/report/complete", portal.staff_token, json={}))
    (complete,) = at_desk(portal, work="complete", patient=1)
    assert not complete["visible"]
    assert complete["visible_at"] is not None
    assert at_desk(portal, patient=2) == []


def given_up(portal: Portal) -> list[Any]:
    return list(portal.said(200, portal.get(f"{STAFF}/notices", portal.staff_token))["letters"])


def test_a_letter_that_was_given_up_is_seen_and_written_anew(portal: Portal) -> None:
    person = {"patient_name": "Berg^Karl", "patient_birth_date": "19480101", "email": "karl@example.org"}
    karl = portal.said(201, portal.post(f"{STAFF}/patients", portal.staff_token, json=person))
    one = f"{STAFF}/patients/{karl['id']}"
    first = portal.said(201, portal.post(f"{one}/invitation", portal.staff_token))
    assert given_up(portal) == []
    with portal.services.database.writing() as session:
        for row in session.query(NoticeRow):
            row.state, row.trouble, row.ended_at = "given-up", "refused", portal.clock()
    (dead,) = given_up(portal)
    assert (dead["kind"], dead["trouble"], dead["address"]) == ("activation", "refused", "karl@example.org")
    assert dead["person"]["patient_name"] == "Berg^Karl"
    mended = {"email": "karl@example.com"}
    portal.said(200, portal.request("PATCH", one, portal.staff_token, json=mended, headers={"If-Match": "*"}))
    assert (
        portal.said(200, portal.post(f"{STAFF}/notices/{dead['id']}/retry", portal.staff_token))["state"] == "settled"
    )
    assert given_up(portal) == []
    (letter,) = portal.letters("activation")
    assert letter["To"] == "karl@example.com"
    assert first["activation_code"] not in letter.as_string()


def test_old_news_is_put_aside_and_not_written_again(portal: Portal, anna: SignedIn) -> None:
    with portal.services.database.writing() as session:
        moment = portal.clock()
        session.add(
            NoticeRow(
                id="old",
                kind="sign-in",
                account=anna.account_id,
                channel="email",
                address="a@b.c",
                state="given-up",
                created_at=moment,
                due_at=moment,
                until=moment,
            )
        )
    assert not given_up(portal)[0]["again"]
    retry = portal.post(f"{STAFF}/notices/old/retry", portal.staff_token)
    assert portal.said(409, retry)["reason"] == "old-news"
    portal.said(200, portal.post(f"{STAFF}/notices/old/settle", portal.staff_token))
    assert given_up(portal) == []


def test_how_the_practice_is_reached_is_changed_by_one_administrator_at_a_time(portal: Portal) -> None:
    boss, eva = portal.member("administrator"), portal.member("reception")
    card = f"{STAFF}/practice/card"
    seen = {"If-Match": portal.get(card, eva.token).headers["ETag"]}
    change = {"name": "Dr. Roth", "phone": "030 123", "letterhead": "Radiology\nBerlin"}
    portal.said(403, portal.request("PATCH", card, eva.token, json=change, headers=seen))
    assert portal.said(200, portal.request("PATCH", card, boss.token, json=change, headers=seen))["name"] == "Dr. Roth"
    portal.said(412, portal.request("PATCH", card, boss.token, json=change, headers=seen))
    known = portal.said(200, portal.get("/.well-known/patient-portal"))
    assert (known["practices"][0]["name"], known["practices"][0]["phone"]) == ("Dr. Roth", "030 123")
    wrong = portal.request("PATCH", card, boss.token, json={"name": " "}, headers={"If-Match": "*"})
    assert portal.said(400, wrong)["fields"] == [{"field": "body.name", "reason": "empty"}]
