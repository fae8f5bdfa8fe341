"""`/health` and `/metrics`: whether the portal can work, and numbers without names."""

from __future__ import annotations

import re
from collections import namedtuple
from pathlib import Path

import pytest

from core.workers.worker import WorkerPool
from portal.server.watching import health
from tests.portal_tools import Portal, running_portal
from tests.share_tools import exam_of, make

pytestmark = pytest.mark.on_postgres

LINE = re.compile(r'scanshelf_portal_[a-z_]+(\{[a-z]+="[^"]*"\})? -?\d+')


def test_a_portal_that_can_work_says_so_to_anybody(portal: Portal) -> None:
    assert portal.said(200, portal.get("/health")) == {"status": "ok", "troubles": []}


def test_a_full_disk_and_a_database_that_is_gone_are_told(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: usage(10, 9, 1))
    assert portal.said(503, portal.get("/health")) == {"status": "trouble", "troubles": ["room"]}


def test_numbers_tell_how_many_and_never_of_whom(portal: Portal) -> None:
    anna = portal.account("MUELLER^ANNA", user_name="anna-mueller")
    make(portal, anna.token, exams=[exam_of(portal, anna)], label="Dr Berg", email="berg@example.org")
    answer = portal.get("/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    assert 'scanshelf_portal_accounts{state="active"} 1' in lines
    assert 'scanshelf_portal_shares{state="open"} 1' in lines
    assert 'scanshelf_portal_notices{state="waiting"} 1' in lines
    assert all(LINE.fullmatch(line) for line in lines if not line.startswith("#") and "_info" not in line), lines
    assert not re.search("anna|mueller|berg|1951", answer.text, re.IGNORECASE)


def test_behind_a_proxy_numbers_are_for_staff_alone(tmp_path: Path, portal_pool: WorkerPool) -> None:
    with running_portal(tmp_path / "portal", workers=portal_pool, local=False) as portal:
        assert portal.get("/metrics").status_code == 401
        assert portal.get("/metrics", portal.staff_token).status_code == 200
        assert portal.get("/health").status_code == 200
