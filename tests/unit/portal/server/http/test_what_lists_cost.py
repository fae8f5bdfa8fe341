"""What a list costs: the portal asks its database as often for one line as for hundreds, at every route that lists."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.activity.listing import activity_page
from portal.server.base.tables import (
    AccountPatientRow,
    AccountRow,
    ActivityExamRow,
    ActivityRow,
    PatientRow,
    RemovalRow,
    ShareRow,
    ShareStudyRow,
)
from portal.server.exams.exam_shapes import names_of
from portal.server.people.account_shapes import account_shape
from portal.server.people.machine_tokens import living_tokens, machine_token
from portal.server.removing.removing import removals
from portal.server.sharing.listing import share_page
from portal.server.sharing.redeeming import redeemed_shape
from portal.wire.well_known import Limits
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent

LIMITS = Limits()
SIZES = (1, 50, 300)
EXAMS = 3


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    anna = portal.account(patient_id="A-1")
    for number in range(EXAMS):
        uids = {"StudyInstanceUID": f"1.2.{number}", "SeriesInstanceUID": f"1.3.{number}"}
        sent(portal, anna.token, made(StudyDate=f"202405{number + 1:02}", **uids))
    portal.said(201, portal.post("/api/v1/shares", anna.token, json={"studies": ["1.2.0"]}))
    return anna


def copy(row: Any, **other: Any) -> Any:
    values = {column.key: getattr(row, column.key) for column in inspect(type(row)).columns}
    return type(row)(**(values | other))


def add_shares(portal: Portal, session: Session, account: str, count: int) -> None:
    """Make shares of one exam each, in turn, as different as shares can be."""
    first = session.scalars(select(ShareRow).where(ShareRow.account == account).order_by(ShareRow.created_at)).first()
    held = session.scalars(select(ShareStudyRow).where(ShareStudyRow.share == first.id)).one() if first else None
    assert first is not None
    assert held is not None
    for number in range(count):
        name = secrets.token_hex(12)
        session.add(
            copy(
                first, id=name, token_hash=name, locator=name, include_report=number % 2 == 0,
                include_images=number % 5 > 0, revoked_at=portal.clock() if number % 7 == 0 else None,
                created_at=first.created_at + timedelta(seconds=number + 1),
            )
        )  # fmt: skip
        session.flush()
        session.add(copy(held, share=name, study=held.study + number % EXAMS))


def add_lines(portal: Portal, session: Session, account: str, count: int) -> None:
    """Make lines of the activity, each about an exam."""
    exam = session.scalars(select(ActivityExamRow.exam)).first()
    line = session.scalars(select(ActivityRow).where(ActivityRow.account == account)).first()
    for _ in range(count):
        row = copy(line, id=None)
        row.exams = [ActivityExamRow(exam=exam)]
        session.add(row)


def add_tokens(portal: Portal, session: Session, account: str, count: int) -> None:
    """Make tokens of the person's own programs."""
    name = session.get_one(AccountRow, account).user_name or ""
    for number in range(count):
        machine_token(session, name, 5, portal.clock(), f"program {number}")


def add_persons(portal: Portal, session: Session, account: str, count: int) -> None:
    """Have the account stand for more persons."""
    first = session.scalars(select(PatientRow)).first()
    for _ in range(count):
        person = copy(first, id=None, patient_id=secrets.token_hex(8))
        session.add(person)
        session.flush()
        session.add(AccountPatientRow(account=account, patient=person.id, relation="represents", position=1))


def add_removals(portal: Portal, session: Session, account: str, count: int) -> None:
    """Note what the practice took out."""
    patient = session.scalars(select(PatientRow)).first()
    assert patient is not None
    for _ in range(count):
        session.add(
            RemovalRow(
                id=secrets.token_hex(8), practice=patient.practice, patient=patient.id, kind="image", exam="gone",
                images=1, reason="misfiled", removed_at=portal.clock(),
            )
        )  # fmt: skip


Add = Callable[[Portal, Session, str, int], None]
Ask = Callable[[Session, Portal, Caller], Any]
LISTS: dict[str, tuple[Add, Ask]] = {
    "shares": (
        add_shares,
        lambda session, portal, caller: share_page(session, caller, None, 200, portal.clock(), LIMITS).shares,
    ),
    "activity": (
        add_lines,
        lambda session, portal, caller: activity_page(session, caller, portal.clock(), names_of, most=200).activity,
    ),
    "accounts": (
        add_persons,
        lambda session, portal, caller: account_shape(session, session.get_one(AccountRow, caller.account)).persons,
    ),
    "tokens": (
        add_tokens,
        lambda session, portal, caller: living_tokens(session, str(caller.account), portal.clock()).tokens,
    ),
    "removals": (add_removals, lambda session, portal, caller: removals(session, replace(caller, practice=1)).removals),
}


def asked_for(portal: Portal, account: SignedIn, ask: Ask) -> tuple[int, int]:
    """Give how long a list is, and how often the portal asked its database for it."""
    asked: list[str] = []

    def noted(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    with portal.services.database.reading() as session:
        patients = frozenset(session.scalars(select(PatientRow.id)))
        caller = Caller("account", account=account.account_id, patients=patients)
        session.expunge_all()
        connection = session.connection()
        event.listen(connection, "before_cursor_execute", noted)
        found = ask(session, portal, caller)
        event.remove(connection, "before_cursor_execute", noted)
    return len(found), len(asked)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_as_many_statements_whatever_is_on_it(portal: Portal, anna: SignedIn, name: str) -> None:
    add, ask = LISTS[name]
    told: list[tuple[int, int]] = []
    there = 0
    for size in SIZES:
        with portal.services.database.writing() as session:
            add(portal, session, anna.account_id, size - there)
        there = size
        told.append(asked_for(portal, anna, ask))
    assert told[0][0] < told[1][0] < told[2][0], "there is more each time"
    assert len({statements for _, statements in told}) == 1, told


def test_an_opened_share_of_many_exams_costs_as_many_as_one_of_one(portal: Portal, anna: SignedIn) -> None:
    costs = []
    for studies in (["1.2.0"], ["1.2.0", "1.2.1", "1.2.2"]):
        new = portal.said(201, portal.post("/api/v1/shares", anna.token, json={"studies": studies}))["share"]["id"]

        def opened(session: Session, portal: Portal, caller: Caller, share: str = new) -> Any:
            now = portal.clock()
            return redeemed_shape(session, session.get_one(ShareRow, share), "secret", now, now).exams

        costs.append(asked_for(portal, anna, opened))
    assert [exams for exams, _ in costs] == [1, 3]
    assert costs[0][1] == costs[1][1], costs
