"""A column that remembers how high it is: in a long list each part that comes would have all others measured anew."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget


class SteadyColumn(QVBoxLayout):
    """Asks its parts for their height once for each width, until one of them changes.

    A scroll area asks for two widths, with and without its bar, and Qt's own column remembers one.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self._heights: dict[tuple[str, int], int] = {}
        super().__init__(parent)  # type: ignore[arg-type]

    def invalidate(self) -> None:
        """Forget the heights: a part changed (Qt calls this)."""
        self._heights = {}
        super().invalidate()

    def heightForWidth(self, width: int) -> int:
        """Give the height at this width."""
        return self._remembered("height", width, super().heightForWidth)

    def minimumHeightForWidth(self, width: int) -> int:
        """Give the least height at this width."""
        return self._remembered("least", width, super().minimumHeightForWidth)

    def _remembered(self, kind: str, width: int, measure: Callable[[int], int]) -> int:
        if (kind, width) not in self._heights:
            self._heights[kind, width] = measure(width)
        return self._heights[kind, width]
