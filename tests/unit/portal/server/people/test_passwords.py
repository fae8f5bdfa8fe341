"""What is kept of a password."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from portal.server.base.password_hashes import Passwords


@pytest.fixture(scope="module")
def kept() -> str:
    """The hash a portal keeps that nobody told what one should cost."""
    return Passwords().hash("seven wooden spoons")


def test_a_hash_costs_whoever_tries_what_the_standard_asks(kept: str) -> None:
    """RFC 9106, 4: Argon2id, 64 MB, three times over, with four lanes, a salt of 128 bits and a tag of 256."""
    said = extract_parameters(kept)
    assert said.type is Type.ID
    assert (said.memory_cost, said.time_cost, said.parallelism) == (1 << 16, 3, 4)
    assert (said.salt_len, said.hash_len) == (16, 32)


def test_it_fits_the_password_it_was_made_of_and_no_other(kept: str) -> None:
    passwords = Passwords()
    assert passwords.fits(kept, "seven wooden spoons")
    assert not passwords.fits(kept, "seven wooden spoon")
    assert not passwords.fits(None, "seven wooden spoons")


def test_one_hasher_checks_what_another_made_at_another_cost(kept: str) -> None:
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    assert quick.fits(kept, "seven wooden spoons")
    assert Passwords().fits(quick.hash("seven wooden spoons"), "seven wooden spoons")
