"""Every name of a kind of images is marked for translation, and the shelf and the viewer have the same one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from app.window.appearance.formats import kind_words
from core.ui.kind_words import MARKED, kind_said
from dicom.kind_names import KINDS, kind_name


class German(QTranslator):
    """Translates the kinds alone."""

    def isEmpty(self) -> bool:
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"<{source}>" if context == "Kinds" else ""


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    translator = German(qapp)
    qapp.installTranslator(translator)
    yield
    qapp.removeTranslator(translator)


def test_every_kind_is_marked_and_nothing_else() -> None:
    assert sorted(set(KINDS.values())) == sorted(map(str, MARKED))


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize("modality", KINDS)
def test_the_shelf_and_the_viewer_say_it_in_the_persons_language(modality: str) -> None:
    assert kind_words((modality,)) == kind_said(kind_name(modality)) == f"<{KINDS[modality]}>"
