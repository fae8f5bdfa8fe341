import pytest

from dicom.description import ObjectDescription
from viewer.viewport.cine import Cine, natural_rate


def everything(index: int) -> bool:
    return True


def played(cine: Cine, seconds: float, tick: float = 0.005, start: float = 0.0) -> list[int]:
    found = []
    for step in range(round(seconds / tick)):
        index = cine.advance(start + step * tick, everything)
        if index is not None:
            found.append(index)
    return found


def test_the_rate_is_the_recommended_one_else_from_the_frame_time_else_calm() -> None:
    assert natural_rate(ObjectDescription("image", recommended_display_frame_rate=25, frame_time_ms=100)) == 25
    assert natural_rate(ObjectDescription("image", frame_time_ms=100)) == 10
    assert natural_rate(ObjectDescription("image")) == 10
    assert natural_rate(ObjectDescription("video")) == 15
    assert natural_rate(ObjectDescription("image", frame_time_ms=0.001)) == 120
    assert natural_rate(ObjectDescription("image", frame_time_ms=-5)) == 10


def test_it_goes_round_at_its_rate() -> None:
    cine = Cine(5, 0, 20, 0.0)
    assert played(cine, 0.52) == [1, 2, 3, 4, 0, 1, 2, 3, 4, 0]
    assert cine.dropped == 0


def test_sweeping_goes_there_and_back() -> None:
    cine = Cine(4, 0, 20, 0.0, sweep=True)
    assert played(cine, 0.42) == [1, 2, 3, 2, 1, 0, 1, 2]


def test_frames_that_come_too_late_are_left_out_and_counted() -> None:
    cine = Cine(100, 0, 50, 0.0)
    shown = played(cine, 1.0, tick=0.06)
    assert cine.dropped > 20
    assert len(shown) + cine.dropped == pytest.approx(50, abs=4)
    measured = cine.measured_rate(1.0)
    assert measured is not None
    assert measured < 20


def test_it_waits_for_frames_that_are_not_there_and_goes_on_without_a_jump() -> None:
    cine = Cine(10, 0, 20, 0.0)
    assert cine.advance(0.06, lambda index: False) is None
    assert cine.advance(1.0, lambda index: False) is None
    assert cine.advance(1.051, everything) in (1, 2)
    assert cine.dropped <= 1


def test_a_single_image_stands_still() -> None:
    assert played(Cine(1, 0, 20, 0.0), 1.0) == []


def test_speed_stays_within_reason() -> None:
    cine = Cine(5, 0, 100, 0.0)
    for _ in range(9):
        cine.faster()
    assert cine.rate == 120
    for _ in range(50):
        cine.slower()
    assert cine.rate == 1
