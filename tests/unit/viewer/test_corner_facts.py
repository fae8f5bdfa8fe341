"""What the corners say comes from real objects, read inside the sandboxed worker."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from core.job import QuietJob
from dicom.decoding.decoder import Decoder
from dicom.description import ObjectDescription
from tests.picture_ways import Bytes
from tests.pixel_files import image_bytes
from tests.unit.viewer.test_corner_text import SPEECH
from viewer.viewport.corner_text import CornerTexts, Situation, corner_texts, written_age

pytestmark = pytest.mark.shared_workers
PIXELS = np.zeros((4, 4), np.uint8)
ENHANCED_MR, ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.4.1", "1.2.840.10008.5.1.4.1.1.2.1"


def item(**values: Any) -> Dataset:
    """Write a data set; a data set as a value becomes a sequence of one."""
    made = Dataset()
    for keyword, value in values.items():
        setattr(made, keyword, Sequence([value]) if isinstance(value, Dataset) else value)
    return made


def said_of(decoder: Decoder, **values: Any) -> ObjectDescription:
    return decoder.describe(Bytes(image_bytes(PIXELS, **values)), QuietJob())


def enhanced(
    decoder: Decoder, groups: list[Dataset], shared: Dataset | None = None, **values: Any
) -> ObjectDescription:
    data = image_bytes(
        np.zeros((4 * len(groups), 4), np.uint8),
        Rows=4,
        NumberOfFrames=len(groups),
        PerFrameFunctionalGroupsSequence=Sequence(groups),
        **({"SharedFunctionalGroupsSequence": Sequence([shared])} if shared is not None else {}),
        **{"SOPClassUID": ENHANCED_MR} | values,
    )
    return decoder.describe(Bytes(data), QuietJob())


def corners(said: ObjectDescription, frame_index: int = 0) -> CornerTexts:
    return corner_texts(said, frame_index, Situation(1, 1), SPEECH)


def right(said: ObjectDescription, frame_index: int = 0) -> list[str]:
    return [line.text for line in corners(said, frame_index).bottom_right]


def place(*mm: float) -> Dataset:
    return item(PlanePositionSequence=item(ImagePositionPatient=[str(each) for each in mm]))


def facing(*cosines: float) -> Dataset:
    return item(PlaneOrientationSequence=item(ImageOrientationPatient=[str(each) for each in cosines]))


@pytest.mark.parametrize(
    "written, said",
    [
        ("067Y", "67 years old at the exam"), ("001Y", "1 year old at the exam"), ("018M", "18 months old at the exam"),
        ("001M", "1 month old at the exam"), ("003W", "3 weeks old at the exam"), ("012D", "12 days old at the exam"),
        ("000D", "0 days old at the exam"), ("67y", "67 years old at the exam"),
        ("000Y", None), ("067", None), ("Y067", None), ("-67Y", None), ("1067Y", None), ("sixty", None),
    ],
)  # fmt: skip
def test_without_a_birth_date_the_age_is_the_one_the_file_writes(
    written: str, said: str | None, decoder: Decoder
) -> None:
    described = said_of(decoder, PatientAge=written, StudyDate="20190312")
    assert [line.text for line in corners(described).top_left][1:2] == [said or "ID P1"]


def test_a_birth_date_is_believed_before_a_written_age(decoder: Decoder) -> None:
    described = said_of(decoder, PatientAge="001Y", PatientBirthDate="19510504", StudyDate="20190312")
    assert corners(described).top_left[1].text == "born 1951-05-04, 67 years old at the exam"
    undated = said_of(decoder, PatientAge="067Y", PatientBirthDate="19510504")
    assert corners(undated).top_left[1].text == "born 1951-05-04, 67 years old at the exam"


def test_what_is_no_age_is_none() -> None:
    assert written_age("") is None
    assert written_age("٠٦٧Y") in (None, (67, "years"))


@pytest.mark.parametrize(
    "code, meaning, said",
    [
        ("399368009", "medio-lateral oblique", "R MLO"), ("R-10226", "medio-lateral oblique", "R MLO"),
        ("399162004", "cranio-caudal", "R CC"), ("399192008", "exaggerated laterally", "R XCCL"),
        ("272479007", "postero-anterior", "R PA"), ("399067008", "lateral", "R lateral"), ("", "Schräg", "R Schräg"),
    ],
)  # fmt: skip
def test_the_view_is_the_one_its_code_names(code: str, meaning: str, said: str, decoder: Decoder) -> None:
    view = item(CodeValue=code, CodingSchemeDesignator="SCT", CodeMeaning=meaning)
    values = {"ViewCodeSequence": Sequence([view]), "ImageLaterality": "R", "SpecificCharacterSet": "ISO_IR 100"}
    assert right(said_of(decoder, **values))[-1] == said
    assert right(said_of(decoder, ViewPosition="ML", **values))[-1] == "R ML"


def test_what_modifies_a_view_is_said_with_it(decoder: Decoder) -> None:
    spot = item(CodeValue="399055006", CodingSchemeDesignator="SCT", CodeMeaning="Spot Compression")
    view = item(CodeValue="399162004", CodingSchemeDesignator="SCT", CodeMeaning="cranio-caudal")
    view.ViewModifierCodeSequence = Sequence([spot])
    assert right(said_of(decoder, ViewCodeSequence=Sequence([view]))) == ["CC, Spot Compression"]


def test_the_side_of_an_enhanced_object_is_that_of_its_frames(decoder: Decoder) -> None:
    left, other = (item(FrameAnatomySequence=item(FrameLaterality=side)) for side in "LR")
    assert right(enhanced(decoder, [place(0, 0, 0), place(0, 0, 1)], left))[-1] == "L"
    assert right(enhanced(decoder, [left, left]))[-1] == "L"
    assert right(enhanced(decoder, [left, other])) == []


@pytest.mark.parametrize(
    "cosines, positions, said",
    [
        ((1, 0, 0, 0, 1, 0), [(5, 6, 0), (5, 6, 3)], ["at 0 mm", "at 3 mm"]),
        ((1, 0, 0, 0, 0, -1), [(5, -7, 0), (5, -4.5, 0)], ["at −7 mm", "at −4.5 mm"]),
        ((1, 0, 0, 0, 0.8, 0.6), [(0, 0, 0), (0, -6, 8)], ["at 0 mm", "at 10 mm"]),
        (None, [(9, 9, 0), (9, 9, 3)], ["at 0 mm", "at 3 mm"]),
        (None, [(1, 9, 4), (2, 9, 4)], ["at 1 mm", "at 2 mm"]),
        (None, [(1, 9, 4), (2, 9, 7)], [None, None]),
        (None, [(1, 9, 4), (1, 9, 4)], [None, None]),
    ],
)  # fmt: skip
def test_each_slice_of_an_enhanced_object_says_where_it_lies(
    cosines: tuple[float, ...] | None, positions: list[tuple[float, ...]], said: list[str | None], decoder: Decoder
) -> None:
    shared = facing(*cosines) if cosines else None
    described = enhanced(decoder, [place(*position) for position in positions], shared)
    assert [(right(described, index) or [None])[0] for index in range(2)] == said


def test_one_location_for_the_whole_object_is_not_that_of_each_slice(decoder: Decoder) -> None:
    groups = [place(0, 0, 0), place(0, 0, 3)]
    described = enhanced(decoder, groups, facing(1, 0, 0, 0, 1, 0), SliceLocation="-99")
    assert [right(described, index)[0] for index in range(2)] == ["at 0 mm", "at 3 mm"]


def test_a_single_slice_says_its_own_location_before_what_can_be_reckoned(decoder: Decoder) -> None:
    values = {"ImagePositionPatient": ["0", "0", "7"], "ImageOrientationPatient": ["1", "0", "0", "0", "1", "0"]}
    assert right(said_of(decoder, **values)) == ["at 7 mm"]
    assert right(said_of(decoder, SliceLocation="-7.5", **values)) == ["at −7.5 mm"]


def test_how_a_single_picture_was_made_is_said(decoder: Decoder) -> None:
    assert right(said_of(decoder, DiffusionBValue=1000.0, EchoTime="82.5")) == ["b 1000 s/mm² · Echo time 82.5 ms"]
    assert right(said_of(decoder, DiffusionBValue=0.0)) == ["b 0 s/mm²"]
    assert right(said_of(decoder, ConvolutionKernel=["B30f", "3"])) == ["Kernel B30f 3"]
    for nonsense in ("0", "-5", "1e300"):
        assert right(said_of(decoder, EchoTime=nonsense, DiffusionBValue=-1.0)) == []


def test_a_makers_own_b_value_is_said_too(decoder: Decoder) -> None:
    from pydicom import dcmread
    from pydicom.filebase import DicomBytesIO

    data = dcmread(DicomBytesIO(image_bytes(PIXELS)))
    block = data.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", "800")
    out = DicomBytesIO()
    data.save_as(out, enforce_file_format=True)
    assert right(decoder.describe(Bytes(out.getvalue()), QuietJob())) == ["b 800 s/mm²"]


def test_how_each_frame_of_an_enhanced_object_was_made_is_said(decoder: Decoder) -> None:
    groups = [
        item(MRDiffusionSequence=item(DiffusionBValue=float(b)), MREchoSequence=item(EffectiveEchoTime=float(te)))
        for b, te in ((0, 80), (1000, 90))
    ]
    described = enhanced(decoder, groups)
    assert [right(described, index)[0] for index in range(2)] == [
        "b 0 s/mm² · Echo time 80 ms", "b 1000 s/mm² · Echo time 90 ms",
    ]  # fmt: skip
    shared = item(CTReconstructionSequence=item(ConvolutionKernel="BONE"))
    kernel = enhanced(decoder, [place(0, 0, 0), place(0, 0, 1)], shared, SOPClassUID=ENHANCED_CT)
    assert [right(kernel, index)[1] for index in range(2)] == ["Kernel BONE", "Kernel BONE"]
    echo = enhanced(decoder, [place(0, 0, 0), place(0, 0, 1)], item(MREchoSequence=item(EffectiveEchoTime=12.0)))
    assert [right(echo, index)[1] for index in range(2)] == ["Echo time 12 ms"] * 2
