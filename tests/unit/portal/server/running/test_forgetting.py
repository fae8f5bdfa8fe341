"""What has long ended is forgotten at the next start; what counts for good stays."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from portal.server.base.tables import AccessTokenRow, ActivityRow, Base, IdempotencyRow, ShareRow, ShareSessionRow
from tests.portal_tools import Portal, SteerableClock, running_portal
from tests.unit.portal.server.dicomweb.senders import made, sent


def count(portal: Portal, table: type[Base]) -> int:
    with portal.services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def opened_share(portal: Portal) -> None:
    anna = portal.account()
    assert sent(portal, anna.token, made()).status_code == 200
    (exam,) = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    headers = {"Idempotency-Key": "once"}
    asked = portal.request("POST", "/api/v1/shares", anna.token, json={"exams": [exam["id"]]}, headers=headers)
    assert asked.status_code in {200, 201}
    portal.said(200, portal.post("/api/v1/redeem", json={"share_code": asked.json()["share_code"]}))


def test_sessions_are_forgotten_two_days_after_their_end(tmp_path: Path) -> None:
    clock, data = SteerableClock(), tmp_path / "portal"
    with running_portal(data, clock=clock) as portal:
        opened_share(portal)
    clock.forward(days=1)
    with running_portal(data, clock=clock) as portal:
        assert count(portal, ShareSessionRow) == 1
    clock.forward(days=2)
    with running_portal(data, clock=clock) as portal:
        assert (count(portal, ShareSessionRow), count(portal, IdempotencyRow)) == (0, 1)  # a key stays used


def test_what_happened_shares_and_living_tokens_stay(tmp_path: Path) -> None:
    clock, data = SteerableClock(), tmp_path / "portal"
    with running_portal(data, clock=clock) as portal:
        opened_share(portal)
        before = [count(portal, table) for table in (ActivityRow, ShareRow, AccessTokenRow)]
    clock.forward(days=400)
    with running_portal(data, clock=clock) as portal:
        assert [count(portal, table) for table in (ActivityRow, ShareRow, AccessTokenRow)] == before
