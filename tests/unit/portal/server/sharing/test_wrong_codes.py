"""S11: wrong codes are counted, tell the tries left, lock in the end, and tell strangers nothing; over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, make, redeem, said_to_strangers, shown, wrong_code

pytestmark = pytest.mark.on_postgres

NEITHER_WAY: list[dict[str, Any]] = [
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
]


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
    exam = exam_of(portal, anna)
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
    assert all(said_to_strangers(answer) == said_to_strangers(answers[0]) for answer in answers)


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
    exam = exam_of(portal, anna)
    for _ in range(7):
        made = make(portal, anna.token, exams=[exam])
        assert {redeem(portal, made).status_code for _ in range(10)} == {200}


def test_what_is_neither_way_does_not_fit(portal: Portal) -> None:
    for said in NEITHER_WAY:
        answer = portal.post("/api/v1/redeem", json=said)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-request")


def test_odd_codes_are_wrong_codes(portal: Portal, made: dict[str, Any]) -> None:
    odd = ["%", "______", "\u0661" * 6, "x" * 10_000, "NULL", made["verification_code"] + "0"]
    for number, code in enumerate(odd):
        assert redeem(portal, made, code).json()["remaining_attempts"] == 9 - number
    for token in ("%", "_" * 22, "' OR '1'='1"):
        assert portal.post("/api/v1/redeem", json={"token": token, "code": "000000"}).status_code == 404
