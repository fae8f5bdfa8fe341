"""An Idempotency-Key long after: the old answer for two days, then a refusal, never a mistake of the server's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text

from tests.portal_tools import SteerableClock, running_portal
from tests.share_tools import exam_of


def test_a_key_used_again_after_days_is_refused_in_words(tmp_path: Path) -> None:
    clock = SteerableClock()
    with running_portal(tmp_path / "portal", clock=clock) as portal:
        anna = portal.account()
        body = {"exams": [exam_of(portal, anna)]}

        def again(**more: Any) -> Any:
            return portal.post("/api/v1/shares", anna.token, json=body | more, headers={"Idempotency-Key": "k"})

        first = portal.said(201, again())
        clock.forward(days=1)
        assert portal.said(201, again()) == first | {"share": first["share"]}
        clock.forward(days=30)
        for more in ({}, {"days": 3}):
            assert again(**more).json()["code"] == "conflict"
        with portal.services.database.writing() as session:  # as earlier portals did at a start
            session.execute(text("DELETE FROM idempotency"))
        assert (again().status_code, again().json()["reason"]) == (409, "idempotency-key-old")
        assert len(portal.get("/api/v1/shares", anna.token).json()["shares"]) == 1
