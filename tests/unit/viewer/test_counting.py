"""What counts as one image in the viewer is what counts as one on the shelf and at a portal: an object."""

from __future__ import annotations

import pytest

from core.language.english_numbers import counted
from dicom.series.display_sets import ShownFrame, StudyObject, build_display_sets, unread
from tests.gui.viewer.phantom_study import Drawn, clip, ct_slice
from viewer.study.known import KnownSeries
from viewer.study.series_words import counted_place, detail, icon, title


def frames(*lengths: int) -> list[ShownFrame]:
    """Make the frames of objects with so many frames each."""
    made = [(f"o{number}", clip(length), place) for number, length in enumerate(lengths) for place in range(length)]
    return [ShownFrame(Drawn(key), said, place) for key, said, place in made]


@pytest.mark.parametrize(
    "lengths, index, place",
    [
        ((1, 1, 1), 1, (2, 3, (1, 1))),
        ((30,), 6, (1, 1, (7, 30))),
        ((2, 3), 3, (2, 2, (2, 3))),
        ((1,), 0, (1, 1, (1, 1))),
    ],
)
def test_a_frame_is_told_by_its_image_and_its_place_in_it(
    lengths: tuple[int, ...], index: int, place: tuple[int, int, tuple[int, int]]
) -> None:
    assert counted_place(frames(*lengths), index) == place


def test_the_strip_says_kinds_in_words_and_counts_images_and_frames() -> None:
    things = [ct_slice(number) for number in (1, 2, 3)]
    sets = build_display_sets([StudyObject(Drawn(said.sop_instance_uid or ""), said) for said in (*things, clip(30))])
    assert sorted(detail(item, str, counted) for item in sets) == ["CT · 3 images", "Ultrasound · 1 image · 30 frames"]


def test_of_what_was_not_read_yet_images_and_others_are_told_apart() -> None:
    three = tuple(Drawn(name) for name in "abc")
    mixed = KnownSeries("k", three, modality="US", images=2)
    assert detail(mixed, str, counted) == "Ultrasound · 2 images · 1 file"
    assert mixed.has_pictures
    paper = KnownSeries("k", three[:1], modality="US", images=0)
    assert (detail(paper, str, counted), title(paper, str), icon(paper)) == (
        "Ultrasound · 1 file",
        "Other file",
        "info",
    )


def test_what_could_not_be_read_is_not_called_another_kind_of_file() -> None:
    (lost,) = build_display_sets([unread(Drawn(name)) for name in "abc"])
    assert (title(lost, str), detail(lost, str, counted)) == ("Could not be read", "3 files")
