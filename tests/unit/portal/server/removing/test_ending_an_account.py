"""A person asks, the practice deletes, shares die at once: A7."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sqlalchemy import select

from core.job import QuietJob
from portal.server.activity.verifying import verify_activity
from portal.server.base.tables import AccountRow, InstanceRow, NoticeRow, ShareSessionRow
from portal.server.people.machine_tokens import account_named
from portal.server.people.reinstating import reinstate
from tests.portal_tools import Portal
from tests.share_tools import exam_of, make, redeem
from tests.unit.portal.server.dicomweb.senders import made as made_up
from tests.unit.portal.server.dicomweb.senders import sent


def test_a7_who_asks_for_deletion_ends_every_share_at_once(portal: Portal) -> None:
    anna = portal.account()
    exam = exam_of(portal, anna)
    made = [make(portal, anna.token, exams=[exam]) for _ in range(2)]
    session = redeem(portal, made[0]).json()["session"]
    said = portal.said(202, portal.post("/api/v1/account/deletion", anna.token))
    assert said["deletion_asked_at"]
    assert {redeem(portal, each).status_code for each in made} == {410}
    shown = portal.get("/dicomweb/studies", headers={"Authorization": f"Share {session}"})
    assert shown.status_code == 401
    again = portal.post("/api/v1/shares", anna.token, json={"exams": [exam]})
    assert (again.status_code, again.json()["reason"]) == (409, "deletion-asked")
    assert portal.said(202, portal.post("/api/v1/account/deletion", anna.token)) == said


def test_a7_the_practice_deletes_and_the_person_can_be_invited_again(portal: Portal) -> None:
    anna = portal.account(patient_id="P1")
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, anna.account_id).email = "anna@example.org"
    made = make(portal, anna.token, exams=[exam_of(portal, anna)], label="Dr Berg")
    redeem(portal, made)
    path = f"/api/v1/staff/accounts/{anna.account_id}"
    assert portal.request("DELETE", path, anna.token).status_code == 403
    assert portal.request("DELETE", path, portal.staff_token).status_code == 204
    assert portal.request("DELETE", path, portal.staff_token).status_code == 404
    assert portal.get("/api/v1/account", anna.token).status_code == 401
    assert redeem(portal, made).status_code == 410
    with portal.services.database.reading() as session:
        row = session.get_one(AccountRow, anna.account_id)
        assert (row.state, row.user_name, row.email, row.password_hash) == ("closed", None, None, None)
        assert {each.address for each in session.scalars(select(NoticeRow))} <= {""}
    assert portal.letters() == []
    assert verify_activity(portal.services.database, QuietJob()).broken == ()
    again = portal.account(patient_id="P1", user_name=anna.user_name)
    assert again.account_id != anna.account_id


def test_a7_another_practices_staff_and_unknown_accounts_are_not_there(portal: Portal) -> None:
    assert portal.request("DELETE", "/api/v1/staff/accounts/none", portal.staff_token).status_code == 404
    with portal.services.database.reading() as session:
        assert session.scalars(select(InstanceRow)).all() == []


def test_a7_what_the_person_brought_goes_from_the_disk_and_what_the_practice_sent_stays(portal: Portal) -> None:
    mine = made_up(SOPInstanceUID="1.2.7", StudyInstanceUID="1.2.3.7", StudyDate="20200101")
    theirs = made_up(SOPInstanceUID="1.2.8", StudyInstanceUID="1.2.3.8", StudyDate="20210101")
    anna = portal.account(patient_id="A-1")
    assert sent(portal, anna.token, mine).status_code == 200
    assert sent(portal, portal.staff_token, theirs).status_code == 200
    assert on_disk(portal, mine)
    assert on_disk(portal, theirs)
    path = f"/api/v1/staff/accounts/{anna.account_id}"
    assert portal.request("DELETE", path, portal.staff_token).status_code == 204
    assert on_disk(portal, mine) == []
    assert on_disk(portal, theirs)
    again = portal.account(patient_id="A-1")
    studies = [exam["studies"] for exam in portal.said(200, portal.get("/api/v1/exams", again.token))["exams"]]
    assert len(studies) == 1
    assert sent(portal, again.token, mine).status_code == 200


def on_disk(portal: Portal, content: bytes) -> list[Path]:
    name = hashlib.sha256(content).hexdigest()
    return [path for path in portal.data.rglob("*") if path.is_file() and name in path.name]


def test_a7_letters_to_recipients_that_wait_are_not_sent_any_more_and_name_nobody(portal: Portal) -> None:
    anna = portal.account()
    made = make(portal, anna.token, exams=[exam_of(portal, anna)], email="berg@example.org")
    redeem(portal, made, recipient_name="Dr Berg")
    path = f"/api/v1/staff/accounts/{anna.account_id}"
    assert portal.request("DELETE", path, portal.staff_token).status_code == 204
    assert portal.letters("share") == []
    with portal.services.database.reading() as session:
        assert [row.recipient_name for row in session.scalars(select(ShareSessionRow))] == [None]
        assert {row.address for row in session.scalars(select(NoticeRow))} == {""}


def test_a7_a_wish_that_is_taken_back_lets_the_person_share_again(portal: Portal) -> None:
    anna = portal.account()
    exam = exam_of(portal, anna)
    portal.post("/api/v1/account/deletion", anna.token)
    with portal.services.database.writing() as session:
        reinstate(session, account_named(session, anna.user_name), portal.clock())
    assert make(portal, anna.token, exams=[exam])["share"]["status"] == "active"
