"""S8, S9: an owner moves a share's last day, or ends it; over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from portal.wire.moments import parse_utc, utc_text
from tests.portal_tools import Portal, SignedIn
from tests.share_tools import exam_of, make, redeem

PATH = "/api/v1/shares"
NO_MOMENT = [
    "",
    "soon",
    "2026-12-24",
    "2026-12-24T10:00:00",
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:00",
    "NaN",
    "٢٠٢٧-01-01T00:00:00Z",
]


def _edit(portal: Portal, anna: SignedIn, made: dict[str, Any], until: str, match: str | None = "*") -> Any:
    headers = {} if match is None else {"If-Match": match}
    path = f"{PATH}/{made['share']['id']}"
    return portal.request("PATCH", path, anna.token, json={"expires_at": until}, headers=headers)


def test_s8_sharing_longer_and_shorter_keeps_the_link(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    created = parse_utc(made["share"]["created_at"])
    for days in (365, 1, 90):
        until = utc_text(created + timedelta(days=days))
        assert portal.said(200, _edit(portal, anna, made, until))["expires_at"] == until
    assert redeem(portal, made).status_code == 200


def test_s8_a_share_never_lasts_more_than_365_days_nor_ends_in_the_past(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    created = parse_utc(made["share"]["created_at"])
    for moment in (created + timedelta(days=365, seconds=1), created - timedelta(days=1), portal.clock()):
        refused = _edit(portal, anna, made, utc_text(moment))
        assert (refused.status_code, refused.json()["latest"]) == (400, utc_text(created + timedelta(days=365)))


def test_what_is_no_moment_with_a_zone_is_refused(portal: Portal, anna: SignedIn) -> None:
    for until in NO_MOMENT:
        made = make(portal, anna.token, exams=[exam_of(portal, anna)])
        assert _edit(portal, anna, made, until).status_code == 400


def test_s8_a_share_that_ended_by_its_date_lives_again_one_that_is_used_up_does_not(
    portal: Portal, anna: SignedIn
) -> None:
    exam = exam_of(portal, anna)
    by_date, by_count = (make(portal, anna.token, exams=[exam], max_accesses=1) for _ in range(2))
    assert redeem(portal, by_count).status_code == 200
    portal.clock.forward(days=31)
    later = utc_text(portal.clock() + timedelta(days=5))
    assert redeem(portal, by_date).json()["reason"] == "expired"
    assert portal.said(200, _edit(portal, anna, by_date, later))["status"] == "active"
    assert redeem(portal, by_date).status_code == 200
    refused = _edit(portal, anna, by_count, later)
    assert (refused.status_code, refused.json()["reason"]) == (409, "used-up")


def test_s9_a_revoked_share_stays_revoked(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    path = f"{PATH}/{made['share']['id']}/revoke"
    first, again = (portal.said(200, portal.post(path, anna.token)) for _ in range(2))
    assert first == again
    assert first["status"] == "revoked"
    refused = _edit(portal, anna, made, utc_text(portal.clock() + timedelta(days=5)))
    assert (refused.status_code, refused.json()["reason"]) == (409, "revoked")
    kinds = [line["kind"] for line in portal.get("/api/v1/audit", anna.token).json()["activity"]]
    assert kinds.count("share-revoked") == 1


def test_an_edit_needs_the_version_that_was_looked_at(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    until = utc_text(portal.clock() + timedelta(days=5))
    seen = portal.get(f"{PATH}/{made['share']['id']}", anna.token).headers["ETag"]
    assert _edit(portal, anna, made, until, match=None).status_code == 400
    edited = _edit(portal, anna, made, until, match=seen)
    assert edited.status_code == 200
    assert edited.headers["ETag"] != seen
    stale = _edit(portal, anna, made, until, match=seen)
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")


def test_an_access_in_between_does_not_spoil_an_edit(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)])
    seen = portal.get(f"{PATH}/{made['share']['id']}", anna.token).headers["ETag"]
    assert redeem(portal, made).status_code == 200
    assert _edit(portal, anna, made, utc_text(portal.clock() + timedelta(days=5)), match=seen).status_code == 200


def test_an_edit_takes_nothing_but_the_date(portal: Portal, anna: SignedIn) -> None:
    made = make(portal, anna.token, exams=[exam_of(portal, anna)], max_accesses=2)
    until = utc_text(portal.clock() + timedelta(days=5))
    more = {"expires_at": until, "max_accesses": 10, "accesses_used": -9, "allow_download": True, "account": "x"}
    path = f"{PATH}/{made['share']['id']}"
    share = portal.said(200, portal.request("PATCH", path, anna.token, json=more, headers={"If-Match": "*"}))
    assert (share["max_accesses"], share["accesses_used"], share["allow_download"]) == (2, 0, False)
