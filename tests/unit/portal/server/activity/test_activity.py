"""L1: what happened is told, page by page, and never changes."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, get_args

import pytest
from sqlalchemy import text

from portal.server.activity.log import note
from portal.wire.activity import ActivityKind, ActivityPage
from portal.wire.json_values import from_json
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import lay_exam, make, redeem, wrong_code
from tests.tools import REPOSITORY

pytestmark = pytest.mark.on_postgres


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def _exam(portal: Portal, anna: SignedIn) -> str:
    return lay_exam(portal.services.database, anna.account_id, portal.clock())


def _lines(portal: Portal, anna: SignedIn, path: str = "/api/v1/audit") -> ActivityPage:
    return from_json(ActivityPage, portal.said(200, portal.get(path, anna.token)))


def _rows(portal: Portal) -> list[Any]:
    with portal.services.database.reading() as session:
        lines = session.execute(text("SELECT * FROM activity ORDER BY id")).all()
        return [*lines, *session.execute(text("SELECT * FROM activity_exam ORDER BY activity, exam")).all()]


def test_every_kind_of_line_is_kept_and_told(portal: Portal, anna: SignedIn) -> None:
    exam = _exam(portal, anna)
    with portal.services.database.writing() as session:
        for kind in get_args(ActivityKind):
            note(session, account=anna.account_id, kind=kind, at=portal.clock(), exams=[exam, exam])
    told = [line.kind for line in _lines(portal, anna, f"/api/v1/exams/{exam}/activity?limit=200").activity]
    assert told == list(get_args(ActivityKind))[::-1]


def test_the_life_of_a_share_is_told_newest_first(portal: Portal, anna: SignedIn) -> None:
    exam, other = _exam(portal, anna), _exam(portal, anna)
    made = make(portal, anna.token, exams=[exam], label="Dr. Roth")
    make(portal, anna.token, exams=[other])
    redeem(portal, made, wrong_code(made))
    redeem(portal, made, recipient_name="Dr. Roth")
    path = f"/api/v1/shares/{made['share']['id']}"
    edit = {"expires_at": made["share"]["expires_at"]}
    portal.said(200, portal.request("PATCH", path, anna.token, json=edit, headers={"If-Match": "*"}))
    portal.said(200, portal.post(path + "/revoke", anna.token))
    of_share = _lines(portal, anna, f"/api/v1/audit?share={made['share']['id']}").activity
    kinds = ["share-revoked", "share-edited", "share-opened", "wrong-code", "share-created"]
    assert [line.kind for line in of_share] == kinds
    assert all(line.exam_ids == (exam,) and line.share_id == made["share"]["id"] for line in of_share)
    assert of_share[2].actor == "Dr. Roth"
    assert [line.kind for line in _lines(portal, anna, f"/api/v1/exams/{exam}/activity?limit=200").activity] == kinds
    assert _lines(portal, anna, f"/api/v1/audit?exam={other}").activity[0].kind == "share-created"


def test_no_code_and_no_token_is_in_the_activity(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[_exam(portal, anna)])
    redeem(portal, made, "ABCDEF")
    session = redeem(portal, made).json()["session"]
    kept = repr(_rows(portal))
    for secret in (made["verification_code"], made["url"].rpartition("/")[2], session, "ABCDEF"):
        assert secret not in kept


def test_pages_follow_each_other_without_gap_while_new_lines_come(portal: Portal, anna: SignedIn) -> None:
    exam = _exam(portal, anna)

    def add(times: int) -> None:
        with portal.services.database.writing() as session:
            for _ in range(times):
                note(session, account=anna.account_id, kind="downloaded", at=portal.clock(), exams=[exam])

    add(7)
    path = f"/api/v1/exams/{exam}/activity?limit=3"
    first = _lines(portal, anna, path)
    add(2)
    second = _lines(portal, anna, f"{path}&cursor={first.next_cursor}")
    third = _lines(portal, anna, f"{path}&cursor={second.next_cursor}")
    ids = [line.id for page in (first, second, third) for line in page.activity]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 7
    assert third.next_cursor is None


def test_nobody_reads_anothers_activity(portal: Portal, anna: SignedIn) -> None:
    boris = portal.account("BORISOV^BORIS", "19600101")
    exam = _exam(portal, anna)
    share = make(portal, anna.token, exams=[exam])["share"]["id"]
    for path in (f"audit?share={share}", f"audit?exam={exam}", f"exams/{exam}/activity", "audit?share=%25"):
        assert portal.get(f"/api/v1/{path}", boris.token).status_code == 404
    assert all(line.share_id is None for line in _lines(portal, boris).activity)
    assert portal.get("/api/v1/audit").status_code == 401


@pytest.mark.parametrize("query", ["cursor=x", "cursor=0", "cursor=-1", "cursor=" + "9" * 30, "limit=0", "limit=9999"])
def test_cursors_that_cannot_be_are_refused(portal: Portal, anna: SignedIn, query: str) -> None:
    assert portal.get(f"/api/v1/audit?{query}", anna.token).status_code == 400


def test_lines_that_were_written_never_change_whatever_happens_later(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[_exam(portal, anna)])
    before = _rows(portal)
    redeem(portal, made, wrong_code(made))
    redeem(portal, made)
    portal.said(200, portal.post(f"/api/v1/shares/{made['share']['id']}/revoke", anna.token))
    portal.said(200, portal.post(f"/api/v1/shares/{made['share']['id']}/unlock", anna.token))
    for method in ("DELETE", "PUT", "PATCH", "POST"):
        for path in ("/api/v1/audit", "/api/v1/audit/1"):
            assert portal.request(method, path, anna.token, json={}).status_code in {404, 405}
    after = _rows(portal)
    assert [row for row in after if row in before] == before
    assert len(after) > len(before)


def test_no_code_of_the_portal_changes_or_deletes_a_line() -> None:
    for file in sorted((REPOSITORY / "portal").rglob("*.py")):
        for call in _calls(file):
            assert not {"ActivityRow", "ActivityExamRow"} & set(re.findall(r"\w+", call)), file


def _calls(file: Path) -> list[str]:
    """Give all calls of `update` and `delete` in a file, as text."""
    tree = ast.parse(file.read_text("utf-8"))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [ast.unparse(call) for call in calls if ast.unparse(call.func).rpartition(".")[2] in ("update", "delete")]
