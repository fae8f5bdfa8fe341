"""What was not sent travels with the exam: told by its sender, settled by nothing but the portal's own list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from portal.server.base.tables import LeftOutRow
from portal.server.exams.wholeness import LEFT_OUT_MOST
from portal.wire.exams import Exam
from portal.wire.json_values import from_json
from portal.wire.sharing import Redeemed
from portal.wire.wholeness import NotHere, Wholeness, together
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import make, redeem, shown
from tests.unit.portal.server.dicomweb.senders import made, sent
from tests.unit.portal.server.receiving.test_uploads import announce, complete, exams, images, item, manifest

STUDY = "1.2.3.4"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


def left(code: str, uid: str | None = None, images: int = 1) -> dict[str, Any]:
    return {"code": code, "sop_instance_uid": uid, "images": images}


def upload(portal: Portal, who: SignedIn, datas: list[bytes], said: Sequence[dict[str, Any]] | None) -> None:
    """Announce, send and prove images."""
    opened = announce(portal, who, manifest(datas, left_out=None if said is None else list(said)))
    if opened.missing:
        sent(portal, who.token, *datas)
    assert complete(portal, who, opened.id).status_code == 200


def whole(portal: Portal, who: SignedIn, place: int = 0) -> Wholeness:
    found = exams(portal, who)[0].studies[place].wholeness
    assert found is not None
    return found


def test_what_was_left_out_is_told_with_the_exam(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(3), [left("damaged", "1.2.77"), left("unreadable", images=2)])
    missing = (NotHere("damaged", 1), NotHere("unreadable", 2))
    assert whole(portal, anna) == Wholeness("partial", 3, 6, missing)


def test_only_a_sender_who_named_everything_makes_it_whole(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(3), [])
    assert whole(portal, anna) == Wholeness("whole", 3, 3)


def test_a_sender_who_says_nothing_of_the_rest_makes_nothing_whole(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(3), None)
    assert whole(portal, anna) == Wholeness("unknown", 3, 3)
    assert announce(portal, anna, manifest(images(3))).left_out_noted is False
    assert announce(portal, anna, manifest(images(3), left_out=[])).left_out_noted is True


def test_the_practices_own_exam_claims_nothing(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, *images(3))
    exam = exams(portal, anna)[0]
    assert (exam.origin, exam.studies[0].wholeness) == ("practice", Wholeness("unknown", 3, 3))


def test_images_nobody_announced_make_the_rest_unknown(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(2), [])
    sent(portal, anna.token, made(SOPInstanceUID="1.2.9"))
    assert whole(portal, anna) == Wholeness("unknown", 3, 3)


def test_an_upload_in_progress_says_what_has_not_arrived(portal: Portal, anna: SignedIn) -> None:
    datas = images(3)
    opened = announce(portal, anna, manifest(datas, left_out=[left("missing", "1.2.77")]))
    sent(portal, anna.token, datas[0])
    assert whole(portal, anna) == Wholeness("arriving", 1, 4, (NotHere("missing", 1), NotHere("not-arrived", 2)))
    sent(portal, anna.token, *datas[1:])
    assert whole(portal, anna) == Wholeness("arriving", 3, 4, (NotHere("missing", 1),))  # here, and not proved yet
    complete(portal, anna, opened.id)
    assert whole(portal, anna) == Wholeness("partial", 3, 4, (NotHere("missing", 1),))


def test_the_note_goes_away_when_the_portals_list_proves_the_image(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(2), [left("damaged", "1.2.2")])
    opened = announce(portal, anna, manifest(images(3), left_out=[]))
    assert whole(portal, anna).state == "arriving"
    assert NotHere("damaged", 1) in whole(portal, anna).not_here
    sent(portal, anna.token, *images(3))
    assert complete(portal, anna, opened.id).status_code == 200
    assert whole(portal, anna) == Wholeness("whole", 3, 3)


def test_the_note_does_not_go_away_because_somebody_says_less(portal: Portal, anna: SignedIn) -> None:
    said = [left("damaged", "1.2.77"), left("unreadable", images=2)]
    upload(portal, anna, images(3), said)
    for less in ([], None):
        upload(portal, anna, images(3), less)
        assert whole(portal, anna).not_here == (NotHere("damaged", 1), NotHere("unreadable", 2))
    upload(portal, anna, images(4), [])
    assert whole(portal, anna).not_here == (NotHere("damaged", 1), NotHere("unreadable", 2))


def test_said_again_it_is_not_more(portal: Portal, anna: SignedIn) -> None:
    said = [left("damaged", "1.2.77"), left("unreadable", images=2)]
    for _ in range(3):
        upload(portal, anna, images(3), said)
    assert whole(portal, anna).of == 6


def test_images_without_a_number_are_settled_by_as_many_that_came(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(3), [left("unreadable", images=2)])
    upload(portal, anna, images(4), [])
    assert whole(portal, anna) == Wholeness("partial", 4, 5, (NotHere("unreadable", 1),))
    upload(portal, anna, images(4), [left("unreadable", images=1)])  # the same one
    assert whole(portal, anna) == Wholeness("partial", 4, 5, (NotHere("unreadable", 1),))
    upload(portal, anna, images(5), [])
    assert whole(portal, anna) == Wholeness("whole", 5, 5)


def test_another_copy_with_other_images_settles_nothing(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(2), [left("unreadable", images=1)])
    others = [made(SOPInstanceUID=f"1.2.{number}") for number in (5, 6, 7)]
    items = [item(number, data) for number, data in zip((5, 6, 7), others, strict=True)]
    opened = announce(portal, anna, manifest(others, left_out=[]) | {"items": items})
    sent(portal, anna.token, *others)
    complete(portal, anna, opened.id)
    assert whole(portal, anna) == Wholeness("partial", 5, 6, (NotHere("unreadable", 1),))


def test_what_comes_under_a_doubted_number_is_not_counted_as_here(portal: Portal, anna: SignedIn) -> None:
    sent(portal, anna.token, made(SOPInstanceUID="1.2.77", StudyDescription="another content"))
    upload(portal, anna, images(3), [left("kept-other", "1.2.77")])
    assert whole(portal, anna) == Wholeness("partial", 3, 4, (NotHere("kept-other", 1),))


def test_a_file_that_only_may_be_an_image_is_told_and_not_counted(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(3), [left("perhaps-unreadable", images=2)])
    assert whole(portal, anna) == Wholeness("unknown", 3, 3, (NotHere("perhaps-unreadable", 2),))


def test_of_two_studies_in_one_exam_each_has_its_own(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(2), [])
    datas = [made(SOPInstanceUID="7.1", StudyInstanceUID="7.0", SeriesInstanceUID="7.5")]
    items = [item(0, datas[0]) | {"sop_instance_uid": "7.1"}]
    said = manifest(datas, left_out=[left("missing", "7.2")]) | {"study_instance_uid": "7.0", "items": items}
    opened = announce(portal, anna, said)
    sent(portal, anna.token, *datas)
    complete(portal, anna, opened.id)
    exam = exams(portal, anna)[0]
    assert [study.wholeness and study.wholeness.state for study in exam.studies] == ["whole", "partial"]
    share = make(portal, anna.token, exams=[exam.id])
    assert share["share"]["wholeness"] == {
        "state": "partial",
        "here": 3,
        "of": 4,
        "not_here": [{"code": "missing", "images": 1}],
        "besides": 0,
    }


def test_a_share_made_before_tells_what_is_so_now(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(2), [left("damaged", "1.2.2")])
    share = make(portal, anna.token, exams=[exams(portal, anna)[0].id])
    opened = from_json(Redeemed, portal.said(200, redeem(portal, share)))
    assert _told(opened.exams) == ["partial"]
    later = announce(portal, anna, manifest(images(3), left_out=[]))
    assert shown(portal, anna.token, share)["wholeness"]["state"] == "arriving"
    sent(portal, anna.token, *images(3))
    complete(portal, anna, later.id)
    assert _told(from_json(Redeemed, portal.said(200, redeem(portal, share))).exams) == ["whole"]
    assert shown(portal, anna.token, share)["wholeness"]["state"] == "whole"


def test_a_share_of_the_report_alone_says_nothing_of_images(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(2), [left("damaged", "1.2.2")])
    share = make(portal, anna.token, exams=[exams(portal, anna)[0].id], include_images=False)
    assert share["share"]["wholeness"] is None


def test_recipients_are_told_numbers_and_reasons_and_no_uids(portal: Portal, anna: SignedIn) -> None:
    upload(portal, anna, images(2), [left("damaged", "1.2.3333")])
    share = make(portal, anna.token, exams=[exams(portal, anna)[0].id])
    assert "1.2.3333" not in redeem(portal, share).text


@pytest.mark.sweep(keep=7)
@pytest.mark.parametrize(
    "wrong",
    [
        [left("lost-by-the-cat")],
        [left("not-arrived")],  # for the portal alone to say
        [left("damaged", "../../etc/passwd")],
        [left("damaged", "<script>alert(1)</script>")],
        [left("damaged", "1.2.0")],  # is among the items
        [left("damaged", "1.2.77"), left("missing", "1.2.77")],
        [left("damaged", "1.2.77", images=2)],
        [left("damaged", images=0)],
        [left("damaged", images=-3)],
        [left("damaged", images=LEFT_OUT_MOST + 1)],
        [{"code": "damaged", "images": "many"}],
        [{"sop_instance_uid": "1.2.77"}],
        "damaged",
        [left("damaged", f"1.2.{number}") for number in range(100, 101 + LEFT_OUT_MOST)],
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_what_makes_no_sense_is_refused_and_nothing_of_it_kept(portal: Portal, anna: SignedIn, wrong: Any) -> None:
    answer = portal.post("/api/v1/uploads", anna.token, json=manifest(images(), left_out=wrong))
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")
    with portal.services.database.reading() as session:
        assert session.scalars(select(LeftOutRow)).first() is None


def test_nobody_fills_the_database_with_what_is_not_there(portal: Portal, anna: SignedIn) -> None:
    for start, status in ((10_000_000, 200), (20_000_000, 400)):
        many = [left("missing", f"1.2.{start + number}") for number in range(LEFT_OUT_MOST // 2 + 1)]
        answer = portal.post("/api/v1/uploads", anna.token, json=manifest(images(), left_out=many))
        assert answer.status_code == status


def test_a_name_beside_a_code_is_kept_nowhere(portal: Portal, anna: SignedIn) -> None:
    said = left("damaged", "1.2.77") | {"path": "/media/disc/MUELLER ANNA/IM1", "detail": "MUELLER^ANNA"}
    upload(portal, anna, images(2), [said])
    with portal.services.database.reading() as session:
        row = session.scalars(select(LeftOutRow)).one()
        assert "MUELLER" not in str({column.name: getattr(row, column.name) for column in row.__table__.columns})


def test_one_persons_note_says_nothing_of_anothers_study_of_the_same_uid(portal: Portal, anna: SignedIn) -> None:
    otto = portal.account("SCHMIDT^OTTO", "19330101", patient_id="O-1")
    upload(portal, anna, images(2), [left("damaged", "1.2.2")])
    person = {"patient_name": "SCHMIDT^OTTO", "patient_birth_date": "19330101", "patient_id": "O-1"}
    datas = images(2, PatientName="SCHMIDT^OTTO", PatientBirthDate="19330101", PatientID="O-1")
    opened = announce(portal, otto, manifest(datas, person, left_out=[]))
    sent(portal, otto.token, *datas)
    assert complete(portal, otto, opened.id).status_code == 200
    assert (whole(portal, otto).state, whole(portal, anna).state) == ("whole", "partial")


def test_what_is_missing_is_never_hidden_by_what_is_not_known() -> None:
    unknown, partial = Wholeness("unknown", 5, 5), Wholeness("partial", 2, 3, (NotHere("damaged", 1),))
    assert together([unknown, partial]) == Wholeness("partial", 7, 8, (NotHere("damaged", 1),))
    assert together([unknown, Wholeness("whole", 1, 1)]) == Wholeness("unknown", 6, 6)
    assert together([partial, partial]) == Wholeness("partial", 4, 6, (NotHere("damaged", 2),))
    assert together([partial, None]) is None
    assert together([]) == Wholeness("unknown", 0, 0)


def _told(opened: Sequence[Exam]) -> list[str | None]:
    return [study.wholeness and study.wholeness.state for exam in opened for study in exam.studies]


def test_a_report_among_what_is_here_is_told_apart_to_owner_and_recipient(portal: Portal, anna: SignedIn) -> None:
    report = made(SOPInstanceUID="1.2.2", SeriesInstanceUID="1.2.9.9", Modality="DOC", PixelData=None,
                  SOPClassUID="1.2.840.10008.5.1.4.1.1.104.1")  # fmt: skip
    upload(portal, anna, [*images(2), report], [left("damaged", "1.2.77")])
    told = Wholeness("partial", 3, 4, (NotHere("damaged", 1),), besides=1)
    assert whole(portal, anna) == told
    share = make(portal, anna.token, exams=[exams(portal, anna)[0].id])
    assert from_json(Wholeness, shown(portal, anna.token, share)["wholeness"]) == told
    opened = from_json(Redeemed, portal.said(200, redeem(portal, share)))
    assert opened.not_here == ("3 of 4 images, reports and other files: 1 was damaged on the disc and is not here.",)
