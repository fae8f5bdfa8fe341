"""What a worker's tasks see: plain functions of plain data, run in a process that may be killed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from typing_extensions import Buffer


class TaskCall(Protocol):
    """One call of a task, as seen from inside the worker."""

    @property
    def data(self) -> memoryview:
        """The bytes that came with the call (empty when none came)."""

    @property
    def file(self) -> int | None:
        """An open descriptor that came with the call; closed after the task. Its position is shared: use `os.pread`."""

    def part(self, header: dict[str, Any], data: Buffer | None = None) -> None:
        """Hand one part of the result to the caller before the end; raises `Cancelled`."""

    def working_on(self, item: int | str) -> None:
        """Name the item in hand: its CPU clock starts anew, and a death is blamed on it. Costs about a microsecond."""

    def check(self) -> None:
        """Raise `Cancelled` if the caller asked to stop. Costs less than a microsecond."""


if TYPE_CHECKING:
    Reply = dict[str, Any] | tuple[dict[str, Any], Buffer]
    Task = Callable[[dict[str, Any], TaskCall], Reply]
else:
    Reply = object
    Task = Callable[[dict[str, Any], TaskCall], object]
