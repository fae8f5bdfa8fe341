"""Frame times of the viewer in a real window, as ratios to a bare repaint of the same widget.

Budgets (median, 2 cores): window, pan, zoom and scroll each at most 8 ms at 1920x1080 and 20 ms at 3840x2160; window at
most 2x a bare repaint at 1080p, 1.5x at 4K; cold scroll of an uncompressed mammogram at most 150 ms.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import numpy as np
from measure import Table, medians, milliseconds, ratio, seconds_of
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec
from dicom.decoding.decoder import Decoder
from dicom.description import FrameInfo, ObjectDescription, Window
from dicom.series.display_sets import ShownFrame
from dicom.source import FileContent
from viewer.frames.loading import LoadedFrame, load_frame
from viewer.rendering.prepare import prepare_grey
from viewer.rendering.view_state import ImageShape
from viewer.viewport.corner_text import CornerTexts, Line

SIZES = {"1080p": (1920, 1080), "4K": (3840, 2160)}
BUDGETS = {"1080p": (0.008, 2.0), "4K": (0.020, 1.5)}
KINDS = {"CT 512²": (512, 512), "DX 3000²": (3000, 3000), "mammogram 3328×4096": (4096, 3328)}
RUNS = 21
LINES = (
    Line("Anna EXAMPLE"),
    Line("born 4 May 1951, 67 years old then"),
    Line("Width 400 · Level 40"),
    Line("Image 4"),
)


def noise(rows: int, columns: int, seed: int) -> NDArray[np.uint16]:
    """Return a bright disc with noise, 12 bits deep."""
    y, x = np.ogrid[0:rows, 0:columns]
    body = 2400 * np.exp(-(((x - columns / 2) / columns * 3) ** 2) - ((y - rows / 2) / rows * 3) ** 2)
    return (body + np.random.default_rng(seed).integers(0, 400, (rows, columns))).astype(np.uint16)


def loaded(rows: int, columns: int, number: int) -> LoadedFrame:
    """Return a frame as it lies in the cache."""
    window = Window(1200, 2400)
    orientation = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
    info = FrameInfo(None, orientation, windows=(window,), rescale_slope=1.0, rescale_intercept=-1024.0)
    said = ObjectDescription("image", bits_allocated=16, bits_stored=12, frame_infos=(info,))
    shown = ShownFrame(FileContent("", f"{rows} {number}"), said)
    return LoadedFrame(shown, prepare_grey(noise(rows, columns, number)), ImageShape(columns, rows), window, said)


def gestures(viewport: object, frames: list[LoadedFrame]) -> dict[str, Callable[[], float]]:
    """Return what is measured: each changes one thing and paints at once."""
    from viewer.ui.picture.viewport import Viewport

    assert isinstance(viewport, Viewport)
    presentation = viewport.presentation
    start, there_and_back, turn = presentation.window_to_drag(), cycle((7, -7)), cycle((1.03, 1 / 1.03))
    wide, following = cycle(range(1, 60)), cycle(frames)
    assert start is not None

    def timed(change: Callable[[], object]) -> Callable[[], float]:
        def work() -> float:
            viewport._still = False
            return seconds_of(lambda: (change(), viewport.repaint()))

        return work

    def fine() -> float:
        viewport._still = False
        viewport.repaint()
        viewport._still = True
        taken = seconds_of(viewport.repaint)
        viewport._still = False
        viewport.repaint()
        return taken

    return {
        "bare repaint": timed(lambda: None),
        "window": timed(lambda: presentation.drag_window(start, next(wide), 3)),
        "pan": timed(lambda: presentation.pan(next(there_and_back), 5)),
        "zoom": timed(lambda: presentation.zoom(next(turn), (400.0, 300.0))),
        "scroll": timed(lambda: presentation.show(next(following))),
        "fine picture (in a thread)": fine,
    }


def measure_frames() -> None:
    """Print the tables of all sizes and kinds."""
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from viewer.ui.picture.viewport import Viewport

    application = QApplication.instance() or QApplication(sys.argv)
    for name, (width, height) in SIZES.items():
        table = Table(f"Frame times at {width}×{height}", ("picture", "what", "time", "to a bare repaint", "budget"))
        viewport = Viewport()
        viewport.resize(width, height)
        viewport.texts = CornerTexts(LINES, LINES, LINES, LINES)
        viewport.show()
        if not QTest.qWaitForWindowExposed(viewport):
            sys.exit("the window did not appear")
        application.processEvents()
        for kind, (rows, columns) in KINDS.items():
            add_rows(table, name, kind, viewport, [loaded(rows, columns, number) for number in range(2)])
        viewport.close()
        table.show()


def add_rows(table: Table, size: str, kind: str, viewport: object, frames: list[LoadedFrame]) -> None:
    """Measure one kind of picture, fitted and enlarged, as a person sees it first and then works with it."""
    from viewer.ui.picture.viewport import Viewport

    assert isinstance(viewport, Viewport)
    viewport.presentation.clear()
    viewport.presentation.show(frames[0])
    viewport.presentation.zoom(1.1)
    found = medians(gestures(viewport, frames), runs=RUNS, warm=3)
    most, times = BUDGETS[size]
    for what, seconds in found.items():
        met = ""
        if what in ("window", "pan", "zoom", "scroll"):
            met = "met" if seconds <= most else f"missed ({milliseconds(most)})"
        if what == "window" and seconds > times * found["bare repaint"]:
            met += f", missed ({times}×)"
        table.add(kind, what, milliseconds(seconds), ratio(seconds, found["bare repaint"]), met)


def measure_cold_scroll() -> None:
    """Print how long an uncompressed mammogram takes from its file to the prepared frame, through a worker."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mammogram.dcm"
        write_mammogram(path)
        pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 1)
        pool.start()
        try:
            decoder, content, job = Decoder(pool), FileContent(str(path), "mammogram"), QuietJob()
            shown = ShownFrame(content, decoder.describe(content, job))
            decode = lambda: seconds_of(lambda: decoder.frame(shown.ref, job))  # noqa: E731
            works = {"decode in a worker": decode}
            works["cold scroll"] = lambda: seconds_of(lambda: load_frame(decoder, shown, job))
            works["read the file"] = lambda: seconds_of(path.read_bytes)
            found = medians(works, runs=7, warm=2)
        finally:
            pool.close()
    table = Table("Cold scroll, uncompressed mammogram 3328×4096", ("what", "time", "to reading the file", "budget"))
    for what, seconds in found.items():
        met = ("met" if seconds <= 0.150 else "missed (150 ms)") if what == "cold scroll" else ""
        table.add(what, milliseconds(seconds), ratio(seconds, found["read the file"]), met)
    table.show()


def write_mammogram(path: Path) -> None:
    """Write a DICOM file of 27 MB."""
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian, generate_uid

    data_set = Dataset()
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data_set.file_meta.MediaStorageSOPClassUID = data_set.SOPClassUID = "1.2.840.10008.5.1.4.1.1.1.2"
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID = generate_uid()
    rows, columns = KINDS["mammogram 3328×4096"]
    data_set.Rows, data_set.Columns, data_set.SamplesPerPixel = rows, columns, 1
    data_set.BitsAllocated, data_set.BitsStored, data_set.HighBit, data_set.PixelRepresentation = 16, 12, 11, 0
    data_set.PhotometricInterpretation = "MONOCHROME2"
    data_set.WindowCenter, data_set.WindowWidth = 1200, 2400
    data_set.add_new("PixelData", "OW", noise(rows, columns, 1).tobytes())
    data_set.save_as(path, enforce_file_format=True)


@contextmanager
def real_screen() -> Iterator[None]:
    """Use a screen of 3840x2160 in memory, where Xvfb is installed; else whatever screen there is."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "3840x2160x24", "-nolisten", "tcp"]
    try:
        server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    except OSError:
        print("Xvfb is not installed: measured on the screen that is there")
        yield
        return
    os.close(writing)
    try:
        os.environ["DISPLAY"] = ":" + os.read(reading, 16).decode().strip()
        os.environ["QT_QPA_PLATFORM"] = "xcb"
        yield
    finally:
        os.close(reading)
        server.terminate()
        server.wait()


def main() -> None:
    """Measure and print."""
    measure_cold_scroll()
    with real_screen():
        measure_frames()


if __name__ == "__main__":
    main()
