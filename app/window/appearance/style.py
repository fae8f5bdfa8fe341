"""The look: palette, font and style sheet, following the system unless the person or a test says otherwise."""

from __future__ import annotations

import os
import re
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from app.window.appearance.icons import Icons
from app.window.appearance.palette import DARK, HIGH_CONTRAST_DARK, HIGH_CONTRAST_LIGHT, LIGHT, Palette
from resources import resource

FONT_SIZES = {"small": 13, "body": 15, "title": 20, "display": 28}
FORCED = "SCANSHELF_STYLE"


class Style(QObject):
    """Dress the application and tell when the dress changed."""

    changed = Signal()

    def __init__(self, application: QApplication, appearance: str = "system", text_size: int = 100) -> None:
        super().__init__(application)
        self._application = application
        self._appearance = appearance
        self._text_size = text_size
        self.palette = LIGHT
        self.icons = Icons(LIGHT)
        self.dark_icons = Icons(DARK)
        self._hints = application.styleHints()  # both are kept: PySide lets the second die with the first one's wrapper
        self._accessibility = self._hints.accessibility()
        self._hints.colorSchemeChanged.connect(self._system_changed)
        self._accessibility.contrastPreferenceChanged.connect(self._system_changed)
        self.apply()

    def choose(self, appearance: str, text_size: int) -> None:
        """Take the person's choice of look and text size (per cent)."""
        self._appearance, self._text_size = appearance, text_size
        self.apply()

    @property
    def text_size(self) -> int:
        """The text size in per cent."""
        return self._text_size

    def scaled(self, pixels: int) -> int:
        """Give a length scaled by the text size."""
        return round(pixels * self._text_size / 100)

    def apply(self) -> None:
        """Dress the application anew."""
        self.palette = self._chosen_palette()
        self.icons = Icons(self.palette)
        font = QFont(self._application.font())
        font.setPixelSize(self.scaled(FONT_SIZES["small"]))
        self._application.setFont(font)
        self._application.setPalette(qt_palette(self.palette))
        sheet = self._sheet()
        if sheet != self._application.styleSheet():  # Qt would polish every widget once more
            self._application.setStyleSheet(sheet)
        self.changed.emit()

    def _system_changed(self) -> None:
        if self._chosen_palette() != self.palette:
            self.apply()

    def _chosen_palette(self) -> Palette:
        forced = os.environ.get(FORCED) or self._appearance
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        if forced in {"light", "dark"}:
            return DARK if forced == "dark" else LIGHT
        if forced == "contrast" or self._system_wants_contrast():
            return HIGH_CONTRAST_DARK if dark else HIGH_CONTRAST_LIGHT
        return DARK if dark else LIGHT

    def _system_wants_contrast(self) -> bool:
        return self._accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast

    def _sheet(self) -> str:
        template = resource("style", "style.qss").read_text(encoding="utf-8")
        names = {f"p{n}": f"{self.scaled(n)}px" for n in map(int, re.findall(r"\$p(\d+)", template))}
        names["round"] = (
            f"{(self.scaled(20) + 4) // 2}px"  # half of a radio button with its border: more makes it square
        )
        fonts = {name: f"{self.scaled(size)}px" for name, size in FONT_SIZES.items()}
        named = {"arrow_down": "arrow", "tick": "tick"}
        drawings = {name: self._drawing(file) for name, file in named.items()}
        return Template(template).substitute(self.palette.colours(), **names, **fonts, **drawings)

    def _drawing(self, name: str) -> str:
        kind = "dark" if self.palette.dark else "light"
        return resource("style", f"{name}-{kind}.svg").as_posix()


def qt_palette(colours: Palette) -> QPalette:
    """Give the same colours as Qt's palette, for what the style sheet does not reach."""
    made = QPalette()
    roles = QPalette.ColorRole
    for role, colour in {
        roles.Window: colours.window,
        roles.WindowText: colours.ink,
        roles.Base: colours.field,
        roles.AlternateBase: colours.surface,
        roles.Text: colours.ink,
        roles.Button: colours.surface,
        roles.ButtonText: colours.ink,
        roles.ToolTipBase: colours.surface,
        roles.ToolTipText: colours.ink,
        roles.PlaceholderText: colours.muted,
        roles.Highlight: colours.accent,
        roles.HighlightedText: colours.on_accent,
        roles.Accent: colours.accent,
        roles.Link: colours.accent,
        roles.LinkVisited: colours.accent,
    }.items():
        made.setColor(role, QColor(colour))
    for role in (roles.Text, roles.ButtonText, roles.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.muted))
    return made
