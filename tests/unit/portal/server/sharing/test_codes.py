"""Codes of a share: long enough, read as people type them, kept as hashes alone."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.server.sharing.share_secrets import (
    BASE62,
    CROCKFORD,
    code_fits,
    code_hmac,
    derived_secrets,
    new_locator,
    new_secrets,
    normalised,
    share_code,
    split_share_code,
)

KEY = b"k" * 32


def test_a_link_token_has_at_least_128_bits() -> None:
    token = new_secrets().token
    assert set(token) <= set(BASE62)
    assert len(token) * math.log2(62) >= 128


def test_code_and_locator_are_six_letters_of_crockfords_base32() -> None:
    for drawn in (new_secrets().code, new_locator(), derived_secrets(KEY, "a", "key").code):
        assert len(drawn) == 6
        assert set(drawn) <= set(CROCKFORD)


def test_no_two_draws_are_the_same() -> None:
    assert len({new_secrets().token for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "typed",
    [
        "7KQ4M2-XD9FT1",
        "7kq4m2-xd9ft1",
        "7kq4m2 xd9ftl",
        " 7KQ4M2XD9FTI ",
        "7-K-Q-4-M-2-X-D-9-F-T-i",
        "7kq4m2\u2013xd9ft1",  # a dash as word processors make them
        "7kq4m2\u00a0xd9ft1",
        "\uff17\uff2b\uff31\uff14\uff2d\uff12 \uff38\uff24\uff19\uff26\uff34\uff11",  # as a Japanese keyboard writes
        "7kq4m2\u200b-xd9ft1\n",
    ],
)
def test_a_share_code_is_read_however_it_is_typed(typed: str) -> None:
    assert split_share_code(typed) == ("7KQ4M2", "XD9FT1")


def test_o_is_read_as_zero_and_i_and_l_as_one() -> None:
    assert normalised("oOiIlL") == "001111"


@pytest.mark.parametrize(
    "typed", ["", "7KQ4M2", "7KQ4M2-XD9FT", "7KQ4M2-XD9FT11", "UUUUUU-UUUUUU", "%" * 12, "\u0661" * 12, "9" * 10**6]
)
def test_what_cannot_be_a_share_code_is_none(typed: str) -> None:
    assert split_share_code(typed) is None


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_as_crockford_or_nothing(typed: str) -> None:
    assert set(normalised(typed)) <= set(CROCKFORD)


@given(st.text(alphabet=CROCKFORD, min_size=6, max_size=6), st.text(max_size=20))
def test_only_the_code_itself_fits(code: str, other: str) -> None:
    kept = code_hmac(KEY, "share", code)
    assert code_fits(KEY, "share", code.lower(), kept)
    assert code_fits(KEY, "share", other, kept) == (normalised(other) == code)


def test_a_code_is_bound_to_its_share_and_to_the_servers_key() -> None:
    kept = code_hmac(KEY, "share", "XD9FTP")
    assert not code_fits(KEY, "another", "XD9FTP", kept)
    assert not code_fits(b"x" * 32, "share", "XD9FTP", kept)
    assert "XD9FTP" not in kept


def test_the_same_request_derives_the_same_secrets_and_no_other_does() -> None:
    assert derived_secrets(KEY, "anna", "1") == derived_secrets(KEY, "anna", "1")
    others = {
        derived_secrets(key, who, which)
        for key, who, which in [(KEY, "anna", "2"), (KEY, "an", "na1"), (b"x", "anna", "1")]
    }
    assert derived_secrets(KEY, "anna", "1") not in others
    assert len(others) == 3


def test_halves_are_joined_by_a_hyphen() -> None:
    assert share_code("7KQ4M2", "XD9FTP") == "7KQ4M2-XD9FTP"
