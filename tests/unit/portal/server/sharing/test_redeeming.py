"""Opening a share: link and code, or the typed share code; over HTTP, as a stranger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.server.base.tables import ShareRow, ShareSessionRow
from portal.server.http.app import make_app
from portal.wire.json_values import from_json
from portal.wire.moments import parse_utc, utc_text
from portal.wire.sharing import Redeemed
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, link_token, make, new_uid, redeem, said_to_strangers, shown, wrong_code

pytestmark = pytest.mark.on_postgres

STUDIES = "/dicomweb/studies"


def _opens(portal: Portal, session: str, exam: str) -> int:
    """Ask for an exam with a session; gives the status."""
    return portal.get(f"/api/v1/exams/{exam}", headers={"Authorization": f"Share {session}"}).status_code


def test_s3_the_link_alone_shows_nothing_not_even_a_name(portal: Portal, made: dict[str, Any]) -> None:
    page = portal.get(f"/s/{link_token(made)}")
    unknown = portal.get("/s/" + "x" * 22)
    assert said_to_strangers(page) == said_to_strangers(unknown)
    assert "MUELLER" not in page.text
    for body in ({"token": link_token(made)}, {"token": link_token(made), "code": ""}):
        answer = portal.post("/api/v1/redeem", json=body)
        assert answer.status_code == 400
        assert "MUELLER" not in answer.text


def test_a_right_code_opens_the_shared_exams_and_is_one_access(portal: Portal, anna: SignedIn) -> None:
    uid = new_uid()
    exam = exam_of(portal, anna, studies=[uid])
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
    other = exam_of(portal, anna)
    uid = new_uid()
    exam_of(portal, anna, studies=[uid])
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
    portal.said(200, redeem(portal, made, recipient_name=" Dr.\x1b[2J Roth\n\u202e\u2069" + "x" * 500))
    (line,) = [
        line for line in portal.get("/api/v1/audit", anna.token).json()["activity"] if line["kind"] == "share-opened"
    ]
    assert line["actor"].startswith("Dr.[2J Rothx")
    assert len(line["actor"]) <= 200
    assert line["details"]["access"] == 1


def test_a_report_that_is_not_shared_is_not_spoken_of(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna, origin="practice", report_at=portal.clock() - timedelta(days=10))
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


AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_l1_the_owner_is_told_by_whom_and_from_where_a_share_was_opened(
    portal: Portal, anna: SignedIn, made: dict[str, Any]
) -> None:
    body = {"share_code": made["share_code"], "recipient_name": "Dr. Roth"}
    portal.said(200, portal.post("/api/v1/redeem", json=body, headers={"User-Agent": AGENT}))
    (line, *_) = portal.said(200, portal.get("/api/v1/audit", anna.token))["activity"]
    assert (line["kind"], line["actor"]) == ("share-opened", "Dr. Roth")
    assert line["details"]["from_program"] == "Firefox, Windows"
    assert "from_network" not in line["details"]  # it came from this computer
