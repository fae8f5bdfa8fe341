"""The sample disc: what a hospital would hand out, of a person who never lived, with the usual faults."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from pydicom.dataset import Dataset
from pydicom.uid import UID

from app.demo.media import objects
from app.demo.media import phantom as torso
from app.demo.media.directory import write_directory
from app.demo.media.objects import GUSTAV, MARTHA, Examination
from app.demo.media.report import make_report

DAMAGED_SLICE = 57

CLUTTER = {
    "AUTORUN.INF": b"[autorun]\r\nopen=VIEWER\\VIEWER.EXE\r\nlabel=SAMPLE DISC\r\n",
    "README.TXT": b"This disc holds made-up pictures of a made-up person.\r\nTo look at them start VIEWER.EXE.\r\n",
    "VIEWER/VIEWER.EXE": b"MZ\x90\x00" + b"This is no program, only its first letters. " * 90,
    "VIEWER/HELP.HTM": b"<html><body><h1>Viewer</h1><p>Made-up help page.</p></body></html>\r\n",
}


@dataclass(slots=True)
class SampleDisc:
    """What was put on the disc, for checking what is read from it; paths are relative with "/"."""

    folder: Path
    persons: tuple[str, ...]  # names as stored
    study_instance_uids: tuple[str, ...]
    listed: int  # files the DICOMDIR lists
    missing: tuple[str, ...] = ()  # listed, not on the disc
    unlisted: tuple[str, ...] = ()  # on the disc, not listed
    damaged: tuple[str, ...] = ()  # cut short
    other: tuple[str, ...] = ()  # not DICOM
    sha256: dict[str, str] = field(default_factory=dict)  # of every DICOM file on the disc
    series: dict[str, str] = field(default_factory=dict)  # "ct", "overview", "hand", "heart", "report" → UID
    documents: int = 0  # of the DICOM files: what no page counts as images
    frames: int = 0  # pictures that can be shown of all good objects (a report's pages not counted)
    unscratched: dict[str, bytes] = field(default_factory=dict)  # what was cut short, as it was before

    @property
    def on_disc(self) -> int:
        """Return how many DICOM files are on the disc."""
        return len(self.sha256)

    @property
    def entries(self) -> int:
        """Return how many files are on the disc."""
        return len(self.sha256) + len(self.other)

    @property
    def size(self) -> int:
        """Return the bytes of all files."""
        return sum(path.stat().st_size for path in self.folder.rglob("*") if path.is_file())


def make_sample_disc(folder: Path) -> SampleDisc:
    """Fill an empty or new folder with the sample disc; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    study = Examination(MARTHA, "S1", "20190312", "Check-up (sample)", "SAMPLE-2019-1")
    slices, overview, middle = _ct(study)
    x_ray = objects.hand_x_ray(study)
    pictures = [("CT, chest: heart and lungs", middle), ("Right hand", _grey_hand(x_ray))]
    clip, document = objects.heart_clip(study), objects.report(study, make_report(study, pictures))
    forgotten = _of_an_earlier_examination(slices.pop())
    paths = _write_files(folder, [*slices, x_ray, clip, document, forgotten])
    missing = paths[forgotten.SOPInstanceUID]
    damaged = paths[slices[DAMAGED_SLICE - 1].SOPInstanceUID]
    (folder / missing).unlink()
    for empty in ((folder / missing).parent, (folder / missing).parent.parent):
        empty.rmdir()
    unscratched = {damaged: _cut_short(folder / damaged)}
    unlisted = f"{_series_folder(overview)}.DCM"
    overview.save_as(folder / unlisted, enforce_file_format=True)
    _write_clutter(folder)
    return SampleDisc(
        folder,
        persons=(MARTHA.patient_name,),
        study_instance_uids=(str(study.uid()),),
        listed=len(paths),
        missing=(missing,),
        unlisted=(unlisted,),
        damaged=(damaged,),
        other=("DICOMDIR", *CLUTTER),
        sha256=_hashes(folder, [*(path for path in paths.values() if path != missing), unlisted]),
        series={name: str(study.uid(number)) for number, name in enumerate(SERIES, 1)},
        documents=1,
        frames=len(slices) - 1 + 1 + 1 + int(clip.NumberOfFrames),
        unscratched=unscratched,
    )


def make_second_copy(disc: SampleDisc, folder: Path) -> str:
    """Write the same disc once more, as it was burned: without the scratch. Gives the hash of what was damaged."""
    shutil.copytree(disc.folder, folder, copy_function=shutil.copyfile, dirs_exist_ok=True)
    for path, data in disc.unscratched.items():
        (folder / path).write_bytes(data)
    return _hashes(folder, disc.damaged)[disc.damaged[0]]


def _of_an_earlier_examination(made: Dataset) -> Dataset:
    """Make of a slice the one of an earlier examination that the table of contents lists and nobody copied."""
    earlier = Examination(MARTHA, "S0", "20170620", "CT chest (sample)", "SAMPLE-2017-3")
    return objects.ct_slice(earlier, int(made.InstanceNumber), np.zeros((torso.SIZE, torso.SIZE), np.uint16))


SERIES = ("overview", "ct", "hand", "heart", "report")


def make_two_person_disc(folder: Path) -> SampleDisc:
    """Fill a folder with a small disc of two persons, as one disc in fifty is; nothing else is wrong on it."""
    folder.mkdir(parents=True, exist_ok=True)
    phantom = torso.Torso()
    first = Examination(MARTHA, "S2", "20181105", "CT chest (sample)", "SAMPLE-2018-7")
    second = Examination(GUSTAV, "S1", "20190221", "CT chest (sample)", "SAMPLE-2019-4")
    third = Examination(GUSTAV, "S2", "20190222", "Heart ultrasound (sample)", "SAMPLE-2019-5")
    made = [
        objects.ct_slice(study, number, objects.ct_values(phantom.slice_at((number - 1) * torso.THICKNESS, number)))
        for study, numbers in ((first, range(26, 34)), (second, range(34, 42)))
        for number in numbers
    ]
    clip = objects.heart_clip(third)
    paths = _write_files(folder, [*made, clip])
    return SampleDisc(
        folder,
        persons=(MARTHA.patient_name, GUSTAV.patient_name),
        study_instance_uids=tuple(str(study.uid()) for study in (first, second, third)),
        listed=len(paths),
        other=("DICOMDIR",),
        sha256=_hashes(folder, paths.values()),
        frames=len(made) + int(clip.NumberOfFrames),
    )


def _ct(study: Examination) -> tuple[list[Dataset], Dataset, npt.NDArray[np.uint8]]:
    """Make the slices, the overview, and a picture of the middle for the report."""
    phantom = torso.Torso()
    slices: list[Dataset] = []
    shadows = np.zeros((torso.SLICES, torso.SIZE), np.float32)
    middle = np.zeros((torso.SIZE, torso.SIZE), np.uint8)
    for number in range(1, torso.SLICES + 1):
        hounsfield = phantom.slice_at((number - 1) * torso.THICKNESS, number)
        shadows[number - 1] = hounsfield.mean(axis=0)
        slices.append(objects.ct_slice(study, number, objects.ct_values(hounsfield)))
        if number == 29:
            middle = np.clip((hounsfield + 160) / 400 * 255, 0, 255).astype(np.uint8)
    return slices, objects.ct_overview(study, shadows), middle


def _grey_hand(x_ray: Dataset) -> npt.NDArray[np.uint8]:
    values = np.frombuffer(x_ray.PixelData, "<u2").reshape(x_ray.Rows, x_ray.Columns)
    bright = np.clip((4050 - values.astype(np.float32)) / 3500 * 255, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(bright, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA), np.uint8)


def _write_files(folder: Path, data_sets: Iterable[Dataset]) -> dict[UID, str]:
    """Write the files and their DICOMDIR; returns each file's path by its SOP Instance UID."""
    listed: list[tuple[str, Dataset]] = []
    for data_set in data_sets:
        path = f"{_series_folder(data_set)}/I{data_set.InstanceNumber:04d}"
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        data_set.save_as(folder / path, enforce_file_format=True)
        listed.append((path, data_set))
    paths = {data_set.SOPInstanceUID: path for path, data_set in listed}
    digest = hashlib.sha256("".join(paths).encode()).digest()
    file_set_uid = UID(f"2.25.{int.from_bytes(digest[:15], 'big')}")
    write_directory(folder / "DICOMDIR", "SAMPLE_DISC", file_set_uid, listed)
    return paths


def _series_folder(data_set: Dataset) -> str:
    return f"DICOM/P{data_set.PatientID[-4:]}/{data_set.StudyID}/{data_set.Modality}{data_set.SeriesNumber}"


def _cut_short(path: Path) -> bytes:
    """Take away the end of a file, and give what it was."""
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    return data


def _write_clutter(folder: Path) -> None:
    for name, data in CLUTTER.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)


def _hashes(folder: Path, paths: Iterable[str]) -> dict[str, str]:
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths}
