"""Invitation and activation: A1, A3, A4."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from portal.server.people.invitations import one_month_on
from tests.portal_tools import Portal

ANNA = {"patient_name": "MUELLER^ANNA", "patient_birth_date": "19510504"}
PASSWORD = "three green apples"


def invite(portal: Portal, **changed: Any) -> requests.Response:
    return portal.post("/api/v1/staff/invitations", portal.staff_token, json={**ANNA, **changed})


def code_for(portal: Portal, **changed: Any) -> str:
    return str(portal.said(201, invite(portal, **changed))["activation_code"])


def activate(portal: Portal, code: str, user_name: str = "anna", password: str = PASSWORD) -> requests.Response:
    return portal.post("/api/v1/activation", json={"code": code, "user_name": user_name, "password": password})


def test_a1_staff_make_the_account_and_nobody_else(portal: Portal) -> None:
    said = portal.said(201, invite(portal, patient_id="P1", email="anna@example.org"))
    assert said["url"].startswith(portal.url + "/oauth/activate?")
    anna = portal.account("OTHER^PERSON", "19600101")
    assert portal.post("/api/v1/staff/invitations", anna.token, json=ANNA).status_code == 403
    assert portal.post("/api/v1/staff/invitations", json=ANNA).status_code == 401
    assert portal.get("/api/v1/account", portal.staff_token).status_code == 403


def test_a3_a_code_works_once(portal: Portal) -> None:
    code = code_for(portal)
    assert portal.said(200, activate(portal, code)) == {"user_name": "anna"}
    used = activate(portal, code, "anna2")
    assert (used.status_code, used.json()["code"]) == (410, "code-used")


def test_a3_a_code_works_for_one_calendar_month(portal: Portal) -> None:
    portal.clock.set(datetime(2027, 1, 31, 12, tzinfo=UTC))
    early, late = code_for(portal), code_for(portal, patient_name="MEIER^OTTO")
    portal.clock.set(datetime(2027, 2, 28, 11, 59, 50, tzinfo=UTC))
    assert activate(portal, early).status_code == 200
    portal.clock.set(datetime(2027, 2, 28, 12, 0, 5, tzinfo=UTC))
    assert activate(portal, late, "otto").json()["code"] == "code-used"


@pytest.mark.parametrize(
    "day, then",
    [
        ("2026-01-31", "2026-02-28"),
        ("2028-01-31", "2028-02-29"),
        ("2026-12-05", "2027-01-05"),
        ("2026-03-31", "2026-04-30"),
    ],
)
def test_a_month_on_is_the_same_day_or_the_months_last(day: str, then: str) -> None:
    assert one_month_on(datetime.fromisoformat(f"{day}T08:00:00+00:00")).date().isoformat() == then


def test_a3_a_new_code_voids_the_old(portal: Portal) -> None:
    old = code_for(portal, patient_id="P1")
    new = code_for(portal, patient_id="P1")
    assert activate(portal, old).json()["code"] == "code-used"
    assert activate(portal, new).status_code == 200
    assert portal.said(409, invite(portal, patient_id="P1"))["reason"] == "has-account"


def test_a_patient_id_stands_for_one_person(portal: Portal) -> None:
    code_for(portal, patient_id="P1")
    other = invite(portal, patient_id="P1", patient_name="MEIER^OTTO", patient_birth_date="19800202")
    assert portal.said(409, other)["reason"] == "other-person"


def test_two_people_of_one_name_and_birth_date_stay_two(portal: Portal) -> None:
    first, second = portal.account(), portal.account()
    assert first.account_id != second.account_id


def test_codes_are_read_as_people_type_them(portal: Portal) -> None:
    code = code_for(portal).lower().replace("-", " ").replace("0", "o").replace("1", "i")
    assert activate(portal, f"  {code} ").status_code == 200


def test_a_user_name_is_taken_in_whatever_letters(portal: Portal) -> None:
    portal.account(user_name="Anna.Müller")
    code = code_for(portal, patient_name="MEIER^OTTO")
    for taken in ("anna.müller", "ANNA.MÜLLER", "Anna.Mu\u0308ller", " Anna.Müller "):
        assert portal.said(409, activate(portal, code, taken))["field"] == "user_name"
    assert activate(portal, code, "otto").status_code == 200


@pytest.mark.parametrize(
    "user_name, password, field, reason",
    [
        ("anna", "short", "password", "too-short"),
        ("anna-mueller-1951", "Anna-Mueller-1951", "password", "is-user-name"),
        ("anna", "password123", "password", "too-common"),
        ("anna", "qwertyuiop", "password", "too-common"),
        ("anna", "aaaaaaaaaaaa", "password", "too-common"),
        ("anna", "patientenportal", "password", "too-common"),
        ("an", PASSWORD, "user_name", "too-short"),
        ("anna mueller", PASSWORD, "user_name", "letters"),
        ("anna\u202egnp", PASSWORD, "user_name", "letters"),
        ("a" * 65, PASSWORD, "user_name", "too-long"),
        ("anna", "x" * 300, "password", "too-long"),
    ],
)
def test_names_and_passwords_that_do_not_follow_the_rules_use_no_code_up(
    portal: Portal, user_name: str, password: str, field: str, reason: str
) -> None:
    code = code_for(portal)
    said = portal.said(400, activate(portal, code, user_name, password))
    assert said["fields"] == [{"field": field, "reason": reason}]
    assert activate(portal, code).status_code == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"patient_name": ""},
        {"patient_name": "^^"},
        {"patient_name": "A\nB"},
        {"patient_name": "X" * 400},
        {"patient_birth_date": "19511304"},
        {"patient_birth_date": "04.05.1951"},
        {"patient_birth_date": ""},
        {"patient_id": " "},
        {"email": "nobody"},
        {"patient_sex": "?"},
        {"patient_name": None},
    ],
)
def test_an_invitation_that_names_nobody_is_refused(portal: Portal, changed: dict[str, Any]) -> None:
    said = portal.said(400, invite(portal, **changed))
    assert said["code"] == "invalid-request"
    assert len(said["fields"]) == 1


def test_of_twenty_who_bring_one_code_exactly_one_gets_the_account(portal: Portal) -> None:
    code = code_for(portal)
    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda number: activate(portal, code, f"anna{number}"), range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 19


def test_wrong_codes_end_in_a_pause(portal: Portal) -> None:
    statuses = [activate(portal, "AAAA-AAAA-AAAA").status_code for _ in range(31)]
    assert statuses == [404] * 30 + [429]
    paused = activate(portal, code_for(portal))
    assert paused.status_code == 429
    assert int(paused.headers["retry-after"]) > 0


def test_no_code_and_no_password_is_kept_as_it_is(portal: Portal) -> None:
    code = code_for(portal)
    assert activate(portal, code).status_code == 200
    kept = b"".join(file.read_bytes() for file in portal.data.glob("portal.db*"))
    assert code.encode() not in kept
    assert code.replace("-", "").encode() not in kept
    assert PASSWORD.encode() not in kept
    assert b"$argon2id$" in kept
