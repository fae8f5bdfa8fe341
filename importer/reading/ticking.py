"""A task's call that says "still at it" while much is unpacked for one item: its time is for bytes not yet read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.workers.task import TaskCall

if TYPE_CHECKING:
    from typing_extensions import Buffer


class TickingCall:
    """Passes everything on, and remembers which item is in hand."""

    def __init__(self, call: TaskCall) -> None:
        self._call = call
        self._item: int | str = "listing"

    @property
    def data(self) -> memoryview:
        """The bytes that came with the call."""
        return self._call.data

    @property
    def file(self) -> int | None:
        """The descriptor that came with the call."""
        return self._call.file

    def part(self, header: dict[str, Any], data: Buffer | None = None) -> None:
        """Hand on one part of the result."""
        self._call.part(header, data)

    def working_on(self, item: int | str) -> None:
        """Name the item in hand."""
        self._item = item
        self._call.working_on(item)

    def check(self) -> None:
        """Raise `Cancelled` if the caller asked to stop."""
        self._call.check()

    def tick(self) -> None:
        """Begin the clock of the item in hand anew: bounded bytes were read for it, and there are more."""
        self._call.check()
        self._call.working_on(self._item)
