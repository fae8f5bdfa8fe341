"""A hash in a thread beside is the same hash, and ends."""

from __future__ import annotations

import hashlib
import os

import pytest

from core.files.side_hash import SideHash


@pytest.mark.parametrize("pieces", [0, 1, 3, 60])
def test_it_is_the_hash_of_all_pieces_in_their_order(pieces: int) -> None:
    all_of_them = [os.urandom(300_000 + number) for number in range(pieces)]
    beside = SideHash()
    for piece in all_of_them:
        beside.update(memoryview(piece))
    assert beside.hexdigest() == hashlib.sha256(b"".join(all_of_them)).hexdigest()


def test_it_may_be_asked_in_between() -> None:
    beside, plain = SideHash(), hashlib.sha256()
    for _ in range(3):
        piece = os.urandom(5 << 20)
        beside.update(piece)
        plain.update(piece)
        assert beside.hexdigest() == beside.hexdigest() == plain.hexdigest()


def test_one_that_nobody_asks_ends_when_closed() -> None:
    beside = SideHash()
    beside.update(bytes(5 << 20))
    beside.close()
    beside.close()
