"""Every element is listed, and two objects are told same or different whatever their wrapping."""

from __future__ import annotations

import hashlib
import json
from copy import deepcopy
from io import BytesIO
from typing import TYPE_CHECKING, cast

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from core.errors import DicomError
from dicom.comparing.fingerprint import data_set_fingerprint, pixel_fingerprint
from dicom.objects.opened import open_object
from dicom.objects.salvage import salvaged_header
from dicom.objects.tags import data_set_tags
from dicom.reading.bytes_source import MemoryBytes
from tests.pixel_files import encapsulated, image_bytes, written
from tests.tools import pydicom_file

if TYPE_CHECKING:
    from core.workers.task import TaskCall

GREY = np.arange(6000, dtype=np.uint16).reshape(60, 100)
IMPLICIT, BIG, DEFLATED = "1.2.840.10008.1.2", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.1.99"


def _go_on() -> None:
    """Nobody stops these."""


def _tags(data: bytes) -> dict[str, dict[str, object]]:
    return data_set_tags(MemoryBytes(data), _go_on)


def _item(**values: object) -> Dataset:
    item = Dataset()
    for keyword, value in values.items():
        setattr(item, keyword, value)
    return item


def test_names_have_their_groups_and_absent_values_no_value() -> None:
    tags = _tags(
        image_bytes(
            GREY, PatientName="Yamada^Tarou=山田^太郎=やまだ^たろう", SpecificCharacterSet="ISO_IR 192", StudyDate=""
        )
    )
    assert tags["00100010"] == {
        "vr": "PN",
        "Value": [{"Alphabetic": "Yamada^Tarou", "Ideographic": "山田^太郎", "Phonetic": "やまだ^たろう"}],
    }
    assert tags["00080020"] == {"vr": "DA"}


def test_numbers_sequences_and_private_elements_are_kept() -> None:
    data = image_bytes(
        GREY, PixelSpacing=[0.5, 0.25], ReferencedImageSequence=Sequence([_item(ReferencedSOPInstanceUID="1.2.3")])
    )
    place = data.index(b"\x10\x00\x10\x00PN")
    private = b"\x09\x00\x10\x00LO\x04\x00ACME" + b"\x09\x00\x01\x10UN\0\0\x02\0\0\0\x01\x02"
    tags = _tags(data[:place] + private + data[place:])
    assert tags["00280030"] == {"vr": "DS", "Value": [0.5, 0.25]}
    assert tags["00081140"]["Value"] == [{"00081155": {"vr": "UI", "Value": ["1.2.3"]}}]
    assert tags["00090010"] == {"vr": "LO", "Value": ["ACME"]}
    assert tags["00091001"] == {"vr": "UN", "InlineBinary": "AQI="}
    assert tags["meta"]["00020010"] == {"vr": "UI", "Value": ["1.2.840.10008.1.2.1"]}


def test_pixels_and_long_values_are_length_and_hash() -> None:
    long_text = "x" * 2000
    tags = _tags(image_bytes(GREY, ImageComments=long_text))
    data = GREY.tobytes()
    assert tags["7FE00010"] == {"vr": "OW", "length": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert tags["00204000"]["length"] == 2000
    small = _tags(image_bytes(np.zeros((1, 2), np.uint8)))
    assert small["7FE00010"]["length"] == 2


def test_encapsulated_pixels_are_hashed_without_their_items() -> None:
    frame = b"\xff\xd8" + bytes(10)
    tags = _tags(image_bytes(GREY, "1.2.840.10008.1.2.4.50", pixel_data=encapsulated(frame)))
    assert tags["7FE00010"] == {
        "vr": "OB",
        "fragments": 1,
        "length": len(frame),
        "sha256": hashlib.sha256(frame).hexdigest(),
    }


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.50"])
def test_elements_behind_the_pixels_are_listed_too(syntax: str) -> None:
    pixels = {"pixel_data": encapsulated(b"\xff\xd8" + bytes(10))} if syntax.endswith("50") else {}
    padding = b"\xfc\xff\xfc\xffOB\0\0\x02\0\0\0\x01\x02"
    tags = _tags(image_bytes(GREY, syntax, **pixels) + padding)
    assert tags["FFFCFFFC"] == {"vr": "OB", "InlineBinary": "AQI="}
    assert "7FE00010" in tags


def test_a_data_set_that_begins_with_a_private_group_is_read_as_it_is_declared() -> None:
    tags = _tags(pydicom_file("priv_SQ.dcm").read_bytes())
    assert tags["3F030010"] == {"vr": "LO", "Value": ["aaabbbccc MEDICAL SYSTEMS"]}
    assert "3F031001" in tags


def test_what_is_empty_has_no_value_and_among_several_is_null() -> None:
    tags = _tags(image_bytes(GREY, ReferencedImageSequence=Sequence([]), SpecificCharacterSet=["", "ISO 2022 IR 87"]))
    assert tags["00081140"] == {"vr": "SQ"}
    assert tags["00080005"]["Value"] == [None, "ISO 2022 IR 87"]


def test_every_tag_list_is_json(subtests_of_pydicom: list[str]) -> None:
    for name in subtests_of_pydicom:
        json.dumps(_tags(pydicom_file(name).read_bytes()))


@pytest.fixture
def subtests_of_pydicom() -> list[str]:
    """Files that hold something odd each."""
    return [
        "badVR.dcm",
        "nested_priv_SQ.dcm",
        "UN_sequence.dcm",
        "reportsi.dcm",
        "rtplan_truncated.dcm",
        "ExplVR_BigEnd.dcm",
        "image_dfl.dcm",
        "vlut_04.dcm",
    ]


def _fingerprint(data: bytes) -> dict[str, str]:
    return data_set_fingerprint(MemoryBytes(data), _go_on)


def _rich(pixels: np.ndarray, syntax: str = "1.2.840.10008.1.2.1", **more: object) -> bytes:
    nested = _item(ReferencedSOPInstanceUID="1.2.3", PurposeOfReferenceCodeSequence=Sequence([_item(CodeValue="A")]))
    values = {"ReferencedImageSequence": Sequence([nested]), "PixelSpacing": [0.5, 0.5], "WindowCenter": 40} | more
    return image_bytes(pixels, syntax, **deepcopy(values))


@pytest.mark.parametrize("syntax", [IMPLICIT, BIG, DEFLATED])
def test_vr_encoding_and_byte_order_do_not_make_another_data_set(syntax: str) -> None:
    assert _fingerprint(_rich(GREY)) == _fingerprint(_rich(GREY, syntax))


def test_sequence_lengths_and_a_rewritten_meta_group_do_not_either() -> None:
    data = _rich(GREY)
    undefined = bytearray(data)
    place = undefined.index(b"\x08\x00\x40\x11SQ")
    length = int.from_bytes(undefined[place + 8 : place + 12], "little")
    undefined[place + 12 + length : place + 12 + length] = b"\xfe\xff\xdd\xe0\0\0\0\0"
    undefined[place + 8 : place + 12] = b"\xff\xff\xff\xff"
    assert _fingerprint(bytes(undefined)) == _fingerprint(data)
    assert _fingerprint(b"M" * 128 + data[128:]) == _fingerprint(data)


def test_one_changed_value_anywhere_makes_another_data_set() -> None:
    first = _fingerprint(_rich(GREY))
    assert _fingerprint(_rich(GREY, WindowCenter=41))["attributes"] != first["attributes"]
    assert _fingerprint(_rich(GREY, PatientName="Phantom^Berta"))["attributes"] != first["attributes"]
    assert _fingerprint(_rich(GREY + 1))["pixels"] != first["pixels"]
    several = _rich(GREY, FrameIncrementPointer=[0x00181063, 0x00181065])
    assert (
        _fingerprint(several)["attributes"] != _fingerprint(_rich(GREY, FrameIncrementPointer=0x00181063))["attributes"]
    )


@pytest.mark.parametrize("broken", [{"Rows": None}, {"Rows": 16000, "Columns": 16000}, {"BitsAllocated": 0}])
def test_pixels_nobody_can_take_apart_are_the_same_only_if_their_bytes_are(broken: dict[str, object]) -> None:
    first = _fingerprint(_rich(GREY, **broken))
    assert _fingerprint(_rich(GREY, **broken)) == first
    assert _fingerprint(_rich(GREY + 1, **broken))["pixels"] != first["pixels"]


def test_pixels_behind_the_declared_frames_count() -> None:
    frame = GREY.tobytes()
    first = _fingerprint(_rich(GREY, pixel_data=frame + frame))
    assert _fingerprint(_rich(GREY, pixel_data=frame + (GREY + 1).tobytes()))["pixels"] != first["pixels"]
    assert _fingerprint(_rich(GREY, pixel_data=frame))["pixels"] != first["pixels"]


def test_a_value_cannot_pass_for_the_elements_behind_it() -> None:
    place = (plain := _rich(GREY)).index(b"\x10\x00\x10\x00PN")
    two = b"\x09\x00\x10\x10UN\0\0\x02\0\0\0ab" + b"\x09\x00\x11\x10UN\0\0\x02\0\0\0cd"
    one = b"\x09\x00\x10\x10UN\0\0\x08\0\0\0ab" + b"\x00\x09\x10\x11cd"
    first, second = (_fingerprint(plain[:place] + element + plain[place:]) for element in (two, one))
    assert first["attributes"] != second["attributes"]


def test_drawings_in_unused_bits_keep_two_images_apart() -> None:
    overlay = {0x60000010: ("US", 60), 0x60000011: ("US", 100), 0x60000100: ("US", 16), 0x60000102: ("US", 15)}
    data_set = pydicom.dcmread(BytesIO(_rich(GREY, BitsStored=12, HighBit=11)))
    for tag, (vr, value) in overlay.items():
        data_set.add_new(tag, vr, value)
    source = MemoryBytes(written(data_set))
    with pytest.raises(DicomError):
        pixel_fingerprint(open_object(source), source, cast("TaskCall", None))


def test_compressing_changes_the_stored_pixels_but_not_the_attributes_of_the_image() -> None:
    plain = _fingerprint(_rich(GREY))
    packed = _fingerprint(
        _rich(GREY, "1.2.840.10008.1.2.4.80", pixel_data=encapsulated(bytes(imagecodecs.jpegls_encode(GREY))))
    )
    assert plain["attributes_of_image"] == packed["attributes_of_image"]
    assert plain["pixels"] != packed["pixels"]


def test_a_header_is_salvaged_as_far_as_it_goes() -> None:
    header = salvaged_header(MemoryBytes(image_bytes(GREY, SeriesNumber=7, with_meta=False)[:-5000]))
    assert (header.patient_name, header.sop_instance_uid, header.series_number) == ("Phantom^Anna", "2.25.1", 7)
    assert header.marks[0] == "non-standard"


def test_a_header_of_something_else_is_not_salvaged() -> None:
    with pytest.raises(DicomError):
        salvaged_header(MemoryBytes(b"GIF89a" + bytes(500)))


def test_an_object_without_uid_is_marked() -> None:
    data_set = Dataset()
    data_set.Modality = "OT"
    assert "no-uid" in salvaged_header(MemoryBytes(written(data_set))).marks
