"""The activity as a table and as FHIR AuditEvents, the owner's own lines alone: L1."""

from __future__ import annotations

import csv
import io

from portal.server.activity.log import note
from tests.portal_tools import Portal
from tests.share_tools import exam_of, make, redeem, wrong_code


def test_l1_the_whole_activity_is_a_table_that_runs_nothing_in_a_spreadsheet(portal: Portal) -> None:
    anna, otto = portal.account(), portal.account("MEIER^OTTO", "19600101")
    with portal.services.database.writing() as session:
        note(session, account=otto.account_id, kind="viewed", at=portal.clock(), actor="somebody else")
        for _turn in range(1200):
            note(session, account=anna.account_id, kind="viewed", at=portal.clock(), exams=["e1", "e2"], actor="Ärztin")
        note(session, account=anna.account_id, kind="share-opened", at=portal.clock(), actor="=HYPERLINK(1)")
    answer = portal.get("/api/v1/audit.csv", anna.token)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["number", "at_utc", "kind"]
    assert sum(row[2] == "viewed" and row[3] == "Ärztin" and row[4] == "e1 e2" for row in rows) == 1200
    assert rows[-1][3] == "'=HYPERLINK(1)"
    assert "somebody else" not in answer.text
    assert portal.get("/api/v1/audit.csv").status_code == 401
    assert portal.get("/api/v1/audit.csv", portal.staff_token).status_code == 403


def test_l1_the_whole_activity_is_a_bundle_of_audit_events(portal: Portal) -> None:
    anna = portal.account()
    made = make(portal, anna.token, exams=[exam := exam_of(portal, anna)])
    redeem(portal, made, wrong_code(made))
    redeem(portal, made, recipient_name="Dr Berg")
    with portal.services.database.writing() as session:
        from_there = {"from_network": "203.0.113.0/24"}
        note(session, account=anna.account_id, kind="share-downloaded", at=portal.clock(), details=from_there)
    answer = portal.get("/api/v1/audit/fhir", anna.token)
    assert answer.headers["Content-Type"] == "application/fhir+json"
    bundle = answer.json()
    events = {each["resource"]["subtype"][0]["code"]: each["resource"] for each in bundle["entry"]}
    assert bundle["resourceType"] == "Bundle"
    assert (events["wrong-code"]["outcome"], events["share-opened"]["outcome"]) == ("4", "0")
    assert events["share-opened"]["agent"] == [{"name": "Dr Berg", "requestor": True}]
    assert events["share-downloaded"]["agent"][0]["network"] == {"address": "203.0.113.0/24"}
    assert events["share-opened"]["action"] == "R"
    named = [each["what"]["identifier"]["value"] for each in events["share-opened"]["entity"]]
    assert named == [exam, made["share"]["id"]]
