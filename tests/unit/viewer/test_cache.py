from dataclasses import dataclass

from viewer.frames.cache import FrameCache, default_limit
from viewer.frames.order import clip_order, read_ahead_order


@dataclass(frozen=True)
class Block:
    nbytes: int


def test_reading_ahead_goes_two_forward_for_one_back_and_reaches_all() -> None:
    assert list(read_ahead_order(5, 10, 1)) == [5, 6, 7, 4, 8, 9, 3, 2, 1, 0]
    assert list(read_ahead_order(5, 10, -1)) == [5, 4, 3, 6, 2, 1, 7, 0, 8, 9]
    assert list(read_ahead_order(0, 1, 1)) == [0]


def test_of_a_clip_the_near_frames_come_first_and_the_rest_forwards() -> None:
    assert list(clip_order(3, 6, 1)) == [3, 2, 4, 5, 1, 0]
    assert list(clip_order(0, 3, 1)) == list(clip_order(0, 3, -1)) == [0, 1, 2]
    order = list(clip_order(50, 100, 1))
    assert order[:4] == [50, 49, 51, 52]  # one back may cost a whole group: it is begun at once
    assert sorted(order[:17]) == list(range(42, 59))
    assert order[17:] == [*range(59, 100), *range(42)]
    assert list(clip_order(50, 100, -1))[:5] == [50, 49, 48, 51, 47]
    assert sorted(clip_order(50, 100, -1)) == list(range(100))


def test_the_farthest_frame_makes_room() -> None:
    cache: FrameCache[Block] = FrameCache(30)
    cache.focus([5, 6, 4, 7, 3])
    for key in (3, 7, 5):
        cache.put(key, Block(10))
    assert cache.put(6, Block(10))
    assert 3 not in cache
    assert 7 in cache


def test_a_frame_nobody_speaks_of_goes_before_any_wanted_one() -> None:
    cache: FrameCache[Block] = FrameCache(30)
    cache.put("other", Block(10))
    cache.focus([1, 2, 3])
    for key in (3, 2, 1):
        cache.put(key, Block(10))
    assert "other" not in cache
    assert 3 in cache


def test_a_far_frame_never_puts_out_a_near_one() -> None:
    cache: FrameCache[Block] = FrameCache(20)
    cache.focus([1, 2, 3])
    cache.put(1, Block(10))
    cache.put(2, Block(10))
    assert not cache.put(3, Block(10))
    assert 1 in cache
    assert 2 in cache
    assert not cache.room_for(2, 10)
    assert cache.room_for(1, 10)


def test_the_shown_frame_is_held_even_if_it_alone_is_too_large() -> None:
    cache: FrameCache[Block] = FrameCache(20)
    cache.focus([1, 2])
    cache.put(2, Block(10))
    assert cache.put(1, Block(50))
    assert len(cache) == 1
    assert not cache.put(2, Block(50))


def test_bytes_are_counted_when_frames_are_replaced_and_let_go() -> None:
    cache: FrameCache[Block] = FrameCache(100)
    cache.put(1, Block(10))
    cache.put(1, Block(30))
    assert cache.nbytes == 30
    cache.discard(1)
    cache.discard(1)
    assert cache.nbytes == 0
    cache.put(2, Block(5))
    cache.clear()
    assert cache.nbytes == 0
    assert cache.get(2) is None


def test_the_limit_is_at_most_two_gigabytes() -> None:
    assert 0 < default_limit() <= 2 * 1024**3
