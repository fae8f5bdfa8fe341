"""Stored values of real files equal what independent decoders found."""

from __future__ import annotations

import contextlib
import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest
from openjpeg.utils import decode as openjpeg_decode

from core.errors import DicomError
from dicom.pixels.layout import pixel_layout
from dicom.pixels.stored_frame import StoredFrame
from dicom.reading.dataset import open_data_set
from dicom.reading.transfer_syntax import transfer_syntax
from tests.pixel_files import opened_file, stored_in
from tests.tools import corpus_folder

Row = dict[str, str]
# Without a hash of its own; the same values as its little-endian original.
_SAME_AS = {"rtdose_expb.dcm": "rtdose.dcm", "rtdose_expb_1frame.dcm": "rtdose_1frame.dcm"}


def _rows() -> list[Row]:
    folder = corpus_folder()
    if folder is None:
        return []
    with (folder / "pixels.tsv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


def _named(rows: list[Row]) -> list[object]:
    return [pytest.param(row, id=row["path"].replace(" ", "_")) for row in rows] or [pytest.param({}, id="none")]


ROWS = _rows()
AGREED = [row for row in ROWS if row["verdict"].lower().startswith("agreed")]
OTHERS = [row for row in ROWS if row not in AGREED]


def _expected_hash(row: Row) -> str:
    name = Path(row["path"]).name
    if name in _SAME_AS:
        return next(other["pixel_sha256_frame1"] for other in ROWS if other["path"].endswith(f"/{_SAME_AS[name]}"))
    return row["pixel_sha256_frame1"]


def _hash(pixels: np.ndarray, dtype: str) -> str:
    return hashlib.sha256(np.ascontiguousarray(pixels).astype(dtype).tobytes()).hexdigest()


@pytest.mark.corpus
@pytest.mark.parametrize("row", _named(AGREED))
def test_stored_values_equal_the_reference(row: Row, corpus: Path) -> None:
    frame = stored_in(corpus / row["path"])
    shape = frame.pixels.shape if frame.pixels.ndim == 3 else (*frame.pixels.shape, 1)
    assert "x".join(map(str, shape)) == row["shape"]
    assert frame.pixels.dtype == np.dtype(row["dtype"])
    if _hash(frame.pixels, row["dtype"]) != _expected_hash(row):
        assert _may_differ_by_one(row)
        assert _away_from_another_decoder(corpus / row["path"], frame.pixels) <= 1


def _may_differ_by_one(row: Row) -> bool:
    syntax = transfer_syntax(row["transfer_syntax_uid"])
    return "same codebase" in row["verdict"] and syntax is not None and syntax.lossy != "no"


def _away_from_another_decoder(path: Path, pixels: np.ndarray) -> int:
    """Return how far JPEG 2000 values are from those of pylibjpeg's OpenJPEG."""
    with opened_file(path) as source:
        layout = pixel_layout(open_data_set(source))
        data = b"".join(source.read_at(piece.offset, piece.length) for piece in layout.runs[0])
    other = openjpeg_decode(data)
    return int(np.abs(other.astype(np.int64) - pixels.astype(np.int64)).max())


@pytest.mark.corpus
@pytest.mark.parametrize("row", _named(OTHERS))
def test_a_file_without_an_agreed_value_has_a_clear_outcome(row: Row, corpus: Path) -> None:
    outcome: object = None
    with contextlib.suppress(DicomError):
        outcome = stored_in(corpus / row["path"])
    assert outcome is None or isinstance(outcome, StoredFrame)


@pytest.mark.corpus
def test_big_endian_words_of_32_bits_equal_their_little_endian_original(corpus: Path) -> None:
    folder = corpus / "pydicom_pydicom/src/pydicom/data/test_files"
    for swapped, original in _SAME_AS.items():
        assert np.array_equal(stored_in(folder / swapped).pixels, stored_in(folder / original).pixels)
