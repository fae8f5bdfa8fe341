"""In every style what is written can be read, and what is shown by colour can be seen (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QImage
from PySide6.QtWidgets import QApplication

from app.window.appearance.icons import Icons
from app.window.appearance.palette import DARK, HIGH_CONTRAST_DARK, HIGH_CONTRAST_LIGHT, LIGHT, Palette, contrast
from resources import resource

STYLES = {"light": LIGHT, "dark": DARK, "contrast": HIGH_CONTRAST_LIGHT, "contrast, dark": HIGH_CONTRAST_DARK}
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
GROUND, INK = re.compile(r"background: \$(\w+)"), re.compile(r"(?<![-\w])color: \$(\w+)")
THUMBNAIL = "#0B0E0E"


def written() -> Iterator[tuple[str, str, str]]:
    """Give each rule of the style sheet that says both what is written and what on."""
    for selector, body in RULE.findall(resource("style", "style.qss").read_text(encoding="utf-8")):
        ground, ink = GROUND.search(body), INK.search(body)
        if ground and ink:
            yield selector.strip(), ink[1], ground[1]


@pytest.mark.parametrize("style", STYLES)
def test_what_a_rule_writes_can_be_read(style: str) -> None:
    colours = STYLES[style].colours()
    found = [(rule, contrast(colours[ink], colours[ground])) for rule, ink, ground in written()]
    assert len(found) > 10
    assert [(rule, ratio) for rule, ratio in found if ratio < 4.5] == []


@pytest.mark.parametrize("style", STYLES)
def test_how_far_a_job_is_can_be_seen(style: str) -> None:
    assert contrast(STYLES[style].accent, STYLES[style].track) >= 3


@pytest.mark.parametrize("style", ["contrast", "contrast, dark"])
def test_in_high_contrast_what_is_chosen_stands_out_from_what_is_not(style: str) -> None:
    assert contrast(STYLES[style].accent_soft, STYLES[style].surface) >= 3


@pytest.mark.parametrize("style", STYLES)
def test_the_mark_where_a_picture_will_be_can_be_seen(style: str) -> None:
    assert f'"thumbnail"] {{ background: {THUMBNAIL};' in resource("style", "style.qss").read_text(encoding="utf-8")
    assert contrast(STYLES[style].on_picture, THUMBNAIL) >= 3


@pytest.mark.parametrize("style", STYLES)
def test_an_icon_on_a_button_that_is_off_is_as_dark_as_its_word(style: str, qapp: QApplication) -> None:
    palette: Palette = STYLES[style]
    shown = Icons(palette)("square", "on_accent").pixmap(96, 96, QIcon.Mode.Disabled).toImage()
    assert {shown.pixelColor(x, 48).name() for x in range(96) if shown.pixelColor(x, 48).alpha() == 255} == {
        palette.muted.lower()
    }


def test_an_arrow_points_the_way_one_reads(qapp: QApplication) -> None:
    def drawn(name: str) -> QImage:
        return Icons(LIGHT)(name).pixmap(96, 96).toImage()

    names = ("arrow-left", "log-in", "log-out", "copy")
    before = {name: drawn(name) for name in names}
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        turned = {
            name for name in names if drawn(name) == before[name].flipped(Qt.Orientation.Horizontal) != before[name]
        }
    finally:
        qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    assert turned == {"arrow-left", "log-in", "log-out"}
