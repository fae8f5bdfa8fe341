"""Opening a share: link and code, or the typed share code; over HTTP, as a stranger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import func, select

from portal.server.app import make_app
from portal.server.tables import ShareRow, ShareSessionRow
from portal.wire import Redeemed, from_json, parse_utc, utc_text
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import lay_exam, link_token, make, new_uid, redeem, shown, wrong_code

STUDIES = "/dicomweb/studies"


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account()


def _exam(portal: Portal, anna: SignedIn, **more: Any) -> str:
    return lay_exam(portal.services.database, anna.account_id, portal.clock(), **more)


@pytest.fixture
def made(portal: Portal, anna: SignedIn) -> dict[str, Any]:
    return make(portal, anna.token, exams=[_exam(portal, anna)])


def _opens(portal: Portal, session: str, exam: str) -> int:
    """Ask for an exam with a session; gives the status."""
    return portal.get(f"/api/v1/exams/{exam}", headers={"Authorization": f"Share {session}"}).status_code


def _said(answer: requests.Response) -> tuple[int, bytes, list[str]]:
    """Give all a stranger sees of an answer, but its date."""
    headers = sorted(f"{name}: {value}" for name, value in answer.headers.items() if name.lower() != "date")
    return answer.status_code, answer.content, headers


def test_s3_the_link_alone_shows_nothing_not_even_a_name(portal: Portal, made: dict[str, Any]) -> None:
    page = portal.get(f"/s/{link_token(made)}")
    unknown = portal.get("/s/" + "x" * 22)
    assert _said(page) == _said(unknown)
    assert "MUELLER" not in page.text
    for body in ({"token": link_token(made)}, {"token": link_token(made), "code": ""}):
        answer = portal.post("/api/v1/redeem", json=body)
        assert answer.status_code == 400
        assert "MUELLER" not in answer.text


def test_a_right_code_opens_the_shared_exams_and_is_one_access(portal: Portal, anna: SignedIn) -> None:
    uid = new_uid()
    exam = _exam(portal, anna, studies=[uid])
    made = make(portal, anna.token, studies=[uid], message="Dear colleague")
    opened = from_json(Redeemed, portal.said(200, redeem(portal, made, recipient_name="Dr. Roth")))
    assert (opened.studies, opened.accesses_left, opened.message) == ((uid,), 9, "Dear colleague")
    assert opened.person.patient_name == "MUELLER^ANNA"
    assert [(each.id, each.shares, each.shareable) for each in opened.exams] == [(exam, 0, False)]
    assert _opens(portal, opened.session, exam) == 200
    share = shown(portal, anna.token, made)
    assert (share["status"], share["accesses_used"], share["last_opened_at"] is None) == ("viewed", 1, False)


def test_looking_around_in_a_session_takes_no_further_access(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    session = redeem(portal, made).json()["session"]
    for _ in range(12):
        assert _opens(portal, session, made["share"]["exams"][0]) == 200
    assert shown(portal, anna.token, made)["accesses_used"] == 1


def test_a_share_code_is_typed_in_any_way(portal: Portal, made: dict[str, Any]) -> None:
    code = made["share_code"]
    for typed in (code, code.lower(), code.replace("-", " "), f"  {code.replace('-', '')}\n", code.replace("0", "o")):
        assert portal.post("/api/v1/redeem", json={"share_code": typed}).status_code == 200


def test_s5_after_ten_accesses_the_eleventh_is_told_why_and_open_sessions_go_on(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    sessions = [portal.said(200, redeem(portal, made))["session"] for _ in range(10)]
    refused = redeem(portal, made)
    assert (refused.status_code, refused.json()["reason"]) == (410, "used-up")
    assert shown(portal, anna.token, made)["status"] == "expired"
    assert {_opens(portal, session, made["share"]["exams"][0]) for session in sessions} == {200}


def test_s5_a_session_is_over_after_60_minutes(portal: Portal, made: dict[str, Any]) -> None:
    opened = redeem(portal, made).json()
    assert abs(parse_utc(opened["expires_at"]) - portal.clock() - timedelta(minutes=60)) < timedelta(minutes=1)
    portal.clock.forward(minutes=58)
    assert _opens(portal, opened["session"], made["share"]["exams"][0]) == 200
    portal.clock.forward(minutes=3)
    assert _opens(portal, opened["session"], made["share"]["exams"][0]) == 401


def test_s5_a_share_is_over_30_days_on_and_its_sessions_with_it(portal: Portal, made: dict[str, Any]) -> None:
    portal.clock.forward(days=30, minutes=-5)
    opened = redeem(portal, made).json()
    assert opened["expires_at"] == made["share"]["expires_at"]
    portal.clock.forward(minutes=6)
    assert _opens(portal, opened["session"], made["share"]["exams"][0]) == 401
    refused = redeem(portal, made)
    assert (refused.status_code, refused.json()["reason"]) == (410, "expired")


def test_s9_revoking_ends_open_sessions_at_once_and_a_replay_is_of_no_use(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    session = redeem(portal, made).json()["session"]
    portal.said(200, portal.post(f"/api/v1/shares/{made['share']['id']}/revoke", anna.token))
    exam = made["share"]["exams"][0]
    for headers in ({"Authorization": f"Share {session}"}, {"Cookie": f"share_session={session}"}):
        for path in (f"/api/v1/exams/{exam}", STUDIES, f"/api/v1/exams/{exam}/report"):
            assert portal.get(path, headers=headers).status_code == 401
    refused = redeem(portal, made)
    assert (refused.status_code, refused.json()["reason"]) == (410, "revoked")


def test_shortening_a_share_to_now_is_not_needed_to_end_a_session_moving_it_back_lets_it_go_on(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    session = redeem(portal, made).json()["session"]
    exam = made["share"]["exams"][0]

    def until(**ahead: float) -> None:
        body = {"expires_at": utc_text(portal.clock() + timedelta(**ahead))}
        path = f"/api/v1/shares/{made['share']['id']}"
        portal.said(200, portal.request("PATCH", path, anna.token, json=body, headers={"If-Match": "*"}))

    until(minutes=2)
    portal.clock.forward(minutes=3)
    assert _opens(portal, session, exam) == 401
    until(days=1)
    assert _opens(portal, session, exam) == 200


def test_s11_a_wrong_code_tells_the_tries_left_and_the_owner(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    for left in (9, 8, 7):
        refused = redeem(portal, made, wrong_code(made, left))
        assert (refused.status_code, refused.json()["remaining_attempts"]) == (401, left)
    assert redeem(portal, made).status_code == 200
    share = shown(portal, anna.token, made)
    assert (share["wrong_codes"], share["locked"]) == (3, False)
    lines = portal.get(f"/api/v1/audit?share={share['id']}", anna.token).json()["activity"]
    told = [line["details"]["remaining_attempts"] for line in lines if line["kind"] == "wrong-code"]
    assert told == [7, 8, 9]


def test_s11_ten_wrong_codes_in_a_lifetime_lock_a_share_for_good(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    for number in range(10):
        assert redeem(portal, made, wrong_code(made, number)).status_code == 401
        portal.clock.forward(days=2)
    assert redeem(portal, made).status_code == 404
    assert portal.post("/api/v1/redeem", json={"share_code": made["share_code"]}).status_code == 404
    share = shown(portal, anna.token, made)
    assert (share["wrong_codes"], share["locked"]) == (10, True)
    unlocked = portal.said(200, portal.post(f"/api/v1/shares/{share['id']}/unlock", anna.token))
    assert unlocked["locked"]
    kinds = [line["kind"] for line in portal.get("/api/v1/audit", anna.token).json()["activity"]]
    assert kinds.count("share-locked") == 1


def test_a_right_code_in_between_gives_no_more_tries(portal: Portal, made: dict[str, Any]) -> None:
    redeem(portal, made, wrong_code(made))
    assert redeem(portal, made).status_code == 200
    assert redeem(portal, made, wrong_code(made)).json()["remaining_attempts"] == 8


def test_strangers_who_guess_typed_codes_cannot_lock_the_link_and_the_owner_can_allow_them_again(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    locator = made["share_code"].partition("-")[0]
    for number in range(10):
        typed = {"share_code": f"{locator}-{wrong_code(made, number)}"}
        assert portal.post("/api/v1/redeem", json=typed).json()["remaining_attempts"] == 9 - number
    right = {"share_code": made["share_code"]}
    assert portal.post("/api/v1/redeem", json=right).status_code == 404
    assert redeem(portal, made).status_code == 200
    share = shown(portal, anna.token, made)
    assert (share["locked"], share["typed_locked"], share["wrong_typed_codes"]) == (False, True, 10)
    portal.said(200, portal.post(f"/api/v1/shares/{share['id']}/unlock", anna.token))
    assert portal.post("/api/v1/redeem", json=right).status_code == 200


def test_dead_links_and_unknown_ones_say_the_same_to_strangers_byte_for_byte(portal: Portal, anna: SignedIn) -> None:
    exam = _exam(portal, anna)
    locked, revoked, expired, used_up = (
        make(portal, anna.token, exams=[exam], days=1, max_accesses=1) for _ in range(4)
    )
    for number in range(10):
        redeem(portal, locked, wrong_code(locked, number))
    portal.said(200, portal.post(f"/api/v1/shares/{revoked['share']['id']}/revoke", anna.token))
    assert redeem(portal, used_up).status_code == 200
    portal.clock.forward(days=2)
    unknown = {"token": "x" * 22, "code": "000000"}
    answers = [portal.post("/api/v1/redeem", json=unknown)]
    answers += [redeem(portal, made, wrong_code(made)) for made in (locked, revoked, expired, used_up)]
    answers += [redeem(portal, locked)]
    answers += [
        portal.post("/api/v1/redeem", json={"share_code": f"{made['share_code'][:7]}{wrong_code(made)}"})
        for made in (revoked, expired, used_up)
    ]
    answers += [portal.post("/api/v1/redeem", json={"share_code": typed}) for typed in ("ZZZZZZ-ZZZZZZ", "%", "' OR 1")]
    assert answers[0].status_code == 404
    assert all(_said(answer) == _said(answers[0]) for answer in answers)


def test_a_dead_link_does_not_let_its_code_be_guessed_either(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    portal.clock.forward(days=31)
    for number in range(10):
        assert redeem(portal, made, wrong_code(made, number)).status_code == 404
    assert redeem(portal, made).status_code == 404
    assert shown(portal, anna.token, made)["locked"]


def test_many_wrong_codes_from_one_address_have_to_wait(portal: Portal, made: dict[str, Any]) -> None:
    statuses: list[int] = []
    while 429 not in statuses and len(statuses) < 100:
        answer = portal.post("/api/v1/redeem", json={"share_code": f"ZZZZZZ-{len(statuses):06d}"})
        statuses.append(answer.status_code)
    assert statuses == [404] * 60 + [429]
    assert answer.json()["code"] == "too-many-tries"
    assert 1 <= int(answer.headers["Retry-After"]) <= 601
    assert redeem(portal, made).status_code == 429


def test_right_codes_do_not_count_against_an_address(portal: Portal, anna: SignedIn) -> None:
    exam = _exam(portal, anna)
    for _ in range(7):
        made = make(portal, anna.token, exams=[exam])
        assert {redeem(portal, made).status_code for _ in range(10)} == {200}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"token": "x"},
        {"code": "x"},
        {"token": "", "code": "XD9FTP"},
        {"token": "x", "code": "x", "share_code": "7KQ4M2-XD9FTP"},
        {"token": "x" * 201, "code": "XD9FTP"},
        {"token": ["x"], "code": "XD9FTP"},
        {"token": {"$ne": ""}, "code": {"$ne": ""}},
        {"token": 1, "code": 1},
        {"token": True, "code": True},
    ],
)
def test_what_is_neither_way_does_not_fit(portal: Portal, said: dict[str, Any]) -> None:
    answer = portal.post("/api/v1/redeem", json=said)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")


def test_odd_codes_are_wrong_codes(portal: Portal, made: dict[str, Any]) -> None:
    odd = ["%", "______", "\u0661" * 6, "\ud800", "x" * 10_000, "NULL", made["verification_code"] + "0"]
    for number, code in enumerate(odd):
        assert redeem(portal, made, code).json()["remaining_attempts"] == 9 - number
    for token in ("%", "_" * 22, "\ud800", "' OR '1'='1"):
        assert portal.post("/api/v1/redeem", json={"token": token, "code": "000000"}).status_code == 404


def test_the_cookie_goes_where_images_are_and_scripts_cannot_read_it(portal: Portal, made: dict[str, Any]) -> None:
    answer = redeem(portal, made)
    cookies = answer.raw.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    paths = set()
    for cookie in cookies:
        parts = {part.strip().lower() for part in cookie.split(";")}
        assert {"httponly", "samesite=lax"} <= parts
        assert "secure" not in parts  # loopback has no https
        assert any(part.startswith("max-age=") and int(part[8:]) <= 3600 for part in parts)
        paths |= {part for part in parts if part.startswith("path=")}
    assert paths == {"path=/api/v1", "path=/dicomweb"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_cookie_only_reads_and_only_its_own_exams(portal: Portal, anna: SignedIn, made: dict[str, Any]) -> None:
    other = _exam(portal, anna)
    uid = new_uid()
    _exam(portal, anna, studies=[uid])
    cookie = {"Cookie": f"share_session={redeem(portal, made).json()['session']}"}
    exam = made["share"]["exams"][0]
    assert portal.get(f"/api/v1/exams/{exam}", headers=cookie).status_code == 200
    assert portal.get(f"/api/v1/exams/{other}", headers=cookie).status_code == 404
    assert portal.get(f"{STUDIES}/{uid}/metadata", headers=cookie).status_code == 404
    for method, path in (("POST", "/api/v1/shares"), ("POST", STUDIES), ("POST", "/api/v1/uploads")):
        assert portal.request(method, path, json={"exams": [exam]}, headers=cookie).status_code in (401, 403)
    for path in ("/api/v1/audit", f"/api/v1/exams/{exam}/activity", "/api/v1/shares", "/api/v1/account"):
        assert portal.get(path, headers=cookie).status_code in (401, 403)


def test_who_opened_it_is_told_to_the_owner_without_control_letters(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    portal.said(200, redeem(portal, made, recipient_name=" Dr.\x1b[2J Roth\n\ud800" + "x" * 500))
    (line,) = [
        line for line in portal.get("/api/v1/audit", anna.token).json()["activity"] if line["kind"] == "share-opened"
    ]
    assert line["actor"].startswith("Dr.[2J Roth")
    assert len(line["actor"]) <= 200
    assert line["details"]["access"] == 1


def test_a_report_that_is_not_shared_is_not_spoken_of(portal: Portal, anna: SignedIn) -> None:
    exam = _exam(portal, anna, origin="practice", report_at=portal.clock() - timedelta(days=10))
    with_report = redeem(portal, make(portal, anna.token, exams=[exam])).json()
    without = redeem(portal, make(portal, anna.token, exams=[exam], include_report=False)).json()
    assert with_report["exams"][0]["report"]["state"] == "released"
    assert without["exams"][0]["report"]["state"] == "not-expected"
    session = {"Authorization": f"Share {without['session']}"}
    assert portal.get(f"/api/v1/exams/{exam}/report", headers=session).status_code in (403, 404)


def test_no_secret_of_an_opened_share_is_kept(portal: Portal, made: dict[str, Any]) -> None:
    session = redeem(portal, made).json()["session"]
    kept = "".join(file.read_bytes().decode("latin-1") for file in portal.data.glob("portal.db*"))
    assert session not in kept


def test_a_refused_try_leaves_no_session(portal: Portal, made: dict[str, Any]) -> None:
    redeem(portal, made, wrong_code(made))
    with portal.services.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ShareSessionRow)) == 0
        assert session.scalars(select(ShareRow.accesses_used)).all() == [0]


def test_the_application_describes_shares_and_redeeming(portal: Portal) -> None:
    paths = make_app(portal.services).openapi()["paths"]
    assert {"/api/v1/shares", "/api/v1/redeem", "/api/v1/audit", "/api/v1/exams/{exam_id}/activity"} <= set(paths)
