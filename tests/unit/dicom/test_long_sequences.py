"""A sequence of many frames is read whole, also where it says its length."""

from __future__ import annotations

import pytest
from pydicom import Dataset
from pydicom.sequence import Sequence

from dicom.objects.describe import describe
from dicom.objects.tags import data_set_tags
from dicom.reading.bytes_source import MemoryBytes
from dicom.reading.dataset import DEFER, open_data_set
from tests.unit.portal.server.dicomweb.senders import made

FRAMES = 2500


def frames() -> bytes:
    groups = Sequence()
    for number in range(FRAMES):
        place, group = Dataset(), Dataset()
        place.ImagePositionPatient = [0, 0, number]
        group.PlanePositionSequence = [place]
        group.FrameLabelVector = ["a frame of a long series"] * 4
        groups.append(group)
    data_set = {"PerFrameFunctionalGroupsSequence": groups, "NumberOfFrames": FRAMES, "PixelData": bytes(32 * FRAMES)}
    return made(**data_set)


@pytest.mark.long
def test_every_frame_has_its_place() -> None:
    data = frames()
    assert len(data) > DEFER + 32 * FRAMES
    description, layout = describe(open_data_set(MemoryBytes(data)))
    assert layout is not None
    assert layout.frames == len(description.frame_infos) == FRAMES
    assert description.frame_info(FRAMES - 1).image_position_patient == (0, 0, FRAMES - 1)
    tags = data_set_tags(MemoryBytes(data), lambda: None)
    assert len(tags["52009230"]["Value"]) == FRAMES
