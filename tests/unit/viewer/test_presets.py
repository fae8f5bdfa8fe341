import pytest

from dicom.description import Window
from dicom.showing.windows.presets import CT_PRESETS, presets_for
from viewer.tools.dragging import dragged


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
