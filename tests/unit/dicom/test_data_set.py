"""Objects are opened whatever their writer got wrong about preamble, meta group and transfer syntax."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset

from core.errors import DicomError
from dicom.objects.describe import snake_case
from dicom.reading.bytes_source import JoinedBytes, MemoryBytes
from dicom.reading.dataset import open_data_set
from tests.pixel_files import described, encapsulated, image_bytes, shown, stored_in

GREY = np.arange(6000, dtype=np.uint16).reshape(60, 100)
EXPLICIT, IMPLICIT, BIG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.2"
J2K, JPEG_LS, JPEG = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.50"


def _renamed(data: bytes, old: str, new: str) -> bytes:
    """Put another transfer syntax UID of the same length, once padded, into the meta group."""
    size = max(len(old), len(new)) + max(len(old), len(new)) % 2
    found = old.encode().ljust(len(old) + len(old) % 2, b"\0")
    assert len(found) == size
    return data.replace(found, new.encode().ljust(size, b"\0"), 1)


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT, BIG])
def test_no_preamble_and_no_meta_group_are_forgiven_and_marked(syntax: str) -> None:
    frame, said = shown(image_bytes(GREY, syntax, with_meta=False))
    assert np.array_equal(frame.pixels, GREY)
    assert "non-standard" in said.marks


def test_a_meta_group_without_transfer_syntax_is_forgiven() -> None:
    data = image_bytes(GREY)
    place = data.index(b"\x02\x00\x10\x00UI")
    length = int.from_bytes(data[place + 6 : place + 8], "little")
    frame, said = shown(data[:place] + data[place + 8 + length :])
    assert np.array_equal(frame.pixels, GREY)
    assert "non-standard" in said.marks


@pytest.mark.parametrize("written_as,declared", [(BIG, EXPLICIT), (EXPLICIT, BIG)])
def test_a_wrong_byte_order_is_seen_in_the_bytes(written_as: str, declared: str) -> None:
    frame, said = shown(_renamed(image_bytes(GREY, written_as), written_as, declared))
    assert np.array_equal(frame.pixels, GREY)
    assert "wrong-transfer-syntax" in said.marks


@pytest.mark.parametrize("declared", [JPEG, JPEG_LS, "1.2.840.10008.1.2.4.70"])
def test_a_codestream_of_another_kind_than_declared_is_decoded_and_marked(declared: str) -> None:
    codestream = bytes(imagecodecs.jpeg2k_encode(GREY, level=0, codecformat="j2k"))
    frame, said = shown(image_bytes(GREY, declared, pixel_data=encapsulated(codestream)))
    assert np.array_equal(frame.pixels, GREY)
    assert "wrong-transfer-syntax" in said.marks


def test_compressed_declared_but_stored_plainly_is_shown() -> None:
    plain = image_bytes(GREY, EXPLICIT)
    data = plain.replace(EXPLICIT.encode() + b"\0", JPEG.encode()[:20], 1)
    place = data.index(b"\x02\x00\x10\x00UI")
    head = data[:place] + b"\x02\x00\x10\x00UI" + (22).to_bytes(2, "little") + JPEG.encode()
    frame, said = shown(head + plain[plain.index(b"\x08\x00\x16\x00UI") :])
    assert np.array_equal(frame.pixels, GREY)
    assert "wrong-transfer-syntax" in said.marks


def test_a_jpeg_2000_file_instead_of_a_codestream_is_decoded() -> None:
    boxed = bytes(imagecodecs.jpeg2k_encode(GREY, level=0, codecformat="jp2"))
    assert np.array_equal(shown(image_bytes(GREY, J2K, pixel_data=encapsulated(boxed)))[0].pixels, GREY)


def test_a_codestream_of_another_size_is_shown_and_marked() -> None:
    codestream = bytes(imagecodecs.jpegls_encode(GREY[:30]))
    frame, _said = shown(image_bytes(GREY, JPEG_LS, pixel_data=encapsulated(codestream)))
    assert np.array_equal(frame.pixels, GREY[:30])
    assert "codestream-size-differs" in frame.marks


def test_one_frame_takes_all_fragments() -> None:
    codestream = bytes(imagecodecs.jpegls_encode(GREY))
    third = len(codestream) // 6 * 2
    parts = (codestream[:third], codestream[third : 2 * third], codestream[2 * third :])
    assert np.array_equal(shown(image_bytes(GREY, JPEG_LS, pixel_data=encapsulated(*parts)))[0].pixels, GREY)


@pytest.mark.parametrize("with_table", [True, False])
def test_frames_in_several_fragments_are_found_by_table_or_by_signature(with_table: bool) -> None:
    streams = [bytes(imagecodecs.jpegls_encode(GREY + index)) for index in range(3)]
    streams = [stream + b"\0" * (len(stream) % 2) for stream in streams]
    halves = [part for stream in streams for part in (stream[:500], stream[500:])]
    wrapped = bytearray(encapsulated(*halves))
    if with_table:
        starts = [sum(len(half) + 8 for half in halves[: 2 * index]) for index in range(3)]
        table = b"".join(start.to_bytes(4, "little") for start in starts)
        wrapped[4:8] = len(table).to_bytes(4, "little")
        wrapped[8:8] = table
    data = image_bytes(GREY, JPEG_LS, pixel_data=bytes(wrapped), NumberOfFrames=3)
    for index in range(3):
        assert np.array_equal(shown(data, index)[0].pixels, GREY + index)


def test_an_extended_offset_table_is_used() -> None:
    streams = [bytes(imagecodecs.jpegls_encode(GREY + index)) for index in range(2)]
    streams = [stream + b"\0" * (len(stream) % 2) for stream in streams]
    halves = [part for stream in streams for part in (stream[:500], stream[500:])]
    starts = [0, len(streams[0]) + 16]
    data = image_bytes(
        GREY,
        JPEG_LS,
        pixel_data=encapsulated(*halves),
        NumberOfFrames=2,
        ExtendedOffsetTable=b"".join(start.to_bytes(8, "little") for start in starts),
        ExtendedOffsetTableLengths=b"".join(len(stream).to_bytes(8, "little") for stream in streams),
    )
    assert np.array_equal(shown(data, 1)[0].pixels, GREY + 1)


def test_encapsulated_uncompressed_frames_are_read() -> None:
    syntax = "1.2.840.10008.1.2.1.98"
    data = image_bytes(GREY, syntax, pixel_data=encapsulated(GREY.tobytes(), (GREY + 1).tobytes()), NumberOfFrames=2)
    assert np.array_equal(shown(data, 1)[0].pixels, GREY + 1)


def test_the_old_private_syntax_with_swapped_pixels_is_read() -> None:
    stand_in = "1.2.840.10008.1.2"
    data = image_bytes(GREY.byteswap(), stand_in)
    place = data.index(b"\x02\x00\x10\x00UI")
    private = b"1.2.840.113619.5.2"
    renamed = data[:place] + b"\x02\x00\x10\x00UI" + len(private).to_bytes(2, "little") + private + data[place + 26 :]
    frame, said = shown(renamed)
    assert said.transfer_syntax_uid == private.decode()
    assert np.array_equal(frame.pixels, GREY)


@pytest.mark.parametrize("tail", ["92", "93", "94"])
def test_a_syntax_that_cannot_be_decoded_is_named_and_kept(tail: str) -> None:
    data = image_bytes(GREY, JPEG, pixel_data=encapsulated(b"\xff\x4f\xff\x51" + bytes(60)))
    opened = described(data.replace(JPEG.encode(), JPEG.encode()[:-2] + tail.encode()))
    assert "unsupported-transfer-syntax" in opened.description.marks
    assert opened.description.texts["patient_name"] == "Phantom^Anna"


def test_twelve_packed_bits_are_unpacked() -> None:
    packed = bytes.fromhex("21436587a9cb")
    data = image_bytes(np.zeros((1, 4), np.uint16), BitsAllocated=12, BitsStored=12, HighBit=11, pixel_data=packed)
    assert shown(data)[0].pixels.tolist() == [[0x321, 0x654, 0x987, 0xCBA]]


def test_single_bits_run_on_from_frame_to_frame() -> None:
    data = image_bytes(
        np.zeros((1, 3), np.uint8), BitsAllocated=1, BitsStored=1, HighBit=0, NumberOfFrames=4, pixel_data=b"\x35\x0c"
    )
    found = [shown(data, index)[0].pixels[0].tolist() for index in range(4)]
    assert found == [[1, 0, 1], [0, 1, 1], [0, 0, 0], [0, 1, 1]]


def test_values_are_masked_and_sign_extended_from_bits_stored() -> None:
    data = image_bytes(np.asarray([[0xF801, 0x07FF]], np.uint16), BitsStored=12, HighBit=11, PixelRepresentation=1)
    frame, _said = shown(data)
    assert frame.pixels.dtype == np.int16
    assert frame.pixels.tolist() == [[-2047, 2047]]


def test_what_a_lossy_codec_made_too_bright_does_not_become_black() -> None:
    bright = np.full((16, 16), 1023, np.uint16)
    bright[::2, ::3] = 900
    packed = encapsulated(bytes(imagecodecs.jpeg8_encode(bright + 40, level=95, bitspersample=12)))
    values = {"BitsStored": 10, "HighBit": 9}
    frame, _said = shown(image_bytes(bright, "1.2.840.10008.1.2.4.51", pixel_data=packed, **values))
    assert (frame.pixels.max(), frame.pixels.min() > 800) == (1023, True)


def test_float_pixels_are_read_as_they_are() -> None:
    values = np.asarray([[1.5, -2.25]], np.float32)
    data = image_bytes(values.view(np.uint32))
    place = data.index(b"\xe0\x7f\x10\x00O")
    frame, _said = shown(data[:place] + b"\xe0\x7f\x08\x00OF" + data[place + 6 :])
    assert frame.pixels.dtype == np.float32
    assert np.array_equal(frame.pixels, values)


def test_joined_pieces_read_as_one() -> None:
    joined = JoinedBytes(MemoryBytes(b"abcdefghij"), ((0, 3), (5, 2), (9, 1)))
    assert joined.size == 6
    assert joined.read_at(0, 99) == b"abcfgj"
    assert joined.read_at(2, 3) == b"cfg"
    stream = joined.stream()
    stream.seek(4)
    assert stream.read() == b"gj"


@pytest.mark.parametrize(
    "keyword,name",
    [
        ("PatientID", "patient_id"),
        ("SOPInstanceUID", "sop_instance_uid"),
        ("StudyDate", "study_date"),
        ("IssuerOfPatientID", "issuer_of_patient_id"),
    ],
)
def test_keywords_have_one_snake_case_name(keyword: str, name: str) -> None:
    assert snake_case(keyword) == name


def test_a_preamble_word_inside_a_bare_data_set_is_no_preamble() -> None:
    data = image_bytes(GREY, with_meta=False, InstitutionName="x" * 10)
    bent = bytearray(data)
    bent[128:132] = b"DICM"
    assert open_data_set(MemoryBytes(bytes(bent))).pixels is not None


def test_a_frame_of_a_four_gigabyte_object_is_read_alone(tmp_path: Path) -> None:
    frames, frame_bytes = 8191, 512 * 512 * 2
    head = image_bytes(np.zeros((512, 512), np.uint16), NumberOfFrames=frames)[:-frame_bytes]
    head = head[:-4] + (frames * frame_bytes).to_bytes(4, "little")
    path = tmp_path / "huge.dcm"
    with path.open("wb") as file:
        file.write(head)
        file.seek(len(head) + (frames - 1) * frame_bytes)
        file.write(b"\x2a\0" * (frame_bytes // 2))
    tracemalloc.start()
    frame = stored_in(path, frames - 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (frame.pixels == 42).all()
    assert peak < 8 << 20


def test_an_object_without_rows_is_named_and_not_drawn() -> None:
    opened = described(image_bytes(GREY, Rows=0))
    assert "decode-failed" in opened.description.marks
    with pytest.raises(DicomError) as raised:
        opened.pixel_layout()
    assert raised.value.code == "decode-failed"


def test_an_object_without_pixels_says_so() -> None:
    with pytest.raises(DicomError) as raised:
        described(image_bytes(GREY).split(b"\xe0\x7f\x10\x00", 1)[0]).pixel_layout()
    assert raised.value.code == "no-pixels"


@pytest.mark.parametrize("operation, said", [("AVG_SUB", True), ("TID", True), ("NONE", False)])
def test_an_object_that_wants_its_mask_taken_away_is_marked_as_not_subtracted(operation: str, said: bool) -> None:
    mask = Dataset()
    mask.MaskOperation = operation
    marks = described(image_bytes(GREY, MaskSubtractionSequence=[mask])).description.marks
    assert ("not-subtracted" in marks) is said
