"""Every state of the window at every text size: nothing cut off, everything named."""

from __future__ import annotations

import gc
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from app.window.style import Style

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


def cut_off(widget: QWidget) -> list[str]:
    """Name visible buttons and lines of text that get less room than they need."""
    buttons = [
        f"button {made.text()!r}: {made.width()} of {made.sizeHint().width()}"
        for made in widget.findChildren(QAbstractButton)
        if made.isVisible() and made.text() and made.width() < made.sizeHint().width()
    ]
    labels = [
        f"label {label.text()!r}: {label.height()} of {label.heightForWidth(label.width())}"
        for label in widget.findChildren(QLabel)
        if label.isVisible() and label.text() and label.height() < label.heightForWidth(label.width())
    ]
    return buttons + labels


def nameless(widget: QWidget) -> list[str]:
    """Name visible controls that say nothing to a screen reader."""
    kinds = (QAbstractButton, QLineEdit)
    return [
        f"{type(made).__name__} in {type(made.parentWidget()).__name__}"
        for kind in kinds
        for made in widget.findChildren(kind)
        if made.isVisible()
        and made.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not (made.accessibleName() or getattr(made, "text", str)())
        and made.objectName() != "qt_spinbox_lineedit"
    ]


@pytest.mark.parametrize("look", ["light", "dark", "large", "contrast"])
def test_no_screen_cuts_off_text_or_leaves_a_control_without_a_name(
    screens: ModuleType, look: str, tmp_path: Path, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: dict[str, list[str]] = {}

    def look_at(made: object, name: str, widget: QWidget | None = None) -> None:
        for _ in range(3):
            qapp.processEvents()
        shown = widget or made.window  # type: ignore[attr-defined]
        found[name] = cut_off(shown) + nameless(shown)

    monkeypatch.setenv("SCANSHELF_STYLE", look)
    monkeypatch.setattr(screens.Screens, "draw", look_at)
    screens.Screens(qapp, tmp_path, look).all()
    assert len(found) == 45
    assert {name: trouble for name, trouble in found.items() if trouble} == {}


def test_another_text_size_is_taken_also_after_tidying_up(style: Style, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCANSHELF_STYLE")  # so that the system is asked what it wants
    gc.collect()
    style.choose("system", 200)
    assert style.scaled(100) == 200
    style.choose("light", 100)
