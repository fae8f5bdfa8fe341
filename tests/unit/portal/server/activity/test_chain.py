"""The activity cannot be changed unnoticed: L1."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.job import QuietJob
from portal.server.activity.log import note
from portal.server.activity.verifying import BrokenLink, verify_activity
from portal.server.base.database import Database
from portal.server.base.tables import AccountRow, ActivityRow
from tests.portal_tools import Portal

SECRET_CHANGES = [
    ("UPDATE activity SET actor = 'somebody else' WHERE id = :line", "changed", 0),
    ("UPDATE activity SET at = '2020-01-01 00:00:00.000000' WHERE id = :line", "changed", 0),
    ('UPDATE activity SET details = \'{"reason": "other"}\' WHERE id = :line', "changed", 0),
    ("UPDATE activity SET kind = 'viewed' WHERE id = :line", "changed", 0),
    ("UPDATE activity_exam SET exam = 'other' WHERE activity = :line AND exam = 'e1'", "changed", 0),
    ("DELETE FROM activity_exam WHERE activity = :line", "changed", 0),
    ("UPDATE activity SET hash = 'x' WHERE id = :line", "changed", 0),
    ("UPDATE activity SET previous_hash = 'x' WHERE id = :line", "missing", 0),
]


def lines(portal: Portal, account: str, number: int = 5) -> list[int]:
    """Write some lines, and give their numbers."""
    with portal.services.database.writing() as session:
        for turn in range(number):
            note(
                session,
                account=account,
                kind="downloaded",
                at=portal.clock(),
                exams=["e2", "e1"],
                details={"turn": turn},
            )
        return list(session.scalars(text("SELECT id FROM activity WHERE account = :a ORDER BY id"), {"a": account}))


def broken(portal: Portal) -> tuple[BrokenLink, ...]:
    return verify_activity(portal.services.database, QuietJob()).broken


def change(database: Database, words: str, **facts: object) -> None:
    with database.writing() as session:
        session.execute(text("PRAGMA defer_foreign_keys=ON"))
        session.execute(text(words), facts)


def test_l1_an_untouched_activity_follows_on_line_by_line(portal: Portal) -> None:
    anna, otto = portal.account(), portal.account("MEIER^OTTO", "19600101")
    count = len(lines(portal, anna.account_id)) + len(lines(portal, otto.account_id))
    found = verify_activity(portal.services.database, QuietJob())
    assert (found.lines, found.broken) == (count, ())


@pytest.mark.parametrize("words, found, _", SECRET_CHANGES)
def test_l1_a_line_that_was_changed_is_named(portal: Portal, words: str, found: str, _: int) -> None:
    anna, otto = portal.account(), portal.account("MEIER^OTTO", "19600101")
    lines(portal, otto.account_id)
    line = lines(portal, anna.account_id)[-3]
    change(portal.services.database, words, line=line)
    assert broken(portal) == (BrokenLink(anna.account_id, line, found),)  # type: ignore[arg-type]


def test_l1_a_line_that_was_taken_out_is_missed_by_the_next(portal: Portal) -> None:
    anna = portal.account()
    mine = lines(portal, anna.account_id)
    change(portal.services.database, "DELETE FROM activity_exam WHERE activity = :line", line=mine[-3])
    change(portal.services.database, "DELETE FROM activity WHERE id = :line", line=mine[-3])
    assert broken(portal) == (BrokenLink(anna.account_id, mine[-2], "missing"),)


def test_l1_lines_cut_off_at_the_end_are_missed(portal: Portal) -> None:
    anna = portal.account()
    mine = lines(portal, anna.account_id)
    for line in mine[-2:]:
        change(portal.services.database, "DELETE FROM activity_exam WHERE activity = :line", line=line)
        change(portal.services.database, "DELETE FROM activity WHERE id = :line", line=line)
    assert broken(portal) == (BrokenLink(anna.account_id, None, "cut"),)


def test_l1_a_line_that_was_put_in_is_found(portal: Portal) -> None:
    anna = portal.account()
    mine = lines(portal, anna.account_id)
    with portal.services.database.writing() as session:
        made = ActivityRow(at=portal.clock(), account=anna.account_id, kind="viewed", details={}, hash="x")
        made.previous_hash = session.get_one(ActivityRow, mine[-1]).hash
        session.add(made)
        session.flush()
        number = made.id
    assert broken(portal) == (BrokenLink(anna.account_id, number, "changed"),)


def test_several_lines_of_one_transaction_follow_on_one_another_beside_changes_of_the_account(portal: Portal) -> None:
    anna = portal.account()
    with portal.services.database.writing() as session:
        account = session.get_one(AccountRow, anna.account_id)
        account.email = "a@example.org"
        for kind in ("signed-in", "viewed", "signed-out"):
            note(session, account=account.id, kind=kind, at=portal.clock())  # type: ignore[arg-type]
            account.phone = kind
    assert broken(portal) == ()
    with portal.services.database.reading() as session:
        account = session.get_one(AccountRow, anna.account_id)
        assert (account.email, account.phone) == ("a@example.org", "signed-out")
