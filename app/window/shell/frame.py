"""The window with what belongs to it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QApplication

from app.settings import SettingsStore
from app.window.appearance.style import Style
from app.window.shell.main_window import MainWindow


@dataclass(slots=True)
class Frame:
    """What every part of the shell is handed."""

    application: QApplication
    style: Style
    store: SettingsStore
    window: MainWindow
