"""The decode worker's own tasks, and a mark in a file over which it dies, as over a codec's worst bug."""

from __future__ import annotations

import os
from typing import Any

from core.workers.task import Reply, Task, TaskCall
from dicom.decoding import decode_tasks
from dicom.objects.opened import byte_source

MARK = b"over this a worker dies"


def warm_up() -> None:
    """Warm up the real tasks."""
    decode_tasks.warm_up()


def deadly(task: Task) -> Task:
    """Run a task, unless the mark is in the file."""

    def run(arguments: dict[str, Any], call: TaskCall) -> Reply:
        source = byte_source(call.file, call.data)
        if MARK in source.read_at(0, source.size):
            os._exit(9)
        return task(arguments, call)

    return run


TASKS: dict[str, Task] = {name: deadly(task) for name, task in decode_tasks.TASKS.items()}
