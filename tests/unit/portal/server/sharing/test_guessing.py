"""Wrong codes are counted by where they come from; who floods typed codes shuts out nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.server.base.clock import system_clock
from portal.server.base.networks import network_of
from portal.server.base.problems import Problem
from portal.server.base.settings import ServerSettings
from portal.server.running.serve import open_tries
from portal.server.sharing.guess_limits import Guesses

RATES = {
    "wrong-code-by-address": "3 per 10 minutes",
    "typed-code-by-everybody": "5 per 10 minutes",
    "typed-code-in-a-flood": "2 per 10 minutes",
}


@pytest.fixture
def guesses(tmp_path: Path) -> Iterator[Guesses]:
    with ExitStack() as stack:
        settings = ServerSettings(tmp_path, "http://127.0.0.1", local=True)
        yield Guesses(open_tries(settings, stack, system_clock, b"key"), RATES)


def _is_open(guesses: Guesses, address: str, *, typed: bool = False) -> bool:
    try:
        guesses.check(address, typed=typed)
    except Problem as problem:
        return problem.code != "too-many-tries"
    return True


def _count(guesses: Guesses, address: str, times: int, *, typed: bool = False) -> None:
    for _ in range(times):
        guesses.count(address, typed=typed)


def test_who_is_refused_is_told_when_to_come_back(guesses: Guesses) -> None:
    _count(guesses, "192.0.2.1", 3)
    with pytest.raises(Problem) as refused:
        guesses.check("192.0.2.1", typed=False)
    assert 500 < int(refused.value.headers["Retry-After"]) <= 601


def test_an_address_waits_after_too_many_wrong_codes_and_others_do_not(guesses: Guesses) -> None:
    for _ in range(3):
        assert _is_open(guesses, "192.0.2.1")
        guesses.count("192.0.2.1", typed=False)
    assert not _is_open(guesses, "192.0.2.1")
    assert _is_open(guesses, "192.0.2.2")


def test_many_addresses_that_guess_typed_codes_shut_out_themselves_alone(guesses: Guesses) -> None:
    for last in range(3):
        _count(guesses, f"192.0.2.{last}", 2, typed=True)
    assert not _is_open(guesses, "192.0.2.0", typed=True)
    assert _is_open(guesses, "192.0.2.0")
    for _ in range(2):
        assert _is_open(guesses, "198.51.100.1", typed=True)
        guesses.count("198.51.100.1", typed=True)
    assert not _is_open(guesses, "198.51.100.1", typed=True)
    assert _is_open(guesses, "198.51.100.1")


@pytest.mark.parametrize(
    "address, network",
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_one_house_is_one_address(address: str, network: str) -> None:
    assert network_of(address) == network
