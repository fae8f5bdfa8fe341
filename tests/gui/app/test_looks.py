"""Every state of the window at every text size: nothing cut off, everything named."""

from __future__ import annotations

import gc
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from app.window.appearance.style import Style
from tests.gui.layout_faults import faults, outlived_parts

SCREENS = Path(__file__).resolve().parents[1] / "screens.py"


@pytest.fixture(scope="module")
def screens() -> ModuleType:
    spec = importlib.util.spec_from_file_location("screens_of_scanshelf", SCREENS)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def quiet(qapp: QApplication) -> Iterator[None]:
    """Tidy up only where Qt is not in the middle of deleting, as the program does."""
    gc.disable()
    yield
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.enable()


@pytest.mark.sweep(keep=3)
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize(
    "look, more",  # dark is as wide and as high as light
    [
        ("light", False), ("mirrored", False), ("contrast", True), ("small", True), ("small-large", True),
        ("small-large-mirrored", True), ("laptop-large", True),
    ],
)  # fmt: skip
def test_no_screen_cuts_off_text_or_leaves_a_control_without_a_name(
    screens: ModuleType, look: str, more: bool, tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[str, list[str]] = {}

    def look_at(made: object, name: str, widget: QWidget | None = None) -> None:
        for _ in range(3):
            qapp.processEvents()
        shown = widget or made.window  # type: ignore[attr-defined]
        if isinstance(shown, QMenu):  # Qt makes an open one as high as all its entries where one of them has changed
            shown.popup(shown.pos())
        found[name] = [*faults(shown), *outlived_parts()]
        screen = shown.screen().availableGeometry()
        if shown is not made.window and screen.size().expandedTo(shown.size()) != screen.size():  # type: ignore[attr-defined]
            found[name].append(f"a dialog of {shown.width()} × {shown.height()} has no room on the screen")
        if shown is made.window and (shown.width(), shown.height()) != made.dress.size:  # type: ignore[attr-defined]
            found[name].append(f"the window grew to {shown.width()} × {shown.height()}")

    monkeypatch.setenv("SCANSHELF_STYLE", look)
    monkeypatch.setattr(screens.Screens, "draw", look_at)
    screens.Screens(qapp, tmp_path, look).all(more=more)
    assert len(found) >= (84 if more else 54)
    assert {name: trouble for name, trouble in found.items() if trouble} == {}


@pytest.mark.long
def test_another_text_size_is_taken_also_after_tidying_up(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCANSHELF_STYLE")  # so that the system is asked what it wants
    gc.collect()
    style.choose("system", 200)
    assert style.scaled(100) == 200
    style.choose("light", 100)
