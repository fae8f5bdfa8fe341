"""What only time brings about is told once: a report, a share that ends, an account that will rest (A8, N1)."""

from __future__ import annotations

from datetime import timedelta

from portal.server.base.tables import AccountRow, PracticeRow
from portal.server.exams.release_rules import change_rules
from portal.server.people.machine_tokens import account_named
from portal.server.people.reinstating import reinstate
from portal.server.running.reminding import Reminding
from portal.wire.desk.practice import PracticeRules
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, make


def told(portal: Portal, kind: str) -> int:
    """Look for what is due, twice, and count the letters of a kind there are by now."""
    for _ in range(2):
        Reminding(portal.services).remind()
    return len(portal.letters(kind))


def reached(portal: Portal) -> SignedIn:
    anna = portal.account()
    with portal.services.database.writing() as session:
        session.get_one(AccountRow, anna.account_id).email = "anna@example.org"
    return anna


def test_a8_thirty_days_before_it_rests_an_account_is_warned_once(portal: Portal) -> None:
    anna = reached(portal)
    portal.clock.forward(days=334)
    assert told(portal, "lapse-warning") == 0
    portal.clock.forward(days=2)
    assert told(portal, "lapse-warning") == 1
    portal.clock.forward(days=40)
    assert told(portal, "lapse-warning") == 1
    with portal.services.database.writing() as session:
        reinstate(session, account_named(session, anna.user_name), portal.clock())
    portal.clock.forward(days=340)
    assert told(portal, "lapse-warning") == 2


def test_n1_before_a_share_ends_its_owner_is_told_once(portal: Portal) -> None:
    anna = reached(portal)
    exam = exam_of(portal, anna)
    make(portal, anna.token, exams=[exam])
    make(portal, anna.token, exams=[exam], days=5)
    ended = make(portal, anna.token, exams=[exam])
    assert portal.post(f"/api/v1/shares/{ended['share']['id']}/revoke", anna.token).status_code == 200
    portal.clock.forward(days=26)
    assert told(portal, "share-ends") == 0
    portal.clock.forward(days=2)
    assert told(portal, "share-ends") == 1
    portal.clock.forward(days=10)
    assert told(portal, "share-ends") == 1


def test_e4_a_report_is_told_of_once_it_can_be_seen(portal: Portal) -> None:
    anna = reached(portal)
    exam = exam_of(portal, anna, origin="practice")
    report = portal.request(
        "PUT", f"/api/v1/staff/exams/{exam}/report", portal.staff_token, data=b"%PDF-1.4 made up",
        headers={"Content-Type": "application/pdf"},
    )  # fmt: skip
    assert report.status_code in (200, 201), report.text
    assert told(portal, "report") == 0
    portal.clock.forward(hours=73)
    assert told(portal, "report") == 1
    portal.clock.forward(days=60)
    assert told(portal, "report") == 1


def test_reports_of_before_the_portal_sent_letters_are_no_news(portal: Portal) -> None:
    anna = reached(portal)
    exam_of(portal, anna, origin="practice", report_at=portal.clock() - timedelta(days=9))
    with portal.services.database.writing() as session:
        session.get_one(PracticeRow, 1).letters_since = portal.clock()
    assert told(portal, "report") == 0


def test_a_report_released_long_after_the_scan_is_told_of(portal: Portal) -> None:
    anna = reached(portal)
    with portal.services.database.writing() as session:
        change_rules(session, 1, PracticeRules(release_hours=24 * 100), portal.clock())
    exam_of(portal, anna, origin="practice", report_at=portal.clock())
    portal.clock.forward(days=99)
    assert told(portal, "report") == 0
    portal.clock.forward(days=2)
    assert told(portal, "report") == 1
