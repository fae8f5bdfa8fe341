"""The six digits of an app, as RFC 6238 and a real app say them, and what is kept of their secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from portal.server.base.problems import Problem
from portal.server.factors.one_time_codes import (
    PERIOD,
    app_address,
    code_at,
    fitting_counter,
    new_secret,
    typed_secret,
)
from portal.server.factors.sealing import seal, unseal

RFC_SECRET = b"12345678901234567890"
NOW = datetime(2026, 12, 1, 18, 0, tzinfo=UTC)
HERE = int(NOW.timestamp()) // PERIOD


@pytest.mark.parametrize(
    "seconds, digits",
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_a10_codes_are_those_of_rfc_6238(seconds: int, digits: str) -> None:
    assert code_at(RFC_SECRET, seconds // PERIOD) == digits[-6:]


def test_a10_an_app_that_read_the_qr_code_shows_what_the_portal_takes() -> None:
    secret = new_secret()
    app = pyotp.parse_uri(app_address(secret, "Praxis Dr. Süß: MRT", "anna+1@x"))
    assert isinstance(app, pyotp.TOTP)
    assert app.secret == typed_secret(secret)
    assert (app.issuer, app.name) == ("Praxis Dr. Süß: MRT", "anna+1@x")
    assert fitting_counter(secret, app.at(NOW), NOW, 0) == HERE
    address = urlsplit(app_address(secret, "P", "a"))
    assert unquote(address.path) == "/P:a"
    assert parse_qs(address.query)["period"] == ["30"]


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a10_a_clock_may_be_one_step_wrong(steps: int) -> None:
    assert fitting_counter(RFC_SECRET, code_at(RFC_SECRET, HERE + steps), NOW, 0) == HERE + steps


@pytest.mark.parametrize("steps", [-2, 2])
def test_a10_two_steps_are_too_many(steps: int) -> None:
    assert fitting_counter(RFC_SECRET, code_at(RFC_SECRET, HERE + steps), NOW, 0) is None


def test_a10_a_code_is_not_taken_again_nor_one_before_it() -> None:
    code, before = code_at(RFC_SECRET, HERE), code_at(RFC_SECRET, HERE - 1)
    assert fitting_counter(RFC_SECRET, code, NOW, HERE) is None
    assert fitting_counter(RFC_SECRET, before, NOW, HERE) is None
    assert fitting_counter(RFC_SECRET, code, NOW + timedelta(seconds=PERIOD), HERE) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12 34", "½23456"])
def test_a10_what_is_no_six_digits_is_no_code(typed: str) -> None:
    assert fitting_counter(RFC_SECRET, typed, NOW, 0) is None


def test_a10_blanks_between_the_digits_do_not_count() -> None:
    code = code_at(RFC_SECRET, HERE)
    assert fitting_counter(RFC_SECRET, f" {code[:3]} {code[3:]} ", NOW, 0) == HERE


def test_a10_a_sealed_secret_opens_with_the_servers_key_for_its_own_account_alone() -> None:
    sealed = seal(b"k" * 32, "anna", RFC_SECRET)
    assert unseal(b"k" * 32, "anna", sealed) == RFC_SECRET
    assert sealed != seal(b"k" * 32, "anna", RFC_SECRET)
    for key, whose in ((b"x" * 32, "anna"), (b"k" * 32, "karl")):
        with pytest.raises(Problem) as refused:
            unseal(key, whose, sealed)
        assert refused.value.code == "unavailable"
