"""What opens a share, what changes it and what makes it twice: every rule by itself, on rows, without a server."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import select

from core.language.english_numbers import counted
from portal.server.access.caller import Caller
from portal.server.access.share_sessions import share_caller
from portal.server.base.problems import Problem
from portal.server.base.tables import (
    AccountPatientRow,
    AccountRow,
    ActivityRow,
    ExamRow,
    NoticeRow,
    PracticeRow,
    ShareRow,
    ShareSessionRow,
    StoredObjectRow,
    StudyRow,
)
from portal.server.services import Services
from portal.server.sharing import redeeming
from portal.server.sharing.editing import allow_typed_codes, move_last_day, owned_share, revoke
from portal.server.sharing.idempotency import remember, secrets_for, share_made_before
from portal.server.sharing.listing import share_page
from portal.server.sharing.making import make_share
from portal.server.sharing.redeeming import Attempt, Opened, Refused, is_meant, read_attempt, try_code
from portal.server.sharing.share_request import check_request, plain
from portal.server.sharing.share_shapes import share_shape, share_wholeness, shared
from portal.whole_words import NOT_TOLD, OF_THE_PRACTICE
from portal.wire.moments import parse_utc, utc_text
from portal.wire.sharing import Redeem, ShareRequest
from portal.wire.well_known import Limits
from tests.unit.portal.server.rows import CODE, DAY, KEY, LOCATOR, NOW, SECOND, TOKEN, Rows

LIMITS = Limits()
ANNA = Caller("account", account="a", patients=frozenset({1}))
WRONG = "XD9FT2"


@dataclass
class Settings:
    """What the rules ask of the settings."""

    limits: Limits = field(default_factory=Limits)
    local: bool = True
    public_url: str = "http://127.0.0.1:9"


@dataclass
class Few:
    """What the rules ask of the services."""

    settings: Settings = field(default_factory=Settings)
    secret: bytes = KEY


SERVICES = cast(Services, Few())


def by_link(code: str = CODE, number: int = 0) -> Attempt:
    return read_attempt(Redeem(token=f"{TOKEN}{number}", code=code))


def typed(code: str = CODE, number: int = 0) -> Attempt:
    return read_attempt(Redeem(share_code=f"{LOCATOR}{number}-{code}", recipient_name="Dr. Roth"))


def tried(rows: Rows, attempt: Attempt, *, now: Any = NOW) -> Opened | Refused:
    assert is_meant(rows.session, attempt)
    return try_code(rows.session, SERVICES, attempt, now)


def told(rows: Rows) -> list[tuple[str, dict[str, Any]]]:
    lines = rows.session.scalars(select(ActivityRow).order_by(ActivityRow.id))
    return [(line.kind, line.details) for line in lines]


def test_each_way_opens_its_own_share_and_takes_one_access_of_it(rows: Rows) -> None:
    first, second = rows.share_row("first"), rows.share_row("brought")
    opened = tried(rows, by_link())
    assert isinstance(opened, Opened)
    assert (opened.redeemed.studies, opened.redeemed.accesses_left) == (("first",), 9)
    assert opened.ends == NOW + timedelta(minutes=60)
    other = tried(rows, typed(number=1))
    assert isinstance(other, Opened)
    assert other.redeemed.studies == ("brought",)
    assert (first.accesses_used, second.accesses_used) == (1, 1)
    assert (first.last_opened_at, first.wrong_codes) == (NOW, 0)
    caller = share_caller(rows.session, other.redeemed.session, NOW)
    assert caller is not None
    assert (caller.share, caller.recipient_name) == ("s1", "Dr. Roth")
    assert [kind for kind, _details in told(rows)] == ["share-opened", "share-opened"]
    assert told(rows)[1][1] == {"access": 1, "of": 10, "recipient_name": "Dr. Roth"}


def said_of_images(rows: Rows, number: int) -> tuple[tuple[str, ...], str]:
    opened = tried(rows, by_link(number=number))
    assert isinstance(opened, Opened)
    return opened.redeemed.not_here, opened.redeemed.images_note


def test_a_recipient_is_told_what_is_not_here_of_which_exam_and_else_how_much_is_known(rows: Rows) -> None:
    for studies in (["brought"], ["first"], ["brought", "first"]):
        rows.share_row(*studies)
    rows.share_row("brought", include_images=False)
    rows.session.get_one(ExamRow, "own").machine = "MR"
    own, practices, both, _documents = ([*said_of_images(rows, number)] for number in range(4))
    assert own[0] == practices[0] == both[0] == ()
    assert own[1] == both[1] == counted(NOT_TOLD, -1)  # of an own upload nobody knows whether it is all there was
    assert practices[1] == counted(OF_THE_PRACTICE, -1)
    rows.session.get_one(StoredObjectRow, "o").damaged_at = NOW
    rows.session.flush()
    for number, exams in ((0, 1), (1, 1), (2, 2)):
        not_here, note = said_of_images(rows, number)
        assert len(not_here) == exams
        assert all(sentence for sentence in not_here)
        assert note == ""
    assert len({sentence.partition(": ")[0] for sentence in said_of_images(rows, 2)[0]}) == 2
    assert said_of_images(rows, 3) == ((), "")


def test_a_code_of_another_share_is_a_wrong_code(rows: Rows) -> None:
    rows.share_row("first")
    other = rows.share_row("brought")
    other.code_hmac = "0" * 64
    rows.session.flush()
    refused = tried(rows, by_link(number=1))
    assert refused == Refused("wrong-code", {"remaining_attempts": 9})
    assert (other.wrong_codes, other.accesses_used) == (1, 0)


def test_no_share_is_meant_by_a_locator_as_link_or_a_token_as_code(rows: Rows) -> None:
    rows.share_row("first")
    assert not is_meant(rows.session, read_attempt(Redeem(token=f"{LOCATOR}0", code=CODE)))
    assert not is_meant(rows.session, read_attempt(Redeem(share_code=f"{TOKEN}0-{CODE}")))
    assert try_code(rows.session, SERVICES, by_link(number=7), NOW) == Refused("not-found")
    assert told(rows) == []


def test_what_is_both_ways_or_half_of_one_is_neither() -> None:
    for said in (
        Redeem(),
        Redeem(token=TOKEN),
        Redeem(code=CODE),
        Redeem(token=TOKEN, code=""),
        Redeem(token="", code=CODE),
        Redeem(token=TOKEN, code=CODE, share_code=f"{LOCATOR}0-{CODE}"),
        Redeem(token=TOKEN, share_code=f"{LOCATOR}0-{CODE}"),
        Redeem(code=CODE, share_code=f"{LOCATOR}0-{CODE}"),
        Redeem(token="x" * 201, code=CODE),
    ):
        with pytest.raises(Problem, match="invalid-request"):
            read_attempt(said)
    assert not read_attempt(Redeem(token="x" * 200, code=CODE)).typed
    assert read_attempt(Redeem(share_code="nothing of the kind")).share == ""
    long = read_attempt(Redeem(token=TOKEN, code=CODE, recipient_name="n" * 500)).recipient_name
    assert long == "n" * 200


def test_the_last_access_opens_and_the_next_is_told_why_not(rows: Rows) -> None:
    share = rows.share_row("first", accesses_used=9)
    opened = tried(rows, by_link())
    assert isinstance(opened, Opened)
    assert opened.redeemed.accesses_left == 0
    assert tried(rows, by_link()) == Refused("share-ended", {"reason": "used-up"}, wrong=False)
    assert share.accesses_used == 10


@pytest.mark.parametrize(
    "meanwhile", [{"accesses_used": 10}, {"accesses_used": 11}, {"revoked_at": NOW}, {"expires_at": NOW}]
)
def test_the_database_counts_whatever_was_looked_up_before(
    rows: Rows, meanwhile: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    share = rows.share_row("first", **meanwhile)
    monkeypatch.setattr(redeeming, "ending", lambda _share, _now: None)  # as it was a moment ago
    before = share.accesses_used
    assert tried(rows, by_link()) == Refused("share-ended", {"reason": "used-up"}, wrong=False)
    assert share.accesses_used == before
    assert rows.session.scalars(select(ShareSessionRow)).all() == []


def test_a_share_opens_to_its_last_second_and_says_what_ended_it(rows: Rows) -> None:
    share = rows.share_row("first")
    last = tried(rows, by_link(), now=share.expires_at - SECOND)
    assert isinstance(last, Opened)
    assert last.ends == share.expires_at
    assert tried(rows, by_link(), now=share.expires_at) == Refused("share-ended", {"reason": "expired"}, wrong=False)
    revoke(rows.session, share, NOW)
    assert tried(rows, by_link()) == Refused("share-ended", {"reason": "revoked"}, wrong=False)


def test_wrong_codes_are_counted_by_their_way_and_the_tenth_locks(rows: Rows) -> None:
    share = rows.share_row("first")
    for left in range(9, 0, -1):
        assert tried(rows, by_link(WRONG)) == Refused("wrong-code", {"remaining_attempts": left})
    assert [kind for kind, _details in told(rows)] == ["wrong-code"] * 9
    assert isinstance(tried(rows, by_link()), Opened)
    assert isinstance(tried(rows, typed()), Opened)
    assert tried(rows, by_link(WRONG)) == Refused("wrong-code", {"remaining_attempts": 0})
    assert told(rows)[-2:] == [
        ("wrong-code", {"way": "link", "remaining_attempts": 0}),
        ("share-locked", {"way": "link"}),
    ]
    assert (share.wrong_codes, share.wrong_typed_codes) == (10, 0)
    known = len(told(rows))
    for attempt in (by_link(), by_link(WRONG), typed(), typed(WRONG)):
        assert tried(rows, attempt) == Refused("not-found")
    assert (share.wrong_codes, share.wrong_typed_codes, share.accesses_used) == (10, 0, 2)
    assert len(told(rows)) == known


def test_typed_codes_lock_themselves_alone_until_they_are_allowed_again(rows: Rows) -> None:
    share = rows.share_row("first", wrong_typed_codes=9)
    assert tried(rows, typed(WRONG)) == Refused("wrong-code", {"remaining_attempts": 0})
    assert told(rows)[0][1] == {"way": "typed-code", "remaining_attempts": 0, "recipient_name": "Dr. Roth"}
    assert tried(rows, typed()) == Refused("not-found")
    assert isinstance(tried(rows, by_link()), Opened)
    assert (share.wrong_codes, share.wrong_typed_codes) == (0, 10)
    version = share.version
    allow_typed_codes(rows.session, share, NOW)
    assert (share.wrong_typed_codes, share.version) == (0, version + 1)
    assert told(rows)[-1] == ("share-edited", {"typed_codes": "allowed-again"})
    assert isinstance(tried(rows, typed()), Opened)
    count = len(told(rows))
    allow_typed_codes(rows.session, share, NOW)
    assert (share.version, len(told(rows))) == (version + 1, count)


def test_whoever_brings_a_wrong_code_bears_it_and_whoever_comes_late_does_not(rows: Rows) -> None:
    share = rows.share_row("first")
    for attempt, now, is_wrong in (
        (by_link(WRONG), NOW, True),
        (by_link(WRONG), share.expires_at, True),
        (by_link(), share.expires_at, False),
    ):
        refused = tried(rows, attempt, now=now)
        assert isinstance(refused, Refused)
        assert refused.wrong is is_wrong
    unknown = try_code(rows.session, SERVICES, by_link(number=9), NOW)
    assert isinstance(unknown, Refused)
    assert unknown.wrong


def test_the_owner_is_written_to_of_openings_and_of_the_first_and_the_locking_wrong_code(rows: Rows) -> None:
    rows.add(AccountPatientRow(account="a", patient=1))
    account = rows.session.get_one(AccountRow, "a")
    account.email = "anna@example.org"
    rows.session.flush()
    rows.share_row("first", max_accesses=3)

    def letters() -> list[str]:
        return sorted(rows.session.scalars(select(NoticeRow.kind).where(NoticeRow.address == account.email)))

    tried(rows, by_link())
    assert letters() == ["share-opened"]
    tried(rows, by_link())
    assert letters() == ["share-last", "share-opened"]
    for number in range(1, 11):
        tried(rows, by_link(WRONG))
        assert letters().count("wrong-codes") == (2 if number == 10 else 1)


def test_a_share_that_ended_says_nothing_of_itself_to_a_wrong_code(rows: Rows) -> None:
    share = rows.share_row("first")
    assert tried(rows, by_link(WRONG), now=share.expires_at) == Refused("not-found")
    assert share.wrong_codes == 1
    assert [kind for kind, _details in told(rows)] == ["wrong-code"]


def test_wrong_codes_are_never_counted_beyond_the_lock(rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    share = rows.share_row("first", wrong_codes=10)
    monkeypatch.setattr(redeeming, "link_locked", lambda _share, _limits: False)  # as it was a moment ago
    assert tried(rows, by_link(WRONG)) == Refused("not-found")
    assert share.wrong_codes == 10
    assert told(rows) == []


# -- what its owner changes --


def test_a_share_is_its_owners_alone(rows: Rows) -> None:
    rows.add(AccountRow(id="b", created_at=NOW, state="active"))
    rows.share_row("first")
    hers = rows.share_row("hers", account="b")
    assert owned_share(rows.session, ANNA, "s0").id == "s0"
    for caller, share in (
        (ANNA, hers.id),
        (ANNA, "no such share"),
        (Caller("staff", practice=1), "s0"),
        (Caller("account", account="b"), "s0"),
    ):
        with pytest.raises(Problem, match="not-found"):
            owned_share(rows.session, caller, share)


def moved(rows: Rows, share: ShareRow, until: Any, match: str | None = "*") -> None:
    move_last_day(rows.session, share, utc_text(until), match, NOW, LIMITS)


def test_the_last_day_moves_between_now_and_a_year_after_it_was_made(rows: Rows) -> None:
    share = rows.share_row("first")
    latest = share.created_at + 365 * DAY
    for until in (NOW + SECOND, latest, NOW + DAY):
        moved(rows, share, until)
        assert share.expires_at == until
    assert share.version == 4
    assert told(rows)[-1] == ("share-edited", {"from": utc_text(latest), "until": utc_text(NOW + DAY)})
    for until in (NOW, NOW - DAY, latest + SECOND):
        with pytest.raises(Problem, match="invalid-request"):
            moved(rows, share, until)
    assert (share.version, share.expires_at) == (4, NOW + DAY)


def test_what_is_revoked_or_used_up_is_not_shared_longer(rows: Rows) -> None:
    ended = [rows.share_row("first", revoked_at=NOW - DAY), rows.share_row("first", accesses_used=10)]
    for share in ended:
        with pytest.raises(Problem, match="conflict"):
            moved(rows, share, NOW + DAY / 2)
        assert share.expires_at == NOW + DAY
    moved(rows, rows.share_row("first", accesses_used=9), NOW + DAY / 2)
    moved(rows, rows.share_row("first", expires_at=NOW - DAY), NOW + DAY / 2)


def test_an_edit_names_the_version_it_means(rows: Rows) -> None:
    share = rows.share_row("first", version=3)
    for match in (None, '"2"', "3", ""):
        with pytest.raises(Problem, match="invalid-request" if match is None else "changed-meanwhile"):
            moved(rows, share, NOW + DAY / 2, match)
    moved(rows, share, NOW + DAY / 2, '"2", "3"')
    assert share.version == 4


def test_revoking_is_once_and_its_moment_stays(rows: Rows) -> None:
    share = rows.share_row("first")
    revoke(rows.session, share, NOW)
    revoke(rows.session, share, NOW + DAY)
    assert (share.revoked_at, share.version) == (NOW, 2)
    assert [kind for kind, _details in told(rows)] == ["share-revoked"]


# -- what may be asked, and asked twice --

WANTED = ShareRequest(studies=("first", "second"))


@pytest.mark.parametrize(
    "asked, field_name",
    [
        ({"studies": ()}, "studies"),
        ({"studies": tuple(f"1.{number}" for number in range(101))}, "studies"),
        ({"studies": ("1",) * 60, "exams": ("e",) * 41}, "studies"),
        ({"studies": ("1" * 65,)}, "studies"),
        ({"studies": ("",)}, "studies"),
        ({"exams": ("\u00e9",)}, "studies"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"max_accesses": 0}, "max_accesses"),
        ({"max_accesses": 11}, "max_accesses"),
        ({"include_images": False, "include_report": False}, "include_images"),
        ({"label": "l" * 201}, "label"),
        ({"message": "m" * 2001}, "message"),
        ({"email": "anna"}, "email"),
        ({"email": "@example.org"}, "email"),
        ({"email": "anna@"}, "email"),
        ({"email": "an na@example.org"}, "email"),
        ({"email": "anna\x07@example.org"}, "email"),
        ({"email": "a" * 250 + "@e.org"}, "email"),
    ],
)
def test_what_is_too_much_too_little_or_no_name_is_refused_by_its_field(asked: dict[str, Any], field_name: str) -> None:
    with pytest.raises(Problem) as refused:
        check_request(replace(WANTED, **asked), LIMITS)
    assert [each["field"] for each in refused.value.facts["fields"]] == [field_name]


@pytest.mark.parametrize(
    "asked",
    [
        {"studies": tuple(f"1.{number}" for number in range(100))},
        {"studies": (), "exams": ("e",)},
        {"studies": ("1" * 64,)},
        {"days": 1},
        {"days": 365},
        {"max_accesses": 1},
        {"max_accesses": 10},
        {"include_images": False},
        {"include_report": False},
        {"label": "l" * 200, "message": "m" * 2000},
        {"email": "anna@example.org"},
        {"email": "a" * 248 + "@e.org"},
    ],
)
def test_what_fits_just_so_is_taken(asked: dict[str, Any]) -> None:
    check_request(replace(WANTED, **asked), LIMITS)


def test_text_for_others_rearranges_no_line() -> None:
    assert plain(" a\u202eb\u2069\x1b\nc ") == "abc"
    assert plain("a\nb\x07", lines=True) == "a\nb"
    assert plain(" \n ") is plain(None) is plain("\u202e") is None


def test_a_share_holds_the_whole_exams_as_they_are_and_no_other_persons(rows: Rows) -> None:
    given = secrets_for(SERVICES, "a", None)
    made = make_share(rows.session, SERVICES, ANNA, replace(WANTED, studies=("first",)), given, NOW)
    assert shared(rows.session, made.id).uids == ("first", "second")
    assert (made.patient, made.account, made.accesses_used, made.expires_at) == (1, "a", 0, NOW + 30 * DAY)
    assert [(each.report_sha256, each.documents) for each in made.studies] == [("o", True)] * 2
    for studies in (("hers",), ("theirs",), ("no such study",), ("first", "hers"), ("hers", "first")):
        with pytest.raises(Problem, match="not-found"):
            make_share(rows.session, SERVICES, ANNA, replace(WANTED, studies=studies), given, NOW)
    both = Caller("account", account="a", patients=frozenset({1, 2}))
    with pytest.raises(Problem, match="conflict"):
        make_share(rows.session, SERVICES, both, replace(WANTED, studies=("first", "hers")), given, NOW)


def test_a_share_that_waits_for_a_report_says_until_when_where_that_is_known_of_all(rows: Rows) -> None:
    given = secrets_for(SERVICES, "a", None)

    def refused(*studies: str) -> Problem:
        with pytest.raises(Problem) as problem:
            make_share(rows.session, SERVICES, ANNA, replace(WANTED, studies=studies), given, NOW)
        assert problem.value.code == "report-not-released"
        return problem.value

    assert "available_at" not in refused("waiting").facts
    held, practice = rows.session.get_one(ExamRow, "held"), rows.session.get_one(PracticeRow, 1)
    held.report_completed_at, held.report_sha256, practice.release_hours = NOW, "o", 48
    rows.session.flush()
    assert refused("waiting").facts == {"exams": ["held"], "available_at": utc_text(NOW + 2 * DAY)}
    rows.exam("held too", 1, "practice")
    rows.study("waiting too", "held too", 1)
    rows.instance("another that waits", "waiting too")
    both = refused("waiting", "waiting too").facts
    assert (sorted(both["exams"]), "available_at" in both) == (["held", "held too"], False)
    make_share(rows.session, SERVICES, ANNA, replace(WANTED, studies=("waiting",)), given, NOW + 2 * DAY)


def test_the_same_request_again_makes_nothing_and_another_with_its_key_is_refused(rows: Rows) -> None:
    given = secrets_for(SERVICES, "a", "key")
    share = rows.share_row("first")
    assert share_made_before(rows.session, "a", "key", WANTED, given, NOW) is None
    remember(rows.session, "a", "key", WANTED, share.id, NOW)
    for now in (NOW, NOW + 2 * DAY):
        assert share_made_before(rows.session, "a", "key", WANTED, given, now) == share.id
    for wanted, now in ((WANTED, NOW + 2 * DAY + SECOND), (replace(WANTED, days=7), NOW)):
        with pytest.raises(Problem, match="conflict"):
            share_made_before(rows.session, "a", "key", wanted, given, now)
    assert share_made_before(rows.session, "a", "other key", WANTED, secrets_for(SERVICES, "a", "other"), NOW) is None
    assert share_made_before(rows.session, "b", "key", WANTED, secrets_for(SERVICES, "b", "key"), NOW) is None


def test_a_key_whose_share_is_there_makes_no_second_one(rows: Rows) -> None:
    given = secrets_for(SERVICES, "a", "key")
    share = rows.share_row("first")
    share.token_hash = redeeming.token_hash(given.token)
    rows.session.flush()
    with pytest.raises(Problem, match="conflict"):
        share_made_before(rows.session, "a", "key", WANTED, given, NOW)


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_length(rows: Rows, key: str) -> None:
    with pytest.raises(Problem, match="invalid-request"):
        share_made_before(rows.session, "a", key, WANTED, secrets_for(SERVICES, "a", key), NOW)
    assert share_made_before(rows.session, "a", "k" * 255, WANTED, secrets_for(SERVICES, "a", "k"), NOW) is None


def test_pages_of_shares_hold_each_own_share_once_the_newest_first(rows: Rows) -> None:
    rows.add(AccountRow(id="b", created_at=NOW, state="active"))
    hers = rows.share_row("hers", account="b")
    made = [rows.share_row("first", created_at=NOW - (number // 2) * DAY) for number in range(5)]
    wanted = [share.id for share in sorted(made, key=lambda each: (each.created_at, each.id), reverse=True)]
    found: list[str] = []
    cursor: str | None = None
    for _page in range(3):
        page = share_page(rows.session, ANNA, cursor, 2, NOW, LIMITS)
        found += [share.id for share in page.shares]
        cursor = page.next_cursor
    assert found == wanted
    assert cursor is None
    assert share_page(rows.session, ANNA, None, 5, NOW, LIMITS).next_cursor is None
    for unknown in (hers.id, "no such share"):
        with pytest.raises(Problem, match="invalid-request"):
            share_page(rows.session, ANNA, unknown, 2, NOW, LIMITS)


def test_its_owner_is_shown_what_it_is_and_is_offered_what_it_does_not_hold(rows: Rows) -> None:
    share = rows.share_row("first", wrong_codes=10, wrong_typed_codes=9, accesses_used=1)
    shape = share_shape(rows.session, share, NOW, LIMITS)
    assert (shape.studies, shape.exams, shape.status) == (("first",), ("released",), "viewed")
    assert (shape.locked, shape.typed_locked, shape.later) == (True, False, ("second",))
    assert parse_utc(shape.expires_at) == NOW + DAY
    assert share_shape(rows.session, share, share.expires_at, LIMITS).later == ()
    assert share_shape(rows.session, rows.share_row("first", "second"), NOW, LIMITS).later == ()
    assert share_wholeness(rows.session, rows.share_row("first", include_images=False), NOW) is None
    rows.session.get_one(StudyRow, rows.studies["second"]).exam = "own"
    rows.session.flush()
    assert share_shape(rows.session, share, NOW, LIMITS).later == ()
