"""What is made to hurt ends in a clear code or a marked result, before memory is taken."""

from __future__ import annotations

import re
import struct
import tracemalloc
import zlib

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from core.errors import DicomError
from dicom.description import MAX_FRAMES
from dicom.objects.describe_tables import expand_segments
from dicom.objects.opened import open_object
from dicom.pixels import frames
from dicom.reading import dataset
from dicom.reading.bytes_source import MemoryBytes
from dicom.reading.dataset import open_data_set
from dicom.reading.sequences import MAX_DEPTH
from dicom.showing.display import picture
from tests.pixel_files import described, encapsulated, image_bytes, shown, written

RLE = "1.2.840.10008.1.2.5"
JPEG = "1.2.840.10008.1.2.4.50"
J2K = "1.2.840.10008.1.2.4.90"
DEFLATED = "1.2.840.10008.1.2.1.99"
GREY = np.arange(64, dtype=np.uint8).reshape(8, 8)


def _code(data: bytes) -> str:
    with pytest.raises(DicomError) as raised:
        shown(data)
    return raised.value.code


def _element(tag: int, vr: str, value: bytes) -> bytes:
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    if vr in ("OB", "OW", "UN", "SQ"):
        return head + struct.pack("<HL", 0, len(value)) + value
    return head + struct.pack("<H", len(value)) + value


def _before_pixels(data: bytes, extra: bytes) -> bytes:
    place = data.index(b"\x28\x00\x02\x00US")
    return data[:place] + extra + data[place:]


def test_gigantic_rows_and_columns_over_a_few_bytes_take_no_memory() -> None:
    data = image_bytes(GREY, Rows=65535, Columns=65535)
    tracemalloc.start()
    code = _code(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == "refused-limit"
    assert peak < 4 << 20


def test_a_frame_that_is_mostly_missing_is_not_made_up() -> None:
    assert _code(image_bytes(GREY, Rows=16000, Columns=16000)) == "truncated"


@pytest.mark.parametrize("syntax", [J2K, "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80"])
def test_a_huge_codestream_size_is_refused_before_the_decoder_sees_it(
    syntax: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "decode", None)
    if syntax == J2K:
        codestream = bytearray(imagecodecs.jpeg2k_encode(GREY, level=0, codecformat="j2k"))
        codestream[8:16] = struct.pack(">LL", 65535, 65535)
    else:
        encode = {"50": imagecodecs.jpeg8_encode, "70": imagecodecs.ljpeg_encode, "80": imagecodecs.jpegls_encode}
        codestream = bytearray(encode[syntax[-2:]](GREY))
        place = next(found.start() for found in re.finditer(rb"\xff[\xc0\xc3\xf7]\0\x0b", bytes(codestream)))
        codestream[place + 5 : place + 9] = struct.pack(">HH", 65535, 65535)
    assert _code(image_bytes(GREY, syntax, pixel_data=encapsulated(bytes(codestream)))) == "refused-limit"


def test_more_elements_than_any_object_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert dataset.MAX_ELEMENTS == 10_000_000
    monkeypatch.setattr(dataset, "MAX_ELEMENTS", 1000)
    many = b"".join(_element(0x00091000 | index & 0xFF, "LO", b"") for index in range(1000))
    with pytest.raises(DicomError) as raised:
        described(_before_pixels(image_bytes(GREY), many))
    assert raised.value.code == "refused-limit"


@pytest.mark.parametrize("offset", [0, 63, 1 << 20, 0xFFFFFF00])
def test_rle_segments_that_lie_elsewhere_do_not_end_the_worker(offset: int) -> None:
    segment = b"\x00\x01" * 20
    head = struct.pack("<16L", 2, 64, offset, *([0] * 13))
    pixels = GREY.astype(np.uint16)
    assert _code(image_bytes(pixels, RLE, pixel_data=encapsulated(head + segment))) == "decode-failed"


def test_two_thousand_million_frames_are_the_frames_that_exist() -> None:
    opened = described(image_bytes(GREY, NumberOfFrames=2**31 - 1))
    assert (opened.description.number_of_frames, opened.description.frames_declared) == (1, 2**31 - 1)
    assert "truncated" in opened.description.marks


def test_a_frame_that_does_not_exist_is_named() -> None:
    with pytest.raises(DicomError) as raised:
        shown(image_bytes(GREY), 1)
    assert (raised.value.code, raised.value.facts["frame"]) == ("frame-absent", 2)


def test_truncated_pixels_show_what_is_there() -> None:
    whole = image_bytes(np.stack([GREY, GREY]).reshape(16, 8), Rows=8, NumberOfFrames=2)
    opened = described(whole[:-32])
    assert opened.description.number_of_frames == 2
    assert "truncated" in opened.description.marks
    frame, _said = shown(whole[:-32], 1)
    assert "truncated" in frame.marks
    assert np.array_equal(frame.pixels[:4], GREY[:4])
    assert not frame.pixels[4:].any()


@pytest.mark.parametrize("stored", [0, 9, 200])
def test_impossible_bits_stored_are_replaced_and_marked(stored: int) -> None:
    frame, said = shown(image_bytes(GREY, BitsStored=stored))
    assert np.array_equal(frame.pixels, GREY)
    assert "bits-not-usable" in said.marks


def test_unreadable_bits_stored_are_replaced_and_marked() -> None:
    data = image_bytes(GREY)
    place = data.index(b"\x28\x00\x01\x01US")
    frame, said = shown(data[:place] + _element(0x00280101, "DS", b"1A") + data[place + 10 :])
    assert np.array_equal(frame.pixels, GREY)
    assert "bits-not-usable" in said.marks


def test_rows_with_another_vr_are_read() -> None:
    data = image_bytes(GREY)
    place = data.index(b"\x28\x00\x10\x00US")
    frame, _said = shown(data[:place] + _element(0x00280010, "UL", struct.pack("<L", 8)) + data[place + 10 :])
    assert frame.pixels.shape == (8, 8)


def test_a_number_of_sixty_thousand_digits_is_absent() -> None:
    data = _before_pixels(image_bytes(GREY), _element(0x00200013, "IS", b"7" * 60000))
    assert described(data).description.instance_number is None


def test_palette_indices_beyond_the_table_take_its_last_colour() -> None:
    data_set = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour, level in (("Red", 10), ("Green", 20), ("Blue", 30)):
        data_set |= {
            f"{colour}PaletteColorLookupTableDescriptor": [2, 1, 8],
            f"{colour}PaletteColorLookupTableData": bytes([level, level + 1]),
        }
    frame, said = shown(image_bytes(GREY, **data_set))
    drawn = picture(frame, said).pixels
    assert drawn[0, :2].tolist() == [[10, 20, 30], [10, 20, 30]]
    assert drawn[7, 7].tolist() == [11, 21, 31]


def test_a_palette_that_is_missing_is_a_clear_code() -> None:
    frame, said = shown(image_bytes(GREY, PhotometricInterpretation="PALETTE COLOR"))
    with pytest.raises(DicomError) as raised:
        picture(frame, said)
    assert raised.value.code == "decode-failed"


def test_a_palette_that_refers_to_itself_ends() -> None:
    assert expand_segments([0, 1, 7, 2, 1, 6, 0]) == [7]
    assert len(expand_segments([0, 1, 7, *([1, 65535, 9] * 4)])) == 65536


def test_lut_values_beyond_their_bits_do_not_overflow() -> None:
    item = Dataset()
    item.add_new(0x00283002, "US", [2, 0, 8])
    item.add_new(0x00283006, "US", [0, 4095])
    frame, said = shown(image_bytes(GREY, VOILUTSequence=Sequence([item])))
    assert picture(frame, said).pixels.max() == 255


def test_a_palette_of_8_bits_that_is_declared_as_16_is_not_black() -> None:
    values: dict[str, object] = {"PhotometricInterpretation": "PALETTE COLOR"}
    for colour in ("Red", "Green", "Blue"):
        values[f"{colour}PaletteColorLookupTableDescriptor"] = [2, 0, 16]
        values[f"{colour}PaletteColorLookupTableData"] = bytes([0, 0, 200, 0])
    frame, said = shown(image_bytes(GREY, **values))
    assert picture(frame, said).pixels.max() == 200


@pytest.mark.parametrize("word", ["NaN", "1e400", "-1e400", "wide"])
def test_a_window_that_is_no_number_is_no_choice(word: str) -> None:
    data = image_bytes(GREY, WindowCenter="10.000", WindowWidth="20.000")
    for old in (b"10.000", b"20.000"):
        bent = described(data.replace(old, word.encode().ljust(6))).description
        assert bent.frame_info(0).windows == ()


@pytest.mark.parametrize("bad", [b"NaN ", b"bad ", b"    "])
def test_one_bad_window_does_not_cost_the_others(bad: bytes) -> None:
    data = image_bytes(GREY, WindowCenter=["11.5", "40"], WindowWidth=["20", "50"]).replace(b"11.5", bad)
    assert [window.center for window in described(data).description.frame_info(0).windows] == [40]


def test_more_frames_than_any_object_has_are_not_offered() -> None:
    data = image_bytes(np.zeros((1, 1), np.uint8), pixel_data=bytes(MAX_FRAMES + 8), NumberOfFrames=2**31 - 1)
    said = described(data).description
    assert (said.number_of_frames, said.frames_declared) == (MAX_FRAMES, 2**31 - 1)


def test_an_empty_lut_is_no_choice() -> None:
    item = Dataset()
    item.add_new(0x00283002, "US", [2, 0, 16])
    assert described(image_bytes(GREY, VOILUTSequence=Sequence([item]))).description.voi_luts == ()


@pytest.mark.parametrize("levels", [MAX_DEPTH + 6, 230, 5000])
def test_deeply_nested_sequences_are_stepped_over(levels: int) -> None:
    opening = b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    data = _before_pixels(image_bytes(GREY), opening * levels + closing * levels)
    frame, said = shown(data)
    assert np.array_equal(frame.pixels, GREY)
    assert "header-damaged" in said.marks


def test_deeply_nested_sequences_of_known_length_are_never_entered() -> None:
    inner = b""
    for _ in range(300):
        inner = _element(0x00081140, "SQ", b"\xfe\xff\x00\xe0" + struct.pack("<L", len(inner)) + inner)
    frame, _said = shown(_before_pixels(image_bytes(GREY), inner))
    assert np.array_equal(frame.pixels, GREY)


@pytest.mark.long
def test_three_million_empty_items_are_stepped_over() -> None:
    items = b"\xfe\xff\x00\xe0\0\0\0\0" * 3_000_000
    end = b"\xfe\xff\xdd\xe0\0\0\0\0"
    data = _before_pixels(image_bytes(GREY), b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + items + end)
    frame, said = shown(data)
    assert np.array_equal(frame.pixels, GREY)
    assert "header-damaged" in said.marks


def test_an_undefined_length_that_never_ends_keeps_what_came_before() -> None:
    data = _before_pixels(
        image_bytes(GREY), b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xf0\xff\xff\xff"
    )
    said = described(data).description
    assert said.texts["patient_name"] == "Phantom^Anna"
    assert said.number_of_frames == 0


def test_a_length_of_four_gigabytes_keeps_what_came_before() -> None:
    data = _before_pixels(image_bytes(GREY), b"\x09\x00\x10\x10OB\0\0\xf0\xff\xff\xff" + bytes(64))
    said = described(data).description
    assert said.texts["patient_id"] == "P1"
    assert "truncated" in said.marks


@pytest.mark.long
def test_a_deflate_bomb_is_refused() -> None:
    plain = written(Dataset(), DEFLATED).removesuffix(zlib.compress(b"", wbits=-zlib.MAX_WBITS))
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    zeros = bytes(1 << 24)
    bomb = b"".join(packer.compress(zeros) for _ in range(33)) + packer.flush()
    assert len(bomb) < 1 << 20
    with pytest.raises(DicomError) as raised:
        open_data_set(MemoryBytes(plain + bomb))
    assert raised.value.code == "refused-limit"


def test_a_deflated_frame_is_inflated_no_further_than_the_frame() -> None:
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    packed = packer.compress(bytes(200 << 20)) + packer.flush()
    data = image_bytes(GREY, "1.2.840.10008.1.2.8.1", pixel_data=encapsulated(packed))
    tracemalloc.start()
    frame, _said = shown(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not frame.pixels.any()
    assert peak < 8 << 20


def test_an_rle_segment_of_one_byte_is_a_clear_outcome() -> None:
    header = struct.pack("<16L", 1, 64, *([0] * 14))
    frame, _said = shown(image_bytes(GREY, RLE, pixel_data=encapsulated(header + b"\x05")))
    assert frame.pixels.shape == (8, 8)


def test_a_decoder_that_panics_is_one_that_did_not_answer() -> None:
    # two segments that overrun their frame make pylibjpeg-rle panic, which is no ordinary exception
    segment = bytes([127]) + bytes(128)
    header = struct.pack("<16L", 1, 64, *([0] * 14))
    data = image_bytes(GREY, RLE, pixel_data=encapsulated(header + segment * 3 + b"\x10"))
    assert shown(data)[0].pixels.shape == (8, 8)


def test_an_rle_header_with_too_many_segments_is_refused() -> None:
    header = struct.pack("<16L", 15, *([64] * 15))
    assert _code(image_bytes(GREY, RLE, pixel_data=encapsulated(header + bytes(16)))) == "decode-failed"


@pytest.mark.parametrize("syntax", [JPEG, J2K, "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", RLE])
def test_noise_instead_of_a_codestream_is_a_clear_code(syntax: str) -> None:
    noise = np.random.default_rng(1).integers(0, 256, 500, np.uint8).tobytes()
    assert _code(image_bytes(GREY, syntax, pixel_data=encapsulated(noise))) == "decode-failed"


def test_offset_tables_that_point_outside_are_not_believed() -> None:
    frames = [bytes(imagecodecs.jpegls_encode(GREY + index)) for index in range(3)]
    wrapped = bytearray(encapsulated(*frames, offsets=True))
    wrapped[8:20] = struct.pack("<3L", 0, 0xFFFFFFF0, 12345)
    data = image_bytes(GREY, "1.2.840.10008.1.2.4.80", pixel_data=bytes(wrapped), NumberOfFrames=3)
    for index in range(3):
        assert np.array_equal(shown(data, index)[0].pixels, GREY + index)


def test_a_fragment_longer_than_the_file_is_marked() -> None:
    data = image_bytes(GREY, "1.2.840.10008.1.2.4.80", pixel_data=encapsulated(bytes(imagecodecs.jpegls_encode(GREY))))
    place = data.rindex(b"\xfe\xff\x00\xe0")
    bent = data[: place + 4] + struct.pack("<L", 0x7FFFFFF0) + data[place + 8 :]
    assert "truncated" in described(bent).description.marks


def test_a_delimiter_inside_a_fragment_does_not_end_it() -> None:
    frame = bytes(imagecodecs.jpegls_encode(GREY)) + b"\xfe\xff\xdd\xe0\0\0\0\0" * 3
    data = image_bytes(GREY, "1.2.840.10008.1.2.4.80", pixel_data=encapsulated(frame))
    assert np.array_equal(shown(data)[0].pixels, GREY)


def test_a_twelve_bit_jpeg_that_is_cut_has_no_second_decoder() -> None:
    grey = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    cut = bytes(imagecodecs.jpeg8_encode(grey, bitspersample=12))[:60]
    assert _code(image_bytes(grey, "1.2.840.10008.1.2.4.51", pixel_data=encapsulated(cut))) == "decode-failed"


def test_a_script_in_the_preamble_changes_nothing() -> None:
    data = image_bytes(GREY)
    assert np.array_equal(shown(b"#!/bin/sh\nrm -rf /\n".ljust(128, b"\0") + data[128:])[0].pixels, GREY)


def test_what_is_no_dicom_says_so() -> None:
    for junk in (b"", b"hello", bytes(4096), b"\x89PNG\r\n\x1a\n" + bytes(200)):
        with pytest.raises(DicomError) as raised:
            open_object(MemoryBytes(junk))
        assert raised.value.code == "not-dicom"
