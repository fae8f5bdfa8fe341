"""Made-up series as real data sets, described as the workers do, for tests of how they are grouped."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from dicom.series.display_sets import DisplaySet, StudyObject, build_display_sets
from dicom.source import FileContent
from tests.pixel_files import described, image_bytes
from viewer.study.series_words import title

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
AXIAL = [1, 0, 0, 0, 1, 0]
MR, ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.1.4.1"

Private = Iterable[tuple[int, str, object]]


def slice_bytes(
    number: int | None,
    z: float | None,
    *,
    uid: str = "2.25.1",
    private: Private = (),
    syntax: str = EXPLICIT,
    pixels: np.ndarray | None = None,
    **said: object,
) -> bytes:
    """Write one axial slice; without `z` it does not say where it lies."""
    values: dict[str, object] = {"SOPClassUID": MR, "SOPInstanceUID": uid, "SeriesNumber": 1, "Modality": "MR"}
    if number is not None:
        values["InstanceNumber"] = number
    if z is not None:
        values |= {"ImagePositionPatient": [0, 0, z], "ImageOrientationPatient": AXIAL}
    data = image_bytes(np.zeros((4, 4), np.uint16) if pixels is None else pixels, **{**values, **said})
    if not private and syntax == EXPLICIT:
        return data
    data_set, out = pydicom.dcmread(BytesIO(data)), BytesIO()
    for tag, vr, value in private:
        data_set.add_new(tag, vr, value)
    data_set.file_meta.TransferSyntaxUID = syntax
    data_set.save_as(out, implicit_vr=syntax == IMPLICIT, little_endian=True)
    return out.getvalue()


def study_object(data: bytes, name: str) -> StudyObject:
    """Describe an object as a worker does."""
    return StudyObject(FileContent(f"/{name}", name), described(data).description)


def grouped(slices: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[float]]]:
    """Group slices that come in any order; returns what sets each part apart, in words, and its places."""
    objects = [
        study_object(slice_bytes(**{"uid": f"2.25.{index + 10}", **said}), f"o{index}")
        for index, said in enumerate(slices)
    ]
    shuffled = [random.Random(seed).sample(objects, len(objects)) for seed in (3, 4)]
    one, other = (told(build_display_sets(order)) for order in shuffled)
    assert one == other
    return one


def told(sets: Iterable[DisplaySet]) -> list[tuple[str, list[float]]]:
    """Return title without series and places of each set."""
    return [
        (
            " · ".join(title(each, str).split(" · ")[2:]),
            [
                frame.info.image_position_patient[2] if frame.info.image_position_patient else -1
                for frame in each.frames
            ],
        )
        for each in sets
    ]


def enhanced(frames: list[dict[str, dict[str, object]]], dimensions: tuple[int, ...] = ()) -> StudyObject:
    """Describe an enhanced object whose frames have these functional groups."""
    groups = []
    for frame in frames:
        group = Dataset()
        for sequence, said in frame.items():
            setattr(group, sequence, Items([_item(said)]))
        groups.append(group)
    values: dict[str, object] = {
        "SOPClassUID": ENHANCED_MR,
        "NumberOfFrames": len(frames),
        "PerFrameFunctionalGroupsSequence": Items(groups),
        "SharedFunctionalGroupsSequence": Items([Dataset()]),
    }
    if dimensions:
        values["DimensionIndexSequence"] = Items([_item({"DimensionIndexPointer": tag}) for tag in dimensions])
    data = image_bytes(np.zeros((4, 4), np.uint16), pixel_data=bytes(32 * len(frames)), SeriesNumber=1, **values)
    return study_object(data, "enhanced")


def at(z: float) -> dict[str, dict[str, object]]:
    """Return the functional groups of a frame's place."""
    return {
        "PlanePositionSequence": {"ImagePositionPatient": [0, 0, z]},
        "PlaneOrientationSequence": {"ImageOrientationPatient": AXIAL},
    }


def _item(said: Mapping[str, object]) -> Dataset:
    item = Dataset()
    for keyword, value in said.items():
        setattr(item, keyword, value)
    return item
