"""PDF pages, clips, reports and the rest are named for what they are, and shown where they can be."""

from __future__ import annotations

import os
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import pytest
from pydicom.dataset import Dataset
from reportlab.pdfgen.canvas import Canvas

from core.errors import DicomError
from dicom.clips import video
from dicom.clips.video import Clips
from dicom.objects.documents import count_pages, document_bytes, render_page
from dicom.objects.opened import open_object
from dicom.objects.tags import data_set_tags
from dicom.reading.bytes_source import FileBytes, MemoryBytes
from dicom.reading.dataset import open_data_set
from dicom.reading.elements import raw_element
from tests.pixel_files import described, encapsulated, image_bytes, opened_file, written
from tests.tools import pydicom_file, skip_or_fail

MPEG2 = "1.2.840.10008.1.2.4.100"
FRAMES = 12


def _pdf(pages: int) -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(200, 300), invariant=1)
    for page in range(pages):
        canvas.drawString(20, 280, f"Page {page + 1}")
        canvas.setFillColorRGB(1, 0, 0)
        canvas.rect(0, 0, 200, 100 * page, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _document(content: bytes, mime_type: str = "application/pdf") -> bytes:
    data_set = Dataset()
    data_set.SOPClassUID = "1.2.840.10008.5.1.4.1.1.104.1"
    data_set.SOPInstanceUID = "2.25.9"
    data_set.PatientName = "Phantom^Anna"
    data_set.DocumentTitle = "Report"
    data_set.MIMETypeOfEncapsulatedDocument = mime_type
    data_set.EncapsulatedDocument = content + bytes(len(content) % 2)
    return written(data_set)


def test_an_encapsulated_pdf_has_pages() -> None:
    said = described(_document(_pdf(3))).description
    assert (said.kind, said.number_of_frames, said.document_title) == ("pdf", 3, "Report")


def test_a_document_of_many_megabytes_stays_in_the_file_until_it_is_asked_for() -> None:
    padded = _pdf(2) + b"\n%" + b"x" * (3 << 20)
    data = _document(padded)
    data_set = open_data_set(MemoryBytes(data))
    raw = raw_element(data_set.elements, "EncapsulatedDocument")
    assert raw is not None
    assert raw.value is None
    assert document_bytes(data_set) == padded + bytes(len(padded) % 2)
    assert described(data).description.number_of_frames == 2
    tags = data_set_tags(MemoryBytes(data), lambda: None)
    assert tags["00420011"]["length"] == len(padded) + len(padded) % 2


def test_a_page_is_drawn_as_wide_as_asked() -> None:
    page = render_page(_pdf(2), 1, 400)
    assert page.shape == (600, 400, 3)
    assert page[-5, 200].tolist() == [255, 0, 0]
    assert page[10, 390].tolist() == [255, 255, 255]


def test_a_page_that_is_not_there_is_named() -> None:
    with pytest.raises(DicomError) as raised:
        render_page(_pdf(1), 1, 100)
    assert raised.value.code == "frame-absent"


def test_a_damaged_pdf_is_a_clear_code_and_still_described() -> None:
    broken = b"%PDF-1.4 nothing more"
    assert count_pages(broken) == 0
    with pytest.raises(DicomError) as raised:
        render_page(broken, 0, 100)
    assert raised.value.code == "decode-failed"
    assert described(_document(broken)).description.kind == "pdf"


def test_a_document_that_is_no_pdf_is_other() -> None:
    said = described(_document(b"<html></html>", "text/html")).description
    assert (said.kind, said.mime_type) == ("other", "text/html")


@pytest.mark.parametrize(
    "name,kind", [("reportsi.dcm", "report"), ("rtplan.dcm", "other"), ("liver_1frame.dcm", "other")]
)
def test_pydicom_files_are_named_for_what_they_are(name: str, kind: str) -> None:
    assert described(pydicom_file(name)).description.kind == kind


@pytest.mark.parametrize(
    "tail,kind",
    [("88.59", "report"), ("9.1.1", "waveform"), ("11.1", "presentation"), ("66.4", "other"), ("481.3", "other")],
)
def test_sop_classes_name_the_kind(tail: str, kind: str) -> None:
    data_set = Dataset()
    data_set.SOPClassUID = f"1.2.840.10008.5.1.4.1.1.{tail}"
    data_set.SOPInstanceUID = "2.25.4"
    assert described(written(data_set)).description.kind == kind


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An MPEG-2 clip whose frames get brighter."""
    path = tmp_path_factory.mktemp("clip") / "clip.mpg"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MPG2"), 25, (64, 48))
    if not writer.isOpened():
        skip_or_fail("OpenCV has no MPEG-2 encoder")
    for index in range(FRAMES):
        writer.write(np.full((48, 64, 3), 20 * index, np.uint8))
    writer.release()
    return path.read_bytes()


def _video(clip: bytes, *, parts: int = 1, frames: int | None = FRAMES) -> bytes:
    step = len(clip) // parts // 2 * 2
    cuts = [index * step for index in range(parts)] + [len(clip)]
    pieces = [clip[start:end] for start, end in pairwise(cuts)]
    values = {} if frames is None else {"NumberOfFrames": frames}
    empty = np.zeros((48, 64, 3), np.uint8)
    return image_bytes(
        empty, MPEG2, pixel_data=encapsulated(*pieces), PhotometricInterpretation="YBR_PARTIAL_420", **values
    )


@pytest.fixture
def clips() -> Iterator[Clips]:
    """A clip reader that is closed after the test."""
    reader = Clips()
    yield reader
    reader.close()


@pytest.mark.parametrize("parts", [1, 3])
def test_a_clip_is_scrolled_frame_by_frame_in_both_directions(clip: bytes, clips: Clips, parts: int) -> None:
    data = _video(clip, parts=parts)
    opened, source = open_object(MemoryBytes(data)), MemoryBytes(data)
    assert (opened.description.kind, opened.description.number_of_frames) == ("video", FRAMES)
    for index in (0, 1, 7, 3, FRAMES - 1, 0):
        frame = clips.frame("clip", source, opened.pixel_layout(), index)
        assert frame.pixels.shape == (48, 64, 3)
        assert abs(float(frame.pixels.mean()) - 20 * index) < 6


def test_a_clip_that_does_not_say_its_length_is_counted(clip: bytes) -> None:
    assert described(_video(clip, frames=None)).description.number_of_frames == FRAMES


def test_a_clip_that_says_it_never_ends_is_counted(clip: bytes) -> None:
    assert described(_video(clip, frames=2**31 - 1)).description.number_of_frames == FRAMES


def test_a_clip_outlives_the_descriptor_of_one_task(clip: bytes, clips: Clips, tmp_path: Path) -> None:
    path = tmp_path / "clip.dcm"
    path.write_bytes(_video(clip))
    for index in (2, 3):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            source = FileBytes(descriptor)
            layout = open_object(source).pixel_layout()
            assert abs(float(clips.frame("clip", source, layout, index).pixels.mean()) - 20 * index) < 6
        finally:
            os.close(descriptor)


class Unreadable(FileBytes):
    """A file on a disc whose clip cannot be read."""

    def read_at(self, offset: int, length: int) -> bytes:
        """Read what names the content only."""
        if (offset, length) == (0, 2048):
            return super().read_at(offset, length)
        raise DicomError("unreadable")


def test_a_clip_that_cannot_be_read_says_so_and_the_worker_lives_on(
    clip: bytes, clips: Clips, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "clip.dcm"
    path.write_bytes(_video(clip))
    monkeypatch.setattr(video, "FileBytes", Unreadable)
    with opened_file(path) as source:
        layout = open_object(source).pixel_layout()
        with pytest.raises(DicomError) as caught:
            clips.frame("clip", Unreadable(source.descriptor), layout, 0)
    assert caught.value.code == "unreadable"


def test_noise_instead_of_a_clip_is_a_clear_code(clips: Clips) -> None:
    data = _video(bytes(range(256)) * 20)
    source = MemoryBytes(data)
    with pytest.raises(DicomError) as raised:
        clips.frame("noise", source, open_object(source).pixel_layout(), 0)
    assert raised.value.code in ("decode-failed", "frame-absent")
