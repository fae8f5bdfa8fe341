"""Where things are kept on this computer."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def library_folder(chosen: str | None = None) -> Path:
    """Return the shelf's folder: the one asked for, else `SCANSHELF_LIBRARY`, the one set in the window, the usual."""
    named = chosen or os.environ.get("SCANSHELF_LIBRARY") or _set_in_the_window()
    if named:
        return Path(named).expanduser().absolute()
    return Path(platformdirs.user_data_dir("Scanshelf", appauthor=False)) / "shelf"


def _set_in_the_window() -> str | None:
    from app.settings import read_settings

    try:
        return read_settings(settings_folder() / "settings.json").library_folder
    except (OSError, ValueError, TypeError):
        return None


def settings_folder() -> Path:
    """Return the folder of settings and logs: `SCANSHELF_CONFIG_DIR`, else the person's own."""
    named = os.environ.get("SCANSHELF_CONFIG_DIR")
    if named:
        return Path(named).expanduser().absolute()
    return Path(platformdirs.user_config_dir("Scanshelf", appauthor=False))


def names_a_place(word: str) -> bool:
    """Tell whether a word is meant as a folder or file, there or not; any other is a UID of the shelf."""
    return "/" in word or os.sep in word or Path(word).exists()


def is_letter(word: str) -> bool:
    """Tell whether a word is the link of a portal or of its letter."""
    return word.startswith(("https://", "http://"))
