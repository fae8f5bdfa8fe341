"""Where pictures lie along their normal, and in which order a stack runs. Plain numbers in, indices out."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from dicom.description import FrameInfo
from dicom.showing.geometry import place_along_normal

Orientation = tuple[float, float, float, float, float, float]
Moment = tuple[bool, int, str, int]  # no number, instance number, time, frame index

_SAME_DIRECTION = 0.99996  # cosine of half a degree
_SAME_PLACE = 1e-3  # mm
_SLACK = 0.1  # of the usual step between slices: two pictures nearer than that lie at one place
_WIDEST_SLACK = 0.05  # mm


def same_direction(one: Orientation | None, other: Orientation | None) -> bool:
    """Tell whether two frames face the same way, within half a degree."""
    if one is None or other is None or one == other:
        return one == other
    along = sum(a * b for a, b in zip(one[:3], other[:3], strict=True))
    down = sum(a * b for a, b in zip(one[3:], other[3:], strict=True))
    return along > _SAME_DIRECTION and down > _SAME_DIRECTION


def by_direction(infos: Sequence[FrameInfo]) -> list[list[int]]:
    """Return the indices of frames that face the same way, group by group."""
    groups: list[tuple[Orientation | None, list[int]]] = []
    for index, info in enumerate(infos):
        facing = info.image_orientation_patient
        for known, members in groups:
            if same_direction(known, facing):
                members.append(index)
                break
        else:
            groups.append((facing, [index]))
    return [members for _, members in groups]


def place(info: FrameInfo) -> float | None:
    """Return the distance of the slice along its normal in mm."""
    return place_along_normal(info.image_orientation_patient, info.image_position_patient)


def places(infos: Sequence[FrameInfo]) -> list[float] | None:
    """Return the places of all frames in mm: along the normal, else by slice location; None unless all have one."""
    found = [place(info) for info in infos]
    if None in found:
        found = [info.slice_location for info in infos]
    known = [value for value in found if value is not None and math.isfinite(value)]
    return known if len(known) == len(infos) else None


def place_numbers(mm: Sequence[float]) -> list[int]:
    """Number the places from 0 along the normal; what lies within a tenth of a step is one place."""
    ordered = sorted(set(mm))
    steps = sorted(step for step in (b - a for a, b in pairwise(ordered)) if step >= _SAME_PLACE)
    slack = min(_WIDEST_SLACK, _SLACK * steps[len(steps) * 9 // 10]) if steps else _SAME_PLACE
    numbers: dict[float, int] = {}
    number, began = 0, ordered[0] if ordered else 0.0
    for value in ordered:
        if value - began > slack:
            number, began = number + 1, value
        numbers[value] = number
    return [numbers[value] for value in mm]


def in_space(infos: Sequence[FrameInfo], moments: Sequence[Moment]) -> list[int]:
    """Return the order of frames that come sorted by number and time: by place, running the way the moments run.

    Where several lie at one place, the stack is gone through once for each of them instead of back and forth. Without
    places, or with only one, they stay as they come.
    """
    mm = places(infos)
    if mm is None or max(mm) - min(mm) < _SAME_PLACE:
        return list(range(len(infos)))
    numbers = place_numbers(mm)
    sign = -1 if _runs_backwards(numbers, moments) else 1
    return [index for run in _runs(numbers) for index in sorted(run, key=lambda one: (sign * numbers[one], one))]


def _runs_backwards(numbers: Sequence[int], moments: Sequence[Moment]) -> bool:
    """Tell whether the moments clearly run against the normal; equal moments say nothing."""
    steps = [numbers[b] - numbers[a] for a, b in pairwise(range(len(numbers))) if moments[a] < moments[b]]
    back, forth = sum(step < 0 for step in steps), sum(step > 0 for step in steps)
    return back > 0 and back >= 2 * forth


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Part frames into runs in which each place comes once: where they begin anew as they come, else by turns."""
    most = max(Counter(numbers).values())
    runs: list[list[int]] = [[]]
    seen: set[int] = set()
    for index, number in enumerate(numbers):
        if number in seen:
            runs.append([])
            seen = set()
        runs[-1].append(index)
        seen.add(number)
    if len(runs) == most:
        return runs
    turns: defaultdict[int, int] = defaultdict(int)
    by_turn: list[list[int]] = [[] for _ in range(most)]
    for index, number in enumerate(numbers):
        by_turn[turns[number]].append(index)
        turns[number] += 1
    return by_turn
