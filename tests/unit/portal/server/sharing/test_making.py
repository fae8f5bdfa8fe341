"""Making, listing, editing, revoking: what an owner does with shares, over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import product
from typing import Any

from sqlalchemy import text

from portal.server.base.tables import AccountPatientRow, PatientRow
from portal.wire.json_values import from_json
from portal.wire.moments import parse_utc, utc_text
from portal.wire.sharing import NewShare, Share, SharePage
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, lay_exam, link_token, make, new_uid, redeem, shown

PATH = "/api/v1/shares"
NOT_A_SHARE: list[dict[str, Any]] = [
    {"days": 0},
    {"days": -1},
    {"days": 366},
    {"days": 10**400},
    {"days": "３０"},
    {"days": 1.5},
    {"days": None},
    {"max_accesses": 0},
    {"max_accesses": 11},
    {"max_accesses": -5},
    {"label": "x" * 201},
    {"exams": ["\ud800"]},
    {"studies": ["\ud800"]},
    {"studies": ["1" * 65]},
    {"message": "x" * 2001},
    {"email": "nobody"},
    {"email": "a@b c"},
    {"email": "a@b\r\nBcc: c@d"},
    {"include_images": False, "include_report": False},
    {"exams": []},
    {"exams": ["x"] * 101},
    {"exams": "x"},
    {"exams": [{"id": 1}]},
]
OWNERS_ALONE = [
    ("GET", ""),
    ("POST", ""),
    ("GET", "/x"),
    ("PATCH", "/x"),
    ("POST", "/x/revoke"),
    ("POST", "/x/unlock"),
    ("GET", "/x/invitation.pdf"),
]
NO_WISH = [b'{"exams": ["x"], "days": NaN}', b"[" * 60_000, b"\xff", b"", b"null"]
NO_PAGE = ["limit=0", "limit=201", "limit=x", "cursor=%25", "cursor='--"]


def test_s2_a_share_comes_with_link_code_and_typed_code_and_lasts_30_days(portal: Portal, anna: SignedIn) -> None:
    uid = new_uid()
    exam = exam_of(portal, anna, studies=[uid])
    made = from_json(NewShare, make(portal, anna.token, studies=[uid], label="Dr. Roth"))
    assert made.url == f"{portal.url}/s/{link_token({'url': made.url})}"
    assert made.share_code.endswith("-" + made.verification_code)
    assert (made.share.studies, made.share.exams, made.share.status) == ((uid,), (exam,), "active")
    assert (made.share.max_accesses, made.share.accesses_used, made.share.label) == (10, 0, "Dr. Roth")
    assert parse_utc(made.share.expires_at) - parse_utc(made.share.created_at) == timedelta(days=30)
    assert not made.share.allow_download


def test_secrets_are_shown_this_once_and_kept_nowhere(portal: Portal, anna: SignedIn) -> None:
    answer = portal.post(PATH, anna.token, json={"exams": [exam_of(portal, anna)]}, headers={"Idempotency-Key": "k1"})
    made = portal.said(201, answer)
    assert answer.headers["Cache-Control"] == "no-store"
    later = portal.get(f"{PATH}/{made['share']['id']}", anna.token).text + portal.get(PATH, anna.token).text
    kept = "".join(file.read_bytes().decode("latin-1") for file in portal.data.glob("portal.db*"))
    for secret in (link_token(made), made["verification_code"], "k1" * 8):
        assert secret not in later
        assert secret not in kept


def test_an_exam_of_several_studies_is_shared_whole(portal: Portal, anna: SignedIn) -> None:
    uids = [new_uid(), new_uid()]
    exam_of(portal, anna, studies=uids)
    assert sorted(make(portal, anna.token, studies=uids[:1])["share"]["studies"]) == sorted(uids)


def test_studies_and_exams_named_twice_are_shared_once(portal: Portal, anna: SignedIn) -> None:
    uid = new_uid()
    exam = exam_of(portal, anna, studies=[uid])
    share = make(portal, anna.token, studies=[uid, uid], exams=[exam, exam])["share"]
    assert (share["studies"], share["exams"]) == ([uid], [exam])


def test_s1_a_practices_exam_is_shared_once_its_report_is_there(portal: Portal, anna: SignedIn) -> None:
    waiting = exam_of(portal, anna, origin="practice")
    refused = portal.post(PATH, anna.token, json={"exams": [waiting]})
    assert refused.json()["code"] == "report-not-released"
    assert refused.status_code == 409
    done = exam_of(portal, anna, origin="practice", report_at=portal.clock() - timedelta(days=10))
    assert make(portal, anna.token, exams=[done])["share"]["status"] == "active"


def test_one_unready_exam_holds_back_the_whole_share(portal: Portal, anna: SignedIn) -> None:
    exams = [exam_of(portal, anna), exam_of(portal, anna, origin="practice")]
    refused = portal.post(PATH, anna.token, json={"exams": exams}).json()
    assert (refused["code"], refused["exams"]) == ("report-not-released", exams[1:])
    assert portal.get(PATH, anna.token).json()["shares"] == []


def test_what_is_anothers_or_unknown_is_not_there_alike(portal: Portal, anna: SignedIn) -> None:
    boris = portal.account("BORISOV^BORIS", "19600101")
    uid = new_uid()
    exam = lay_exam(portal.services.database, boris.account_id, portal.clock(), studies=[uid])
    own = exam_of(portal, anna)
    bodies = [{"exams": [exam]}, {"studies": [uid]}, {"exams": ["x"]}, {"studies": ["%"]}, {"exams": [own, exam]}]
    answers = [portal.post(PATH, anna.token, json=body) for body in bodies]
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[2].text)}
    made = make(portal, boris.token, exams=[exam])["share"]["id"]
    for asked in (portal.get(f"{PATH}/{made}", anna.token), portal.get(f"{PATH}/x", anna.token)):
        assert (asked.status_code, asked.text) == (404, answers[2].text)
    for path in (f"{PATH}/{made}/revoke", f"{PATH}/{made}/unlock"):
        assert portal.post(path, anna.token).text == answers[2].text
    assert portal.get(f"{PATH}/{made}/invitation.pdf", anna.token).status_code == 404
    assert portal.get(f"{PATH}?cursor={made}", anna.token).status_code == 400


def test_exams_of_two_persons_do_not_go_into_one_share(portal: Portal, anna: SignedIn) -> None:
    with portal.services.database.writing() as session:
        child = PatientRow(practice=1, patient_name="MUELLER^BEN", created_at=portal.clock())
        session.add(child)
        session.flush()
        session.add(AccountPatientRow(account=anna.account_id, patient=child.id, relation="represents", position=1))
    exams = [exam_of(portal, anna), exam_of(portal, anna, person=1)]
    refused = portal.post(PATH, anna.token, json={"exams": exams})
    assert (refused.status_code, refused.json()["reason"]) == (409, "several-persons")
    assert make(portal, anna.token, exams=exams[1:])["share"]["person"]["patient_name"] == "MUELLER^BEN"


def test_what_a_share_cannot_be_is_refused(portal: Portal, anna: SignedIn) -> None:
    for wish in NOT_A_SHARE:
        answer = portal.post(PATH, anna.token, json={"exams": [exam_of(portal, anna)], **wish})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")


def test_what_is_no_wish_at_all_is_refused(portal: Portal, anna: SignedIn) -> None:
    for body in NO_WISH:
        answer = portal.post(PATH, anna.token, data=body, headers={"Content-Type": "application/json"})
        assert answer.json()["code"] == "invalid-request"


def test_a_body_that_does_not_end_is_not_read(portal: Portal) -> None:
    headers = {"Content-Type": "application/json"}
    long = b'{"token": "' + b"x" * (1 << 20) + b'"}'
    for data in (long, iter([long[:50_000]] * 30)):
        assert portal.post("/api/v1/redeem", data=data, headers=headers).status_code == 413


def test_nothing_but_what_may_be_wished_is_taken(portal: Portal, anna: SignedIn) -> None:
    more = {"id": "mine", "account": "x", "accesses_used": -5, "token_hash": "x", "created_at": "2000-01-01T00:00:00Z"}
    made = make(portal, anna.token, exams=[exam_of(portal, anna)], status="viewed", **more)
    assert made["share"]["id"] != "mine"
    assert (made["share"]["accesses_used"], made["share"]["status"]) == (0, "active")
    assert made["share"]["created_at"] > "2020"


def test_s4_invitations_of_one_exam_are_independent(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna)
    first, second = (make(portal, anna.token, exams=[exam]) for _ in range(2))
    assert len({each[name] for each in (first, second) for name in ("url", "share_code", "verification_code")}) == 6
    portal.said(200, portal.post(f"{PATH}/{first['share']['id']}/revoke", anna.token))
    assert redeem(portal, first).status_code == 410
    assert redeem(portal, second).status_code == 200
    assert [shown(portal, anna.token, each)["status"] for each in (first, second)] == ["revoked", "viewed"]


def test_the_code_of_one_share_does_not_open_another(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna)
    first, second = (make(portal, anna.token, exams=[exam]) for _ in range(2))
    assert redeem(portal, first, second["verification_code"]).status_code == 401


def test_the_same_request_sent_twice_makes_one_share(portal: Portal, anna: SignedIn) -> None:
    body = {"exams": [exam_of(portal, anna)]}
    first, second = (portal.post(PATH, anna.token, json=body, headers={"Idempotency-Key": "key-1"}) for _ in range(2))
    assert (second.status_code, second.json()) == (201, first.json())
    assert redeem(portal, second.json()).status_code == 200
    assert len(portal.get(PATH, anna.token).json()["shares"]) == 1


def test_a_key_used_for_something_else_is_refused_and_another_account_may_use_it(
    portal: Portal, anna: SignedIn
) -> None:
    boris = portal.account("BORISOV^BORIS", "19600101")
    exam = exam_of(portal, anna)
    key = {"Idempotency-Key": "key-1"}
    made = portal.said(201, portal.post(PATH, anna.token, json={"exams": [exam]}, headers=key))
    other = portal.post(PATH, anna.token, json={"exams": [exam], "days": 3}, headers=key)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    his = lay_exam(portal.services.database, boris.account_id, portal.clock())
    assert portal.said(201, portal.post(PATH, boris.token, json={"exams": [his]}, headers=key))["url"] != made["url"]
    assert portal.post(PATH, anna.token, json={"exams": [exam]}, headers={"Idempotency-Key": ""}).status_code == 400


def test_s7_every_share_ever_made_is_listed_newest_first_page_by_page(portal: Portal, anna: SignedIn) -> None:
    exam = exam_of(portal, anna)
    made = [make(portal, anna.token, exams=[exam])["share"]["id"] for _ in range(5)]
    portal.said(200, portal.post(f"{PATH}/{made[0]}/revoke", anna.token))
    portal.clock.forward(days=40)
    found: list[Share] = []
    cursor = ""
    while True:
        page = from_json(SharePage, portal.said(200, portal.get(f"{PATH}?limit=2{cursor}", anna.token)))
        found += page.shares
        if page.next_cursor is None:
            break
        cursor = f"&cursor={page.next_cursor}"
    assert [share.id for share in found] == made[::-1]
    assert [share.status for share in found] == ["expired"] * 4 + ["revoked"]


def test_pages_that_cannot_be_are_refused(portal: Portal, anna: SignedIn) -> None:
    for query in NO_PAGE:
        assert portal.get(f"{PATH}?{query}", anna.token).status_code == 400


def test_shares_are_their_owners_alone(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    session = redeem(portal, made).json()["session"]
    callers: tuple[tuple[dict[str, str], int], ...] = (
        ({}, 401),
        ({"Authorization": "Bearer x"}, 401),
        ({"Authorization": f"Share {session}"}, 403),
        ({"Authorization": f"Bearer {portal.staff_token}"}, 403),
    )
    for (method, path), (headers, status) in product(OWNERS_ALONE, callers):
        body = {"exams": ["x"], "expires_at": "2030-01-01T00:00:00Z"} if method != "GET" else None
        assert portal.request(method, PATH + path, json=body, headers=headers).status_code == status
    for method, path in OWNERS_ALONE:
        answer = portal.request(method, PATH + path, headers={"Cookie": f"share_session={session}"})
        assert answer.status_code == (403 if method == "GET" else 401)


def test_other_methods_do_nothing(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    paths = (PATH, f"{PATH}/{made['share']['id']}", "/api/v1/redeem")
    for method, path in product(("PUT", "DELETE", "TRACE"), paths):
        answer = portal.request(method, path, anna.token)
        assert answer.status_code == 405
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert shown(portal, anna.token, made) == made["share"]


def test_control_letters_stay_out_of_labels_and_lines_stay_in_messages(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)], label=" Dr.\x1b[31m Roth\n", message="a\nb\r\n")
    assert (made["share"]["label"], made["share"]["message"]) == ("Dr.[31m Roth", "a\nb")


def test_links_are_made_from_the_public_address_not_from_what_a_request_calls_its_host(
    portal: Portal, anna: SignedIn
) -> None:
    body = {"exams": [exam_of(portal, anna)]}
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    made = portal.said(201, portal.post(PATH, anna.token, json=body, headers=headers))
    assert made["url"].startswith(portal.url + "/s/")


def test_moments_are_kept_to_the_second(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    with portal.services.database.reading() as session:
        kept = session.execute(text("SELECT expires_at FROM share")).scalar_one()
    assert utc_text(datetime.fromisoformat(kept + "+00:00")) == made["share"]["expires_at"]
    assert kept.endswith("000000")
