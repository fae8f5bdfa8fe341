"""Grey levels agree with DCMTK's dcm2pnm under the same explicit window, on everything that is not padding."""

from __future__ import annotations

import csv
import subprocess
import warnings
from pathlib import Path

import cv2
import numpy as np
import pydicom
import pytest
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage

from dicom.description import ObjectDescription
from dicom.objects.opened import open_object
from dicom.pixels.frames import read_frame
from dicom.pixels.stored_frame import StoredFrame
from dicom.showing.display import picture
from dicom.showing.modality import modality_values
from dicom.showing.windows.voi import padding_mask
from tests.pixel_files import opened_file
from tests.tools import corpus_folder, needs_tool

# dcm2pnm keeps the file's SIGMOID function under an explicit window; ours is LINEAR by contract.
_OTHER_FUNCTION = ("GH133.dcm",)
_KEPT = (
    "SOPClassUID",
    "SOPInstanceUID",
    "Modality",
    "ImageType",
    "SamplesPerPixel",
    "PhotometricInterpretation",
    "BitsAllocated",
    "BitsStored",
    "HighBit",
    "PixelRepresentation",
    "RescaleSlope",
    "RescaleIntercept",
    "RescaleType",
    "ModalityLUTSequence",
    "PresentationLUTShape",
)


def _paths() -> list[str]:
    folder = corpus_folder()
    if folder is None:
        return []
    with (folder / "pixels.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    shown = [
        row["path"]
        for row in rows
        if row["verdict"].lower().startswith("agreed")
        and row["photometric"].startswith("MONOCHROME")
        and row["dtype"][-1:] in ("1", "2")
    ]
    return [path for path in shown if not path.endswith(_OTHER_FUNCTION)]


@pytest.mark.sweep(keep=60)
@pytest.mark.corpus
@pytest.mark.parametrize("path", _paths() or ["none"], ids=lambda path: path.replace(" ", "_"))
def test_grey_levels_are_within_one_of_dcmtk(path: str, corpus: Path, tmp_path: Path) -> None:
    tool = needs_tool("dcm2pnm")
    with opened_file(corpus / path) as source:
        opened = open_object(source)
        description, layout = opened.description, opened.pixel_layout()
        if description.number_of_frames != 1 or layout.bits_allocated == 1:
            return  # one frame of grey is what dcm2pnm is compared on
        frame = read_frame(opened.inflated or source, layout, 0)
    width, center = _window(frame, description)
    expected = _drawn_by_dcmtk(tool, corpus / path, frame, (width, center), tmp_path)
    ours = picture(frame, description, 0, window=(width, center)).pixels
    away = np.abs(expected.astype(int) - ours)
    padding = padding_mask(frame.pixels, description)
    if padding is not None:
        away[padding] = 0
    assert away.max() <= 1


def _window(frame: StoredFrame, description: ObjectDescription) -> tuple[float, float]:
    low, high = np.percentile(modality_values(frame.pixels, description, 0), [5, 95])
    return float(max(round(high - low), 2)), float(round((low + high) / 2))


def _drawn_by_dcmtk(tool: str, path: Path, frame: StoredFrame, window: tuple[float, float], folder: Path) -> np.ndarray:
    out = folder / "expected.pgm"
    for candidate in (path, None):
        source = candidate or _uncompressed(path, frame, folder)
        done = subprocess.run(
            [tool, "-O", "+Ww", str(window[1]), str(window[0]), str(source), str(out)], capture_output=True, check=False
        )
        if done.returncode == 0:
            found = cv2.imread(str(out), cv2.IMREAD_UNCHANGED)
            assert found is not None
            return np.asarray(found)
    pytest.fail(f"dcm2pnm: {done.stderr.decode()[-300:]}")


def _uncompressed(path: Path, frame: StoredFrame, folder: Path) -> Path:
    """Write the same pixels uncompressed with what says how to show them, for what dcm2pnm cannot decode."""
    out = folder / "uncompressed.dcm"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        original = pydicom.dcmread(path, force=True)
        data_set = pydicom.Dataset()
        for keyword in _KEPT:
            if keyword in original:
                data_set.add(original[keyword])
        data_set.PixelData = np.ascontiguousarray(frame.pixels).tobytes()
        data_set["PixelData"].VR = "OW"
        data_set.Rows, data_set.Columns = frame.pixels.shape[:2]
        data_set.file_meta = pydicom.dataset.FileMetaDataset()
        data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data_set.file_meta.MediaStorageSOPClassUID = original.get("SOPClassUID") or SecondaryCaptureImageStorage
        data_set.file_meta.MediaStorageSOPInstanceUID = original.get("SOPInstanceUID") or "1.2.3"
        data_set.save_as(out, enforce_file_format=True)
    return out
