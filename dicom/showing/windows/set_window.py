"""One window for a whole stack whose file gives none: where its slices' values mostly lie. Plain numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dicom.description import ObjectDescription, Window
from dicom.showing.windows.voi import voi_choices

Spread = tuple[float, ...]  # from the smallest to the largest value in even quantiles; empty where nothing was found

_FIRST = 9  # slices that are looked at
_MOST = 20
_LOW, _HIGH = 0.005, 0.995
_FAR = 8.0  # times the spread of all others: a slice that lies so far off is alone
_LIKE_BEFORE = 0.15  # of a width: a window so near the one that is used is no reason to change the picture


def has_no_window(said: ObjectDescription, frame_index: int) -> bool:
    """Say whether a frame is grey and its file says nothing of how to show it."""
    return said.kind == "image" and not _is_colour(said) and not voi_choices(said, frame_index)


def _is_colour(said: ObjectDescription) -> bool:
    return said.samples_per_pixel > 1 or (said.photometric_interpretation or "").upper().startswith("PALETTE")


def next_places(count: int, known: Mapping[int, Spread]) -> list[int]:
    """Return which of `count` frames to look at next, none when enough is known.

    Some frames all along the stack; more where those were empty, and the neighbours of one that is unlike all others.
    """
    first = [place for place in _evenly(count, _FIRST) if place not in known]
    if first or len(known) >= min(_MOST, count):
        return first
    if not any(_varies(spread) for spread in known.values()):
        return [place for place in _evenly(count, _MOST) if place not in known]
    odd = _odd_one_out(known)
    beside = (odd - 1, odd + 1) if odd is not None else ()
    return [place for place in beside if 0 <= place < count and place not in known]


def window_of(known: Mapping[int, Spread]) -> Window | None:
    """Return the window between the 0.5th and the 99.5th percentile of all slices together.

    Empty slices do not count, nor does one that is unlike all others; None where there is nothing to see.
    """
    odd = _odd_one_out(known)
    varied = [spread for place, spread in known.items() if _varies(spread) and place != odd]
    counted = varied or [spread for spread in known.values() if spread]
    if not counted:
        return None
    values = np.sort(np.concatenate(counted))
    low, high = (float(value) for value in np.quantile(values, (_LOW, _HIGH)))
    if not low < high:
        low, high = float(values[0]), float(values[-1])
    return Window((low + high) / 2, high - low, "LINEAR_EXACT") if low < high else None


def steady(before: Window | None, now: Window | None) -> Window | None:
    """Return the window to use: the one before, where the new one would hardly look different."""
    if before is None or now is None:
        return now or before
    slack = _LIKE_BEFORE * now.width
    edges = [(one.center - one.width / 2, one.center + one.width / 2) for one in (before, now)]
    return before if all(abs(a - b) <= slack for a, b in zip(*edges, strict=True)) else now


def _evenly(count: int, most: int) -> Sequence[int]:
    """Return places all along a stack, the middle one first."""
    places = [int((index + 0.5) * count / most) for index in range(most)] if count > most else range(count)
    return sorted(places, key=lambda place: abs(place - count // 2))


def _varies(spread: Spread) -> bool:
    return bool(spread) and spread[0] < spread[-1]


def _odd_one_out(known: Mapping[int, Spread]) -> int | None:
    """Return the one place whose values lie far off those of all others, if there is just one of many."""
    ends = {place: _ends(spread) for place, spread in known.items() if _varies(spread)}
    if len(ends) < 3:
        return None
    for place in (max(ends, key=lambda one: ends[one][1]), min(ends, key=lambda one: ends[one][0])):
        others = [each for other, each in ends.items() if other != place]
        low, high = min(one[0] for one in others), max(one[1] for one in others)
        far = _FAR * (high - low)
        if ends[place][1] > high + far or ends[place][0] < low - far:
            return place
    return None


def _ends(spread: Spread) -> tuple[float, float]:
    last = len(spread) - 1
    low, high = spread[round(_LOW * last)], spread[round(_HIGH * last)]
    return (low, high) if low < high else (spread[0], spread[-1])
