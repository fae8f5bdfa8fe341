"""Strangers who try codes: the practice is told, once a day, without a name (L1, S11)."""

from __future__ import annotations

import logging

import pytest

from portal.server.base.tables import PracticeRow, WrongCodesRow
from portal.server.running.alarming import MANY
from portal.server.running.reminding import Reminding
from tests.portal_tools import Portal


def guess(portal: Portal, times: int) -> None:
    for number in range(times):
        portal.services.wrong_codes.add(f"203.0.113.{number % 7}")


def alarms(portal: Portal) -> int:
    Reminding(portal.services).remind()
    return len(portal.letters("strangers"))


@pytest.fixture
def practice(portal: Portal) -> Portal:
    with portal.services.database.writing() as session:
        session.get_one(PracticeRow, 1).email = "front@example.org"
    return portal


def test_l1_many_wrong_codes_are_told_to_the_practice_once_a_day(
    practice: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="portal"):
        guess(practice, MANY - 1)
        assert alarms(practice) == 0
        guess(practice, 1)
        assert alarms(practice) == 1
        guess(practice, MANY)
        assert alarms(practice) == 1
        assert len(caplog.records) == 1
        practice.clock.forward(days=1)
        guess(practice, MANY)
        assert alarms(practice) == 2
    (letter, _) = practice.letters("strangers")
    assert letter["To"] == "front@example.org"
    assert f" {MANY} " in str(letter.get_body(("plain",)))
    assert "203.0.113" not in caplog.text + str(letter)


def test_wrong_codes_of_shares_and_activations_are_counted_and_no_address_is_kept(practice: Portal) -> None:
    practice.post("/api/v1/redeem", json={"share_code": "AAAAAA-BBBBBB"})
    practice.post("/api/v1/activation", json={"code": "AAAA-BBBB", "user_name": "x", "password": "y"})
    Reminding(practice.services).remind()
    assert "scanshelf_portal_wrong_codes_today 2" in practice.get("/metrics").text.splitlines()
    with practice.services.database.reading() as session:
        (row,) = session.query(WrongCodesRow).all()
    assert (row.tries, len(row.place), "127" in row.place) == (2, 16, False)
