"""The real engines, on a computer whose drives the test decides on."""

from __future__ import annotations

from app.build import Workers
from app.window.starting.open import RealEngines
from importer.sources.media import Medium


class QuietEngines(RealEngines):
    """The real ones; there are no drives but `media`, and decode workers begin when something is to be decoded."""

    def __init__(self) -> None:
        self.media: list[Medium] = []

    def make_workers(self) -> Workers:
        """Start none ahead: most tests look at no picture, and a start costs more than the test."""
        return Workers()

    def list_media(self) -> list[Medium]:
        """List what the test put in."""
        return list(self.media)
