"""The activity cannot be changed unnoticed: L1."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import delete, select, text

from core.job import QuietJob
from portal.server.activity.chain import FIRST, Line, link
from portal.server.activity.log import note
from portal.server.activity.verifying import BrokenLink, verify_activity
from portal.server.base.database import Database
from portal.server.base.tables import AccountRow, ActivityExamRow, ActivityRow
from portal.server.running.first_rows import seal_activity
from tests.portal_tools import Portal

pytestmark = pytest.mark.on_postgres

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
        unguarded = (
            "PRAGMA defer_foreign_keys=ON" if database.is_sqlite else "SET LOCAL session_replication_role=replica"
        )
        session.execute(text(unguarded))
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


def rewrite(portal: Portal, account: str) -> None:
    """Change one line and make the whole chain anew, as whoever has the database alone can."""
    with portal.services.database.writing() as session:
        rows = list(session.scalars(select(ActivityRow).where(ActivityRow.account == account).order_by(ActivityRow.id)))
        rows[1].actor, last = "somebody else", FIRST
        for row in rows:
            exams = [each.exam for each in row.exams]
            row.previous_hash = last
            row.hash = last = link(last, Line(row.at, account, row.kind, row.share, row.actor, row.details, exams))
        session.get_one(AccountRow, account).activity_hash = last


def test_l1_a_chain_that_was_made_anew_bears_no_seal_of_this_portal(portal: Portal) -> None:
    anna, otto = portal.account(), portal.account("MEIER^OTTO", "19600101")
    lines(portal, anna.account_id)
    lines(portal, otto.account_id)
    assert broken(portal) == ()
    rewrite(portal, anna.account_id)
    assert broken(portal) == (BrokenLink(anna.account_id, None, "rewritten"),)
    seal_activity(portal.services.database, portal.services.settings)  # as each start does
    assert broken(portal) == (BrokenLink(anna.account_id, None, "rewritten"),)


def test_l1_a_seal_of_another_portal_or_account_is_none(portal: Portal) -> None:
    anna, otto = portal.account(), portal.account("MEIER^OTTO", "19600101")
    lines(portal, anna.account_id)
    lines(portal, otto.account_id)
    with portal.services.database.writing() as session:
        theirs = session.get_one(AccountRow, otto.account_id)
        theirs.activity_seal = session.get_one(AccountRow, anna.account_id).activity_seal
    assert broken(portal) == (BrokenLink(otto.account_id, None, "rewritten"),)
    with closing(Database(portal.services.database.url, b"another key")) as elsewhere:
        found = verify_activity(elsewhere, QuietJob()).broken
    assert {each.found for each in found} == {"rewritten"}


def test_l1_an_activity_that_was_emptied_is_missed(portal: Portal) -> None:
    anna = portal.account()
    lines(portal, anna.account_id)
    with portal.services.database.writing() as session:
        session.execute(delete(ActivityExamRow))
        session.execute(delete(ActivityRow))
        account = session.get_one(AccountRow, anna.account_id)
        account.activity_hash = account.activity_seal = None
        account.last_sign_in_at = portal.clock()
    assert broken(portal) == (BrokenLink(anna.account_id, None, "cut"),)


def test_what_an_older_portal_wrote_is_sealed_once(portal: Portal) -> None:
    anna = portal.account()
    lines(portal, anna.account_id)
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, anna.account_id).activity_seal = None
    portal.services.settings.sealed_file.unlink()
    seal_activity(portal.services.database, portal.services.settings)
    assert broken(portal) == ()
    assert portal.services.settings.sealed_file.stat().st_mode & 0o777 == 0o600
