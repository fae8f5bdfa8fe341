"""An exam has one name wherever the portal tells of it: the hospital's, with the portal's plain words beside it."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest

from portal.server.activity.log import note
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, link_token, make, new_uid, redeem


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def _text(sheet: bytes) -> str:
    said: str = pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range()
    return said


def _exam(portal: Portal, anna: SignedIn, called: str | None) -> str:
    return exam_of(portal, anna, called=called)


def test_exam_share_activity_and_recipient_bear_the_hospitals_name(portal: Portal, anna: SignedIn) -> None:
    exam = _exam(portal, anna, "Thorax  nativ")
    made = make(portal, anna.token, exams=[exam])
    said: dict[str, Any] = portal.said(200, portal.get(f"/api/v1/exams/{exam}", anna.token))
    shares = portal.said(200, portal.get("/api/v1/shares", anna.token))["shares"]
    seen = redeem(portal, made).json()["exams"]
    names = [(one["name"], one["title"]) for one in (said, made["share"], *shares, *seen)]
    assert names == [("Thorax nativ", "CT of the chest")] * 4
    activity = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert {tuple(line["exam_names"]) for line in activity if line["exam_ids"]} == {("Thorax nativ",)}
    assert all(line["exam_names"] == [] for line in activity if not line["exam_ids"])


def test_without_a_name_of_the_hospitals_the_plain_words_are_the_name(portal: Portal, anna: SignedIn) -> None:
    exam = _exam(portal, anna, None)
    made = make(portal, anna.token, exams=[exam])
    assert (made["share"]["name"], made["share"]["title"]) == ("", "CT")
    activity = portal.said(200, portal.get(f"/api/v1/exams/{exam}/activity", anna.token))["activity"]
    assert [line["exam_names"] for line in activity] == [["CT"]]


def test_a_share_is_named_by_the_studies_it_holds_alone(portal: Portal, anna: SignedIn) -> None:
    first = new_uid()
    made = make(portal, anna.token, exams=[exam_of(portal, anna, studies=[first], called="Thorax")])
    exam_of(portal, anna, called="Knie")
    assert made["share"]["name"] == "Thorax"


def test_the_sheet_bears_both_names_where_the_owner_wants_it(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[_exam(portal, anna, "Thorax nativ")])
    page = f"/api/v1/shares/{made['share']['id']}/invitation.pdf"
    bare, named = (_text(portal.get(page + wish, anna.token).content) for wish in ("", "?with_title=true"))
    assert "Thorax nativ" in named
    assert "Thorax" not in bare
    assert link_token(made) not in named


def test_an_exam_that_is_anothers_or_gone_has_no_name(portal: Portal, anna: SignedIn) -> None:
    theirs = exam_of(portal, portal.account("WEBER^KARL", "19600101"), called="Knie")
    with portal.services.database.writing() as session:
        note(session, account=anna.account_id, kind="viewed", at=portal.clock(), exams=[theirs, "gone"])
    line = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"][0]
    assert (len(line["exam_ids"]), line["exam_names"]) == (2, [])
