"""Opening 2,000 images of a shelf: when the list of series and the first picture are there.

The reference in the same run is the time until every image was looked into, which is when the list was whole before.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np  # noqa: E402
import pydicom  # noqa: E402
from measure import Table, milliseconds, ratio  # noqa: E402
from pydicom.dataset import Dataset, FileMetaDataset  # noqa: E402

from app.settings import SettingsStore  # noqa: E402
from app.window.starting.open import make_controller  # noqa: E402
from app.window.starting.start import make_application, make_frame  # noqa: E402

SERIES, IMAGES, SIDE = 8, 250, 256
PATIENCE = 300.0


def write_study(folder: Path) -> None:
    """Write a made-up CT of 8 series."""
    pixels = np.random.default_rng(1).integers(0, 2000, (SIDE, SIDE), np.int16)
    for series in range(SERIES):
        for number in range(IMAGES):
            _slice(series, number, pixels).save_as(folder / f"{series}-{number:03}.dcm", enforce_file_format=True)


def _slice(series: int, number: int, pixels: np.ndarray) -> Dataset:
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    made.SOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    made.SOPInstanceUID = f"1.2.826.0.1.9.{series}.{number}"
    made.StudyInstanceUID, made.SeriesInstanceUID = "1.2.826.0.1.9", f"1.2.826.0.1.9.{series}"
    made.PatientName, made.PatientID, made.PatientBirthDate = "Muster^Anna", "1", "19500101"
    made.StudyDate, made.StudyTime, made.Modality = "20190312", "101500", "CT"
    made.SeriesNumber, made.InstanceNumber, made.SeriesDescription = series + 1, number + 1, f"Series {series}"
    made.ImagePositionPatient, made.ImageOrientationPatient = [0, 0, float(number)], [1, 0, 0, 0, 1, 0]
    made.PixelSpacing, made.SliceThickness = [0.7, 0.7], 1
    made.Rows, made.Columns, made.SamplesPerPixel = SIDE, SIDE, 1
    made.PhotometricInterpretation = "MONOCHROME2"
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 12, 11, 1
    made.RescaleSlope, made.RescaleIntercept, made.WindowCenter, made.WindowWidth = 1, -1024, 40, 400
    made.PixelData = pixels.tobytes()
    return made


def main() -> None:
    """Open the study in the window once, and print when what was there."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "disc").mkdir()
        write_study(place / "disc")
        command = [sys.executable, "-m", "app", "import", str(place / "disc"), "--library", str(place / "shelf")]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        found = _opened(place)
    table = Table(f"Opening {SERIES * IMAGES:,} images", ("what", "time", "of the time until all was looked into"))
    for name, seconds in found.items():
        table.add(name, milliseconds(seconds), ratio(seconds, found["all images looked into"]))
    table.show()


def _opened(place: Path) -> dict[str, float]:
    SettingsStore(place / "settings").change(welcomed=True, look_at_discs=False, place="shelf")
    application = make_application(sys.argv[:1])
    frame = make_frame(application, place / "settings")
    controller = make_controller(frame, place / "shelf")

    def wait(condition: Callable[[], object]) -> float:
        until = time.monotonic() + PATIENCE
        while not condition():
            application.processEvents()
            time.sleep(0.001)
            if time.monotonic() > until:
                raise TimeoutError
        return time.monotonic()

    wait(lambda: controller.parts.shelf.made is not None and controller.shelf.preview.is_ready())
    begun = time.monotonic()
    controller.shelf.preview.open.click()
    wait(lambda: controller.viewer.panel is not None)
    panel, ends = controller.viewer.panel, dict[str, float]()
    ends["all series listed"] = wait(lambda: len(panel.strip.titles()) == SERIES) - begun
    ends["first picture"] = wait(lambda: panel.picture.stage.frame is not None) - begun
    ends["all images looked into"] = (
        wait(lambda: not panel.position.study.reading and panel.position.study.sets) - begun
    )
    frame.window.close()
    wait(lambda: not frame.window.isVisible())
    return ends


if __name__ == "__main__":
    main()
