"""The system's dialogs for folders and files; each answers later, so that the window goes on living."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget

Chosen = Callable[[str], None]


def ask_paths(parent: QWidget, title: str, start: str, *, folder: bool, chosen: Callable[[list[str]], None]) -> None:
    """Ask for one folder, or for one or more files."""
    dialog = QFileDialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory if folder else QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(chosen)
    _open(dialog)


def ask_folder(parent: QWidget, title: str, start: str, chosen: Chosen) -> None:
    """Ask for a folder, which may be a new one."""
    dialog = QFileDialog(parent, title, start)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(chosen)
    _open(dialog)


def ask_save(parent: QWidget, title: str, start: str, suffix: str, chosen: Chosen) -> None:
    """Ask where to save a file; the dialog asks before one is replaced."""
    dialog = QFileDialog(parent, title, start)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(suffix)
    dialog.fileSelected.connect(chosen)
    _open(dialog)


def _open(dialog: QFileDialog) -> None:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
