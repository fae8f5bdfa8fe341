"""Decoding one 512 x 512 frame per transfer syntax against GDCM (in process) and DCMTK (dcmdrle, dcmdjpeg, dcmdjpls).

    python benchmarks/decode.py [--frames 40]

Each decoder runs in a process of its own, so that its peak memory can be told; a second table shows what a frame costs
by the time it is in the window: through the worker, from a file that has been opened before.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from measure import Table, megabytes, milliseconds, ratio, run_child

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

JPEG = "1.2.840.10008.1.2.4."
SIDE = 512
DCMTK = {"rle": "dcmdrle", "jpeg": "dcmdjpeg", "jpeg-ls": "dcmdjpls"}


def main() -> int:
    """Measure every transfer syntax and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=40)
    parser.add_argument("--child", choices=["ours", "gdcm"])
    parser.add_argument("--file")
    arguments = parser.parse_args()
    if arguments.child:
        try:
            print(json.dumps(_child(arguments.child, arguments.file, arguments.frames)))
        except ValueError:
            return 1  # this decoder does not read it
        return 0
    with tempfile.TemporaryDirectory() as folder:
        files = write_files(Path(folder))
        decoders(files, arguments.frames).show()
        through_the_worker(files, arguments.frames).show()
    return 0


def write_files(folder: Path) -> list[tuple[str, str, str, Path]]:
    """Write one object per transfer syntax: its name, UID, the DCMTK tool's family and the path."""
    import imagecodecs
    import numpy as np
    from pydicom.encaps import encapsulate

    rows, columns = np.mgrid[:SIDE, :SIDE]
    noise = np.random.default_rng(1).integers(0, 40, (SIDE, SIDE))
    grey = (1000 + 800 * np.sin(rows / 40) * np.cos(columns / 55) + noise).astype(np.uint16)
    colour = np.stack([grey // 8, grey // 9, grey // 10], axis=-1).astype(np.uint8)
    jpeg = imagecodecs.jpeg8_encode(colour, level=90)
    deep = imagecodecs.jpeg8_encode(grey, level=90, bitspersample=12)
    lossless = imagecodecs.ljpeg_encode(grey, bitspersample=12)
    coded = [
        ("native 16 bit", "1.2.840.10008.1.2.1", "", grey, None),
        ("RLE", "1.2.840.10008.1.2.5", "rle", grey, _rle(grey)),
        ("JPEG 8 bit colour", JPEG + "50", "jpeg", colour, jpeg),
        ("JPEG 12 bit", JPEG + "51", "jpeg", grey, deep),
        ("JPEG lossless", JPEG + "70", "jpeg", grey, lossless),
        ("JPEG-LS", JPEG + "80", "jpeg-ls", grey, imagecodecs.jpegls_encode(grey)),
        ("JPEG 2000", JPEG + "90", "", grey, imagecodecs.jpeg2k_encode(grey, level=0, codecformat="j2k")),
        ("HTJ2K", JPEG + "201", "", grey, imagecodecs.htj2k_encode(grey)),
        ("JPEG XL", JPEG + "110", "", grey, imagecodecs.jpegxl_encode(grey, lossless=True)),
    ]
    written = []
    for number, (name, uid, family, pixels, stream) in enumerate(coded):
        path = folder / f"{number}.dcm"
        path.write_bytes(_object(pixels, uid, encapsulate([bytes(stream)], has_bot=False) if stream else None))
        written.append((name, uid, family, path))
    return written


def _object(pixels: object, uid: str, pixel_data: bytes | None) -> bytes:
    """Write a made-up image."""
    import numpy as np
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import UID

    frame = np.asarray(pixels)
    data_set = Dataset()
    data_set.SOPClassUID, data_set.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.7", "2.25.1"
    data_set.SamplesPerPixel = 1 if frame.ndim == 2 else 3
    data_set.PhotometricInterpretation = "MONOCHROME2" if frame.ndim == 2 else "YBR_FULL_422"
    if frame.ndim == 3:
        data_set.PlanarConfiguration = 0
    data_set.Rows, data_set.Columns = frame.shape[:2]
    data_set.BitsAllocated = frame.dtype.itemsize * 8
    data_set.BitsStored = 8 if frame.ndim == 3 else 12
    data_set.HighBit, data_set.PixelRepresentation = data_set.BitsStored - 1, 0
    data_set.PixelData = frame.tobytes() if pixel_data is None else pixel_data
    data_set["PixelData"].VR = "OW" if pixel_data is None else "OB"
    data_set["PixelData"].is_undefined_length = pixel_data is not None
    data_set.file_meta = FileMetaDataset()
    known = uid if UID(uid).is_transfer_syntax else JPEG + "201"  # pydicom does not know JPEG XL
    data_set.file_meta.TransferSyntaxUID = UID(known)
    data_set.file_meta.MediaStorageSOPClassUID = data_set.SOPClassUID
    data_set.file_meta.MediaStorageSOPInstanceUID = data_set.SOPInstanceUID
    out = BytesIO()
    data_set.save_as(out, implicit_vr=False, little_endian=True, enforce_file_format=True)
    return out.getvalue().replace(known.encode(), uid.encode())


def _rle(grey: Any) -> bytes:
    from rle.utils import encode_pixel_data

    return bytes(
        encode_pixel_data(
            grey.tobytes(),
            byteorder="<",
            rows=SIDE,
            columns=SIDE,
            samples_per_pixel=1,
            bits_allocated=16,
            number_of_frames=1,
            planar_configuration=0,
        )
    )


def _child(decoder: str, file: str, frames: int) -> dict[str, float]:
    """Decode one file again and again; return the median seconds."""
    decode = _ours(file) if decoder == "ours" else _gdcm(file)
    decode()
    times = []
    for _ in range(frames):
        start = time.perf_counter()
        decode()
        times.append(time.perf_counter() - start)
    return {"seconds": statistics.median(times), "peak_bytes": _own_peak()}


def _own_peak() -> int:
    """Return this process's peak memory; the parent's does not count, as it would in the parent's view."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _ours(file: str):
    from dicom.pixels.frames import read_frame
    from dicom.pixels.layout import pixel_layout
    from dicom.reading.bytes_source import FileBytes
    from dicom.reading.dataset import open_data_set

    def decode() -> None:
        descriptor = os.open(file, os.O_RDONLY)
        data_set = open_data_set(FileBytes(descriptor))
        read_frame(data_set.source, pixel_layout(data_set), 0)
        os.close(descriptor)

    return decode


def _gdcm(file: str):
    import gdcm

    def decode() -> None:
        reader = gdcm.ImageReader()
        reader.SetFileName(file)
        if not reader.Read():
            raise ValueError
        # decodes without turning the pixels into a Python string, which would take longer than decoding
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(gdcm.TransferSyntax.ImplicitVRLittleEndian))
        change.SetInput(reader.GetImage())
        if not change.Change():
            raise ValueError

    return decode


def _measured(decoder: str, path: Path, frames: int) -> tuple[float, int] | None:
    command = [sys.executable, __file__, "--child", decoder, "--file", str(path), "--frames", str(frames)]
    try:
        found = json.loads(run_child(command).output)
    except subprocess.CalledProcessError:
        return None
    return found["seconds"], found["peak_bytes"]


def _dcmtk(family: str, path: Path) -> float | None:
    """Return the median seconds of the DCMTK program that decompresses this family, its start included."""
    tool = shutil.which(DCMTK.get(family, ""))
    if not tool:
        return None
    try:
        runs = [run_child([tool, str(path), str(path.with_suffix(".out"))]) for _ in range(5)]
    except (OSError, subprocess.CalledProcessError):
        return None
    return statistics.median(run.seconds for run in runs)


def decoders(files: list[tuple[str, str, str, Path]], frames: int) -> Table:
    """Compare reading and decoding one file with GDCM and DCMTK."""
    table = Table(
        f"Decoding a {SIDE} × {SIDE} frame from its file (median)",
        ["transfer syntax", "Scanshelf", "GDCM", "to GDCM", "DCMTK process", "to DCMTK", "peak memory", "GDCM's"],
    )
    for name, _uid, family, path in files:
        ours, gdcm, dcmtk = _measured("ours", path, frames), _measured("gdcm", path, frames), _dcmtk(family, path)
        if ours is None:
            table.add(name, "failed", "", "", "", "", "", "")
            continue
        table.add(
            name,
            milliseconds(ours[0]),
            milliseconds(gdcm[0]) if gdcm else "does not",
            ratio(ours[0], gdcm[0]) if gdcm else "–",
            milliseconds(dcmtk) if dcmtk else "does not",
            ratio(ours[0], dcmtk) if dcmtk else "–",
            megabytes(ours[1]),
            megabytes(gdcm[1]) if gdcm else "–",
        )
    return table


def through_the_worker(files: list[tuple[str, str, str, Path]], frames: int) -> Table:
    """Measure a frame on its way into the window, against the same decode without a worker."""
    from core.job import QuietJob
    from core.workers.worker import WorkerPool, WorkerSpec
    from dicom.decoding.decoder import Decoder
    from dicom.source import FileContent, FrameRef

    table = Table(
        f"A {SIDE} × {SIDE} frame through the sandboxed worker (median)",
        ["transfer syntax", "in the window", "in this process", "ratio"],
    )
    job, pool = QuietJob(), WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 1)
    decoder = Decoder(pool)
    try:
        for name, _uid, _family, path in files:
            content = FileContent(str(path), str(path))
            decoder.describe(content, job)
            times = []
            for _ in range(frames):
                start = time.perf_counter()
                decoder.frame(FrameRef(content), job)
                times.append(time.perf_counter() - start)
            alone = _child("ours", str(path), frames)["seconds"]
            taken = statistics.median(times)
            table.add(name, milliseconds(taken), milliseconds(alone), ratio(taken, alone))
    finally:
        pool.close()
    return table


if __name__ == "__main__":
    sys.exit(main())
