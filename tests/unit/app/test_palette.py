"""The colours can be read: text at 4.5:1, edges of controls at 3:1, and 7:1 where high contrast was asked for."""

from __future__ import annotations

import pytest

from app.window.appearance.palette import DARK, HIGH_CONTRAST_DARK, HIGH_CONTRAST_LIGHT, LIGHT, Palette, contrast

PALETTES = {"light": LIGHT, "dark": DARK, "high light": HIGH_CONTRAST_LIGHT, "high dark": HIGH_CONTRAST_DARK}
TEXT = [
    *((ink, ground) for ink in ("ink", "muted", "accent", "loss", "amber", "good") for ground in ("window", "surface")),
    *(("ink", ground) for ground in ("rail", "field", "hover", "accent_soft", "amber_soft", "loss_soft", "good_soft")),
    *(("muted", ground) for ground in ("rail", "field", "hover", "window")),
    ("accent", "hover"),
    ("accent_ink", "accent_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
    ("amber", "amber_soft"),
    ("loss", "loss_soft"),
    ("good", "good_soft"),
]


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("pair", TEXT, ids=lambda pair: f"{pair[0]} on {pair[1]}")
def test_text_can_be_read(name: str, pair: tuple[str, str]) -> None:
    palette = PALETTES[name]
    assert contrast(colour(palette, pair[0]), colour(palette, pair[1])) >= 4.5


@pytest.mark.parametrize("name", PALETTES)
@pytest.mark.parametrize("ground", ["window", "surface", "field"])
def test_edges_of_controls_and_the_focus_can_be_seen(name: str, ground: str) -> None:
    palette = PALETTES[name]
    for edge in ("edge", "accent"):
        assert contrast(colour(palette, edge), colour(palette, ground)) >= 3


@pytest.mark.parametrize("palette", [HIGH_CONTRAST_LIGHT, HIGH_CONTRAST_DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "muted", "accent", "loss", "amber", "good"])
def test_high_contrast_is_high(palette: Palette, ink: str) -> None:
    assert contrast(colour(palette, ink), palette.window) >= 7


def test_contrast_is_that_of_the_web_guidelines() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_accent_is_the_one_of_the_design() -> None:
    assert (LIGHT.accent, DARK.accent) == ("#0F766E", "#5EEAD4")


def colour(palette: Palette, name: str) -> str:
    return palette.colours()[name]
