"""A frame by itself whose file gives no window looks the same wherever it is shown first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.job import QuietJob
from dicom.description import FrameInfo, ObjectDescription, Window
from dicom.pixels.stored_frame import StoredFrame
from dicom.series.display_sets import ShownFrame
from dicom.showing.display import picture
from dicom.showing.windows.first_look import default_voi
from dicom.source import FileContent
from portal.server.recipient.grey_words import looks_of
from tests.unit.circles import body, circle
from tests.unit.viewer.test_loading import OneFrame
from viewer.frames.loading import load_frame

CT = ObjectDescription("image", modality="CT", photometric_interpretation="MONOCHROME2", pixel_representation=1)


@pytest.fixture
def filled() -> NDArray[Any]:
    """Return one CT slice with a constant far outside around its circle."""
    return np.where(circle(), body(), -3024).astype(np.int16)


def test_a_lone_slice_with_a_fill_around_it_has_one_first_look_in_every_place(filled: NDArray[Any]) -> None:
    look = default_voi(filled, CT, 0)
    assert isinstance(look, Window)
    assert look.center - look.width / 2 >= -1030
    assert picture(StoredFrame(filled, "MONOCHROME2"), CT).window == (look.width, look.center)
    assert looks_of(filled, CT, 0) == (look,)
    shown = ShownFrame(FileContent("", "x"), CT)
    assert load_frame(OneFrame(filled), shown, QuietJob()).first_look == look


def test_a_lone_slice_with_a_fill_is_not_pale_in_small_pictures(filled: NDArray[Any]) -> None:
    small = picture(StoredFrame(filled, "MONOCHROME2"), CT, size=(128, 128)).pixels
    air = small[9:14, 60:68]  # inside the circle, above the body
    assert air.max() < 16


def test_a_window_of_the_file_is_the_first_look_whatever_lies_around(filled: NDArray[Any]) -> None:
    own = ObjectDescription("image", modality="CT", frame_infos=(FrameInfo(windows=(Window(40, 400),)),))
    assert default_voi(filled, own, 0) == Window(40, 400)


def test_a_few_far_values_of_floats_leave_all_others_to_see() -> None:
    values = np.linspace(0, 1, 128 * 128, dtype=np.float32).reshape(128, 128)
    values[0, 0] = 1e30
    drawn = picture(StoredFrame(values, "MONOCHROME2"), ObjectDescription("image")).pixels
    assert np.ptp(drawn[1:]) > 200
