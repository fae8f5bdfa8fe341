"""VOI LUTs in the functional groups of enhanced objects belong to their frames."""

from __future__ import annotations

import json

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from dicom.decoding.wire import from_wire, to_wire
from dicom.description import LookupTable, ObjectDescription
from dicom.showing.windows.voi import voi_choices
from tests.pixel_files import described, image_bytes

PIXELS = np.zeros((4, 4), np.uint8)
FRAMES = 3


def group(*outputs: list[int]) -> Dataset:
    """A functional group with one VOI LUT for each list of outputs, or without the macro."""
    found = Dataset()
    if outputs:
        macro = Dataset()
        macro.VOILUTSequence = Sequence([table(values) for values in outputs])
        found.FrameVOILUTSequence = Sequence([macro])
    return found


def table(values: list[int]) -> Dataset:
    """A VOI LUT of 12 bits."""
    item = Dataset()
    item.add_new(0x00283002, "US", [len(values), 0, 12])
    item.add_new(0x00283006, "US", values)
    return item


def describe(shared: Dataset, per_frame: list[Dataset], **more: object) -> ObjectDescription:
    """Describe an enhanced object of three frames, on the way to the window."""
    said = described(
        image_bytes(
            PIXELS,
            pixel_data=bytes(16 * FRAMES),
            NumberOfFrames=FRAMES,
            SharedFunctionalGroupsSequence=Sequence([shared]),
            PerFrameFunctionalGroupsSequence=Sequence(per_frame),
            **more,
        )
    ).description
    return from_wire(ObjectDescription, json.loads(json.dumps(to_wire(said))))


def outputs(said: ObjectDescription, frame_index: int) -> list[tuple[int, ...]]:
    """The VOI LUTs that can be chosen for a frame."""
    return [choice.values for choice in voi_choices(said, frame_index) if isinstance(choice, LookupTable)]


def test_a_shared_table_holds_for_every_frame_and_is_kept_once() -> None:
    said = describe(group([0, 4095]), [group() for _ in range(FRAMES)])
    assert len(said.voi_luts) == 1
    assert [outputs(said, index) for index in range(FRAMES)] == [[(0, 4095)]] * FRAMES


def test_each_frame_has_its_own_tables_and_no_others() -> None:
    said = describe(group(), [group([0, 1000]), group(), group([0, 1000], [7, 4095])])
    assert len(said.voi_luts) == 2
    assert [outputs(said, index) for index in range(FRAMES)] == [[(0, 1000)], [], [(0, 1000), (7, 4095)]]


@pytest.mark.parametrize("shared", [group(), group([])])
def test_without_usable_tables_in_the_groups_those_of_the_object_hold(shared: Dataset) -> None:
    said = describe(shared, [group() for _ in range(FRAMES)], VOILUTSequence=Sequence([table([3, 4])]))
    assert outputs(said, 1) == [(3, 4)]


def test_thousands_of_different_tables_are_not_all_taken() -> None:
    said = describe(group(*([number, 4095] for number in range(300))), [group() for _ in range(FRAMES)])
    assert len(outputs(said, 0)) == 64
