"""What kinds of picture lie at the same places in one stack, so that none alternates with another at each step.

One rule for every key: it sets kinds apart if it differs *at the same places*, has few values, and each value comes
alike at each of its places. What changes from slice to slice (a jittering echo time, the trigger of each slice, a
number for each acquisition of one slice) does not, nor does what changes along the way.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dicom.description import FrameInfo
from dicom.series.order import place_numbers, places

Keys = tuple[tuple[str, str], ...]
Column = list[str]  # what each frame says; "" where it says nothing

# Named keys, the most telling first. Those of one place split also pictures of a single slice; those without places
# split also where nobody says where the pictures lie.
_NAMED = (
    "component", "image-type", "b-value", "echo-time", "echo", "inversion-time", "time", "phase", "breath",
    "frame-time", "time-offset", "kernel", "voltage", "contrast", "thickness", "flip", "trigger", "acquisition",
    "repetition-time", "sequence", "description", "turn",
)  # fmt: skip
_AT_ONE_PLACE = frozenset({"component", "image-type", "b-value", "echo-time", "echo", "kernel"})
_WITHOUT_PLACES = ("stack", "component", "image-type", "echo-time", "echo", "kernel", "b-value", "phase", "time")
_BETWEEN_PLACES = ("image-type", "kernel", "thickness", "b-value", "echo-time", "voltage")
_WOBBLING = frozenset({"b-value", "echo-time", "inversion-time", "thickness", "flip", "repetition-time", "voltage"})
_WOBBLE = 0.03  # of a value: nearer ones are meant to be the same
_MOST_PARTS = 32  # of one named key; more stay one stack, one kind after the other
_MOST_UNNAMED_PARTS = 8
_SAMPLE = 40  # frames that are looked at to find out which lines of the small print may matter
_UNNAMED = "part"
_DIGITS, _LONGEST_NUMBER = re.compile("[0-9]+"), 20
STRAY = "\0"  # stands for values that hardly ever come
_OF_WORDS = frozenset({"component", "image-type"})


@dataclass(frozen=True, slots=True)
class Part:
    """One kind: the frames' indices run by run (each run is put in the order of space), and what tells it apart."""

    runs: tuple[tuple[int, ...], ...]
    split: Keys = ()


def kinds(infos: Sequence[FrameInfo]) -> list[Part]:
    """Part frames that face one way, which come sorted by number and time."""
    mm = places(infos)
    everybody = list(range(len(infos)))
    keys = [dict(info.stack_keys) for info in infos]
    if mm is None:
        return _without_places(everybody, keys)
    split = _Split(infos, keys, mm, place_numbers(mm))
    stacks = _grouped(everybody, [said.get("stack", "") for said in keys])
    if len(stacks) == 1 or len(stacks) * 2 > len(infos):
        return split.parts(everybody, ())
    ordered = sorted(stacks.items(), key=lambda item: sort_value("stack", item[0]))
    return [part for said, members in ordered for part in split.parts(members, (("stack", said),))]


def sort_value(name: str, said: str) -> tuple[int, float, str]:
    """Return what values of a key are ordered by: nothing, then numbers by size, then known words, then text."""
    if said == STRAY:
        return 3, 0.0, ""
    if not said:
        return 0, 0.0, ""
    number = _number(said)
    if number is not None:
        return 1, number, ""
    words = [word for word in said.upper().split("\\") if word]
    ranks = [rank for word in words if (rank := _WORDS.get(word)) is not None]
    counted = _DIGITS.sub(lambda found: found[0].zfill(_LONGEST_NUMBER), said)  # part 9 comes before part 10
    return 2, float(max(ranks) if name in _OF_WORDS and ranks else len(_WORDS)), counted


_IN_ORDER = """
M MAGNITUDE P PHASE R REAL I IMAGINARY W WATER F FAT IP IN_PHASE OP OUT_PHASE OPP_PHASE ADC TRACEW FA
"""
_WORDS = {word: rank for rank, word in enumerate(_IN_ORDER.split())}


def _differing(column: Sequence[str]) -> list[str]:
    """Return of values joined by backslashes those that are not everywhere the same."""
    rows = [said.split("\\") for said in column]
    if len(set(map(len, rows))) == 1:
        places = [place for place in range(len(rows[0])) if len({row[place] for row in rows}) > 1]
        told = [[row[place] for place in places] for row in rows]
    else:
        same = {word for word in rows[0] if all(word in row for row in rows)}
        told = [[word for word in row if word not in same] for row in rows]
    return ["\\".join(words) or said for words, said in zip(told, column, strict=True)]


def _grouped(members: Sequence[int], column: Sequence[str]) -> dict[str, list[int]]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for index, said in zip(members, column, strict=True):
        groups[said].append(index)
    return groups


def _number(said: str) -> float | None:
    try:
        found = float(said.split("\\")[0])
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _without_places(members: list[int], keys: list[dict[str, str]]) -> list[Part]:
    """Split by what always means another kind; not if that would leave mostly single images."""
    columns: dict[str, Column] = {}
    for name in _WITHOUT_PLACES:
        column = [said.get(name, "") for said in keys]
        column = _known_words(column) if name in _OF_WORDS else steadied(column) if name in _WOBBLING else column
        if len(set(column)) > 1 and (name != "echo" or "echo-time" not in columns):
            columns[name] = column
    groups: defaultdict[Keys, list[int]] = defaultdict(list)
    for index in members:
        groups[tuple((name, column[index]) for name, column in columns.items())].append(index)
    if len(groups) > 3 and len(groups) * 2 > len(members):
        return [Part((tuple(members),))]
    ordered = sorted(groups.items(), key=lambda item: [sort_value(*key) for key in item[0]])
    return [Part((tuple(group),), split) for split, group in ordered]


def _known_words(column: Column) -> Column:
    """Return of each type of image the words that name a kind, none of them unless each has one."""
    told = ["\\".join(word for word in said.split("\\") if word.upper() in _WORDS) for said in column]
    if not all(told):
        return [""] * len(column)
    values = list(dict.fromkeys(told))
    apart = dict(zip(values, _differing(values), strict=True))
    return [apart[said] for said in told]


class _Split:
    """The frames of one direction, and their columns."""

    def __init__(
        self, infos: Sequence[FrameInfo], keys: list[dict[str, str]], mm: list[float], numbers: list[int]
    ) -> None:
        self._infos = infos
        self._keys = keys
        self._mm = mm
        self._numbers = numbers

    def parts(self, members: list[int], split: Keys) -> list[Part]:
        """Split by one key, and what comes out again, until nothing is told apart any more."""
        used = {name for name, _ in split}
        numbers = [self._numbers[index] for index in members]
        repeats = len(set(numbers)) < len(numbers)
        found = next(self._telling(members, numbers, used), None) if repeats else self._between(members)
        if found is None:
            return [Part((tuple(members),), split)]
        name, column = found
        groups = _grouped(members, column)
        ordered = sorted(groups.items(), key=lambda item: sort_value(name, item[0]))
        if name not in _NAMED and any(_number(said) is None for said in groups):
            ordered = list(groups.items())  # in the order of their first pictures
        if len(ordered) > (_MOST_PARTS if name in _NAMED else _MOST_UNNAMED_PARTS):
            return [Part(tuple(tuple(group) for _, group in ordered), split)]
        if name not in _NAMED:
            ordered = [(str(count), group) for count, (_, group) in enumerate(ordered, 1)]
        label = name if name in _NAMED else f"{_UNNAMED} {name}"
        said_apart = [said for said, _ in ordered]
        if name in _OF_WORDS:
            strays = [said for said in said_apart if said == STRAY]  # the last one, if any
            said_apart = _differing([said for said in said_apart if said != STRAY]) + strays
        told = zip(said_apart, [group for _, group in ordered], strict=True)
        return [part for said, group in told for part in self.parts(group, (*split, (label, said)))]

    def _telling(self, members: list[int], numbers: list[int], used: set[str]) -> Iterator[tuple[str, Column]]:
        """Yield the keys that set kinds apart, named ones first."""
        one_place = len(set(numbers)) == 1
        for name in _NAMED:
            if name in used or (one_place and name not in _AT_ONE_PLACE):
                continue
            for label, column in self._readings(name, members, numbers):
                if tells_apart(column, numbers):
                    yield label, column
                    continue
                gathered = without_strays(column)
                kept = [place for place, said in enumerate(gathered) if said != STRAY]
                if len(kept) < len(column) and tells_apart(
                    [column[place] for place in kept], [numbers[place] for place in kept]
                ):
                    yield label, gathered
        if len(set(numbers)) >= 3:
            for name in self._unnamed(members, numbers):
                column = [_line(self._infos[index].small_print, name) for index in members]
                if tells_apart(column, numbers, strictly=True):
                    yield name, column

    def _readings(self, name: str, members: list[int], numbers: list[int]) -> Iterator[tuple[str, Column]]:
        """Yield a key's values as they are, those that nearly agree taken as one, and triggers by their turn."""
        column = [self._keys[index].get(name, "") for index in members]
        if len(set(column)) < 2:
            return
        yield name, column
        if name in _WOBBLING:
            steady = steadied(column)
            if steady != column:
                yield name, steady
        if name == "trigger" and (turns := by_turns(column, numbers)) is not None:
            yield "turn", turns

    def _unnamed(self, members: list[int], numbers: list[int]) -> list[str]:
        """Return which lines of the small print differ at the first few places."""
        at: defaultdict[int, list[int]] = defaultdict(list)
        for index, number in zip(members, numbers, strict=True):
            at[number].append(index)
        counts: Counter[str] = Counter()
        looked = seen = 0
        for group in at.values():
            if len(group) < 2 or seen + len(group) > max(_SAMPLE, len(group)):
                continue
            looked, seen = looked + 1, seen + len(group)
            said = [dict(_lines(self._infos[index].small_print)) for index in group]
            names = {name for each in said for name in each}
            counts.update(name for name in names if len({each.get(name, "") for each in said}) > 1)
        return sorted(name for name, count in counts.items() if count == looked)

    def _between(self, members: list[int]) -> tuple[str, Column] | None:
        """Return the key of kinds that lie between each other's places: each evenly spaced, together not."""
        mm = [self._mm[index] for index in members]
        if len(mm) < 6 or _evenness(mm) > 0.85:
            return None
        for name in _BETWEEN_PLACES:
            column = [self._keys[index].get(name, "") for index in members]
            groups: defaultdict[str, list[float]] = defaultdict(list)
            for said, value in zip(column, mm, strict=True):
                groups[said].append(value)
            grids = list(groups.values())
            even = all(len(grid) >= 3 and _evenness(grid) > 0.9 for grid in grids)
            if 2 <= len(grids) <= 4 and even and _overlap(grids):
                return name, column
        return None


def tells_apart(column: Column, numbers: Sequence[int], *, strictly: bool = False) -> bool:
    """Say whether a key sets kinds apart: `column` is its value and `numbers` the place of each frame.

    It must differ at the places that come several times, have hardly more values than pictures lie at one place, none
    of them only once, and each value must come equally often at each of its places, which follow each other evenly
    (without a gap, where there are more values than that: phases that each cover a part of the way).
    """
    at: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for said, number in zip(column, numbers, strict=True):
        at[number][said] += 1
    sizes = Counter(column).values()
    deepest = max(sum(counts.values()) for counts in at.values())
    if not 2 <= len(sizes) <= deepest * (1 if strictly else 2) or min(sizes) < (3 if strictly else 2):
        return False
    enough = 0.9 if strictly else 0.85
    repeated = [counts for counts in at.values() if sum(counts.values()) > 1]
    if len(repeated) < min(2, len(at)) or sum(len(counts) > 1 for counts in repeated) < enough * len(repeated):
        return False
    if len(sizes) > deepest and _lies_evenly(at, step=1) < 0.9:
        return False
    return _comes_alike(at) >= enough and _lies_evenly(at) >= 0.6


def _comes_alike(at: dict[int, Counter[str]]) -> float:
    """Return the share of (place, value) at which a value comes as often as it mostly does."""
    times: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for counts in at.values():
        for said, count in counts.items():
            times[said][count] += 1
    usual = sum(counts.most_common(1)[0][1] for counts in times.values())
    return usual / sum(sum(counts.values()) for counts in times.values())


def _lies_evenly(at: dict[int, Counter[str]], *, step: int | None = None) -> float:
    """Return the share of steps between a value's places that are as long as they mostly are, or as long as `step`."""
    lying: defaultdict[str, list[int]] = defaultdict(list)
    for number in sorted(at):
        for said in at[number]:
            lying[said].append(number)
    usual = total = 0
    for numbers in lying.values():
        steps = Counter(b - a for a, b in pairwise(numbers))
        usual += steps[step] if step is not None else max(steps.values(), default=0)
        total += sum(steps.values())
    return usual / total if total else 1.0


def steadied(column: Column) -> Column:
    """Return a column of numbers in which those that nearly agree are one, the most frequent of them."""
    counts = Counter(column)
    numbers = sorted((number, said) for said in counts if (number := _number(said)) is not None)
    if len(numbers) + (1 if "" in counts else 0) < len(counts):
        return column
    groups: list[list[tuple[float, str]]] = []
    for number, said in numbers:
        if groups and number - groups[-1][0][0] <= _WOBBLE * abs(number):
            groups[-1].append((number, said))
        else:
            groups.append([(number, said)])
    meant = {"": ""}
    for group in groups:
        usual = max(group, key=lambda one: (counts[one[1]], -one[0]))[1]
        meant.update((said, usual) for _, said in group)
    return [meant[said] for said in column]


def without_strays(column: Column) -> Column:
    """Return a column in which few values that hardly ever come are one: images of a bolus on its way, a stray one."""
    counts = Counter(column)
    usual = max(counts.values())
    strays = {said for said, count in counts.items() if count <= max(1, usual // 10)}
    if sum(counts[said] for said in strays) > len(column) // 4:
        return column
    return [STRAY if said in strays else said for said in column]


def by_turns(column: Column, numbers: Sequence[int]) -> Column | None:
    """Return the turn (from 1) at which each frame comes at its place by the size of its value; None if two agree."""
    at: defaultdict[int, list[float]] = defaultdict(list)
    sizes = [_number(said) for said in column]
    for size, number in zip(sizes, numbers, strict=True):
        if size is None:
            return None
        at[number].append(size)
    if any(len(set(found)) < len(found) for found in at.values()):
        return None
    turns = {number: {size: str(turn) for turn, size in enumerate(sorted(found), 1)} for number, found in at.items()}
    return [turns[number][size] for size, number in zip(sizes, numbers, strict=True) if size is not None]


def _evenness(mm: Sequence[float]) -> float:
    """Return the share of steps that are as long as most are, within a twentieth."""
    ordered = sorted(mm)
    steps = [b - a for a, b in pairwise(ordered)]
    usual = sorted(steps)[len(steps) // 2]
    return sum(abs(step - usual) <= 0.05 * abs(usual) for step in steps) / len(steps)


def _overlap(groups: list[list[float]]) -> bool:
    """Tell whether each group shares half of its way with another one."""
    spans = [(min(group), max(group)) for group in groups]
    for low, high in spans:
        others = [(a, b) for a, b in spans if (a, b) != (low, high)]
        if not any(min(high, b) - max(low, a) >= 0.5 * min(high - low, b - a) for a, b in others):
            return False
    return True


def _lines(small_print: str) -> Iterator[tuple[str, str]]:
    for line in small_print.split("\n"):
        name, equals, said = line.partition("=")
        if equals:
            yield name, said


def _line(small_print: str, name: str) -> str:
    for known, said in _lines(small_print):
        if known == name:
            return said
    return ""
