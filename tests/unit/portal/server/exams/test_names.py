"""An exam has one name wherever the portal tells of it: the hospital's, with the portal's plain words beside it."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
from sqlalchemy import select

from portal.server.activity.log import note
from portal.server.base.tables import InstanceRow, SeriesRow, StoredObjectRow, StudyRow
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


def test_what_holds_no_image_is_counted_apart(portal: Portal, anna: SignedIn) -> None:
    study = new_uid()
    exam = exam_of(portal, anna, studies=[study])
    kinds = {"CT": ("2", 3), "SR": ("88.11", 1), "OT": ("104.1", 2), "PR": ("11.1", 1)}
    with portal.services.database.writing() as session:
        row = session.scalars(select(StudyRow).where(StudyRow.study_instance_uid == study)).one()
        session.add(StoredObjectRow(sha256="1" * 64, size=1, stored_at=portal.clock()))
        row.series += [
            SeriesRow(series_instance_uid=f"{study}.{modality}", modality=modality, instances=[
                InstanceRow(patient=row.patient, sop_instance_uid=f"{study}.{modality}.{number}", sha256="1" * 64,
                            sop_class_uid="1.2.840.10008.5.1.4.1.1." + part, size=1, stored_at=portal.clock())
                for number in range(many)
            ])
            for modality, (part, many) in kinds.items()
        ]  # fmt: skip
    (said,) = portal.said(200, portal.get(f"/api/v1/exams/{exam}", anna.token))["studies"]
    counts = {name: said[name] for name in ("series", "instances", "reports", "documents", "others")}
    assert counts == {"series": 4, "instances": 7, "reports": 1, "documents": 2, "others": 1}
