"""Asks before something in the bin is deleted for good; the way back has the focus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.window.places.shelf import bin_words as say
from core.ui.confirm import Confirm

if TYPE_CHECKING:
    from library.index.rows import BinEntry


class PurgeQuestion(Confirm):
    """Names what and how much, and says of what nothing tells that it is anywhere else."""

    def __init__(self, entries: Sequence[BinEntry], window: QWidget) -> None:
        title, sentences = say.purge_title(entries), say.purge_sentences(entries)
        super().__init__(title, sentences, say.words("Delete for good"), "danger", window)
        self.no.setText(say.words("Keep in the bin"))
        self.no.setAccessibleName(say.words("Keep in the bin"))
        self.yes.setAccessibleDescription(" ".join((title, *sentences)))
