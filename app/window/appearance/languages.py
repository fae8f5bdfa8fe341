"""English for the window's texts with a number in them; other languages bring Qt translation files."""

from __future__ import annotations

from PySide6.QtCore import QTranslator

from app.words.english_numbers import counted


class English(QTranslator):
    """A translator that knows only how English counts."""

    def isEmpty(self) -> bool:
        """Say that there is something to ask for."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Give the counted form; a text without a number is itself (an empty answer would be shown as it is)."""
        del context, disambiguation
        return counted(source, n) if n >= 0 else source
