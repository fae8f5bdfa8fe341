"""What a list costs: its number of statements does not grow with what is on it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event, select

from portal.server.access.caller import Caller
from portal.server.base.tables import PatientRow
from portal.server.exams.listing import exam_page
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


def send_exams(portal: Portal, token: str, numbers: range) -> None:
    for number in numbers:
        uids = {"StudyInstanceUID": f"1.2.{number}", "SeriesInstanceUID": f"1.3.{number}"}
        sent(portal, token, made(StudyDate=f"202405{number + 1:02}", **uids))


def statements(portal: Portal, account: SignedIn) -> tuple[int, list[str]]:
    """Give how many exams are on one page of an account, and what the portal asked its database for it."""
    asked: list[str] = []

    def noted(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(re.sub(r"\(\?(, \?)*\)", "(?)", statement))

    with portal.services.database.reading() as session:
        patients = frozenset(session.scalars(select(PatientRow.id)))
        caller = Caller("account", account=account.account_id, patients=patients)
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", noted)
        page = exam_page(session, caller, None, 50, portal.clock())
        event.remove(connection, "before_cursor_execute", noted)
    return len(page.exams), asked


@pytest.mark.parametrize("sender", ["person", "practice"])
def test_a_list_of_many_exams_costs_as_many_statements_as_one_of_few(
    portal: Portal, anna: SignedIn, sender: str
) -> None:
    token = anna.token if sender == "person" else portal.staff_token
    send_exams(portal, token, range(2))
    few = statements(portal, anna)
    send_exams(portal, token, range(2, 9))
    many = statements(portal, anna)
    assert (few[0], many[0]) == (2, 9)
    assert few[1] == many[1]


def test_a_list_that_is_as_it_was_is_not_told_again(portal: Portal, anna: SignedIn) -> None:
    send_exams(portal, anna.token, range(1))
    for path in ("/api/v1/exams", "/api/v1/shares", "/api/v1/audit"):
        whole = portal.get(path, anna.token)
        known = {"If-None-Match": whole.headers["ETag"]}
        again = portal.get(path, anna.token, headers=known)
        assert (whole.status_code, again.status_code, again.content) == (200, 304, b"")
        assert again.headers["ETag"] == whole.headers["ETag"]
    exams = portal.get("/api/v1/exams", anna.token).headers["ETag"]
    send_exams(portal, anna.token, range(1, 2))
    news = portal.get("/api/v1/exams", anna.token, headers={"If-None-Match": exams})
    assert news.status_code == 200
    assert len(news.json()["exams"]) == 2
    assert news.headers["ETag"] != exams
