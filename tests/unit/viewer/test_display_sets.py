import random
from dataclasses import replace
from typing import Any

import pytest

from dicom.description import FrameInfo, ObjectDescription
from dicom.series.display_sets import DisplaySet, StudyObject, build_display_sets, first_to_show
from dicom.source import FileContent

AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)


def image(name: str, number: int | None = None, **said: Any) -> StudyObject:
    info = said.pop("info", FrameInfo())
    known = {"series_instance_uid": "1.2", "number_of_frames": 1, "frame_infos": (info,), "sop_instance_uid": name}
    description = ObjectDescription(kind="image", instance_number=number, **{**known, **said})
    return StudyObject(FileContent(f"/{name}", name), description)


def axial(z: float, number: int | None = None, **said: Any) -> StudyObject:
    keys = said.pop("stack_keys", ())
    info = FrameInfo(image_position_patient=(0, 0, z), image_orientation_patient=AXIAL, stack_keys=keys)
    return image(f"{number}-{z}-{keys}", number, info=info, **said)


def places(display_set: DisplaySet) -> list[float]:
    return [frame.info.image_position_patient[2] for frame in display_set.frames if frame.info.image_position_patient]


def shuffled(items: list[StudyObject]) -> list[StudyObject]:
    return random.Random(5).sample(items, len(items))


def test_slices_are_sorted_by_place_whatever_their_numbers() -> None:
    items = [axial(z, number) for number, z in [(1, 0.0), (2, 5.0), (7, 10.0), (4, 15.0), (5, 20.0)]]
    (stack,) = build_display_sets(shuffled(items))
    assert places(stack) == [0, 5, 10, 15, 20]
    assert stack.kind == "stack"


def test_slices_run_the_way_the_instance_numbers_run() -> None:
    (stack,) = build_display_sets(shuffled([axial(-2.0 * n, n) for n in range(1, 9)]))
    assert places(stack) == [-2.0 * n for n in range(1, 9)]


def test_without_places_instance_numbers_decide_and_without_those_times() -> None:
    (numbered,) = build_display_sets([image("b", 10), image("a", 2), image("c", 1)])
    assert [frame.content.key for frame in numbered.frames] == ["c", "a", "b"]
    (timed,) = build_display_sets([image("b", acquisition_time="120000"), image("a", acquisition_time="110000")])
    assert [frame.content.key for frame in timed.frames] == ["a", "b"]


def test_one_slice_without_a_place_makes_numbers_decide() -> None:
    (stack,) = build_display_sets([axial(9, 1), axial(3, 3), axial(5, 2), image("x", 4, info=FrameInfo(None, AXIAL))])
    assert [frame.description.instance_number for frame in stack.frames] == [1, 2, 3, 4]


def test_orientations_come_apart_but_not_for_half_a_degree() -> None:
    sagittal = [
        image(f"s{n}", n, info=FrameInfo(image_position_patient=(n, 0, 0), image_orientation_patient=SAGITTAL))
        for n in range(3)
    ]
    wobbling = (1.0, 0.0004, 0.0, -0.0004, 1.0, 0.0)
    wobble = image("w", 9, info=FrameInfo(image_position_patient=(0, 0, 99), image_orientation_patient=wobbling))
    sets = build_display_sets(sagittal + [axial(n, n + 10) for n in range(3)] + [wobble])
    assert sorted(len(item.frames) for item in sets) == [3, 4]
    assert len({item.key for item in sets}) == 2


def test_echoes_come_apart_and_say_what_tells_them_apart() -> None:
    items = [
        axial(z, n, stack_keys=(("kernel", "B30f"), ("echo", echo))) for n, z in enumerate((0, 3, 6)) for echo in "12"
    ]
    sets = build_display_sets(items)
    assert [item.split for item in sets] == [(("echo", "1"),), (("echo", "2"),)]
    assert all(places(item) == [0, 3, 6] for item in sets)


def test_a_radial_series_stays_one_stack() -> None:
    turning = [
        (1.0, 0.0, 0.0, 0.0, 1.0, 0.0),
        (0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        (0.0, 0.0, 1.0, 1.0, 0.0, 0.0),
        (0.6, 0.8, 0.0, -0.8, 0.6, 0.0),
        (0.8, 0.6, 0.0, -0.6, 0.8, 0.0),
    ]
    items = [image(str(n), n, info=FrameInfo((0, 0, 0), facing)) for n, facing in enumerate(turning)]
    assert len(build_display_sets(items)) == 1


def test_scouts_and_secondary_captures_stand_apart_and_are_not_opened_first() -> None:
    scout = axial(0, 1, image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"))
    capture = image("sc", 50, sop_class_uid="1.2.840.10008.5.1.4.1.1.7")
    sets = build_display_sets([scout, capture] + [axial(n, n) for n in range(2, 6)])
    assert sorted(len(item.frames) for item in sets) == [1, 1, 4]
    first = sets[first_to_show(sets)]
    assert len(first.frames) == 4
    assert not first.is_scout


def test_each_multi_frame_stands_alone_and_a_slow_one_is_a_stack() -> None:
    sets = build_display_sets(
        [
            image("m", 1, number_of_frames=5, frame_time_ms=40.0),
            image("n", 2, number_of_frames=7),
            image("o", 3),
        ]
    )
    assert [(item.kind, len(item.frames)) for item in sets] == [("stack", 1), ("clip", 5), ("stack", 7)]
    assert [frame.frame_index for frame in sets[1].frames] == [0, 1, 2, 3, 4]


def test_frames_of_an_enhanced_object_are_sorted_and_parted_too() -> None:
    infos = tuple(
        FrameInfo((0, 0, z), AXIAL, stack_keys=(("b-value", b),)) for z in (10.0, 0.0, 5.0) for b in ("0", "800")
    )
    enhanced = image("e", 1, number_of_frames=6)
    enhanced = StudyObject(enhanced.content, replace(enhanced.description, frame_infos=infos))
    sets = build_display_sets([enhanced])
    assert [places(item) for item in sets] == [[0, 5, 10], [0, 5, 10]]
    assert [frame.frame_index for frame in sets[1].frames] == [3, 5, 1]


def test_documents_clips_and_the_rest_are_sets_of_their_own() -> None:
    def thing(kind: Any, frames: int) -> StudyObject:
        said = ObjectDescription(kind=kind, series_instance_uid="1.2", number_of_frames=frames)
        return StudyObject(FileContent(f"/{kind}", kind), said)

    sets = build_display_sets([thing("pdf", 3), thing("video", 90), thing("report", 0)])
    assert {(item.kind, len(item.frames)) for item in sets} == {("document", 3), ("clip", 90), ("other", 1)}


def test_series_come_in_the_order_of_their_numbers_and_machine_pictures_last() -> None:
    items = [
        image(
            "raw", series_instance_uid="1", texts={"series_number": "1"}, sop_class_uid="1.2.840.10008.5.1.4.1.1.1.2.1"
        ),
        image("ten", series_instance_uid="2", texts={"series_number": "10"}),
        image("none", series_instance_uid="3"),
        image("two", series_instance_uid="4", texts={"series_number": "2"}),
    ]
    assert [item.frames[0].content.key for item in build_display_sets(items)] == ["two", "ten", "none", "raw"]


def test_keys_do_not_change_when_more_of_the_same_stack_arrives() -> None:
    few = build_display_sets([axial(n, n) for n in range(3)])
    many = build_display_sets([axial(n, n) for n in range(30)])
    assert few[0].key == many[0].key


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_places_that_are_no_numbers_do_not_break_sorting(bad: float) -> None:
    (stack,) = build_display_sets([axial(3, 2), axial(bad, 1), axial(1, 3)])
    assert [frame.description.instance_number for frame in stack.frames] == [1, 2, 3]


def test_an_empty_study_has_no_sets() -> None:
    assert build_display_sets([]) == ()
    assert first_to_show(()) == 0


SECONDARY = "1.2.840.10008.5.1.4.1.1.7"


def test_what_is_set_apart_in_one_series_has_names_of_its_own() -> None:
    ways: list[dict[str, Any]] = [{}, {"image_type": ("ORIGINAL", "PRIMARY", "LOCALIZER")}]
    kinds_of = [{**way, **more} for way in ways for more in ({}, {"sop_class_uid": SECONDARY})]
    items = [axial(3.0 * n, 10 * kind + n, **said) for kind, said in enumerate(kinds_of) for n in range(3)]
    sets = build_display_sets(shuffled(items))
    assert len({item.key for item in sets}) == len(sets) == 4
    assert {(item.is_scout, item.is_secondary) for item in sets} == {
        (a, b) for a in (False, True) for b in (False, True)
    }
    assert [len(item.frames) for item in sets] == [3, 3, 3, 3]


def test_any_picture_is_opened_before_what_is_only_named_or_written() -> None:
    letter = replace(image("letter", series_instance_uid="1.1").description, kind="pdf")
    scout = image("scout", series_instance_uid="1.3", image_type=("ORIGINAL", "PRIMARY", "LOCALIZER"))
    document, picture = build_display_sets([StudyObject(scout.content, letter), scout])
    assert (document.kind, picture.kind) == ("document", "stack")
    assert first_to_show([document, picture]) == 1
    assert first_to_show([document, document]) == 0


def test_images_of_one_number_and_time_come_in_the_order_of_their_uids() -> None:
    for names in ("abc", "cba", "bca"):
        (stack,) = build_display_sets([image(name, 1, acquisition_time="120000") for name in names])
        assert [frame.content.key for frame in stack.frames] == ["a", "b", "c"]


def test_two_frames_that_say_how_fast_they_run_are_a_film_and_one_is_not() -> None:
    for frames, kind in ((2, "clip"), (1, "stack")):
        (item,) = build_display_sets([image("m", 1, number_of_frames=frames, frame_time_ms=40.0)])
        assert (item.kind, len(item.frames)) == (kind, frames)


def test_scouts_stay_together_whichever_way_they_face_and_captures_do_not() -> None:
    def facing(way: tuple[float, ...], count: int, first: int, **said: Any) -> list[StudyObject]:
        infos = [FrameInfo(image_position_patient=(n, 0, n), image_orientation_patient=way) for n in range(count)]
        return [image(f"{first + n}", first + n, info=info, **said) for n, info in enumerate(infos)]

    for said, kept in (
        ({"image_type": ("ORIGINAL", "PRIMARY", "LOCALIZER")}, [6]),
        ({"sop_class_uid": SECONDARY}, [3, 3]),
    ):
        sets = build_display_sets(facing(AXIAL, 3, 1, **said) + facing(SAGITTAL, 3, 11, **said))
        assert [len(item.frames) for item in sets] == kept


def test_more_than_three_ways_of_mostly_single_images_are_one_stack_in_their_order() -> None:
    ways = [AXIAL, SAGITTAL, (1.0, 0.0, 0.0, 0.0, 0.0, -1.0), (0.6, 0.8, 0.0, 0.0, 0.0, -1.0)]

    def one_each(count: int) -> list[int]:
        infos = [FrameInfo((0, 0, n), way) for n, way in enumerate(ways[:count])]
        sets = build_display_sets([image(str(n), n, info=info) for n, info in enumerate(infos)])
        return [len(item.frames) for item in sets]

    assert one_each(3) == [1, 1, 1]
    assert one_each(4) == [4]
