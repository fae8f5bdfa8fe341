"""Metadata leave nothing out and invent nothing; what is too large for them has an address that gives its bytes."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from pydicom import Dataset, dcmread, dcmwrite
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import ExplicitVRBigEndian

from core.errors import DicomError
from dicom.objects.describe import describe
from dicom.objects.metadata import bulk_value, data_set_metadata
from dicom.pixels.frames import read_frame
from dicom.pixels.plain_frame import plain_frame
from dicom.reading.bytes_source import MemoryBytes
from dicom.reading.dataset import open_data_set
from dicom.reading.elements import quietly
from tests.tools import pydicom_file
from tests.unit.portal.server.dicomweb.senders import made

BASE = "https://portal.example.org/bulk/"
PALETTES = ("gdcm-US-ALOKA-16.dcm", "OBXXXX1A.dcm")


def metadata(data: bytes) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(data_set_metadata(MemoryBytes(data), BASE, lambda: None))
    return said


def fetched(data: bytes, element: dict[str, Any]) -> bytes | None:
    steps = element["BulkDataURI"].removeprefix(BASE).split("/")
    return bulk_value(MemoryBytes(data), [int(step, 16 if place % 2 == 0 else 10) for place, step in enumerate(steps)])


def item(**values: Any) -> Dataset:
    made_of = Dataset()
    for keyword, value in values.items():
        setattr(made_of, keyword, value)
    return made_of


def test_what_is_large_has_an_address_wherever_it_lies() -> None:
    large, nested = bytes(range(256)) * 300, bytes(range(255, -1, -1)) * 100
    wave = item(WaveformBitsAllocated=16, WaveformData=nested)
    deep = item(ReferencedSeriesSequence=[item(Modality="A"), item(EncapsulatedDocument=nested)])
    data = made(
        RedPaletteColorLookupTableData=large,
        WaveformSequence=[item(WaveformBitsAllocated=16, WaveformData=b"12"), wave],
        SourceImageSequence=[deep],
    )
    said = metadata(data)
    assert said["00281201"] == {"vr": "OW", "BulkDataURI": BASE + "00281201"}
    assert fetched(data, said["00281201"]) == large
    first, second = said["54000100"]["Value"]
    assert base64.b64decode(first["54001010"]["InlineBinary"]) == b"12"
    assert second["54001010"]["BulkDataURI"] == BASE + "54000100/2/54001010"
    assert fetched(data, second["54001010"]) == nested
    (document,) = said["00082112"]["Value"]
    inside = document["00081115"]["Value"][1]["00420011"]
    assert fetched(data, inside) == nested
    assert said["7FE00010"] == {"vr": "OW", "BulkDataURI": BASE + "7FE00010"}


def test_a_document_is_never_part_of_a_description_however_small() -> None:
    said = metadata(made(EncapsulatedDocument=b"%PDF-1.4 ", MIMETypeOfEncapsulatedDocument="application/pdf"))
    assert said["00420011"] == {"vr": "OB", "BulkDataURI": BASE + "00420011"}


def test_nothing_is_said_to_be_empty_that_is_not() -> None:
    data = made(
        ImageComments="ü" * 30_000, SpecificCharacterSet="ISO_IR 100", RedPaletteColorLookupTableData=bytes(20_000),
        OtherPatientIDs=["a"] * 20_000, SmallestImagePixelValue=0, PatientComments="", ImageType=["A", "", "B"],
    )  # fmt: skip
    said = metadata(data)
    assert said["00204000"]["Value"] == ["ü" * 30_000]
    assert len(said["00101000"]["Value"]) == 20_000
    assert said["00280106"]["Value"] == [0]
    assert said["00104000"] == {"vr": "LT"}
    assert said["00080008"]["Value"] == ["A", None, "B"]
    for tag, element in said.items():
        assert set(element) <= {"vr", "Value", "InlineBinary", "BulkDataURI"}, tag


def test_texts_are_said_to_be_the_utf_8_they_are() -> None:
    latin = metadata(made(SpecificCharacterSet="ISO_IR 100", PatientName="MÜLLER^ÄNNE"))
    assert latin["00080005"]["Value"] == ["ISO_IR 192"]
    assert latin["00100010"]["Value"] == [{"Alphabetic": "MÜLLER^ÄNNE"}]
    inside = made(SourceImageSequence=[item(SpecificCharacterSet="ISO_IR 100", ImageComments="ü")])
    assert metadata(inside)["00082112"]["Value"][0]["00080005"]["Value"] == ["ISO_IR 192"]
    assert "00080005" not in metadata(made())
    unsaid = made().replace(b"CT Thorax", b"CT Th\xf6rax")
    assert metadata(unsaid)["00080005"]["Value"] == ["ISO_IR 192"]


def test_numbers_json_has_no_word_for_are_texts_and_texts_that_are_no_numbers_stay_texts() -> None:
    data = made(RealWorldValueLUTData=[float("nan"), float("inf"), float("-inf"), 1.5], SliceThickness="2.50")
    data = data.replace(b"2.50", b"thin")
    said = metadata(data)
    assert said["00409212"]["Value"] == ["NaN", "inf", "-inf", 1.5]
    assert said["00180050"] == {"vr": "DS", "Value": ["thin"]}


def test_what_follows_the_pixels_is_not_forgotten() -> None:
    data = made(DataSetTrailingPadding=b"\0\0\0\0")
    said = metadata(data)
    assert said["FFFCFFFC"] == {"vr": "OB", "InlineBinary": "AAAAAA=="}
    large = made(DataSetTrailingPadding=bytes(40_000))
    assert fetched(large, metadata(large)["FFFCFFFC"]) == bytes(40_000)


def test_addresses_nothing_lies_at_give_nothing() -> None:
    data = made(WaveformSequence=[item(WaveformBitsAllocated=16, WaveformData=b"12")])
    for steps in (
        [0x00990010], [0x54000100, 0, 0x54001010], [0x54000100, 2, 0x54001010], [0x54000100, 1, 0x00990010],
        [0x00100010, 1, 0x54001010], [0x54000100, -1, 0x54001010],
    ):  # fmt: skip
        assert bulk_value(MemoryBytes(data), steps) is None, steps


@quietly
def big_endian(**values: Any) -> bytes:
    data_set = dcmread(io.BytesIO(made()))
    for keyword, value in values.items():
        setattr(data_set, keyword, value)
    data_set.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    out = io.BytesIO()
    dcmwrite(out, data_set, implicit_vr=False, little_endian=False, force_encoding=True)
    return out.getvalue()


def test_binary_values_of_a_big_endian_object_are_little_endian() -> None:
    words = np.arange(20_000, dtype=">u2").tobytes()
    data = big_endian(RedPaletteColorLookupTableData=words, GreenPaletteColorLookupTableData=words[:8])
    said = metadata(data)
    assert np.frombuffer(fetched(data, said["00281201"]) or b"", "<u2").tolist() == list(range(20_000))
    assert base64.b64decode(said["00281202"]["InlineBinary"]) == np.arange(4, dtype="<u2").tobytes()


COMPRESSED = (
    "examples_ybr_color.dcm", "color3d_jpeg_baseline.dcm", "SC_rgb_jpeg_dcmtk.dcm", "SC_rgb_jpeg_app14_dcmd.dcm",
    "SC_jpeg_no_color_transform.dcm", "SC_jpeg_no_color_transform_2.dcm", "SC_rgb_dcmtk_+eb+cr.dcm",
    "SC_rgb_dcmtk_+eb+cy+n1.dcm", "SC_rgb_dcmtk_+eb+cy+s2.dcm", "SC_rgb_dcmtk_+eb+cy+np.dcm", "US1_J2KR.dcm",
    "SC_rgb_rle.dcm", "SC_rgb_rle_16bit.dcm", "examples_jpeg2k.dcm", "GDCMJ2K_TextGBR.dcm", "J2K_pixelrep_mismatch.dcm",
    "JPEG2000.dcm", "MR_small_RLE.dcm", "SC_ybr_full_422_uncompressed.dcm", "SC_ybr_full_uncompressed.dcm",
    "SC_rgb_2frame.dcm", "SC_rgb_32bit.dcm", "SC_rgb_expb_16bit.dcm", "liver.dcm", "liver_expb_1frame.dcm",
    "OBXXXX1A.dcm", "MR_small_bigendian.dcm", "JPEG-LL.dcm", "emri_small_jpeg_ls_lossless.dcm", "rtdose_1frame.dcm",
)  # fmt: skip


@pytest.mark.parametrize("name", COMPRESSED)
def test_the_bytes_of_a_frame_are_as_many_as_the_metadata_say(name: str) -> None:
    data = pydicom_file(name).read_bytes()
    said = {tag: element.get("Value", [None])[0] for tag, element in metadata(data).items()}
    source = MemoryBytes(data)
    _description, layout = describe(open_data_set(source))
    assert layout is not None
    frame, _marks = plain_frame(source, layout, 0)
    samples = 2 if said["00280004"] in ("YBR_FULL_422", "YBR_PARTIAL_422") else said["00280002"]
    bits = said["00280010"] * said["00280011"] * samples * said["00280100"]
    assert len(frame) == -(-bits // 8)
    assert said["00280004"] not in ("YBR_ICT", "YBR_RCT")
    if layout.codec != "native":
        assert said.get("00280006", 0) == 0
        assert said["00280004"] != "YBR_FULL_422"


@quietly
def test_a_frame_that_is_not_like_the_first_one_is_refused_rather_than_read_wrongly() -> None:
    ybr, rgb = (dcmread(pydicom_file(f"SC_rgb_dcmtk_+eb+{kind}.dcm")) for kind in ("cy+n1", "cr"))
    frames = [next(generate_frames(each.PixelData, number_of_frames=1)) for each in (ybr, rgb)]
    ybr.PixelData, ybr.NumberOfFrames = encapsulate(frames), 2
    out = io.BytesIO()
    ybr.save_as(out)
    source = MemoryBytes(out.getvalue())
    _description, layout = describe(open_data_set(source))
    assert layout is not None
    assert len(plain_frame(source, layout, 0)[0]) == ybr.Rows * ybr.Columns * 3
    with pytest.raises(DicomError) as caught:
        plain_frame(source, layout, 1)
    assert (caught.value.code, caught.value.facts["reason"]) == ("decode-failed", "frames-differ")


def test_planes_and_packed_bits_stay_as_the_metadata_say() -> None:
    rgb = bytes(range(48))
    data = made(
        SamplesPerPixel=3, PhotometricInterpretation="RGB", PlanarConfiguration=1, BitsAllocated=8, BitsStored=8,
        HighBit=7, PixelData=rgb,
    )  # fmt: skip
    source = MemoryBytes(data)
    _description, layout = describe(open_data_set(source))
    assert layout is not None
    assert plain_frame(source, layout, 0)[0] == rgb
    assert metadata(data)["00280006"]["Value"] == [1]
    bits = made(
        BitsAllocated=1, BitsStored=1, HighBit=0, Rows=3, Columns=3, NumberOfFrames=2, PixelData=b"\xff\x55\x03\0"
    )
    source = MemoryBytes(bits)
    _description, layout = describe(open_data_set(source))
    assert layout is not None
    for index in range(2):
        wanted = np.packbits(read_frame(source, layout, index).pixels.ravel(), bitorder="little").tobytes()
        assert plain_frame(source, layout, index)[0] == wanted
    with pytest.raises(DicomError):
        plain_frame(source, layout, 2)


def test_values_lie_in_their_words_where_the_metadata_say() -> None:
    words = np.array([[0x1230, 0xFFF0], [0x0010, 0x8000]], "<u2")
    data = made(Rows=2, Columns=2, BitsStored=12, HighBit=15, PixelData=words.tobytes())
    source = MemoryBytes(data)
    _description, layout = describe(open_data_set(source))
    assert layout is not None
    assert plain_frame(source, layout, 0)[0] == words.tobytes()
    signed = np.array([[0x0FFF, 0x0800], [0x07FF, 0x0001]], "<u2")  # a sign that was not carried on
    data = made(Rows=2, Columns=2, BitsStored=12, HighBit=11, PixelRepresentation=1, PixelData=signed.tobytes())
    source = MemoryBytes(data)
    _description, layout = describe(open_data_set(source))
    assert layout is not None
    assert np.frombuffer(plain_frame(source, layout, 0)[0], "<i2").tolist() == [-1, -2048, 2047, 1]
