"""What killed workers, remembered by its bytes: another disc's file of the same name is not to blame."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.workers.worker_handle import WorkerLostError

_MOST = 4096


class Subject(Protocol):
    """What a call works on, told apart by its bytes and by nothing else."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    def digest(self) -> str:
        """Hash all of them, which takes time; raises `OSError` or `ScanshelfError` where they cannot be read."""


class Deaths:
    """The deaths of workers by size and hash; only what has the size of a killer is ever hashed."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[int, str], list[WorkerLostError]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._found)

    def of(self, subject: Subject | None) -> list[WorkerLostError]:
        """Give the deaths over these bytes."""
        if subject is None or all(size != subject.size for size, _ in list(self._found)):
            return []
        return list(self._found.get((subject.size, subject.digest()), ()))

    def remember(self, subject: Subject | None, deaths: list[WorkerLostError]) -> None:
        """Keep the deaths over these bytes, or forget them where there are none any more."""
        if subject is None:
            return
        name = (subject.size, subject.digest())
        self._found.pop(name, None)
        if deaths:
            self._found[name] = deaths
        while len(self._found) > _MOST:
            self._found.popitem(last=False)
