"""The real engines, on a computer whose drives the test decides on."""

from __future__ import annotations

from typing import ClassVar

from app.build import Workers
from app.window.starting.open import RealEngines
from core.workers.worker import WorkerPool
from importer.sources.media import Medium


class GuestWorkers(Workers):
    """Workers of a window whose decode workers stay when it closes."""

    def __init__(self, decode_pool: WorkerPool) -> None:
        super().__init__()
        self._own, self.decode_pool = self.decode_pool, decode_pool

    def close(self) -> None:
        """End those that read media."""
        self.decode_pool = self._own
        super().close()


class QuietEngines(RealEngines):
    """The real ones; there are no drives but `media`, and decode workers are those of all tests of this session."""

    decode_pool: ClassVar[WorkerPool]

    def __init__(self) -> None:
        self.media: list[Medium] = []

    def make_workers(self) -> Workers:
        """Start none ahead, and none that are there: a start costs more than the test."""
        return GuestWorkers(self.decode_pool)

    def list_media(self) -> list[Medium]:
        """List what the test put in."""
        return list(self.media)
