"""White stays white: what a codec makes too bright is never black, on any way to a person."""

from __future__ import annotations

import imagecodecs
import numpy as np
import pytest
from openjpeg.utils import decode as openjpeg_decode

from core.errors import DicomError
from core.job import QuietJob
from dicom.decoding.decoder import Decoder
from dicom.pixels.codecs import DECODERS, WRAPPING, FrameForm, decode
from dicom.pixels.codestream import sniff
from tests.codec_probes import Probe, coded, other_depth, overshooting, rgb_of, sharp
from tests.picture_ways import WAYS, Bytes, drawn, stored_of
from tests.pixel_files import encapsulated, image_bytes

pytestmark = pytest.mark.shared_workers
OVERSHOOTING = list(overshooting())
OTHER_DEPTH = list(other_depth())
J2K_12 = {"codecformat": "j2k", "level": 48, "reversible": True}


def _name(probe: Probe) -> str:
    return probe.name


def _mistaken(seen: np.ndarray, probe: Probe) -> float:
    """Return the share of samples that are not on their side of middle grey."""
    white = probe.is_white if probe.is_white.ndim == 3 else probe.is_white[:, :, None]
    return float(((seen > 127) != white).mean())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("probe", OVERSHOOTING, ids=_name)
def test_white_stays_white_and_black_stays_black(probe: Probe, way: str, decoder: Decoder) -> None:
    assert _mistaken(drawn(decoder, probe.data, way, probe.window), probe) < 0.005
    assert stored_of(decoder, probe.data, for_display=True).marks == probe.marks


@pytest.mark.parametrize("probe", [one for one in OVERSHOOTING if "cut" not in one.name], ids=_name)
def test_stored_values_of_a_lossy_codec_stay_on_their_side_too(probe: Probe, decoder: Decoder) -> None:
    values = stored_of(decoder, probe.data).pixels
    middle = (float(probe.original.max()) + float(probe.original.min())) / 2
    assert ((values > middle) != probe.is_white).mean() < 0.005


@pytest.mark.parametrize("probe", [one for one in OVERSHOOTING if "htj2k" in one.name], ids=_name)
def test_lossy_htj2k_is_what_another_decoder_finds(probe: Probe, decoder: Decoder) -> None:
    start = probe.data.index(b"\xff\x4f\xff\x51")
    other = openjpeg_decode(probe.data[start : probe.data.rindex(b"\xff\xd9") + 2]).astype(np.int64)
    held = np.clip(other, int(probe.original.min()), int(probe.original.max()))
    assert np.abs(stored_of(decoder, probe.data).pixels.astype(np.int64) - held).max() <= 1


def test_no_fallback_of_a_lossy_codestream_wraps() -> None:
    grey = sharp(8)
    data = bytes(imagecodecs.htj2k_encode(grey, level=0.01, reversible=False))
    form = FrameForm(64, 64, 1, 8, sniff(data), exact=False)
    left = [name for name, _ in DECODERS["htj2k"] if name not in WRAPPING]
    assert decode("htj2k", data, form).decoder == left[0]
    for name, decoder in DECODERS["htj2k"]:
        if name in left:
            assert ((decoder(data, form) > 127) == (grey > 127)).all()


def test_a_whole_codestream_is_read_by_the_fast_decoder(decoder: Decoder) -> None:
    grey = sharp(12)
    probe = coded("whole", "201", grey, imagecodecs.htj2k_encode(grey), 12)
    frame = stored_of(decoder, probe.data)
    assert frame.decoder == "imagecodecs.htj2k"
    assert np.array_equal(frame.pixels, grey)


def test_a_cut_reversible_codestream_keeps_the_stored_values_every_reader_masks(decoder: Decoder) -> None:
    stream = bytes(imagecodecs.jpeg2k_encode(sharp(12), **J2K_12))
    probe = coded("cut", "91", sharp(12), stream, 12)
    other = openjpeg_decode(stream).astype(np.int64)
    assert other.max() > 4095
    assert np.array_equal(stored_of(decoder, probe.data).pixels, other & 4095)
    assert np.array_equal(stored_of(decoder, probe.data, for_display=True).pixels, np.clip(other, 0, 4095))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("probe", OTHER_DEPTH, ids=_name)
def test_a_codestream_of_another_depth_than_the_object_says_is_seen(probe: Probe, way: str, decoder: Decoder) -> None:
    assert _mistaken(drawn(decoder, probe.data, way), probe) < 0.005
    frame = stored_of(decoder, probe.data)
    assert np.abs(frame.pixels.astype(int) - probe.original.astype(int)).max() <= (9 if "jpeg-rgb" in probe.name else 0)
    assert frame.marks == probe.marks


RLE, BIG = "1.2.840.10008.1.2.5", "1.2.840.10008.1.2.2"
LOW = np.arange(64, dtype=np.uint16).reshape(8, 8) * 60


def _rle(pixels: np.ndarray) -> bytes:
    planes = pixels.astype(">u2").tobytes()
    parts = [bytes([63]) + planes[start::2] + b"\0" for start in (0, 1)]
    offsets = np.zeros(16, "<u4")
    offsets[:3] = [2, 64, 64 + len(parts[0])]
    return offsets.tobytes() + b"".join(parts)


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.1", BIG, RLE])
@pytest.mark.parametrize(
    "stray, marked", [(0xF000, True), (0x1000, True), (0, False)], ids=["all above", "one above", "none"]
)
def test_bits_above_those_stored_are_no_part_of_the_value_and_are_told(
    syntax: str, stray: int, marked: bool, decoder: Decoder
) -> None:
    words = LOW | np.uint16(stray)
    pixel_data = encapsulated(_rle(words)) if syntax == RLE else None
    frame = stored_of(decoder, image_bytes(words, syntax, pixel_data=pixel_data, BitsStored=12, HighBit=11))
    assert np.array_equal(frame.pixels, LOW)
    assert frame.marks == (("bits-not-usable",) if marked else ())


@pytest.mark.parametrize("carried_on", [True, False])
def test_a_sign_may_be_carried_on_above_the_bits_stored_or_not(carried_on: bool, decoder: Decoder) -> None:
    values = LOW.astype(np.int16) - 2048
    words = values if carried_on else (values & 0x0FFF).astype(np.int16)
    frame = stored_of(decoder, image_bytes(words, BitsStored=12, HighBit=11))
    assert np.array_equal(frame.pixels, values)
    assert frame.marks == ()


def test_bits_of_an_overlay_plane_are_no_stray_bits(decoder: Decoder) -> None:
    words = LOW | np.uint16(0x8000)
    lossless = {"codecformat": "j2k", "level": 0, "reversible": True}
    for syntax, pixel_data in (
        ("1.2.840.10008.1.2.1", None),
        ("1.2.840.10008.1.2.4.90", encapsulated(bytes(imagecodecs.jpeg2k_encode(words, **lossless)))),
    ):
        plain = image_bytes(words, syntax, pixel_data=pixel_data, BitsStored=12, HighBit=11)
        with_plane = _with_embedded_plane(plain, 15)
        frame = stored_of(decoder, with_plane, for_display=True)
        assert np.array_equal(frame.pixels, LOW)
        assert frame.marks == ()


def test_two_planes_may_lie_in_one_bit(decoder: Decoder) -> None:
    words = LOW | np.uint16(0x9000)
    plain = image_bytes(words, BitsStored=12, HighBit=11)
    both = _with_embedded_plane(_with_embedded_plane(plain, 15), 15, group=0x6002)
    assert stored_of(decoder, both).marks == ("bits-not-usable",)  # bit 12 is nobody's
    third = _with_embedded_plane(both, 12, group=0x6004)
    assert stored_of(decoder, third).marks == ()


def _with_embedded_plane(data: bytes, bit: int, group: int = 0x6000) -> bytes:
    from pydicom import dcmread
    from pydicom.filebase import DicomBytesIO

    said = dcmread(DicomBytesIO(data))
    for element, vr, value in ((0x10, "US", 8), (0x11, "US", 8), (0x100, "US", 16), (0x102, "US", bit)):
        said.add_new(group << 16 | element, vr, value)
    out = DicomBytesIO()
    said.save_as(out, enforce_file_format=True)
    return out.getvalue()


def test_what_no_trusted_decoder_reads_is_refused(decoder: Decoder) -> None:
    broken = coded("broken", "203", sharp(8), b"\xff\x4f\xff\x51" + bytes(200), 8)
    with pytest.raises(DicomError) as raised:
        decoder.rendered(Bytes(broken.data), 0, "png", QuietJob())
    assert raised.value.code == "decode-failed"


def test_colour_of_every_depth_has_three_planes_of_its_own(decoder: Decoder) -> None:
    made = rgb_of(sharp(8))
    assert np.array_equal(drawn(decoder, image_bytes(made), "worker"), made)
