"""Before an account rests the window says so, with what to do: A8."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.cli.whoami import WARNED_DAYS, days_left
from app.window.places.portal.words import resting_words
from portal.names import AccountId
from portal.wire.accounts import Account
from portal.wire.moments import utc_text
from portal.wire.people import Practice

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def account(rests_at: str | None) -> Account:
    return Account(AccountId("a"), "anna", (), Practice("P"), rests_at=rests_at)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("days, warned", [(31, False), (29, True), (0, True), (-5, True)])
def test_a8_thirty_days_before_it_rests_the_window_warns(days: int, warned: bool) -> None:
    said = resting_words(account(utc_text(NOW + timedelta(days=days))), NOW)
    assert bool(said) == warned
    assert ("Sign out and in again before" in said) == warned


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("rests_at", [None, "", "soon", "9999-99-99T00:00:00Z"])
def test_a_portal_that_does_not_tell_or_tells_nonsense_warns_of_nothing(rests_at: str | None) -> None:
    assert resting_words(account(rests_at), NOW) == ""
    assert days_left(rests_at or "") > WARNED_DAYS
