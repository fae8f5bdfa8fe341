"""Different kinds of picture at the same places come apart; what varies along a stack does not split it."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dicom.description import FrameInfo
from dicom.series.display_sets import build_display_sets
from dicom.series.kinds import STRAY, Keys, kinds, sort_value, steadied
from tests.unit.viewer.series_made import IMPLICIT, at, enhanced, grouped, told

Z = [0.0, 3.0, 6.0, 9.0, 12.0]
Slices = list[dict[str, Any]]


def series(*kinds: dict[str, Any], by_place: bool = False) -> Slices:
    """Return slices of several kinds at the same places, numbered kind by kind, or place by place."""
    order = [(k, i) for i in range(len(Z)) for k in range(len(kinds))]
    ordered = order if by_place else sorted(order)
    return [{"number": n, "z": Z[i], **kinds[k]} for n, (k, i) in enumerate(ordered, 1)]


def private(*elements: tuple[int, str, object]) -> dict[str, Any]:
    return {"private": elements}


SIEMENS = [private((0x00190010, "LO", "SIEMENS MR HEADER"), (0x0019100C, "IS", str(b))) for b in (1000, 0, 500)]
GE = [private((0x00430010, "LO", "GEMS_PARM_01"), (0x00431039, "IS", [b, 8, 0, 0])) for b in (1000001000, 0, 500)]
PHILIPS = [private((0x20010012, "LO", "Philips Imaging DD 001"), (0x20011203, "FL", b)) for b in (1000.0, 0.0, 500.0)]
B_VALUES = ["b 0 s/mm²", "b 500 s/mm²", "b 1000 s/mm²"]

KINDS = {
    "magnitude and phase": (
        [{"ImageType": ["ORIGINAL", "PRIMARY", t, "ND"]} for t in "PM"],
        ["magnitude", "phase image"],
    ),
    "component": (
        [{"ComplexImageComponent": t} for t in ("REAL", "IMAGINARY", "MAGNITUDE")],
        ["magnitude", "real part", "imaginary part"],
    ),
    "Dixon": (
        [{"ImageType": ["ORIGINAL", "PRIMARY", t]} for t in ("OP", "IP", "F", "W")],
        ["water", "fat", "in phase", "opposed phase"],
    ),
    "Dixon, said twice": ([{"ImageType": ["ORIGINAL", "PRIMARY", t, t]} for t in "FW"], ["water", "fat"]),
    "Dixon in words": (
        [{"ImageType": ["DERIVED", "PRIMARY", "DIXON", t]} for t in ("FAT", "WATER")],
        ["water", "fat"],
    ),
    "acquisitions": ([{"AcquisitionNumber": n} for n in (3, 1, 2)], ["phase 1", "phase 2", "phase 3"]),
    "b-values": ([{"DiffusionBValue": b} for b in (1000.0, 0.0, 500.0)], B_VALUES),
    "Siemens": (SIEMENS, B_VALUES),
    "Siemens, implicit": ([each | {"syntax": IMPLICIT} for each in SIEMENS], B_VALUES),
    "GE": (GE, B_VALUES),
    "Philips": (PHILIPS, B_VALUES),
    "Philips, implicit": ([each | {"syntax": IMPLICIT} for each in PHILIPS], B_VALUES),
    "Siemens, by its sequence's name": ([{"SequenceName": f"*ep_b{b}t"} for b in (1000, 0, 500)], B_VALUES),
    "directions by the sequence's name": (
        [{"SequenceName": f"ep_b800#{n}"} for n in (10, 2)] + [{"SequenceName": "ep_b0"}],
        ["b 0 s/mm²", "b 800 s/mm² · ep_b800#2", "b 800 s/mm² · ep_b800#10"],
    ),
    "sequences counted in words": ([{"SequenceName": f"tfl{n}d1"} for n in (10, 9)], ["tfl9d1", "tfl10d1"]),
    "echo times": ([{"EchoTime": t} for t in (80, 9.5)], ["echo 9.5 ms", "echo 80 ms"]),
    "echo times and numbers": (
        [{"EchoTime": t, "EchoNumbers": n} for n, t in ((2, 80), (1, 10))],
        ["echo 10 ms", "echo 80 ms"],
    ),
    "echo numbers": ([{"EchoNumbers": n} for n in (2, 1)], ["echo 1", "echo 2"]),
    "thickness": ([{"SliceThickness": t} for t in (5, 1)], ["1 mm", "5 mm"]),
    "temporal positions": (
        [{"TemporalPositionIdentifier": n} for n in (10, 2, 1)],
        ["phase 1", "phase 2", "phase 10"],
    ),
    "kernels": ([{"ConvolutionKernel": k} for k in ("B70f", "B30f")], ["B30f", "B70f"]),
    "contrast": ([{"ContrastBolusAgent": "X"}, {}], ["without contrast", "X"]),
    "flip angles": ([{"FlipAngle": a} for a in (15, 2)], ["flip angle 2°", "flip angle 15°"]),
    "inversion times": ([{"InversionTime": t} for t in (150, 2000)], ["inversion 150 ms", "inversion 2000 ms"]),
    "voltages": ([{"KVP": v} for v in (140, 80)], ["80 kV", "140 kV"]),
    "cardiac phases": (
        [{"NominalPercentageOfCardiacPhase": p} for p in (70.0, 30.0)],
        ["30 % of the heartbeat", "70 % of the heartbeat"],
    ),
    "trigger times": (
        [{"TriggerTime": t} for t in (240, 0, 120)],
        ["0 ms after the heartbeat", "120 ms after the heartbeat", "240 ms after the heartbeat"],
    ),
    "a maker's own element": (
        [private((0x00110010, "LO", "ACME"), (0x00111001, "LO", word)) for word in ("one", "two")],
        ["part 1", "part 2"],
    ),
    "an element nobody thought of": ([{"ReconstructionDiameter": d} for d in (500, 250)], ["part 1", "part 2"]),
    "two keys at once": (
        [{"EchoTime": t, "ImageType": ["O", "P", c]} for c in "PM" for t in (20, 10)],
        ["magnitude · echo 10 ms", "magnitude · echo 20 ms", "phase image · echo 10 ms", "phase image · echo 20 ms"],
    ),
}


@pytest.mark.parametrize("by_place", [False, True], ids=["kind by kind", "place by place"])
@pytest.mark.parametrize("name", KINDS)
def test_kinds_come_apart_in_the_order_of_their_key_and_are_named(name: str, by_place: bool) -> None:
    kinds, names = KINDS[name]
    parts = grouped(series(*kinds, by_place=by_place))
    assert sorted(each for each, _ in parts) == sorted(names)
    if name != "a maker's own element":
        assert [each for each, _ in parts] == names
    assert all(places == Z for _, places in parts)


ONE_STACK = {
    "an acquisition for each slice": [{"AcquisitionNumber": n} for n in range(12)],
    "odd and even slices in two acquisitions": [{"AcquisitionNumber": 1 + n % 2} for n in range(12)],
    "an echo time that wobbles": [{"EchoTime": 10 + n / 100} for n in range(12)],
    "a trigger for each slice": [{"TriggerTime": n * 77.7} for n in range(12)],
    "a thickness that changes on the way": [{"SliceThickness": 2.5 if n < 6 else 5} for n in range(12)],
    "a kernel that changes on the way": [{"ConvolutionKernel": "H30" if n < 6 else "B30"} for n in range(12)],
    "image types without a pattern": [{"ImageType": ["ORIGINAL", "PRIMARY", "MP"[n in (2, 3, 7)]]} for n in range(12)],
}


@pytest.mark.parametrize("name", ONE_STACK)
def test_what_varies_along_a_stack_does_not_split_it(name: str) -> None:
    slices = [{"number": n, "z": 3.0 * n, **said} for n, said in enumerate(ONE_STACK[name])]
    assert grouped(slices) == [("", [3.0 * n for n in range(12)])]


def test_values_that_wobble_from_slice_to_slice_still_tell_two_echoes_apart() -> None:
    kinds = [{"number": n, "z": Z[n % 5], "EchoTime": (10 if n < 5 else 80) + (n % 5) / 100} for n in range(10)]
    assert grouped(kinds) == [("echo 10 ms", Z), ("echo 80 ms", Z)]


def test_an_acquisition_for_each_image_does_not_hide_what_sets_kinds_apart() -> None:
    slices = series({"ImageType": ["O", "P", "M"]}, {"ImageType": ["O", "P", "P"]}, by_place=True)
    numbered = [each | {"AcquisitionNumber": n} for n, each in enumerate(slices)]
    assert [name for name, _ in grouped(numbered)] == ["magnitude", "phase image"]


def test_heart_phases_whose_times_differ_a_little_from_slice_to_slice_are_counted() -> None:
    slices = [
        {"number": i * 6 + p, "z": z, "TriggerTime": p * (40 + i * 3.7)} for i, z in enumerate(Z) for p in range(6)
    ]
    assert grouped(slices) == [(f"phase {n}", Z) for n in range(1, 7)]


def test_phases_that_cover_different_parts_of_the_way_come_apart() -> None:
    first = [{"number": n, "z": Z[n], "AcquisitionNumber": 1} for n in range(3)]
    second = [{"number": 10 + n, "z": Z[n], "AcquisitionNumber": 2} for n in range(5)]
    assert grouped(first + second) == [("phase 1", Z[:3]), ("phase 2", Z)]


def test_a_few_strays_do_not_keep_kinds_together() -> None:
    way = [float(n) for n in range(12)]
    phases = [{"number": 100 * p + n, "z": z, "AcquisitionNumber": p} for p in (1, 2) for n, z in enumerate(way)]
    bolus = [{"number": 900 + n, "z": 6.0, "AcquisitionNumber": 10 + n} for n in range(5)]
    assert grouped(phases + bolus) == [("phase 1", way), ("phase 2", way), ("the rest", [6.0] * 5)]
    pair = [{"number": 9 * n + k, "z": z, "ImageType": ["O", "P", "MP"[k]]} for k in (0, 1) for n, z in enumerate(way)]
    stray = {"number": 999, "z": 3.0, "ImageType": ["DERIVED", "SECONDARY", "OTHER", "X"]}
    assert grouped([*pair, stray]) == [("magnitude", way), ("phase image", way), ("the rest", [3.0])]


@pytest.mark.parametrize("offset", [0.0, 2.5])
def test_thick_slices_among_thin_ones_come_apart_whether_they_share_places_or_not(offset: float) -> None:
    thin = [{"number": n, "z": float(n), "SliceThickness": 1} for n in range(30)]
    thick = [{"number": 100 + n, "z": offset + 5 * n, "SliceThickness": 5} for n in range(5)]
    assert [(name, len(places)) for name, places in grouped(thin + thick)] == [("1 mm", 30), ("5 mm", 5)]


def test_places_that_differ_by_a_rounding_are_the_same() -> None:
    slices = [
        {"number": 10 * k + i, "z": z + k * 0.004, "AcquisitionNumber": k} for k in (1, 2) for i, z in enumerate(Z)
    ]
    assert [name for name, _ in grouped(slices)] == ["phase 1", "phase 2"]


@pytest.mark.parametrize("by_place", [False, True])
def test_what_no_key_explains_comes_one_kind_after_the_other(by_place: bool) -> None:
    assert grouped(series({}, {}, by_place=by_place)) == [("", Z + Z)]


def test_chance_is_no_key() -> None:
    chance = random.Random(8)
    slices = [
        each
        | {"AcquisitionNumber": chance.choice((1, 2, 3, 4)), "EchoTime": chance.choice((10, 20))}
        | private((0x00110010, "LO", "ACME"), (0x00111001, "LO", chance.choice("abcd")))
        for each in series({}, {})
    ]
    assert grouped(slices) == [("", Z + Z)]


def test_a_slice_that_was_sent_twice_stands_at_the_end() -> None:
    assert grouped([*series({}), {"number": 9, "z": 6.0}]) == [("", [*Z, 6.0])]


def test_very_many_moments_stay_one_stack_moment_after_moment() -> None:
    slices = [
        {"number": 900 - 2 * t + i, "z": Z[i], "TemporalPositionIdentifier": t} for t in range(40) for i in (0, 1)
    ]
    assert grouped(slices) == [("", Z[:2] * 40)]


def test_many_directions_of_one_b_value_stay_together_direction_after_direction() -> None:
    slices = [
        {"number": 9 * d + i, "z": z, "DiffusionBValue": 1000.0 if d else 0.0}
        | {"DiffusionGradientOrientation": [d / 20, 0.5, 0.3]}
        for d in range(13)
        for i, z in enumerate(Z)
    ]
    assert grouped(slices) == [("b 0 s/mm²", Z), ("b 1000 s/mm²", Z * 12)]


def test_moments_at_one_place_stay_one_stack_and_kinds_still_come_apart() -> None:
    cine = [{"number": n, "z": 0.0, "TriggerTime": 40 * n} for n in range(8)]
    assert grouped(cine) == [("", [0.0] * 8)]
    both = [each | {"ImageType": ["O", "P", kind]} for each in cine for kind in "MP"]
    assert grouped(both) == [("magnitude", [0.0] * 8), ("phase image", [0.0] * 8)]


def test_without_places_only_what_always_means_another_kind_splits() -> None:
    slices = [{"number": n, "z": None, "ImageType": ["ORIGINAL", "PRIMARY", "MP"[n % 2]]} for n in range(8)]
    assert [(name, len(places)) for name, places in grouped(slices)] == [("magnitude", 4), ("phase image", 4)]
    others = [{"number": n, "z": None, "ImageType": ["ORIGINAL", "PRIMARY", str(n % 2)]} for n in range(8)]
    assert len(grouped(others)) == 1


INDETERMINATE: dict[str, Slices] = {
    "no numbers": [{"number": None, "z": z} for z in Z],
    "one number for all": [{"number": 1, "z": z} for z in Z],
    "one number and one time": [{"number": 1, "z": z, "AcquisitionTime": "101010"} for z in Z],
    "numbers to and fro": [{"number": n, "z": Z[i]} for n, i in enumerate((4, 0, 3, 1, 2))],
}


@pytest.mark.parametrize("name", INDETERMINATE)
def test_an_order_that_says_nothing_never_reverses_a_stack(name: str) -> None:
    slices = INDETERMINATE[name]
    assert grouped(slices) == [("", Z)]
    backwards = [each | {"uid": f"2.25.{900 - n}"} for n, each in enumerate(slices)]
    assert grouped(backwards) == [("", Z)]


def test_numbers_that_clearly_run_downwards_do() -> None:
    assert grouped([{"number": n, "z": -z} for n, z in enumerate(Z)]) == [("", [-z for z in Z])]
    odd_then_even = [8.0, 6.0, 4.0, 2.0, 0.0, 7.0, 5.0, 3.0, 1.0]
    assert grouped([{"number": n, "z": z} for n, z in enumerate(odd_then_even)]) == [("", sorted(odd_then_even)[::-1])]


ENHANCED = {
    "magnitude and phase": (
        [
            at(z)
            | {"MRImageFrameTypeSequence": {"FrameType": ["ORIGINAL", "PRIMARY"], "ComplexImageComponent": component}}
            for z in Z
            for component in ("PHASE", "MAGNITUDE")
        ],
        ["magnitude", "phase image"],
    ),
    "b-values": (
        [at(z) | {"MRDiffusionSequence": {"DiffusionBValue": b}} for b in (1000.0, 0.0) for z in Z],
        ["b 0 s/mm²", "b 1000 s/mm²"],
    ),
    "moments by their time": (
        [at(z) | {"TemporalPositionSequence": {"TemporalPositionTimeOffset": t}} for z in Z for t in (12.5, 2.5, 0.0)],
        ["after 0 s", "after 2.5 s", "after 12.5 s"],
    ),
    "moments": (
        [at(z) | {"FrameContentSequence": {"TemporalPositionIndex": t}} for z in Z for t in (2, 3, 1)],
        ["phase 1", "phase 2", "phase 3"],
    ),
    "echo times and thickness": (
        [
            at(z) | {"MREchoSequence": {"EffectiveEchoTime": t}, "PixelMeasuresSequence": {"SliceThickness": thick}}
            for t in (80.0, 10.0)
            for thick in (5, 1)
            for z in Z
        ],
        ["echo 10 ms · 1 mm", "echo 10 ms · 5 mm", "echo 80 ms · 1 mm", "echo 80 ms · 5 mm"],
    ),
}


@pytest.mark.parametrize("name", ENHANCED)
def test_frames_of_an_enhanced_object_come_apart_by_their_functional_groups(name: str) -> None:
    frames, names = ENHANCED[name]
    assert told(build_display_sets([enhanced(frames)])) == [(each, Z) for each in names]


def test_frames_that_only_their_dimensions_tell_apart_come_apart() -> None:
    stack, place, other = 0x00209056, 0x00209057, 0x00189087
    frames = [
        at(z) | {"FrameContentSequence": {"DimensionIndexValues": [1, i + 1, kind]}}
        for i, z in enumerate(Z)
        for kind in (1, 2, 3)
    ]
    sets = build_display_sets([enhanced(frames, (stack, place, other))])
    assert told(sets) == [(f"part {n}", Z) for n in (1, 2, 3)]


def test_one_kind_alone_in_an_enhanced_object_is_one_stack() -> None:
    frames = [at(z) | {"MREchoSequence": {"EffectiveEchoTime": 10.0 + z / 100}} for z in Z]
    assert told(build_display_sets([enhanced(frames)])) == [("", Z)]


def test_groups_of_very_many_frames_are_read_too() -> None:
    """A sequence of known length of more than 256 KB is not left in the file."""
    frames = [
        at(z) | {"MREchoSequence": {"EffectiveEchoTime": t}, "FrameContentSequence": {"FrameComments": "long " * 2000}}
        for t in (80.0, 10.0)
        for z in (float(n) for n in range(15))
    ]
    places = [float(n) for n in range(15)]
    assert told(build_display_sets([enhanced(frames)])) == [("echo 10 ms", places), ("echo 80 ms", places)]


def without_places(*columns: dict[str, str]) -> list[tuple[Keys, int]]:
    infos = [FrameInfo(stack_keys=tuple(said.items())) for said in columns]
    return [(part.split, sum(map(len, part.runs))) for part in kinds(infos)]


def test_an_echos_time_names_it_better_than_its_number() -> None:
    both = [{"echo": number, "echo-time": time} for number, time in (("1", "10"), ("2", "90")) for _ in range(3)]
    assert without_places(*both) == [((("echo-time", "10"),), 3), ((("echo-time", "90"),), 3)]
    numbered = [{"echo": number, "echo-time": "10"} for number in "12" for _ in range(3)]
    assert without_places(*numbered) == [((("echo", "1"),), 3), ((("echo", "2"),), 3)]


def test_a_key_of_nearly_every_single_image_tells_nothing_apart() -> None:
    assert without_places(*({"echo": str(number)} for number in range(6))) == [((), 6)]
    assert len(without_places(*({"echo": str(number)} for number in range(3)))) == 3
    assert len(without_places(*({"echo": str(number % 4)} for number in range(8)))) == 4


def test_values_that_nearly_agree_are_the_one_that_comes_most_often_and_of_equals_the_smallest() -> None:
    assert steadied(["10.0", "10.1", "10.1", "90", ""]) == ["10.1", "10.1", "10.1", "90", ""]
    assert steadied(["10.1", "10.0", "90"]) == ["10.0", "10.0", "90"]
    for column in (["10.0", "10.1", "early"], ["10.0", "10.1", "early", ""]):
        assert steadied(column) == column  # a word among numbers: they mean something else


def test_values_are_ordered_as_nothing_numbers_known_words_text_and_strays() -> None:
    values = [STRAY, "b", "a10", "a9", "PHASE", "M", "10", "9.5", ""]
    assert sorted(values, key=lambda said: sort_value("component", said)) == [
        "", "9.5", "10", "M", "PHASE", "a9", "a10", "b", STRAY
    ]  # fmt: skip
