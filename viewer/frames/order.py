"""In which order the frames of a set are wanted, by where the person is and which way they go."""

from __future__ import annotations

from collections.abc import Iterator

_NEAR_BEHIND, _FAR_BEHIND = 8, 24  # frames of a clip


def clip_order(index: int, count: int, direction: int) -> Iterator[int]:
    """Yield all indices, the shown one and the one before it first: some near ones, then on to the end, then the start.

    For clips, which are decoded forwards from a key picture: far back, each frame by itself would cost its whole way,
    and the one before a key picture costs a whole group, which is begun while the person looks at the key picture.
    """
    behind = _FAR_BEHIND if direction < 0 else _NEAR_BEHIND
    first = max(index - behind, 0)
    near = [
        first + place for place in read_ahead_order(index - first, min(count, index + behind + 1) - first, direction)
    ]
    if index > 0:
        near.remove(index - 1)
        near.insert(1, index - 1)
    yield from near
    yield from range(min(count, index + behind + 1), count)
    yield from range(first)


def read_ahead_order(index: int, count: int, direction: int) -> Iterator[int]:
    """Yield all indices, the shown one first, then outwards: two in the direction of scrolling for one behind."""
    step = -1 if direction < 0 else 1
    yield index
    ahead, behind = index + step, index - step
    while 0 <= ahead < count or 0 <= behind < count:
        for _ in range(2):
            if 0 <= ahead < count:
                yield ahead
            ahead += step
        if 0 <= behind < count:
            yield behind
        behind -= step
