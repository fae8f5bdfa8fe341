"""Several practices under one sign-in, each with its Patient IDs, rules, phone and letters: A9."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, update

from core.workers.worker import WorkerPool
from portal.server.base.problems import Problem
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountPatientRow, AccountRow, NoticeRow, PatientRow, ShareRow
from portal.server.exams.release_rules import change_rules
from portal.server.people.practices.adding import add_another
from portal.server.running.administration import Administration, administration
from portal.wire.accounts import Invitation
from portal.wire.desk.practice import PracticeRules
from portal.wire.people import Practice
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.unit.portal.server.dicomweb.senders import made, sent

pytestmark = pytest.mark.shared_workers
NAME, BIRTH_DATE = "MUELLER^ANNA", "19510504"
JOIN, STAFF = "/api/v1/account/practices", "/api/v1/staff"
ANY = {"If-Match": "*"}


@dataclass(frozen=True)
class Second:
    """Another practice of the portal."""

    number: int
    token: str


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool) -> Iterator[Portal]:
    """Give one portal for all."""
    with running_portal(tmp_path_factory.mktemp("practices") / "portal", workers=portal_pool) as running:
        yield running


@pytest.fixture
def second(portal: Portal, request: pytest.FixtureRequest) -> Second:
    """Another practice, of this test."""
    with portal.services.database.writing() as session:
        wanted = Practice(f"Second of {request.node.name}", phone="+49 30 2222")
        return Second(*add_another(session, wanted, "tests", portal.clock()))


def code_of(portal: Portal, second: Second, **person: str) -> str:
    """Invite somebody at the second practice."""
    said = {"patient_name": NAME, "patient_birth_date": BIRTH_DATE, "patient_id": "7", **person}
    return str(portal.said(201, portal.post("/api/v1/staff/invitations", second.token, json=said))["activation_code"])


def join(portal: Portal, who: SignedIn, code: str, **said: Any) -> requests.Response:
    return portal.post(JOIN, who.token, json={"code": code, **said})


def exams_of(portal: Portal, who: SignedIn) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = portal.said(200, portal.get("/api/v1/exams", who.token))["exams"]
    return found


def image(number: int, patient_id: str) -> bytes:
    today = f"{datetime.now(UTC) - timedelta(days=1):%Y%m%d}"
    return made(
        SOPInstanceUID=f"2.{number}.1", StudyInstanceUID=f"2.{number}", SeriesInstanceUID=f"2.{number}.0",
        PatientName=NAME, PatientBirthDate=BIRTH_DATE, PatientID=patient_id, StudyDate=today,
    )  # fmt: skip


def test_a9_exams_of_both_practices_come_under_one_sign_in_and_are_told_apart(portal: Portal, second: Second) -> None:
    anna = portal.account(NAME, BIRTH_DATE, "7")
    assert sent(portal, portal.staff_token, image(1, "7")).status_code == 200
    said = portal.said(200, join(portal, anna, code_of(portal, second, email="anna@example.org")))
    assert [each["practice"]["phone"] for each in said["practices"]] == [None, "+49 30 2222"]
    assert [person["patient_id"] for person in said["persons"]] == ["7", "7"], "each practice has its own 7"
    with portal.services.database.writing() as session:
        change_rules(
            session, second.number, PracticeRules(release_rule="after-report", release_hours=48), portal.clock()
        )
    assert sent(portal, second.token, image(2, "7")).status_code == 200
    by_practice = {each["practice"]["phone"]: each for each in exams_of(portal, anna)}
    assert set(by_practice) == {None, "+49 30 2222"}
    assert by_practice[None]["studies"][0]["study_instance_uid"] == "2.1"
    assert by_practice[None]["report"]["available_at"], "72 hours after the scan, as the first practice has it"
    assert by_practice["+49 30 2222"]["report"]["available_at"] is None, "the second waits for its own notice"
    for token, uid in ((portal.staff_token, "2.1"), (second.token, "2.2")):
        seen = portal.said(200, portal.get("/api/v1/exams", token))["exams"]
        assert [each["studies"][0]["study_instance_uid"] for each in seen] == [uid], "no practice sees the other's"
    lines = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert "practice-joined" in [line["kind"] for line in lines]


def test_a9_a_study_both_practices_have_opens_once_with_all_its_images(portal: Portal, second: Second) -> None:
    anna = portal.account(NAME, BIRTH_DATE, "8")
    path = "/dicomweb/studies/2.9/metadata"
    portal.said(200, join(portal, anna, code_of(portal, second)))
    more = made(
        SOPInstanceUID="2.9.2", StudyInstanceUID="2.9", SeriesInstanceUID="2.9.5",
        PatientName=NAME, PatientBirthDate=BIRTH_DATE, PatientID="8",
    )  # fmt: skip
    sent(portal, portal.staff_token, image(9, "8"), more)
    sent(portal, second.token, image(9, "7"))
    instances = [each["00080018"]["Value"][0] for each in portal.said(200, portal.get(path, anna.token))]
    assert sorted(instances) == ["2.9.1", "2.9.2"]
    assert portal.said(200, portal.get("/api/v1/view/studies/2.9", anna.token))["images"] == 2
    with portal.services.database.writing() as session:
        own = update(AccountPatientRow).where(AccountPatientRow.account == anna.account_id)
        session.execute(own.where(AccountPatientRow.position == 1).values(relation="represents"))
    assert portal.said(409, portal.get(path, anna.token))["reason"] == "several-patients"


def test_a9_a_code_joins_once_and_is_no_activation_then(portal: Portal, second: Second) -> None:
    anna, code = portal.account(), code_of(portal, second)
    assert join(portal, anna, code.lower().replace("-", " ")).status_code == 200
    assert join(portal, anna, code).status_code == 410
    chosen = {"code": code, "user_name": "somebody", "password": "correct horse battery"}
    assert portal.post("/api/v1/activation", json=chosen).status_code == 410
    assert join(portal, anna, "7KQ4-M2XD-9FTP").status_code == 404
    again = {"patient_name": NAME, "patient_birth_date": BIRTH_DATE, "patient_id": "7"}
    refused = portal.post("/api/v1/staff/invitations", second.token, json=again)
    assert refused.json()["reason"] == "has-account"


def test_a9_somebody_elses_code_is_refused_and_a_doubtful_one_asked_about(portal: Portal, second: Second) -> None:
    anna = portal.account(NAME, BIRTH_DATE)
    strangers = code_of(portal, second, patient_name="BERG^KARL", patient_birth_date="19480101", patient_id="8")
    assert join(portal, anna, strangers, person_confirmed=True).json()["code"] == "other-person"
    doubtful = code_of(portal, second, patient_birth_date="19510405", patient_id="9")
    assert join(portal, anna, doubtful).json()["code"] == "person-unclear"
    assert len(portal.said(200, portal.get("/api/v1/account", anna.token))["practices"]) == 1
    assert join(portal, anna, doubtful, person_confirmed=True).status_code == 200


def test_a9_one_account_stands_at_a_practice_once(portal: Portal, second: Second) -> None:
    anna = portal.account()
    assert join(portal, anna, code_of(portal, second)).status_code == 200
    twin = code_of(portal, second, patient_id="8")
    assert join(portal, anna, twin).json()["reason"] == "same-practice"


def test_a9_contact_is_changed_by_the_person_only_where_every_practice_leaves_that_to_them(
    portal: Portal, second: Second
) -> None:
    anna = portal.account()
    assert join(portal, anna, code_of(portal, second)).status_code == 200
    with portal.services.database.writing() as session:
        change_rules(session, second.number, PracticeRules(self_service=False), portal.clock())
    said = portal.said(200, portal.get("/api/v1/account", anna.token))
    assert (said["self_service"], [each["self_service"] for each in said["practices"]]) == (False, [True, False])
    refused = portal.request("PATCH", "/api/v1/account", anna.token, json={"phone": "+49 1"})
    assert refused.json()["code"] == "contact-the-practice"
    assert refused.json()["practices"] == [said["practices"][1]["practice"]["name"]]


def test_a9_a_practice_that_deletes_takes_away_its_own_part_alone(portal: Portal, second: Second) -> None:
    anna = portal.account(NAME, BIRTH_DATE, "70")
    assert sent(portal, portal.staff_token, image(3, "70")).status_code == 200
    assert join(portal, anna, code_of(portal, second, patient_id="71")).status_code == 200
    assert sent(portal, second.token, image(4, "71")).status_code == 200
    assert len(exams_of(portal, anna)) == 2
    gone = portal.request("DELETE", f"/api/v1/staff/accounts/{anna.account_id}", second.token)
    assert gone.status_code == 204
    assert [each["studies"][0]["study_instance_uid"] for each in exams_of(portal, anna)] == ["2.3"]
    assert portal.request("DELETE", f"/api/v1/staff/accounts/{anna.account_id}", second.token).status_code == 404
    with pytest.raises(Problem) as refused:
        on_the_server(portal, second.number).delete_account(anna.user_name)
    assert (refused.value.code, refused.value.facts) == ("not-found", {"field": "account"}), "the words say where it is"
    assert sent(portal, second.token, image(4, "71")).status_code == 200, "the practice keeps what it sent"
    assert portal.request("DELETE", f"/api/v1/staff/accounts/{anna.account_id}", portal.staff_token).status_code == 204
    with portal.services.database.reading() as session:
        assert session.get_one(AccountRow, anna.account_id).state == "closed"


def on_the_server(portal: Portal, practice: int) -> Administration:
    services = portal.services
    return Administration(services.settings, services.database, services.secret, portal.clock, practice)


def test_a9_the_command_deletes_the_part_of_the_practice_it_names(portal: Portal, second: Second) -> None:
    anna = portal.account(NAME, BIRTH_DATE, "40")
    assert sent(portal, portal.staff_token, image(7, "40")).status_code == 200
    assert join(portal, anna, code_of(portal, second, patient_id="S-40")).status_code == 200
    assert on_the_server(portal, 1).delete_account(anna.user_name).elsewhere
    said = portal.said(200, portal.get("/api/v1/account", anna.token))
    assert [person["patient_id"] for person in said["persons"]] == ["S-40"], "of the other practice"
    assert exams_of(portal, anna) == []
    assert not on_the_server(portal, second.number).delete_account(anna.user_name).elsewhere
    assert portal.get("/api/v1/account", anna.token).status_code == 401


def at_desk(portal: Portal, second: Second, patient_id: str, **wanted: Any) -> requests.Response:
    """Have the second practice's desk change one of its patients."""
    (found,) = portal.said(200, portal.get(f"{STAFF}/patients?q={patient_id}", second.token))["patients"]
    return portal.request("PATCH", f"{STAFF}/patients/{found['id']}", second.token, json=wanted, headers=ANY)


def test_a9_one_practice_alone_gives_nobody_the_sign_in_that_opens_anothers_exams(
    portal: Portal, second: Second
) -> None:
    anna, mine, desks = portal.account(), "mine.of.both@example.org", "desks.of.both@example.org"
    assert join(portal, anna, code_of(portal, second, patient_id="S-80")).status_code == 200
    assert at_desk(portal, second, "S-80", email=desks).json()["reason"] == "several-practices"
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, anna.account_id).email = mine
    assert at_desk(portal, second, "S-80", email=desks).status_code == 200
    assert [each["To"] for each in portal.letters("email-changed")][-1:] == [mine], "with the button that undoes it"
    for address in (mine, desks):
        portal.post("/api/v1/account/recovery", json={"email": address})
    assert {each["To"] for each in portal.letters("recovery")} & {mine, desks} == {mine}


def test_a9_one_practice_ends_its_own_shares_alone_and_takes_back_no_wish_asked_of_all(
    portal: Portal, second: Second
) -> None:
    anna = portal.account(NAME, BIRTH_DATE, "90")
    assert join(portal, anna, code_of(portal, second, patient_id="S-90")).status_code == 200
    with portal.services.database.writing() as session:
        first, other = [link.patient for link in session.get_one(AccountRow, anna.account_id).patients]
        session.add_all([share_of(anna.account_id, each, portal.clock()) for each in (first, other)])
        session.get_one(AccountRow, anna.account_id).deletion_asked_at = portal.clock()
    desk = f"{STAFF}/accounts/{anna.account_id}"
    assert portal.post(f"{desk}/reinstate", second.token).json()["reason"] == "asked-of-several"
    portal.said(200, portal.post(f"{desk}/block", second.token, json={"end_shares": True}))
    with portal.services.database.reading() as session:
        living = select(ShareRow.patient).where(ShareRow.account == anna.account_id, ShareRow.revoked_at.is_(None))
        assert session.scalars(living).all() == [first]
        assert session.get_one(AccountRow, anna.account_id).deletion_asked_at is not None


def test_a9_a_desk_sees_no_letters_about_what_is_another_practices(portal: Portal, second: Second) -> None:
    anna = portal.account(NAME, BIRTH_DATE, "60")
    assert sent(portal, portal.staff_token, image(6, "60")).status_code == 200
    (exam,) = exams_of(portal, anna)
    assert join(portal, anna, code_of(portal, second, patient_id="S-60")).status_code == 200
    with portal.services.database.writing() as session:
        now, (link, _) = portal.clock(), session.get_one(AccountRow, anna.account_id).patients
        session.add(share := share_of(anna.account_id, link.patient, now))
        for name, about in (("report", exam["id"]), ("share-opened", share.id), ("sign-in", None)):
            moments = {"created_at": now, "due_at": now, "until": now, "state": "given-up"}
            row = NoticeRow(id=f"60-{name}", kind=name, account=anna.account_id, about=about, **moments)
            row.channel, row.address = "email", "a@example.org"
            session.add(row)
    seen = {}
    for whose, token in (("first", portal.staff_token), ("second", second.token)):
        letters = portal.said(200, portal.get(f"{STAFF}/notices?limit=100", token))["letters"]
        seen[whose] = {each["kind"]: each["person"]["patient_id"] for each in letters if each["id"].startswith("60-")}
    assert seen == {"first": {"report": "60", "share-opened": "60", "sign-in": "60"}, "second": {"sign-in": "S-60"}}
    for doing in ("retry", "settle"):
        assert portal.post(f"{STAFF}/notices/60-report/{doing}", second.token).status_code == 404


def test_a9_no_staff_writes_into_the_activity_of_another_practices_patients(portal: Portal, second: Second) -> None:
    anna = portal.account(NAME, BIRTH_DATE, "50")
    with portal.services.database.reading() as session:
        hers = session.get_one(AccountRow, anna.account_id).patients[0].patient
    wanted = {"name": "Dr. Fremd", "roles": ["doctor"]}
    doctor = portal.said(201, portal.post(f"{STAFF}/members", second.token, json=wanted))["member"]["id"]
    end = f"{STAFF}/doctors/{doctor}/assignments/end"
    assert portal.post(end, second.token, json={"patient": hers}).status_code == 404
    assert join(portal, anna, code_of(portal, second, patient_id="S-50")).status_code == 200
    with portal.services.database.reading() as session:
        theirs = session.get_one(AccountRow, anna.account_id).patients[1].patient
    for _ in range(2):
        portal.said(200, portal.post(end, second.token, json={"patient": theirs}))
    lines = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert "doctor-unassigned" not in [line["kind"] for line in lines], "nothing was given"


def test_a9_what_one_practice_blocked_another_does_not_open(portal: Portal, second: Second) -> None:
    anna = portal.account(NAME, BIRTH_DATE, "30")
    assert join(portal, anna, code_of(portal, second, patient_id="S-30")).status_code == 200

    def asked(doing: str, token: str) -> Any:
        answer = portal.post(f"{STAFF}/accounts/{anna.account_id}/{doing}", token, json={})
        return answer.json().get("reason") or answer.json()["state"]

    assert asked("block", portal.staff_token) == "blocked"
    assert asked("unblock", second.token) == "blocked-elsewhere"
    assert asked("block", second.token) == "blocked"
    assert asked("unblock", portal.staff_token) == "blocked", "the second one's block is there still"
    assert portal.get("/api/v1/account", anna.token).status_code == 401
    assert asked("unblock", second.token) == "active"


def share_of(account: str, patient: int, now: datetime) -> ShareRow:
    unique = f"{account}.{patient}"
    return ShareRow(
        id=unique, account=account, patient=patient, token_hash=unique, locator=unique, code_hmac="h", title="CT",
        created_at=now, expires_at=now + timedelta(days=30), max_accesses=10,
        include_images=True, include_report=False, allow_download=False,
    )  # fmt: skip


def test_a9_letters_and_pages_name_the_practice_that_writes(portal: Portal, second: Second) -> None:
    anna = portal.account()
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, anna.account_id).email = "anna.of.both@example.org"
    assert join(portal, anna, code_of(portal, second)).status_code == 200
    (letter,) = [each for each in portal.letters("practice-joined") if each["To"] == "anna.of.both@example.org"]
    body = letter.get_body(("plain",))
    assert body is not None
    assert "+49 30 2222" in body.get_content()
    assert portal.services.settings.name in letter["From"], "one portal sends for all"
    page = portal.get("/oauth/device").text
    assert "Second of" not in page
    assert "+49 30 2222" not in page


def test_a9_on_the_server_a_practice_is_added_and_asked_for_by_its_number(tmp_path: Path) -> None:
    settings = ServerSettings(tmp_path / "portal", "http://127.0.0.1:8470", local=True)
    with administration(settings) as first:
        number, file = first.add_practice(Practice("Second", phone="+49 30 2222"))
        assert {key: each.name for key, each in first.practices().items()}[number] == "Second"
        first.change_rules(PracticeRules(release_hours=1))
        with pytest.raises(Problem) as refused:
            first.add_practice(Practice("Second"))
        assert refused.value.code == "conflict"
    assert file.stat().st_mode & 0o077 == 0
    with administration(settings, practice=number) as other:
        assert other.rules().release_hours == 72, "the rules of the first are not its"
        made_for = other.invite(Invitation(NAME, BIRTH_DATE, patient_id="7"))
        with other.database.reading() as session:
            assert session.query(PatientRow).filter_by(practice=number).count() == 1
    assert made_for.activation_code
    with pytest.raises(Problem), administration(settings, practice=number + 1):
        pass
