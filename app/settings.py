"""What the window remembers: one small versioned JSON file, written whole or not at all."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from core.files.whole import write_whole

VERSION = 1
TEXT_SIZES = (100, 115, 130, 150, 175, 200)
UPLOAD_LIMIT_MOST = 10_000_000
APPEARANCES = ("system", "light", "dark", "contrast")


@dataclass(frozen=True, slots=True)
class Settings:
    """The person's choices and where they left the window."""

    welcomed: bool = False
    appearance: str = "system"
    text_size: int = 100
    look_at_discs: bool = True
    library_folder: str | None = None
    window: str = ""
    place: str = "discs"
    columns: dict[str, int] = field(default_factory=dict)
    last_folder: str = ""
    shelf_order: str = "name"  # as `library.ui.entries.Order` writes it
    upload_limit: int = 0  # KB (1,000 bytes) a second that sending may use; 0 is no limit


class SettingsStore:
    """Read the settings once, write them at each change; `set_aside` names a broken file that was kept.

    With `beside` they are written in a thread of their own, which the window does not wait for: a slow disk takes a
    second for it. Python does not end before that thread has, and `flush` waits for it.
    """

    def __init__(self, folder: Path, *, beside: bool = False) -> None:
        self.folder = folder
        self._beside = beside
        self._lock = threading.Lock()
        self._due = False
        self._writer: threading.Thread | None = None
        self._path = folder / "settings.json"
        self.set_aside: Path | None = None
        self.unsaved: OSError | None = None
        self.settings = self._read()

    def change(self, **values: Any) -> Settings:
        """Change some settings and keep them; a disk that refuses leaves them for this run only (`unsaved`)."""
        changed = replace(self.settings, **values)
        if changed != self.settings:
            self.settings = changed
            if self._beside:
                self._write_beside()
            else:
                self._write()
        return self.settings

    def flush(self) -> None:
        """Wait until all that was changed is kept."""
        writer = self._writer
        if writer is not None:
            writer.join()

    def _read(self) -> Settings:
        try:
            return read_settings(self._path)
        except FileNotFoundError:
            return Settings()
        except (OSError, ValueError, TypeError, RecursionError):
            return self._start_afresh()

    def _start_afresh(self) -> Settings:
        aside = self._path.with_name("settings.broken.json")
        try:
            self._path.replace(aside)
            self.set_aside = aside
        except OSError as trouble:
            self.unsaved = trouble
        return Settings()

    def _write_beside(self) -> None:
        with self._lock:
            self._due = True
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_while_due, name="settings")
                self._writer.start()

    def _write_while_due(self) -> None:
        while self._take_due():
            self._write()

    def _take_due(self) -> bool:
        with self._lock:
            due, self._due = self._due, False
            if not due:
                self._writer = None
            return due

    def _write(self) -> None:
        document = {"version": VERSION, **asdict(self.settings)}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
            self.unsaved = None
        except OSError as trouble:
            self.unsaved = trouble


def read_settings(path: Path) -> Settings:
    """Read a settings file; raises `OSError`, `ValueError` or `TypeError` for one that cannot be read."""
    return _from_json(json.loads(path.read_text(encoding="utf-8")))


def _from_json(document: Any) -> Settings:
    """Take what is understood from any version; raises `ValueError` for what cannot be settings."""
    if not isinstance(document, dict) or not isinstance(document.get("version"), int):
        raise ValueError("not settings")  # noqa: TRY004
    defaults = Settings()
    folder = document.get("library_folder")
    if folder is not None and not isinstance(folder, str):
        raise ValueError("library_folder")  # where the images are is never guessed silently
    known = {f.name: document[f.name] for f in fields(Settings) if f.name in document}
    fitting = {name: value for name, value in known.items() if _is_like(value, getattr(defaults, name))}
    return _in_bounds(Settings(**fitting))


def _is_like(value: Any, default: Any) -> bool:
    if default is None:
        return value is None or isinstance(value, str)
    return isinstance(value, type(default)) and isinstance(value, bool) == isinstance(default, bool)


def _in_bounds(settings: Settings) -> Settings:
    """Mend one value at a time; the others stay the person's."""
    columns = {k: v for k, v in settings.columns.items() if type(v) is int and 20 <= v <= 4000}
    size = min(TEXT_SIZES, key=lambda offered: abs(offered - settings.text_size))
    appearance = settings.appearance if settings.appearance in APPEARANCES else "system"
    folder = settings.library_folder or None
    limit = min(max(settings.upload_limit, 0), UPLOAD_LIMIT_MOST)
    return replace(
        settings, columns=columns, text_size=size, appearance=appearance, library_folder=folder, upload_limit=limit
    )
