"""Patients at the desk: found, made without joining anybody in silence, invited, blocked, opened again (A1, A3, A8)."""

from __future__ import annotations

from typing import Any

import pytest
from pypdfium2 import PdfDocument

from portal.server.staff.finding import birth_dates
from tests.portal_tools import Portal

PATIENTS = "/api/v1/staff/patients"
ANNA = {"patient_name": "Müller^Anna", "patient_birth_date": "19510504", "patient_id": "P-1042"}


def make(portal: Portal, status: int = 201, token: str | None = None, key: str | None = None, **said: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    wanted = {**ANNA, **said}
    return portal.said(status, portal.post(PATIENTS, token or portal.staff_token, json=wanted, headers=headers))


def found(portal: Portal, typed: str) -> list[str]:
    said = portal.said(200, portal.get(PATIENTS, portal.staff_token, params={"q": typed}))
    return [each["person"]["patient_name"] for each in said["patients"]]


def invite(portal: Portal, patient: int, query: str = "") -> Any:
    return portal.said(201, portal.post(f"{PATIENTS}/{patient}/invitation{query}", portal.staff_token))


def state(portal: Portal, patient: int) -> str:
    return str(portal.said(200, portal.get(f"{PATIENTS}/{patient}", portal.staff_token))["state"])


def activate(portal: Portal, code: str, status: int = 200) -> Any:
    chosen = {"code": code, "user_name": "anna", "password": "correct horse battery"}
    return portal.said(status, portal.post("/api/v1/activation", json=chosen))


def test_a_patient_is_found_by_name_in_any_script_birth_date_and_id(portal: Portal) -> None:
    make(portal)
    make(portal, patient_name="Yamada^Tarou=山田^太郎", patient_birth_date="19600101", patient_id="P-7")
    make(portal, patient_name="Иванова^Мария", patient_birth_date="19700203", patient_id="0815")
    for typed in ("mueller", "MULLER anna", "anna mül", "4.5.1951", "1951-05-04", "5/4/1951", "p-1042", "1951 m"):
        assert found(portal, typed) == ["Müller^Anna"], typed
    for typed in ("山田", "山田太郎", "太郎 yamada", "yamada^tar"):
        assert found(portal, typed) == ["Yamada^Tarou=山田^太郎"], typed
    assert found(portal, "иванова") == found(portal, "0815") == ["Иванова^Мария"]
    assert found(portal, "anna 1960") == found(portal, "%") == []
    assert len(found(portal, "")) == 3


@pytest.mark.parametrize("typed", ["31.02.1951", "1951-13-01", "anna", "1951"])
def test_what_is_no_day_is_no_birth_date(typed: str) -> None:
    assert birth_dates(typed) == []


def test_patients_come_page_by_page_each_once(portal: Portal) -> None:
    for number in range(5):
        make(
            portal,
            patient_name=f"Name{number}^A{number}",
            patient_birth_date=f"19{5 + number}10{1 + number}1{number}",
            patient_id=f"N{number}",
        )
    names, cursor = [], None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = portal.said(200, portal.get(PATIENTS, portal.staff_token, params=params))
        names += [each["person"]["patient_name"] for each in page["patients"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert names == [f"Name{number}^A{number}" for number in range(5)]


def test_who_might_be_somebody_is_asked_about_before_anybody_is_made(portal: Portal) -> None:
    anna = make(portal)
    asked = make(portal, 409, patient_name="MUELLER^ANNA", patient_id="P-2000")
    assert asked["code"] == "person-unclear"
    assert [(each["likeness"], each["patient"]["id"]) for each in asked["candidates"]] == [("same", anna["id"])]
    near = make(portal, 409, patient_birth_date="19510405", patient_id="P-2000")  # day and month changed places
    assert [each["likeness"] for each in near["candidates"]] == ["perhaps"]
    twin = make(portal, patient_id="P-2000", other_than=[anna["id"]])
    assert twin["id"] != anna["id"]
    assert make(portal, patient_name="Müller^Karl", patient_birth_date="19831112", patient_id="P-3")["state"] == "none"


def test_a_patient_id_is_one_persons(portal: Portal) -> None:
    anna = make(portal)
    refused = make(portal, 409, patient_name="Berg^Karl", patient_birth_date="19480101")
    assert (refused["reason"], refused["patient"]["id"]) == ("taken", anna["id"])


def test_the_same_request_twice_makes_one_patient(portal: Portal) -> None:
    first, again = make(portal, key="one"), make(portal, key="one")
    assert first == again
    assert make(portal, 409, key="one", patient_id="P-9")["reason"] == "idempotency-key-reused"


def test_a3_a_new_code_voids_the_old_and_states_are_told(portal: Portal) -> None:
    anna = make(portal)["id"]
    assert state(portal, anna) == "none"
    first = invite(portal, anna)
    assert state(portal, anna) == "invited"
    second = invite(portal, anna)
    assert activate(portal, first["activation_code"], 410)["code"] == "code-used"
    portal.clock.forward(days=32)
    assert state(portal, anna) == "code-over"
    activate(portal, second["activation_code"], 410)
    activate(portal, invite(portal, anna)["activation_code"])
    assert state(portal, anna) == "active"
    assert portal.said(409, portal.post(f"{PATIENTS}/{anna}/invitation", portal.staff_token))["reason"] == "has-account"


def test_a1_the_letter_names_the_person_and_holds_the_code(portal: Portal) -> None:
    anna = make(portal)["id"]
    karl = make(portal, patient_name="Berg^Karl", patient_id="B", patient_birth_date="19480101")
    code = invite(portal, anna, "?tell=false")["activation_code"]
    letter = portal.get(f"{PATIENTS}/{anna}/invitation.pdf", portal.staff_token, headers={"Activation-Code": code})
    with PdfDocument(letter.content) as document:
        words = document[0].get_textpage().get_text_bounded()
    for said in ("Anna MÜLLER", "born 1951-05-04", "Patient ID: P-1042", code):
        assert said in words
    # never on another person's letter
    other = f"{PATIENTS}/{karl['id']}/invitation.pdf"
    portal.said(404, portal.get(other, portal.staff_token, headers={"Activation-Code": code}))


def test_an_invitation_is_mailed_or_sent_as_text_unless_it_is_printed(portal: Portal) -> None:
    anna = make(portal, email="anna@example.org")["id"]
    assert not invite(portal, anna, "?tell=false")["told"]
    assert portal.letters("activation") == []
    assert invite(portal, anna)["told"]
    assert [each["To"] for each in portal.letters("activation")] == ["anna@example.org"]


def test_two_at_the_desk_do_not_overwrite_each_other(portal: Portal) -> None:
    one = f"{PATIENTS}/{make(portal)['id']}"
    seen = {"If-Match": portal.get(one, portal.staff_token).headers["ETag"]}
    first = portal.request("PATCH", one, portal.staff_token, json={"patient_name": "Müller^Anne"}, headers=seen)
    assert portal.said(200, first)["person"]["patient_name"] == "Müller^Anne"
    late = portal.request("PATCH", one, portal.staff_token, json={"phone": "030 1"}, headers=seen)
    assert portal.said(412, late)["code"] == "changed-meanwhile"
    assert found(portal, "anne") == ["Müller^Anne"]


def test_a_correction_makes_no_other_person_of_somebody(portal: Portal) -> None:
    one, any_state = f"{PATIENTS}/{make(portal)['id']}", {"If-Match": "*"}
    other = {"patient_name": "Berg^Karl", "patient_birth_date": "19480101"}
    refused = portal.request("PATCH", one, portal.staff_token, json=other, headers=any_state)
    assert portal.said(409, refused)["reason"] == "other-person"


def test_a8_block_unblock_and_reinstate_bear_the_members_name(portal: Portal) -> None:
    eva, anna = portal.member("reception"), portal.account(patient_id="A-1")
    account = f"/api/v1/staff/accounts/{anna.account_id}"
    assert portal.said(200, portal.post(f"{account}/block", eva.token, json={}))["state"] == "blocked"
    portal.said(401, portal.get("/api/v1/account", anna.token))
    assert portal.said(200, portal.post(f"{account}/unblock", eva.token))["state"] == "active"
    portal.clock.forward(days=366)
    assert portal.said(200, portal.get(f"{PATIENTS}/1", portal.staff_token))["state"] == "lapsed"
    assert portal.said(200, portal.post(f"{account}/reinstate", portal.staff_token))["state"] == "active"
    from portal.server.base.tables import ActivityRow

    with portal.services.database.reading() as session:
        told = {row.kind: row.actor for row in session.query(ActivityRow).filter_by(account=anna.account_id)}
    assert (told["blocked"], told["unblocked"]) == ("Eva Klein", "Eva Klein")
    assert "reinstated" in told


def test_an_address_the_practice_changes_is_told_to_the_old_one(portal: Portal) -> None:
    anna = make(portal, email="old@example.org")["id"]
    activate(portal, invite(portal, anna)["activation_code"])
    change = {"email": "new@example.org"}
    one = f"{PATIENTS}/{anna}"
    changed = portal.request("PATCH", one, portal.staff_token, json=change, headers={"If-Match": "*"})
    assert portal.said(200, changed)["email"] == "new@example.org"
    assert [each["To"] for each in portal.letters("contact-changed")] == ["old@example.org"]
