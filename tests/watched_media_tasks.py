"""The media worker's own tasks, watched from inside the sandbox: what is imported there."""

from __future__ import annotations

from typing import Any

from core.workers.task import Task, TaskCall
from importer import media_tasks
from importer.media_tasks import warm_up
from tests.late_imports import Watch

__all__ = ["TASKS", "warm_up"]
_watch = Watch()


def watch(_arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Begin to watch: this runs when the sandbox is closed."""
    _watch.begin()
    return {}


def watched(_arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Tell what was seen so far."""
    return {"asked": sorted(_watch.asked)}


TASKS: dict[str, Task] = media_tasks.TASKS | {"watch": watch, "watched": watched}
