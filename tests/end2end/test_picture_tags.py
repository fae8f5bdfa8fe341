"""picture and tags say and do what the command line's contract promises."""

from __future__ import annotations

import io
import json
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.end2end.program import TEST_FILES, scanshelf
from tests.pixel_files import image_bytes

CT = TEST_FILES / "CT_small.dcm"


def test_a_picture_is_a_grey_png_of_the_native_matrix(tmp_path: Path) -> None:
    out = tmp_path / "ct.png"
    said = scanshelf("picture", CT, "--out", out, "--window", "400/40", "--json")
    assert said.status == 0
    picture = said.document["pictures"][0]
    assert picture["input"] == str(CT)
    assert (picture["rows"], picture["columns"], picture["window"]) == (128, 128, [400, 40])
    assert picture["photometric_interpretation"] == "MONOCHROME2"
    pixels = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert (pixels.shape, pixels.dtype) == ((128, 128), np.uint8)
    stored = pydicom.dcmread(CT)
    hounsfield = stored.pixel_array * float(stored.RescaleSlope) + float(stored.RescaleIntercept)
    expected = np.clip(((hounsfield - 39.5) / 399 + 0.5) * 255, 0, 255)
    assert np.abs(pixels - expected).max() <= 1


def test_raw_values_are_the_stored_ones(tmp_path: Path) -> None:
    out = tmp_path / "ct.npy"
    assert scanshelf("picture", CT, "--out", out, "--raw", "--json").status == 0
    assert np.array_equal(np.load(out), pydicom.dcmread(CT).pixel_array)


def test_several_inputs_go_into_a_folder_and_a_bad_one_does_not_stop_the_rest(tmp_path: Path) -> None:
    bad = tmp_path / "bad.dcm"
    bad.write_bytes(b"no image here")
    out = tmp_path / "pictures"
    said = scanshelf("picture", CT, bad, CT, "--out", out, "--json")
    assert said.status == 1
    names = [picture["out"] for picture in said.document["pictures"]]
    assert len(set(names)) == 2
    assert all(Path(name).is_file() for name in names)
    assert len(said.document["problems"]) == 1


def test_nothing_shown_at_all_is_three(tmp_path: Path) -> None:
    bad = tmp_path / "bad.dcm"
    bad.write_bytes(b"no image here")
    assert scanshelf("picture", bad, "--out", tmp_path / "x.png", "--json").status == 3


def test_a_frame_number_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = scanshelf("picture", CT, "--out", tmp_path / "x.png", "--frame", "2", "--json")
    assert said.status == 3


def test_a_size_keeps_the_shape(tmp_path: Path) -> None:
    out = tmp_path / "small.png"
    scanshelf("picture", TEST_FILES / "examples_rgb_color.dcm", "--out", out, "--size", "100x100", "--json")
    pixels = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert max(pixels.shape[:2]) == 100
    assert pixels.shape[2] == 3


def test_a_page_of_a_document_fits_inside_the_size_and_has_no_stored_values(tmp_path: Path) -> None:
    held = io.BytesIO()
    paper = Canvas(held, pagesize=(210, 297))
    paper.drawString(50, 50, "Report")
    paper.save()
    document = pydicom.dcmread(CT)
    del document.PixelData
    document.SOPClassUID = "1.2.840.10008.5.1.4.1.1.104.1"
    document.MIMETypeOfEncapsulatedDocument = "application/pdf"
    document.EncapsulatedDocument = held.getvalue() + b"\0" * (len(held.getvalue()) % 2)
    document.save_as(tmp_path / "report.dcm")
    out = tmp_path / "page.png"
    assert scanshelf("picture", tmp_path / "report.dcm", "--out", out, "--size", "100x100", "--json").status == 0
    pixels = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert pixels.shape[:2] in {(100, 70), (100, 71)}
    assert scanshelf("picture", tmp_path / "report.dcm", "--out", tmp_path / "x.npy", "--raw", "--json").status == 3


def test_tags_are_dicom_json_with_meta_and_without_big_values() -> None:
    said = scanshelf("tags", CT, "--json")
    assert said.status == 0
    dataset = said.document["datasets"][0]
    assert dataset["00100010"]["Value"][0]["Alphabetic"] == "CompressedSamples^CT1"
    assert dataset["meta"]["00020010"]["Value"] == ["1.2.840.10008.1.2.1"]
    pixels = json.dumps(dataset["7FE00010"])
    assert "sha256" in pixels
    assert len(pixels) < 500


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("name", ["MR_truncated.dcm", "ExplVR_BigEnd.dcm", "image_dfl.dcm"])
def test_odd_but_good_files_are_shown(tmp_path: Path, name: str) -> None:
    assert scanshelf("picture", TEST_FILES / name, "--out", tmp_path / "x.png", "--json").status == 0


def test_what_had_to_be_forgiven_in_one_frame_is_told_with_it(tmp_path: Path) -> None:
    words = np.arange(256, dtype=np.uint16).reshape(16, 16)
    made = {
        "stray.dcm": image_bytes(words | 0x8000, BitsStored=12, HighBit=11),
        "profile.dcm": image_bytes(np.zeros((16, 16, 3), np.uint8), ICCProfile=b"no profile" * 20),
        "whole.dcm": image_bytes(words),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    said = scanshelf("picture", *(tmp_path / name for name in made), "--out", tmp_path / "out", "--json")
    marks = [picture["marks"] for picture in said.document["pictures"]]
    assert marks == [["bits-not-usable"], ["icc-profile-not-usable"], []]


def test_a_pixel_of_no_possible_size_is_drawn_square(tmp_path: Path) -> None:
    (tmp_path / "needle.dcm").write_bytes(image_bytes(np.zeros((16, 32), np.uint8), PixelSpacing=["1e-30", "1"]))
    out = tmp_path / "needle.png"
    said = scanshelf("picture", tmp_path / "needle.dcm", "--out", out, "--size", "64x64", "--json")
    assert said.document["pictures"][0]["marks"] == ["pixel-shape-not-usable"]
    pixels = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
    assert pixels is not None
    assert pixels.shape == (32, 64)
