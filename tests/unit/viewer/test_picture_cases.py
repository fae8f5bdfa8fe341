"""Pictures made by generators that lie outside the repository (`SCANSHELF_CASES`); without them these tests skip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.job import QuietJob
from dicom.decoding.decoder import Decoder
from tests.picture_ways import WAYS, Bytes, drawn, loaded, stored_of
from tests.tools import REPOSITORY
from tests.unit.viewer.test_corner_text import SPEECH
from viewer.viewport.corner_text import CornerTexts, Situation, corner_texts

pytestmark = pytest.mark.shared_workers


@pytest.fixture
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder that one generator filled."""
    cases = Path(os.environ.get("SCANSHELF_CASES") or REPOSITORY.parent / "shared" / "cases") / "pictures"
    if not cases.is_dir():
        pytest.skip("the generators of made-up pictures are absent (SCANSHELF_CASES)")
    subprocess.run([sys.executable, cases / f"{request.param}.py", tmp_path / "made"], check=True)
    return tmp_path / "made"


def _corners(decoder: Decoder, path: Path, frame_index: int = 0) -> CornerTexts:
    said = decoder.describe(Bytes(path.read_bytes()), QuietJob())
    return corner_texts(said, frame_index, Situation(1, 1), SPEECH)


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("case", ["htj2k_lossy_wraps"], indirect=True)
def test_lossy_htj2k_is_near_its_original(case: Path, decoder: Decoder) -> None:
    grey = np.load(case / "original_grey.npy").astype(int)
    originals = {"htj2k_grey8": (grey, 1), "htj2k_grey16": (grey, 257)}
    originals["htj2k_rgb"] = (np.stack([grey, 255 - grey, np.roll(grey, 3, 1)], -1), 1)
    for name, (original, scale) in originals.items():
        data = (case / f"{name}.dcm").read_bytes()
        assert np.abs(stored_of(decoder, data).pixels / scale - original).max() <= 8
        for way in WAYS:
            wanted = original if original.ndim == 3 else original[:, :, None]
            assert np.abs(drawn(decoder, data, way).astype(int) - wanted).max() <= 8


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("case", ["icc_in_worker"], indirect=True)
def test_a_wide_gamut_is_converted_without_a_mark(case: Path, decoder: Decoder) -> None:
    data = next(case.glob("*.dcm")).read_bytes()
    stored = stored_of(decoder, data).pixels
    for way in WAYS:
        assert np.abs(drawn(decoder, data, way).astype(int) - stored).max() > 20
    assert loaded(decoder, data).marks == ()


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("case", ["corner_texts_missing"], indirect=True)
def test_age_view_and_place_stand_in_the_corners(case: Path, decoder: Decoder) -> None:
    assert "67 years old at the exam" in [
        line.text for line in _corners(decoder, case / "age_without_birth_date.dcm").top_left
    ]
    assert "R MLO" in [line.text for line in _corners(decoder, case / "view_by_code.dcm").bottom_right]
    places = [_corners(decoder, case / "enhanced_place.dcm", index).bottom_right for index in range(2)]
    assert ["at 0 mm" in place[-1].text or "at 3 mm" in place[-1].text for place in places] == [True, True]
    assert places[0] != places[1]
