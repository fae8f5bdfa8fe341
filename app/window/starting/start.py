"""From nothing to a shown window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication

from app.settings import SettingsStore
from app.window.appearance.languages import English
from app.window.appearance.style import Style
from app.window.shell.frame import Frame
from app.window.shell.main_window import MainWindow

if TYPE_CHECKING:
    from app.window.places.first_start.page import FirstStart


def make_application(arguments: list[str]) -> QApplication:
    """Make the one QApplication with the program's name and its way of counting."""
    there = QCoreApplication.instance()
    application = there if isinstance(there, QApplication) else QApplication(arguments)
    application.setApplicationName("Scanshelf")
    application.setApplicationDisplayName("Scanshelf")
    application.setDesktopFileName("scanshelf")
    application.setStyle("Fusion")
    application.installTranslator(English(application))
    return application


def make_frame(application: QApplication, settings_folder: Path) -> Frame:
    """Make the window without its panels."""
    store = SettingsStore(settings_folder, beside=True)
    style = Style(application, store.settings.appearance, store.settings.text_size)
    return Frame(application, style, store, MainWindow(style, store))


def welcome(frame: Frame, library_folder: Path) -> FirstStart | None:
    """Show the first start once, until "Start" is pressed."""
    if frame.store.settings.welcomed:
        return None
    from app.window.places.first_start.page import FirstStart

    page = FirstStart(frame.style, str(library_folder))
    page.started.connect(frame.window.uncover)
    page.started.connect(lambda: frame.store.change(welcomed=True))
    frame.window.cover(page)
    return page
