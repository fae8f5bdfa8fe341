"""The system's own dialogs for folders and files, and what is done with what was chosen there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.window.appearance.file_dialogs import ask_folder, ask_paths, ask_save
from app.window.shell.frame import Frame

if TYPE_CHECKING:
    from app.window.places.first_start.page import FirstStart
    from app.window.shell.notices import Notices


class Choosing(QObject):
    """Asks where images are, where the shelf is and where a receipt goes; remembers the answers."""

    paths_chosen = Signal(list)

    def __init__(self, frame: Frame, library_folder: Path, notices: Notices) -> None:
        super().__init__()
        self._frame, self._window, self._store, self._notices = frame, frame.window, frame.store, notices
        self.library_folder = library_folder

    def choose_folder(self) -> None:
        """Ask for a folder to look at."""
        title = self.tr("Choose the folder or disc with the images")
        ask_paths(self._window, title, self._last_folder(), folder=True, chosen=self._path_chosen)

    def choose_file(self) -> None:
        """Ask for an ISO, a ZIP, a DICOMDIR or single files to look at."""
        title = self.tr("Choose an ISO, a ZIP or an image file")
        ask_paths(self._window, title, self._last_folder(), folder=False, chosen=self._path_chosen)

    def choose_first_shelf(self, page: FirstStart) -> None:
        """Ask where the shelf shall be, before anything is opened."""

        def chosen(folder: str) -> None:
            self.library_folder = Path(folder)
            self._store.change(library_folder=folder)
            page.show_folder(folder)

        self._ask_folder(self.tr("Where shall your shelf be kept?"), chosen)

    def choose_shelf(self, show: Callable[[str], None]) -> None:
        """Ask which folder shall be the shelf from the next start on."""

        def chosen(folder: str) -> None:
            self._store.change(library_folder=folder)
            show(folder)

        self._ask_folder(self.tr("Which folder shall be your shelf?"), chosen)

    def save_receipt(self, document: str) -> None:
        """Ask where a receipt is kept, and write it there."""
        from core.files.whole import write_whole

        def chosen(path: str) -> None:
            try:
                write_whole(Path(path), document + "\n")
            except OSError:
                self._notices.tell_code("not-saved", "loss")

        ask_save(self._window, self.tr("Save the receipt"), str(Path.home() / "receipt.json"), "json", chosen)

    def _ask_folder(self, title: str, chosen: Callable[[str], None]) -> None:
        ask_folder(self._window, title, str(self.library_folder.parent), chosen)

    def _last_folder(self) -> str:
        return self._store.settings.last_folder or str(Path.home())

    def _path_chosen(self, paths: list[str]) -> None:
        self._store.change(last_folder=str(Path(paths[0]).parent))
        self.paths_chosen.emit(paths)
