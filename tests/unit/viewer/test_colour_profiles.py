"""Colours are those the file's ICC profile means, wherever they are seen; a profile that cannot be used is told."""

from __future__ import annotations

import struct

import imagecodecs
import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from core.job import QuietJob
from dicom.decoding.decoder import Decoder
from dicom.showing.icc import MAX_PROFILE
from tests.branch_objects import GREY, GREY8, RGB, WIDE_GAMUT, palette, wide_gamut_profile
from tests.picture_ways import WAYS, Bytes, drawn, loaded, stored_of
from tests.pixel_files import image_bytes

pytestmark = pytest.mark.shared_workers
UNUSABLE = "icc-profile-not-usable"
# From XYZ under daylight to linear sRGB (IEC 61966-2-1).
_TO_SRGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])


def as_srgb(rgb: np.ndarray, gamma: float = 1.0) -> np.ndarray:
    """Reckon from the wide gamut to sRGB by the definitions of both, without a colour library."""
    x, y = np.asarray(WIDE_GAMUT).reshape(3, 3).T[:2]
    primaries = np.stack([x / y, np.ones(3), (1 - x - y) / y])
    white = np.array([0.3127 / 0.329, 1, (1 - 0.3127 - 0.329) / 0.329])
    to_xyz = primaries * np.linalg.solve(primaries, white)
    linear = np.clip((rgb / 255.0) ** gamma @ (_TO_SRGB @ to_xyz).T, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def lut_profile(colours: np.ndarray, size: int = 9) -> bytes:
    """Write a profile of a table from RGB to Lab, as film scanners have (ICC.1 10.10, lut16Type)."""
    entries = np.asarray(colours, ">u2").tobytes()
    ends = struct.pack(">HH", 0, 65535) * 3
    matrix = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    table = b"mft2" + bytes(4) + bytes([3, 3, size, 0]) + matrix + struct.pack(">HH", 2, 2) + ends + entries + ends
    return with_tags([(b"A2B0", table)], pcs=b"Lab ")


def with_tags(tags: list[tuple[bytes, bytes]], pcs: bytes = b"XYZ ", space: bytes = b"RGB ") -> bytes:
    """Write a profile of these tags."""
    place = 128 + 4 + 12 * len(tags)
    directory, data = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        padded = content + bytes(-len(content) % 4)
        directory += name + struct.pack(">II", place + len(data), len(content))
        data += padded
    head = bytearray(128)
    head[0:4] = struct.pack(">I", place + len(data))
    head[8:12] = b"\x02\x40\0\0"
    head[12:24] = b"scnr" + space + pcs
    head[36:40] = b"acsp"
    head[68:80] = struct.pack(">3i", 63190, 65536, 54061)
    return bytes(head) + directory + data


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("gamma", [1.0, 2.2])
def test_rgb_is_shown_in_the_colours_its_profile_means(way: str, gamma: float, decoder: Decoder) -> None:
    data = image_bytes(RGB, ICCProfile=wide_gamut_profile(gamma))
    seen = drawn(decoder, data, way)
    assert np.abs(seen - as_srgb(RGB, gamma)).max() < 2.5
    assert np.abs(seen.astype(int) - RGB).max() > 20
    assert np.array_equal(stored_of(decoder, data).pixels, RGB)
    assert UNUSABLE not in loaded(decoder, data).marks


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("where", ["slide", "16 bits", "palette", "ybr"])
def test_every_form_of_colour_has_its_profile(where: str, way: str, decoder: Decoder) -> None:
    profile, expected = {"ICCProfile": wide_gamut_profile()}, as_srgb(RGB)
    if where == "slide":
        path = Dataset()
        path.ICCProfile = profile["ICCProfile"]
        data = image_bytes(RGB, OpticalPathSequence=Sequence([path]))
    elif where == "16 bits":
        data = image_bytes(RGB.astype(np.uint16) * 257, **profile)
    elif where == "palette":
        data = image_bytes(GREY8, PhotometricInterpretation="PALETTE COLOR", **palette(), **profile)
        planes = [np.roll(np.arange(256), shift)[GREY8] for shift in (0, 60, 120)]
        expected = as_srgb(np.stack(planes, -1))
    else:
        grey = np.full((4, 4, 3), 128, np.uint8)
        data, expected = image_bytes(grey, PhotometricInterpretation="YBR_FULL", **profile), as_srgb(grey)
    assert np.abs(drawn(decoder, data, way) - expected).max() < 2.5


@pytest.mark.parametrize("way", WAYS)
def test_parts_of_a_grey_picture_that_are_coloured_have_the_profile_too(way: str, decoder: Decoder) -> None:
    values = {"PixelPresentation": "COLOR", "WindowCenter": 128, "WindowWidth": 256, **palette(first=128)}
    seen = drawn(decoder, image_bytes(GREY8, ICCProfile=wide_gamut_profile(), **values), way)
    tables = np.stack([np.roll(np.arange(256), shift) for shift in (0, 60, 120)], -1)
    coloured = GREY8 >= 128
    assert np.abs(seen[coloured] - as_srgb(tables[GREY8[coloured] - 128])).max() < 2.5
    assert np.array_equal(seen[~coloured], np.repeat(GREY8[~coloured][:, None], 3, 1))


@pytest.mark.parametrize("way", WAYS)
def test_a_table_of_colours_is_a_profile_too(way: str, decoder: Decoder) -> None:
    light = np.zeros((9, 9, 9, 3))
    light[..., 0] = np.linspace(0, 65280, 9)[:, None, None]  # lightness of red alone
    light[..., 1:] = 32768
    seen = drawn(decoder, image_bytes(RGB, ICCProfile=lut_profile(light)), way)
    assert np.abs(seen.astype(int).max(-1) - seen.min(-1)).max() <= 1
    order = np.argsort(RGB[..., 0].ravel(), kind="stable")
    assert (np.diff(seen[..., 1].ravel()[order].astype(int)) >= 0).all()
    assert (seen.min(), seen.max()) == (0, 255)


@pytest.mark.parametrize("way", WAYS)
def test_grey_has_no_use_for_a_profile(way: str, decoder: Decoder) -> None:
    for profile in (wide_gamut_profile(), b"nothing of the kind" * 20):
        data = image_bytes(GREY, ICCProfile=profile, WindowCenter=2048, WindowWidth=4096)
        plain = image_bytes(GREY, WindowCenter=2048, WindowWidth=4096)
        assert np.array_equal(drawn(decoder, data, way), drawn(decoder, plain, way))
        assert loaded(decoder, data).marks == ()


def _named(space: bytes) -> bytes:
    profile = bytearray(wide_gamut_profile())
    profile[16:20] = space
    return bytes(profile)


def _endless() -> bytes:
    """Write a pipeline of 2,000 steps beside a table: each pixel would go through all of them."""
    step = b"matf" + bytes(4) + struct.pack(">HH", 3, 3) + struct.pack(">12f", 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0)
    count = 2000
    start = 16 + 8 * count
    places = b"".join(struct.pack(">II", start + len(step) * index, len(step)) for index in range(count))
    return b"mpet" + bytes(4) + struct.pack(">HHI", 3, 3, count) + places + step * count


WRONG = {
    "no profile": b"no profile" * 40,
    "empty": b"\0" * 200,
    "cut": wide_gamut_profile()[:300],
    "larger than any": wide_gamut_profile().ljust(MAX_PROFILE + 2, b"\0"),
    "of four inks": _named(b"CMYK"),
    "of grey": bytes(imagecodecs.cms_profile("gray", whitepoint=[0.3127, 0.329, 1.0], gamma=2.2)).ljust(290, b"\0"),
    "of no colours": _named(b"\xff\xff\xff\xff"),
    "of a thousand million tags": wide_gamut_profile()[:128] + struct.pack(">I", 1 << 30) + bytes(400),
    "tags that lie outside": with_tags([(b"rXYZ", b"XYZ " + bytes(16))]).replace(
        struct.pack(">I", 144), struct.pack(">I", 0xFFFFFFF0), 1
    ),
    "without tags that matter": with_tags([(b"desc", b"desc" + bytes(20))]),
    "a table that is not there": with_tags(
        [(b"A2B0", b"mft2" + bytes(4) + bytes([3, 3, 255, 0]) + bytes(60))], b"Lab "
    ),
    "only endless steps": with_tags([(b"D2B0", _endless())]),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", WRONG)
def test_a_profile_that_cannot_be_used_is_left_out_and_told(name: str, way: str, decoder: Decoder) -> None:
    data = image_bytes(RGB, ICCProfile=WRONG[name])
    assert np.array_equal(drawn(decoder, data, way), RGB)
    assert UNUSABLE in loaded(decoder, data).marks
    assert UNUSABLE in decoder.rendered(Bytes(data), 0, "png", QuietJob())[1]


def test_endless_steps_beside_a_table_are_not_walked(decoder: Decoder) -> None:
    light = np.full((2, 2, 2, 3), 32768)
    plain = lut_profile(light, 2)
    table = plain[plain.index(b"mft2") :]
    data = image_bytes(RGB, ICCProfile=with_tags([(b"A2B0", table), (b"D2B0", _endless())], b"Lab "))
    seen = drawn(decoder, data, "worker")
    assert (seen.min(), seen.max()) == (seen[0, 0, 0], seen[0, 0, 0])
    assert UNUSABLE not in loaded(decoder, data).marks
