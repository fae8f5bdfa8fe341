"""Of a clip's decoded pictures those around the one that is looked at are kept, within a limit."""

from __future__ import annotations

import random

import numpy as np
import pytest

from dicom.clips.decoder import Planes
from dicom.clips.kept import KeptPictures

SIZE = 10


def _picture(number: int) -> Planes:
    return Planes(number, (np.zeros(SIZE, np.uint8),), 8, 1, False, True, True, True)


def _kept(limit: int, here: int, *places: int) -> KeptPictures:
    made = KeptPictures(limit * SIZE)
    made.here = here
    for place in places:
        made.put(place, _picture(place))
    return made


def _places(kept: KeptPictures) -> list[int]:
    return [place for place in range(1000) if kept.get(place)]


def test_those_far_ahead_go_first_then_the_farthest_behind() -> None:
    assert _places(_kept(8, 50, *range(45, 53), 60, 61)) == [45, 46, 47, 48, 49, 50, 51, 52]
    assert _places(_kept(8, 50, *range(40, 52))) == [44, 45, 46, 47, 48, 49, 50, 51]
    assert _places(_kept(8, 50, *range(30, 42))) == list(range(34, 42))


def test_what_is_worth_less_than_all_that_is_kept_is_not_kept() -> None:
    assert _places(_kept(4, 50, 47, 48, 49, 50, 3)) == [47, 48, 49, 50]


def test_two_are_kept_whatever_their_size() -> None:
    assert len(_places(_kept(0, 5, 4, 5, 6))) == 2


def test_the_nearest_place_without_a_picture_is_found_on_both_sides() -> None:
    kept = _kept(100, 50, *range(40, 56), 58, 60)
    assert (kept.first_missing_before(50), kept.first_missing_after(50)) == (39, 56)
    assert (kept.first_missing_before(40), kept.first_missing_after(58)) == (39, 59)
    assert (kept.first_missing_before(100), kept.first_missing_after(20)) == (99, 21)
    assert _kept(100, 0, 0, 1, 2).first_missing_before(2) == -1


@pytest.mark.parametrize("seed", range(5))
def test_memory_never_grows_beyond_the_limit(seed: int) -> None:
    chance, kept = random.Random(seed), KeptPictures(20 * SIZE)
    for _ in range(500):
        kept.here = chance.choice([kept.here - 1, kept.here + 1, chance.randrange(100)])
        place = chance.randrange(100)
        kept.put(place, _picture(place))
        assert kept.nbytes == SIZE * len(_places(kept)) <= 20 * SIZE
        missing = kept.first_missing_before(kept.here)
        assert kept.get(missing) is None
        assert all(kept.get(between) for between in range(missing + 1, kept.here))
