"""Every widget of a test counts as people do and wears the style sheet."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication

from app.window.look.plural import English
from app.window.look.style import Style


@pytest.fixture(autouse=True)
def counting(qapp: QApplication) -> Iterator[None]:
    """Let "%n image(s)" become "1 image"."""
    translator = English(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


@pytest.fixture
def style(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[Style]:
    """The style sheet, light. It stays on: taken off and put on again, Qt polishes widgets that are gone."""
    monkeypatch.setenv("SCANSHELF_STYLE", "light")
    made = Style(qapp)
    yield made
    made.deleteLater()


@pytest.fixture
def locale(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    """Speak and sort as a country does, named by the test's parameter."""
    before = QLocale()
    QLocale.setDefault(QLocale(request.param))
    yield request.param
    QLocale.setDefault(before)
