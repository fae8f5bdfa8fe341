"""Who sees which instance and which report: every rule by itself, on rows, without a server."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.server.access.caller import Caller
from portal.server.access.callers import account_caller, staff_caller
from portal.server.access.report_release import documents_released, released_at, report_of
from portal.server.access.share_sessions import begin_session, end_session, open_session, share_caller
from portal.server.access.visible_instances import visible_in_study, visible_instances
from portal.server.base.problems import Problem
from portal.server.base.tables import (
    AccessTokenRow,
    AccountPatientRow,
    AccountRow,
    ExamRow,
    PracticeRow,
    ShareRow,
    ShareSessionRow,
    StaffTokenRow,
    StudyRow,
    TokenFamilyRow,
)
from portal.server.base.tokens import token_hash
from tests.unit.portal.server.rows import DAY, NOW, PDF, SECOND, Rows

FIRST = {"image", "letter", "words", "letter at home", "letter from home", "late letter"}
RELEASED = FIRST | {"second image"}
WAITING = {"waiting image", "waiting marks", "waiting of no class", "waiting letter at home"}
OWN = {"own image", "own letter"}


def test_an_account_sees_its_persons_alone_and_no_document_that_waits(rows: Rows) -> None:
    assert rows.seen(Caller("account", account="a", patients=frozenset({1}))) == RELEASED | WAITING | OWN
    assert rows.seen(Caller("account", account="a", patients=frozenset({2}))) == {"her image"}
    assert rows.seen(Caller("account", account="a")) == set()


def test_a_practice_sees_what_it_sent_itself_also_what_waits(rows: Rows) -> None:
    sent = (RELEASED - {"letter from home"}) | WAITING | {"waiting letter", "her image"}
    assert rows.seen(Caller("staff", practice=1)) == sent
    assert rows.seen(Caller("staff", practice=2)) == {"their image"}
    assert rows.seen(Caller("staff", practice=3)) == set()


def test_a_share_opens_the_studies_it_was_made_for(rows: Rows) -> None:
    assert rows.seen(rows.share("second")) == {"second image"}
    assert rows.seen(rows.share("brought")) == OWN
    assert rows.seen(rows.share("first", "second")) == RELEASED
    assert rows.seen(rows.share("first", "hers")) == (FIRST - {"late letter"}) | {"her image"}
    assert rows.seen(rows.share()) == set()


def test_a_share_without_images_or_without_documents_holds_the_others_alone(rows: Rows) -> None:
    documents = {"letter", "words", "letter at home", "letter from home", "late letter"}
    assert rows.seen(rows.share("first", "second", include_images=False)) == documents
    assert rows.seen(rows.share("first", "second", include_report=False)) == {"image", "second image"}
    assert rows.seen(rows.share("waiting", include_report=False)) == WAITING - {"waiting letter at home"}


def test_a_document_that_waited_when_a_share_was_made_never_comes_into_it(rows: Rows) -> None:
    assert rows.seen(rows.share("first", "second", documents=False)) == {
        "image",
        "second image",
        "letter at home",
        "letter from home",
    }


def test_a_document_of_another_share_is_none_of_this_one(rows: Rows) -> None:
    rows.share("first", documents=True)
    assert "letter" not in rows.seen(rows.share("first", documents=False))


def test_a_later_document_comes_only_where_it_can_tell_of_nothing_that_is_not_shared(rows: Rows) -> None:
    assert rows.seen(rows.share("first")) == FIRST - {"late letter"}
    rows.instance("letter of that very moment", "first", PDF, at=NOW - DAY)
    assert "letter of that very moment" in rows.seen(rows.share("first"))
    rows.instance("a second later", "first", PDF, at=NOW - DAY + SECOND)
    assert "a second later" not in rows.seen(rows.share("first"))


def test_a_document_that_waits_is_in_no_share_whatever_was_noted_then(rows: Rows) -> None:
    assert rows.seen(rows.share("waiting")) == WAITING


def test_a_held_report_is_released_at_its_moment_to_the_second(rows: Rows) -> None:
    exam, practice = rows.session.get_one(ExamRow, "held"), rows.session.get_one(PracticeRow, 1)
    exam.report_completed_at = NOW
    exam.report_sha256 = "o"
    practice.release_hours = 48
    rows.session.flush()
    moment = NOW + 2 * DAY
    account = Caller("account", account="a", patients=frozenset({1}))
    assert released_at(exam, practice) == moment
    for now, state, is_seen in ((moment - SECOND, "held", False), (moment, "released", True)):
        assert report_of(exam, practice, now).state == state
        assert documents_released(exam, practice, now) is is_seen
        assert ("waiting letter" in rows.seen(account, now)) is is_seen
        assert "letter" in rows.seen(account, moment)


def test_after_the_scan_no_report_shows_before_it_is_complete(rows: Rows) -> None:
    exam, practice = rows.session.get_one(ExamRow, "held"), rows.session.get_one(PracticeRow, 1)
    practice.release_rule, practice.release_hours = "after-scan", 24
    exam.scanned_at = NOW + timedelta(microseconds=1)
    by_rule = NOW + DAY + SECOND  # what is said in whole seconds must not be true too early
    assert released_at(exam, practice) == by_rule
    assert report_of(exam, practice, by_rule - SECOND).state == "awaited"
    assert report_of(exam, practice, by_rule - SECOND).available_at is not None
    assert report_of(exam, practice, by_rule).available_at is None
    exam.report_sha256 = "o"
    assert report_of(exam, practice, by_rule + DAY).state == "held"  # nobody said that it is complete
    assert not documents_released(exam, practice, by_rule + DAY)
    exam.report_completed_at = by_rule + DAY
    assert report_of(exam, practice, by_rule).state == "held"
    assert report_of(exam, practice, by_rule + DAY).state == "released"
    exam.report_completed_at = NOW
    assert report_of(exam, practice, by_rule - SECOND).state == "held"
    assert report_of(exam, practice, by_rule).state == "released"


def test_an_own_upload_expects_no_report(rows: Rows) -> None:
    exam, practice = rows.session.get_one(ExamRow, "own"), rows.session.get_one(PracticeRow, 1)
    exam.report_sha256, exam.report_completed_at = "o", NOW - DAY
    assert report_of(exam, practice, NOW).state == "not-expected"


def test_a_share_tells_of_the_report_it_was_made_with(rows: Rows) -> None:
    assert rows.report(Caller("account", account="a", patients=frozenset({1}))) == "released"
    assert rows.report(rows.share("first")) == "released"
    assert rows.report(rows.share("first", report=None)) == "not-expected"
    assert rows.report(rows.share("first", include_report=False)) == "not-expected"
    assert rows.report(rows.share("brought"), "released") == "not-expected"


def test_a_corrected_report_takes_its_place_where_the_share_holds_the_whole_exam(rows: Rows) -> None:
    whole, part = rows.share("first", "second", report="p"), rows.share("first", report="p")
    assert rows.report(whole) == "released"
    assert rows.report(part) == "not-expected"
    rows.session.get_one(ExamRow, "released").report_sha256 = "p"
    assert rows.report(part) == "released"


def test_nobody_gets_two_persons_images_under_one_number(rows: Rows) -> None:
    rows.study("twice", "released", 1)
    rows.study("twice again", "sibling", 2)
    for uid in ("twice", "twice again"):
        rows.session.get_one(StudyRow, rows.studies[uid]).study_instance_uid = "same"
    rows.instance("one of hers", "twice again")
    caller = Caller("staff", practice=1)
    assert [row.sop_instance_uid for row in visible_instances(rows.session, caller, "same", now=NOW)] == ["one of hers"]
    rows.instance("one of the first", "twice")
    with pytest.raises(Problem, match="conflict"):
        visible_instances(rows.session, caller, "same", now=NOW)
    mine = visible_instances(rows.session, caller, "same", "series of twice", now=NOW)
    assert [row.sop_instance_uid for row in mine] == ["one of the first"]
    named = visible_instances(rows.session, caller, "same", None, "one of hers", now=NOW)
    assert [row.sop_instance_uid for row in named] == ["one of hers"]
    of_one = visible_in_study(rows.session, caller, rows.studies["twice"], NOW)
    assert [row.sop_instance_uid for row in of_one] == ["one of the first"]


def test_what_is_anothers_is_not_there(rows: Rows) -> None:
    for uid in ("theirs", "no such study"):
        with pytest.raises(Problem, match="not-found"):
            visible_instances(rows.session, Caller("staff", practice=1), uid, now=NOW)
    assert visible_in_study(rows.session, Caller("staff", practice=1), rows.studies["theirs"], NOW) == []


@pytest.fixture
def signed_in(rows: Rows) -> Rows:
    rows.add(TokenFamilyRow(id="f", account="a", client_id="c", created_at=NOW))
    rows.add(AccessTokenRow(token_hash=token_hash("mine"), family="f", created_at=NOW, expires_at=NOW + DAY))
    rows.add(AccountPatientRow(account="a", patient=1))
    rows.add(AccountRow(id="b", created_at=NOW, state="active"))
    rows.add(AccountPatientRow(account="b", patient=2))
    rows.add(TokenFamilyRow(id="g", account="b", client_id="c", created_at=NOW))
    rows.add(AccessTokenRow(token_hash=token_hash("hers"), family="g", created_at=NOW, expires_at=NOW + DAY))
    return rows


def test_an_access_token_names_its_own_account_and_persons_until_it_ends(signed_in: Rows) -> None:
    mine = account_caller(signed_in.session, "mine", NOW + DAY - SECOND)
    assert mine == Caller("account", account="a", patients=frozenset({1}), family="f")
    hers = account_caller(signed_in.session, "hers", NOW)
    assert hers == Caller("account", account="b", patients=frozenset({2}), family="g")
    assert account_caller(signed_in.session, "mine", NOW + DAY) is None
    assert account_caller(signed_in.session, "nobody's", NOW) is None


@pytest.mark.parametrize("state", ["invited", "closed"])
def test_an_account_that_is_not_active_is_nobody(signed_in: Rows, state: str) -> None:
    signed_in.session.get_one(AccountRow, "a").state = state
    signed_in.session.flush()
    assert account_caller(signed_in.session, "mine", NOW) is None


def test_a_sign_in_that_was_ended_is_nobody(signed_in: Rows) -> None:
    signed_in.session.get_one(TokenFamilyRow, "f").ended_at = NOW
    signed_in.session.flush()
    assert account_caller(signed_in.session, "mine", NOW) is None
    assert account_caller(signed_in.session, "hers", NOW) is not None


def test_a_staff_token_names_its_practice_until_it_is_taken_back_or_over(rows: Rows) -> None:
    rows.add(StaffTokenRow(token_hash=token_hash("lasting"), practice=1, label="", created_at=NOW))
    rows.add(StaffTokenRow(token_hash=token_hash("short"), practice=2, label="", created_at=NOW, expires_at=NOW + DAY))
    rows.add(StaffTokenRow(token_hash=token_hash("gone"), practice=1, label="", created_at=NOW, revoked_at=NOW))
    assert staff_caller(rows.session, "lasting", NOW + 9999 * DAY) == Caller("staff", practice=1)
    assert staff_caller(rows.session, "short", NOW + DAY - SECOND) == Caller("staff", practice=2)
    assert staff_caller(rows.session, "short", NOW + DAY) is None
    assert staff_caller(rows.session, "gone", NOW) is None
    assert staff_caller(rows.session, "unknown", NOW) is None


def test_a_session_says_when_it_ends_and_ends_when_it_is_told_to(rows: Rows) -> None:
    caller = rows.share("first")
    share = rows.session.get_one(ShareRow, caller.share)
    secret, _ends = begin_session(rows.session, share, now=NOW, minutes=60, recipient_name=None)
    other, _ends = begin_session(rows.session, share, now=NOW, minutes=60, recipient_name=None)
    rows.session.flush()
    assert open_session(rows.session, secret, NOW) == (share, NOW + timedelta(minutes=60))
    share.expires_at = NOW + timedelta(minutes=5)
    assert open_session(rows.session, secret, NOW) == (share, share.expires_at)
    end_session(rows.session, secret, NOW)
    assert open_session(rows.session, secret, NOW) is None
    assert share_caller(rows.session, secret, NOW) is None
    assert share_caller(rows.session, other, NOW) is not None
    kept = {row.session_hash: row.expires_at for row in rows.session.scalars(select(ShareSessionRow))}
    end_session(rows.session, secret, NOW)
    end_session(rows.session, "no such secret", NOW)
    assert {row.session_hash: row.expires_at for row in rows.session.scalars(select(ShareSessionRow))} == kept
