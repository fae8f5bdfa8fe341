"""S4: a share holds the studies it was made for; what comes later is offered to its owner and never added."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from portal.server.access.share_sessions import recipient_of
from portal.server.access.visibility import visible, visible_through
from portal.server.base.database import Database
from portal.server.base.tables import ExamRow, InstanceRow, SeriesRow, ShareRow, ShareStudyRow, StudyRow
from portal.server.migrations import alembic_config, migrate
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import made, sent

FIRST, LATER = "1.2.3.4", "1.2.3.9"
PDF_STORAGE = "1.2.840.10008.5.1.4.1.1.104.1"
ALL = {"allow_download": True}


def first(**values: Any) -> bytes:
    return made(SOPInstanceUID="1.2.1", **values)


def later(**values: Any) -> bytes:
    said = {"SOPInstanceUID": "1.2.9", "StudyInstanceUID": LATER, "SeriesInstanceUID": "1.2.3.9.1"}
    return made(**(said | {"BodyPartExamined": "KNEE", "StudyDescription": "secret knee"} | values))


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    anna = portal.account(patient_id="A-1")
    assert sent(portal, anna.token, first()).status_code == 200
    return anna


def share(portal: Portal, token: str, **wishes: Any) -> dict[str, Any]:
    new: dict[str, Any] = portal.said(201, portal.post("/api/v1/shares", token, json={"studies": [FIRST], **wishes}))
    return new


def opened(portal: Portal, new: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = portal.said(200, portal.post("/api/v1/redeem", json={"share_code": new["share_code"]}))
    return said


def look(portal: Portal, session: str, path: str) -> requests.Response:
    return portal.get(path, headers={"Authorization": f"Share {session}"})


def exams(portal: Portal, token: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = portal.said(200, portal.get("/api/v1/exams", token))["exams"]
    return found


def put_report(portal: Portal, exam: str, data: bytes = b"%PDF-1.4 first") -> None:
    path, kind = f"/api/v1/staff/exams/{exam}/report", {"Content-Type": "application/pdf"}
    portal.said(200, portal.request("PUT", path, portal.staff_token, data=data, headers=kind))


def everything(portal: Portal, session: str, exam: str) -> Iterator[tuple[str, str]]:
    """Give all that a share's session is told, by the address that tells it."""
    paths = [
        "/api/v1/exams", f"/api/v1/exams/{exam}", "/api/v1/view/session", f"/api/v1/view/studies/{FIRST}",
        "/dicomweb/studies", "/dicomweb/series", "/dicomweb/instances", f"/dicomweb/studies/{FIRST}/metadata",
        f"/dicomweb/studies?StudyInstanceUID={LATER}", "/dicomweb/studies?StudyDescription=secret*",
    ]  # fmt: skip
    for path in paths:
        yield path, look(portal, session, path).text
    with zipfile.ZipFile(io.BytesIO(look(portal, session, f"/api/v1/exams/{exam}/images.zip").content)) as archive:
        yield "images.zip", " ".join(archive.namelist())


def test_a_study_of_the_same_day_and_machine_that_comes_later_is_nowhere_in_it(portal: Portal, anna: SignedIn) -> None:
    new = share(portal, anna.token, **ALL)
    said = opened(portal, new)
    session, (exam,) = said["session"], exams(portal, anna.token)
    before = list(everything(portal, session, exam["id"]))
    assert sent(portal, anna.token, later()).status_code == 200
    assert [len(each["studies"]) for each in exams(portal, anna.token)] == [2]
    assert list(everything(portal, session, exam["id"])) == before
    again = opened(portal, new)
    assert again["studies"] == [FIRST]
    assert again["exams"] == said["exams"]
    for path in (
        f"/dicomweb/studies/{LATER}", f"/dicomweb/studies/{LATER}/metadata", f"/dicomweb/studies/{LATER}/thumbnail",
        f"/dicomweb/studies/{LATER}/series/1.2.3.9.1/instances/1.2.9/frames/1", f"/api/v1/view/studies/{LATER}",
        f"/api/v1/view/studies/{LATER}/series/1.2.3.9.1/instances/1.2.9",
        f"/api/v1/view/studies/{LATER}/series/1.2.3.9.1/instances/1.2.9/thumbnail",
        f"/api/v1/view/studies/{LATER}/series/1.2.3.9.1/window",
        f"/api/v1/view/studies/{LATER}/series/1.2.3.9.1/parts",
        f"/api/v1/view/studies/{FIRST}/series/1.2.3.9.1/instances/1.2.9/frames/1",
    ):  # fmt: skip
        assert look(portal, session, path).status_code == 404


def test_its_owner_is_offered_what_came_later_and_makes_another_share_of_it(portal: Portal, anna: SignedIn) -> None:
    new = share(portal, anna.token)
    assert new["share"]["later"] == []
    sent(portal, anna.token, later())
    path = f"/api/v1/shares/{new['share']['id']}"
    kept = portal.said(200, portal.get(path, anna.token))
    assert (kept["studies"], kept["later"], kept["title"]) == ([FIRST], [LATER], "CT of the chest")
    assert kept["wholeness"]["here"] == 1
    other = share(portal, anna.token, studies=kept["later"])["share"]
    assert sorted(other["studies"]) == [FIRST, LATER]
    assert portal.get(path, anna.token).json()["studies"] == [FIRST]
    portal.said(200, portal.post(f"{path}/revoke", anna.token))
    assert portal.get(path, anna.token).json()["later"] == []


def test_what_comes_into_the_same_study_belongs_to_it(portal: Portal, anna: SignedIn) -> None:
    session = opened(portal, share(portal, anna.token))["session"]
    sent(portal, anna.token, made(SOPInstanceUID="1.2.2", SeriesInstanceUID="1.2.3.4.7"))
    assert len(look(portal, session, "/dicomweb/instances").json()) == 2


def test_a_study_the_practice_takes_over_stays_in_it_and_the_exams_others_stay_out(
    portal: Portal, anna: SignedIn
) -> None:
    session = opened(portal, share(portal, anna.token))["session"]
    sent(portal, portal.staff_token, first(), later())
    assert {each["origin"] for each in exams(portal, anna.token)} == {"practice"}
    assert [each["0020000D"]["Value"] for each in look(portal, session, "/dicomweb/studies").json()] == [[FIRST]]


def test_a_report_that_came_after_it_was_made_is_no_part_of_it(portal: Portal, anna: SignedIn) -> None:
    session = opened(portal, share(portal, anna.token, **ALL))["session"]
    sent(portal, portal.staff_token, first())
    (exam,) = exams(portal, anna.token)
    put_report(portal, exam["id"])
    assert exams(portal, anna.token)[0]["report"]["state"] == "released"
    assert look(portal, session, f"/api/v1/exams/{exam['id']}").json()["report"]["state"] == "not-expected"
    for path in (f"/api/v1/exams/{exam['id']}/report", f"/api/v1/view/exams/{exam['id']}/report"):
        assert look(portal, session, path).status_code == 404


def test_a_corrected_report_takes_its_place_unless_it_may_tell_of_what_is_not_shared(portal: Portal) -> None:
    berta = portal.account("BERG^BERTA", "19600101", patient_id="B-1")
    hers = {"PatientName": "BERG^BERTA", "PatientBirthDate": "19600101", "PatientID": "B-1"}
    sent(portal, portal.staff_token, first(**hers))
    (exam,) = exams(portal, berta.token)
    put_report(portal, exam["id"])
    session, path = opened(portal, share(portal, berta.token, **ALL))["session"], f"/api/v1/exams/{exam['id']}/report"
    put_report(portal, exam["id"], b"%PDF-1.4 corrected")
    assert look(portal, session, path).content == b"%PDF-1.4 corrected"
    sent(portal, portal.staff_token, later(**hers))
    put_report(portal, exam["id"], b"%PDF-1.4 of both")
    assert look(portal, session, path).status_code == 404
    assert look(portal, session, f"/dicomweb/studies/{FIRST}").status_code == 200


def test_an_own_upload_stays_shareable_when_the_practice_sends_the_same_study(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, first(), later())
    (exam,) = exams(portal, anna.token)
    assert (exam["origin"], exam["shareable"], len(exam["studies"])) == ("practice", True, 2)
    new = share(portal, anna.token)["share"]
    assert new["studies"] == [FIRST]
    refused = portal.post("/api/v1/shares", anna.token, json={"studies": [LATER]})
    assert (refused.status_code, refused.json()["code"]) == (409, "report-not-released")


def test_a_document_the_person_brought_is_not_held_because_the_practice_sends_it_too(
    portal: Portal, anna: SignedIn
) -> None:
    document = made(SOPInstanceUID="1.2.5", SOPClassUID=PDF_STORAGE, SeriesInstanceUID="1.2.3.4.6", PixelData=None)
    own = f"/dicomweb/studies/{FIRST}/series/1.2.3.4.6/instances/1.2.5/metadata"
    sent(portal, anna.token, document)
    sent(portal, portal.staff_token, first(), document)
    assert portal.get(own, anna.token).status_code == 200


def test_an_upload_the_practice_overtakes_goes_on_to_its_end_and_stays_shareable(
    portal: Portal, anna: SignedIn
) -> None:
    second = made(SOPInstanceUID="1.2.2", InstanceNumber="2")
    sent(portal, portal.staff_token, first())
    assert sent(portal, anna.token, second).status_code == 200
    assert share(portal, anna.token)["share"]["wholeness"]["here"] == 2


def document(**values: Any) -> bytes:
    said = {"SOPInstanceUID": "1.2.5", "SOPClassUID": PDF_STORAGE, "SeriesInstanceUID": "1.2.3.4.6", "Modality": "DOC"}
    return made(**(said | {"PixelData": None} | values))


DOCUMENT = f"/dicomweb/studies/{FIRST}/series/1.2.3.4.6/instances/1.2.5/metadata"


def test_a_document_that_waited_when_it_was_made_does_not_come_with_its_release(portal: Portal, anna: SignedIn) -> None:
    sent(portal, portal.staff_token, first(), document())
    assert portal.get(DOCUMENT, anna.token).status_code == 404
    new = share(portal, anna.token, **ALL)
    (exam,) = exams(portal, anna.token)
    session = opened(portal, new)["session"]
    before = list(everything(portal, session, exam["id"]))
    portal.said(200, portal.post(f"/api/v1/staff/exams/{exam['id']}/report/complete", portal.staff_token, json={}))
    assert portal.get(DOCUMENT, anna.token).status_code == 200
    assert look(portal, session, DOCUMENT).status_code == 404
    assert list(everything(portal, session, exam["id"])) == before
    assert opened(portal, new)["exams"][0]["report"]["count"] == 0
    again = opened(portal, share(portal, anna.token, **ALL))
    assert again["exams"][0]["report"]["count"] == 1
    assert look(portal, again["session"], DOCUMENT).status_code == 200


def test_a_document_the_practice_sends_to_an_own_upload_later_is_no_part_of_it(portal: Portal, anna: SignedIn) -> None:
    session = opened(portal, share(portal, anna.token, **ALL))["session"]
    sent(portal, portal.staff_token, first(), document())
    (exam,) = exams(portal, anna.token)
    portal.said(200, portal.post(f"/api/v1/staff/exams/{exam['id']}/report/complete", portal.staff_token, json={}))
    assert portal.get(DOCUMENT, anna.token).status_code == 200
    assert look(portal, session, DOCUMENT).status_code == 404


def test_an_added_document_belongs_to_it_unless_it_may_tell_of_what_is_not_shared(
    portal: Portal, anna: SignedIn
) -> None:
    sent(portal, portal.staff_token, first(), document())
    (exam,) = exams(portal, anna.token)
    put_report(portal, exam["id"])
    session = opened(portal, share(portal, anna.token, **ALL))["session"]
    added = DOCUMENT.replace("/1.2.5/", "/1.2.6/")
    sent(portal, portal.staff_token, document(SOPInstanceUID="1.2.6"))
    assert [look(portal, session, path).status_code for path in (DOCUMENT, added)] == [200, 200]
    sent(portal, portal.staff_token, later())
    assert [look(portal, session, path).status_code for path in (DOCUMENT, added)] == [200, 404]


def test_of_many_shares_together_is_seen_what_of_each_alone_its_recipient_sees(portal: Portal, anna: SignedIn) -> None:
    kinds = [{"include_images": images, "include_report": report} for images, report in ((1, 1), (1, 0), (0, 1))]

    def each_kind(**wishes: Any) -> None:
        for kind in kinds:
            new = {name: bool(value) for name, value in kind.items()}
            portal.post("/api/v1/shares", anna.token, json={"studies": [FIRST], **new, **wishes})

    each_kind()
    sent(portal, portal.staff_token, first(), document())
    each_kind()  # while its document waits
    (exam,) = exams(portal, anna.token)
    portal.said(200, portal.post(f"/api/v1/staff/exams/{exam['id']}/report/complete", portal.staff_token, json={}))
    portal.clock.forward(minutes=1)
    each_kind()
    portal.clock.forward(minutes=1)
    sent(portal, portal.staff_token, document(SOPInstanceUID="1.2.6"))
    each_kind()
    sent(portal, portal.staff_token, later(), document(SOPInstanceUID="1.2.7", StudyInstanceUID=LATER))
    each_kind()
    each_kind(studies=[FIRST, LATER])
    with portal.services.database.reading() as session:
        now = portal.clock()
        shares = list(session.scalars(select(ShareRow)))
        alone = {share.id: _seen(session, visible(session, recipient_of(session, share), now)) for share in shares}
        asked = _instances(select(ShareStudyRow.share, InstanceRow.sop_instance_uid))
        asked = asked.join(ShareStudyRow, ShareStudyRow.study == StudyRow.id)
        asked = asked.join(ShareRow, ShareRow.id == ShareStudyRow.share)
        together: dict[str, set[str]] = {share.id: set() for share in shares}
        for share_id, uid in session.execute(asked.where(visible_through(session, list(together), now))):
            together[share_id].add(uid)
    assert together == alone
    assert len({frozenset(seen) for seen in alone.values()}) >= 6, "they do not see the same"


def _instances(asked: Any) -> Any:
    asked = asked.select_from(InstanceRow).join(SeriesRow, InstanceRow.series == SeriesRow.id)
    return asked.join(StudyRow, SeriesRow.study == StudyRow.id).join(ExamRow, StudyRow.exam == ExamRow.id)


def _seen(session: Session, condition: Any) -> set[str]:
    return set(session.scalars(_instances(select(InstanceRow.sop_instance_uid)).where(condition)))


OLD = """
INSERT INTO practice (id, name, release_rule, release_hours, created_at) VALUES
    (1, 'P', 'after-scan', 72, '2026-01-01');
INSERT INTO patient (id, practice, created_at) VALUES (7, 1, '2026-01-01');
INSERT INTO account (id, state, created_at) VALUES ('a', 'active', '2026-01-01');
INSERT INTO exam (id, patient, origin, machine, created_at, scanned_at) VALUES
    ('e', 7, 'upload', 'CT', '2026-01-01', '2026-01-01'), ('p', 7, 'practice', 'CT', '2026-01-01', '2026-01-01');
INSERT INTO study (id, patient, exam, study_instance_uid, created_at) VALUES
    (3, 7, 'e', '1.3', '2026-01-01 00:00:00.000000'), (4, 7, 'e', '1.4', '2026-03-01 00:00:00.000000'),
    (5, 7, 'p', '1.5', '2026-01-01 00:00:00.000000');
INSERT INTO series (id, study, series_instance_uid) VALUES (1, 3, '1.3.1'), (2, 5, '1.5.1');
INSERT INTO stored_object (sha256, size, stored_at) VALUES ('f', 10, '2026-01-01'), ('g', 10, '2026-01-01');
INSERT INTO instance (id, patient, series, sop_instance_uid, sha256, size, stored_at) VALUES
    (1, 7, 1, '1.3.1.1', 'f', 10, '2026-01-01'), (2, 7, 2, '1.5.1.1', 'g', 10, '2026-01-01');
UPDATE exam SET report_sha256 = 'f', report_completed_at = '2026-01-15 00:00:00.000000' WHERE id = 'p';
INSERT INTO share (id, account, patient, token_hash, locator, code_hmac, title, created_at, expires_at, max_accesses,
    accesses_used, include_images, include_report, allow_download, wrong_codes, wrong_typed_codes, version) VALUES
    ('s', 'a', 7, 't', 'l', 'h', 'CT', '2026-02-01 00:00:00.000000', '2027-02-01', 10, 0, 1, 1, 0, 0, 0, 1);
INSERT INTO share_exam (share, exam) VALUES ('s', 'e'), ('s', 'p')
"""


def test_a_share_of_an_earlier_portal_holds_what_its_exams_had_when_it_was_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    with database.engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0003")
        for statement in OLD.split(";"):
            connection.execute(text(statement))
    migrate(database)
    with database.reading() as session:
        held = session.execute(text("SELECT study, report_sha256, documents FROM share_study ORDER BY study")).all()
        sent_by = session.execute(text("SELECT sent_by_practice, sent_by_person FROM instance ORDER BY id")).all()
    database.close()
    assert [tuple(row) for row in held] == [(3, None, 0), (5, "f", 1)]
    assert [tuple(row) for row in sent_by] == [(0, 1), (1, 0)]
