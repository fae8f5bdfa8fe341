"""The parent asks workers and gets arrays, descriptions and clear errors back."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest

from core.errors import Cancelled, DicomError, WorkerError
from core.job import QuietJob
from core.workers.worker import Answer, WorkerPool, WorkerSpec
from dicom.decoding import decoder as decoder_module
from dicom.decoding.decoder import Decoder
from dicom.decoding.wire import from_wire, to_wire
from dicom.description import ObjectDescription
from dicom.source import FileContent, FrameRef
from tests.pixel_files import described, encapsulated, image_bytes, opened_file
from tests.tools import pydicom_file

pytestmark = pytest.mark.shared_workers
GREY = np.arange(6000, dtype=np.uint16).reshape(60, 100)
JPEG_LS, J2K = "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.90"


@dataclass(frozen=True)
class Bytes:
    """Content that is no file, as an entry of an archive."""

    data: bytes
    key: str = "entry"

    def open(self) -> io.BytesIO:
        """Open for reading."""
        return io.BytesIO(self.data)


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    """A decoder with one real, sandboxed worker."""
    pool = WorkerPool(WorkerSpec("dicom.decoding.decode_tasks"), 1)
    yield Decoder(pool)
    pool.close()


def _file(name: str) -> FileContent:
    path = pydicom_file(name)
    return FileContent(str(path), path.name)


def test_a_file_is_described_and_decoded(decoder: Decoder) -> None:
    content = _file("CT_small.dcm")
    said = decoder.describe(content, QuietJob())
    assert (said.kind, said.modality, said.rows, said.columns) == ("image", "CT", 128, 128)
    frame = decoder.frame(FrameRef(content), QuietJob())
    assert (frame.pixels.shape, frame.pixels.dtype) == ((128, 128), np.int16)
    assert (frame.photometric_interpretation, frame.decoder) == ("MONOCHROME2", "native")


def test_bytes_that_are_no_file_are_decoded_too(decoder: Decoder) -> None:
    data = image_bytes(GREY, JPEG_LS, pixel_data=encapsulated(bytes(imagecodecs.jpegls_encode(GREY))))
    frame = decoder.frame(FrameRef(Bytes(data)), QuietJob())
    assert np.array_equal(frame.pixels, GREY)
    assert frame.decoder == "imagecodecs.jpegls"


def test_other_content_under_the_same_name_is_not_mixed_up(decoder: Decoder, tmp_path: Path) -> None:
    path = tmp_path / "same.dcm"
    for level in (1, 2):
        path.write_bytes(image_bytes(GREY + level))
        content = FileContent(str(path), "the same name")
        assert decoder.frame(FrameRef(content), QuietJob()).pixels[0, 0] == level
        assert decoder.frame(FrameRef(Bytes(path.read_bytes(), "also the same")), QuietJob()).pixels[0, 0] == level


def test_a_thumbnail_fits_into_its_square(decoder: Decoder) -> None:
    assert decoder.thumbnail(_file("CT_small.dcm"), 64, QuietJob()).shape == (64, 64)
    assert decoder.thumbnail(_file("examples_rgb_color.dcm"), 64, QuietJob()).shape[2] == 3


def test_overlays_come_as_bits_with_their_place(decoder: Decoder) -> None:
    content = _file("MR-SIEMENS-DICOM-WithOverlays.dcm")
    planes = decoder.overlays(FrameRef(content), QuietJob())
    assert planes
    plane, bits = planes[0]
    assert bits.shape == (plane.rows, plane.columns)
    assert set(np.unique(bits)) <= {0, 1}


def test_tags_come_as_json(decoder: Decoder) -> None:
    assert decoder.tags(_file("CT_small.dcm"), QuietJob())["00080060"]["Value"] == ["CT"]


def test_an_error_arrives_with_its_code(decoder: Decoder) -> None:
    with pytest.raises(DicomError) as raised:
        decoder.frame(FrameRef(_file("CT_small.dcm"), 5), QuietJob())
    assert raised.value.code == "frame-absent"
    with pytest.raises(DicomError) as raised:
        decoder.describe(Bytes(b"nothing of the kind"), QuietJob())
    assert raised.value.code == "not-dicom"


def test_another_object_in_the_place_of_the_one_described_is_refused(decoder: Decoder) -> None:
    before, after = _file("CT_small.dcm"), pydicom_file("MR_small.dcm")
    uid = decoder.describe(before, QuietJob()).sop_instance_uid
    assert decoder.frame(FrameRef(before, 0, uid), QuietJob()).pixels.any()
    swapped = FileContent(str(after), before.key)
    for ask in (
        lambda: decoder.frame(FrameRef(swapped, 0, uid), QuietJob()),
        lambda: decoder.overlays(FrameRef(swapped, 0, uid), QuietJob()),
        lambda: decoder.thumbnail(swapped, 64, QuietJob(), of=uid),
        lambda: decoder.page(swapped, 0, 64, QuietJob(), of=uid),
    ):
        with pytest.raises(DicomError) as raised:
            ask()
        assert raised.value.code == "changed"


class LyingPool(WorkerPool):
    """A pool whose worker some file has taken over."""

    def __init__(self, header: dict[str, Any]) -> None:
        super().__init__(WorkerSpec("dicom.decoding.decode_tasks"))
        self._header = header

    def call(self, *_: object, **__: object) -> Answer:  # type: ignore[override]
        """Answer as it pleases."""
        return Answer(self._header, bytearray(8))


FRAME = {"photometric_interpretation": "MONOCHROME2", "marks": [], "decoder": "native"}
LIES: tuple[dict[str, Any], ...] = (
    {},
    {"description": ["image"], "header": 7, "tags": [1], "planes": [{"group": 1}], "dtype": "|u1"},
    {"planes": 1, **FRAME, "dtype": "|O", "shape": [1]},
    {**FRAME, "dtype": "<u2", "shape": [1 << 40]},
    {**FRAME, "dtype": "<u2", "shape": ["4"]},
    {**FRAME, "dtype": "|V8", "shape": [1]},
    {**FRAME, "dtype": "|u1", "shape": [-1, 4]},
    {**FRAME, "dtype": "|u1", "shape": [8.0, 1]},
    {**FRAME, "dtype": "|u1", "shape": [True, 8]},
    {**FRAME, "dtype": "|u1", "shape": [1, 1, 1, 8]},
    {**FRAME, "dtype": ["|u1"], "shape": [8, 1]},
    {**FRAME, "dtype": "i4," * 1000, "shape": [8, 1]},
    {"description": {"kind": "image", "rows": "many"}, "header": {"patient_name": 5}, "planes": [{"rows": -1}]},
    {"description": {"kind": "picture"}, "header": {"marks": "damaged"}},
    {"description": {"kind": "image", "number_of_frames": 1 << 40}, "header": {"marks": [1]}},
    {"description": {"kind": "image", "rows": -5}, "header": {"series_number": "1"}},
    {"description": {"kind": "image", "texts": {"a": ["b"]}}, "header": {"series_number": True}},
    {"description": {"kind": "image", "frame_infos": [{"pixel_spacing": [1, 2, 3]}]}, "header": []},
    {"description": {"kind": ["image"]}, "header": {"marks": None}},
)


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_without_sense_is_a_failed_task(lie: dict[str, Any]) -> None:
    decoder, content, job = Decoder(LyingPool(lie)), Bytes(b""), QuietJob()
    asked: list[Callable[[], object]] = [
        lambda: decoder.frame(FrameRef(content), job),
        lambda: decoder.thumbnail(content, 9, job),
        lambda: decoder.tags(content, job),
        lambda: decoder.describe(content, job),
        lambda: decoder.overlays(FrameRef(content), job),
        lambda: decoder.salvage_header(content, job),
    ]
    for ask in asked:
        with pytest.raises(WorkerError) as caught:
            ask()
        assert caught.value.code == "task-failed"


@pytest.mark.parametrize(
    "header",
    [{"dtype": "<f8", "shape": [1, 1]}, {"dtype": "|u1", "shape": [2, 2, 2]}, {"dtype": "|u1", "shape": [0, 8]}],
)
def test_a_picture_for_the_screen_has_the_shape_the_screen_believes(header: dict[str, Any]) -> None:
    decoder, content, job = Decoder(LyingPool(header)), Bytes(b""), QuietJob()
    for ask in (
        lambda: decoder.thumbnail(content, 9, job),
        lambda: decoder.page(content, 0, 9, job),
        lambda: decoder.paper_page(content, 0, 9, job),
    ):
        with pytest.raises(WorkerError) as caught:
            ask()
        assert caught.value.code == "task-failed"


def test_an_entry_of_an_archive_that_is_too_big_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoder_module, "_MOST_CARRIED", 1000)
    decoder = Decoder(LyingPool({}))
    assert decoder.metadata(Bytes(bytes(1000)), "", QuietJob()) == bytes(8)
    with pytest.raises(DicomError) as caught:
        decoder.metadata(Bytes(bytes(1001)), "", QuietJob())
    assert caught.value.code == "refused-limit"


def test_a_file_with_everything_the_same_but_its_beginning_is_another(tmp_path: Path) -> None:
    path = tmp_path / "one"
    stamps = []
    for name in (b"A", b"B"):
        path.write_bytes(name * 10)
        os.utime(path, (1, 1))
        with opened_file(path) as source:
            stamps.append(source.stamp)
    assert stamps[0] != stamps[1]


def test_a_stopped_job_decodes_nothing(decoder: Decoder) -> None:
    job = QuietJob()
    job.stop()
    with pytest.raises(Cancelled):
        decoder.describe(_file("CT_small.dcm"), job)


def test_objects_are_compared_on_three_levels(decoder: Decoder) -> None:
    job = QuietJob()
    plain = Bytes(image_bytes(GREY), "plain")
    implicit = Bytes(image_bytes(GREY, "1.2.840.10008.1.2"), "implicit")
    packed = encapsulated(bytes(imagecodecs.jpeg2k_encode(GREY, level=0, codecformat="j2k")))
    wrapped = Bytes(image_bytes(GREY, J2K, pixel_data=packed), "wrapped")
    other = Bytes(image_bytes(GREY + 1), "other")
    renamed = Bytes(image_bytes(GREY, PatientName="Else"), "renamed")
    assert decoder.compare(plain, implicit, job) == "same-data-set"
    assert decoder.compare(plain, wrapped, job) == "same-image"
    assert decoder.compare(plain, other, job) == "different"
    assert decoder.compare(plain, renamed, job) == "different"


def test_a_header_is_salvaged(decoder: Decoder) -> None:
    assert decoder.salvage_header(_file("CT_small.dcm"), QuietJob()).modality == "CT"


def test_every_codec_answers_inside_the_sandbox(decoder: Decoder) -> None:
    rows = decoder.check_codecs(QuietJob())
    assert {uid for uid, _name, _decoder, right in rows if not right} == set()
    assert {"imagecodecs.jpeg8", "imagecodecs.jpeg2k", "imagecodecs.dicomrle"} <= {row[2] for row in rows}


@pytest.mark.parametrize(
    "name", ["CT_small.dcm", "emri_small.dcm", "vlut_04.dcm", "examples_palette.dcm", "reportsi.dcm"]
)
def test_a_description_survives_the_wire(name: str) -> None:
    import json

    said = described(pydicom_file(name)).description
    assert from_wire(ObjectDescription, json.loads(json.dumps(to_wire(said)))) == said
