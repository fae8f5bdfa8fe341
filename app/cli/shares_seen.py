"""Lets the shelf know what is shared, where there is a shelf that can be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress

from app.build import open_library
from app.places import library_folder
from core.errors import LibraryError
from portal.wire import Share


def note_shares(chosen_library: str | None, portal: str, shares: Iterable[Share]) -> None:
    """Note how many shares live of each study; a shelf that is absent or in use is left as it is."""
    lives = {"active", "viewed"}
    counts = Counter(str(uid) for share in shares if share.status in lives for uid in share.studies)
    folder = library_folder(chosen_library)
    if not folder.is_dir():
        return
    with suppress(LibraryError):
        library = open_library(folder)
        try:
            library.note_shares(portal, counts)
        finally:
            library.close()
