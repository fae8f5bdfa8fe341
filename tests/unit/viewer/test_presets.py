from itertools import pairwise

import pytest

from dicom.description import Window
from dicom.showing.windows.presets import CT_PRESETS, presets_for
from viewer.viewport.window_dragging import dragged


def test_presets_have_the_numbers_of_the_textbook() -> None:
    assert {preset.name: (preset.width, preset.level) for preset in CT_PRESETS} == {
        "Brain": (80, 40),
        "Soft tissue": (400, 40),
        "Abdomen": (350, 50),
        "Liver": (150, 90),
        "Lung": (1500, -500),
        "Bone": (2000, 350),
        "Vessels": (380, 120),
    }


def test_a_preset_is_a_window_with_its_level_as_centre() -> None:
    window = CT_PRESETS[0].window()
    assert (window.center, window.width, window.function) == (40, 80, "LINEAR")


def test_only_hounsfield_units_have_presets() -> None:
    assert presets_for("HU") == CT_PRESETS
    assert presets_for("US") == presets_for("") == ()


def test_dragging_right_widens_and_up_brightens() -> None:
    window = Window(40, 400)
    assert dragged(window, 50, 0).width > 400
    assert dragged(window, -50, 0).width < 400
    assert dragged(window, 0, 50).center < 40
    assert dragged(window, 0, 0) == window


def test_dragging_there_and_back_ends_where_it_began() -> None:
    there = dragged(Window(40, 400), 120, 0)
    assert dragged(there, -120, 0).width == pytest.approx(400)


def test_a_window_of_whole_numbers_never_gets_narrower_than_one() -> None:
    assert dragged(Window(40, 2), -5000, 0) == Window(40, 1)


def test_a_window_of_fractions_may_be_narrower_than_one_and_is_then_exact() -> None:
    window = dragged(Window(0.5, 1.0), -250, 0, finest=1e-6)
    assert window.width == pytest.approx(0.3679, abs=1e-3)
    assert window.function == "LINEAR_EXACT"


@pytest.mark.parametrize("span", [4000.0, 0.004, 50_000.0])
def test_one_drag_across_a_viewport_leads_from_the_narrowest_window_to_a_usable_one_and_back(span: float) -> None:
    finest = min(1.0, span / 4000)
    narrow = Window(40, finest, "LINEAR_EXACT")
    wide = dragged(narrow, 800, 0, finest=finest, span=span)
    assert span / 10 < wide.width < span
    assert dragged(wide, -800, 0, finest=finest, span=span).width == pytest.approx(finest, rel=1e-6)
    assert dragged(narrow, 0, 100, finest=finest, span=span).center == pytest.approx(40 - span / 125)


def test_steps_stay_fine_where_the_values_span_little() -> None:
    one = dragged(Window(0.5, 0.02, "LINEAR_EXACT"), 1, 1, finest=1e-6, span=1.0)
    assert one.width == pytest.approx(0.02, abs=1e-4)
    assert one.center == pytest.approx(0.5, abs=1e-4)
    assert dragged(Window(40, 400), 30, 9, span=4000) == dragged(Window(40, 400), 30, 9)


def test_a_window_widens_evenly_through_the_place_where_its_steps_change() -> None:
    widths = [dragged(Window(0, 1), right, 0, span=4000).width for right in range(0, 600, 5)]
    steps = [after - before for before, after in pairwise(widths)]
    assert all(0 < before <= after + 1e-9 < before * 1.05 for before, after in pairwise(steps))
