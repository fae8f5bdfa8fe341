"""How much of the line sending may use: kept with the settings, or said for one run."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.places import settings_folder
from app.settings import UPLOAD_LIMIT_MOST, SettingsStore, read_settings
from core.errors import PortalError

if TYPE_CHECKING:
    from portal.client.upload.pace import Bandwidth


def kilobytes(text: str) -> int:
    """Read KB a second, 0 for no limit, from what was typed; for argparse."""
    if text.lower() in {"off", "none"}:
        return 0
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= UPLOAD_LIMIT_MOST):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of kilobytes a second nor “off”")
    return int(text)


def kept_limit() -> int:
    """Give the kept limit in KB a second, 0 for none."""
    try:
        return read_settings(settings_folder() / "settings.json").upload_limit
    except (OSError, ValueError, TypeError, RecursionError):  # settings nobody can read limit nothing
        return 0


def keep_limit(limit: int) -> None:
    """Keep a limit for whatever is sent from now on; raises `PortalError` where the disk refuses."""
    store = SettingsStore(settings_folder())
    store.change(upload_limit=limit)
    if store.unsaved is not None:
        raise PortalError("settings-not-kept")


class Limit:
    """The limit of one run; a kept one may be changed by another command while this one sends."""

    def __init__(self, said: int | None) -> None:
        from app.actions.sending import bandwidth_of

        self._said = said
        self.bandwidth: Bandwidth = bandwidth_of(kept_limit() if said is None else said)

    def look(self) -> None:
        """Go by what is kept now."""
        if self._said is None:
            self.bandwidth.allow(kept_limit() * 1000 or None)


def limit_words(limit: int) -> str:
    """Say what is kept."""
    return f"Sending uses at most {limit:,} KB a second." if limit else "Sending goes as fast as it can."
