"""A decoder of drawn objects: what a real one gives, without files and processes."""

from __future__ import annotations

import io
import threading
import time
from dataclasses import dataclass, field, replace
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from core.job import Job
from dicom.description import FrameInfo, ObjectDescription, Window
from dicom.pixels.frames import StoredFrame
from dicom.showing.windows.greys import spread_of
from dicom.source import Content, FrameRef
from tests.unit.viewer.phantoms import ct

WHO = {
    "patient_name": "MUELLER^ANNA",
    "patient_birth_date": "19510504",
    "patient_sex": "F",
    "patient_id": "4711-22",
    "study_date": "20190312",
    "study_time": "081530",
    "study_description": "CT Abdomen with contrast",
    "institution_name": "St. Example Hospital",
    "accession_number": "A1234",
}
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)


@dataclass(frozen=True)
class Drawn:
    """Content that is never opened."""

    key: str

    def open(self) -> BinaryIO:
        return io.BytesIO()


@dataclass
class PhantomDecoder:
    """Answers for drawn contents; `gate` closed makes decoding wait, as a slow disc does."""

    said: dict[str, ObjectDescription] = field(default_factory=dict)
    gate: threading.Event = field(default_factory=threading.Event)
    decoding: threading.Event = field(default_factory=threading.Event)
    mended: bool = False
    stubborn: bool = False  # hears of being stopped only when a frame is done
    decoded: list[tuple[str, int]] = field(default_factory=list)
    hold: bool = False  # while it is, nothing is described
    hold_after: int | None = None  # as many are described, no more
    described: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate.set()

    def add(self, description: ObjectDescription, key: str = "") -> Content:
        key = key or description.sop_instance_uid or str(len(self.said))
        self.said[key] = description
        return Drawn(key)

    def describe(self, content: Content, job: Job) -> ObjectDescription:
        while self.hold or (self.hold_after is not None and len(self.described) >= self.hold_after):
            job.check()
            time.sleep(0.005)
        self.described.append(content.key)
        if content.key.startswith("broken") and not self.mended:
            raise DicomError("not-dicom")
        return self.said[content.key]

    def frame(self, ref: FrameRef, job: Job, *, for_display: bool = False) -> StoredFrame:
        self.decoding.set()
        while not self.gate.wait(0.02):
            if not self.stubborn:
                job.check()
        job.check()
        self.decoded.append((ref.content.key, ref.frame_index))
        said = self.said[ref.content.key]
        if said.texts.get("damaged") and not self.mended:
            raise DicomError("decode-failed")
        if said.samples_per_pixel == 3:
            return StoredFrame(fan(said.rows, said.columns, ref.frame_index), "RGB")
        return StoredFrame(slice_of(said, ref.frame_index), said.photometric_interpretation or "MONOCHROME2")

    def page(
        self, content: Content, page_index: int, width: int, job: Job, *, of: str | None = None
    ) -> NDArray[np.uint8]:
        return sheet(page_index, width)

    def spread(self, ref: FrameRef, job: Job) -> tuple[float, ...]:
        return spread_of(self.frame(ref, job), self.said[ref.content.key], ref.frame_index)

    def thumbnail(self, content: Content, size: int, job: Job, **_wish: Any) -> NDArray[np.uint8]:
        said = self.said[content.key]
        if said.kind == "pdf":
            return sheet(0, size)[:size]
        if said.samples_per_pixel == 3:
            return fan(size * 3 // 4, size, 0)
        pixels = ct(size, size)
        return np.clip(pixels / 5, 0, 255).astype(np.uint8)


def slice_of(said: ObjectDescription, frame_index: int) -> NDArray[Any]:
    place = (said.instance_number or 0) + frame_index
    pixels = ct(said.rows, said.columns)
    pixels[10 : 10 + 2 * (place % 40) + 2, 10:14] = 2000
    y, x = np.ogrid[0 : said.rows, 0 : said.columns]
    spine = np.hypot(x - said.columns / 2, y - said.rows * 0.72) < said.columns * (0.05 + 0.001 * (place % 20))
    pixels[spine] = 1900
    return pixels


def fan(rows: int, columns: int, frame_index: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:rows, 0:columns].astype(np.float64)
    angle, far = np.arctan2(x - columns / 2, y + 1), np.hypot(x - columns / 2, y)
    inside = (np.abs(angle) < 0.7) & (far < rows * 0.95) & (far > rows * 0.08)
    grey = np.where(inside, 60 + 50 * np.sin(far / 9 + frame_index / 3) * np.cos(angle * 12), 0)
    rgb = np.repeat(np.clip(grey, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)
    flow = inside & (np.hypot(x - columns / 2, y - rows / 2) < rows * 0.12)
    rgb[flow] = (200, 40, 30) if frame_index % 2 else (40, 70, 210)
    return rgb


def sheet(page_index: int, width: int) -> NDArray[np.uint8]:
    page = np.full((round(width * 1.414), width, 3), 250, np.uint8)
    for line in range(24 - 3 * page_index):
        y = round(width * (0.12 + line * 0.045))
        page[y : y + max(1, width // 90), width // 8 : round(width * (0.6 + 0.27 * ((line * 7) % 5) / 4))] = 60
    return page


def ct_slice(number: int, *, series: str = "3", size: int = 128, count: int = 0) -> ObjectDescription:
    info = FrameInfo(
        image_position_patient=(0.0, 0.0, -5.0 * number),
        image_orientation_patient=AXIAL,
        pixel_spacing=(0.7, 0.7),
        slice_thickness=5.0,
        slice_location=-5.0 * number,
        rescale_slope=1.0,
        rescale_intercept=-1024.0,
        windows=(Window(40, 400, explanation="ABDOMEN"), Window(-500, 1500, explanation="LUNG")),
    )
    return ObjectDescription(
        kind="image",
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        sop_instance_uid=f"ct-{series}-{number}",
        series_instance_uid=f"1.{series}",
        modality="CT",
        image_type=("ORIGINAL", "PRIMARY", "AXIAL"),
        instance_number=number,
        rows=size,
        columns=size,
        number_of_frames=1,
        frames_declared=1,
        bits_allocated=16,
        bits_stored=16,
        pixel_representation=1,
        photometric_interpretation="MONOCHROME2",
        frame_infos=(info,),
        texts={**WHO, "series_number": series, "series_description": "Abdomen axial 5 mm B30f"},
    )


def clip(frames: int = 30) -> ObjectDescription:
    return ObjectDescription(
        kind="image",
        sop_instance_uid="us-1",
        series_instance_uid="1.8",
        modality="US",
        rows=240,
        columns=320,
        number_of_frames=frames,
        frames_declared=frames,
        samples_per_pixel=3,
        bits_allocated=8,
        bits_stored=8,
        photometric_interpretation="RGB",
        frame_time_ms=40.0,
        lossy="yes",
        lossy_ratio=12.0,
        texts={**WHO, "series_number": "8", "series_description": "Heart colour"},
    )


def report(pages: int = 3) -> ObjectDescription:
    return ObjectDescription(
        kind="pdf",
        sop_instance_uid="pdf-1",
        series_instance_uid="1.9",
        modality="DOC",
        number_of_frames=pages,
        frames_declared=pages,
        document_title="Radiology report",
        texts={**WHO, "series_number": "9"},
    )


def written_report() -> ObjectDescription:
    return ObjectDescription(
        kind="report", sop_instance_uid="sr-1", series_instance_uid="1.10", modality="SR", texts=dict(WHO)
    )


def damaged_slice(number: int) -> ObjectDescription:
    said = ct_slice(number)
    return replace(said, texts={**said.texts, "damaged": "yes"})


def whole_study(decoder: PhantomDecoder, *, size: int = 128, slices: int = 24) -> list[Content]:
    things = [ct_slice(number, size=size) for number in range(1, slices + 1)]
    return [decoder.add(said) for said in (*things, clip(), report(), written_report())]
