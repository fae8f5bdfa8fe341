"""The decode worker's own tasks, watched from inside the sandbox: what is imported there, and which functions run."""

from __future__ import annotations

import importlib.abc
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from core.task import Task, TaskCall
from dicom import decode_tasks

_ROOM = str(Path(decode_tasks.__file__).parent)
_asked: list[str] = []
_ran: set[tuple[str, str]] = set()


class Watch(importlib.abc.MetaPathFinder):
    """Finds nothing, and remembers what was looked for."""

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None) -> None:
        """Remember a module that was not there yet."""
        _asked.append(name)


def warm_up() -> None:
    """Warm up as the worker does."""
    decode_tasks.warm_up()


def watch(_arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Begin to watch: this runs when the sandbox is closed."""
    sys.meta_path.insert(0, Watch())
    sys.settrace(_see)
    return {}


def _see(frame: FrameType, event: str, _argument: Any) -> None:
    code = frame.f_code
    if event == "call" and code.co_filename.startswith(_ROOM):
        _ran.add((Path(code.co_filename).stem, code.co_qualname))


def watched(_arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Tell what was seen so far."""
    return {"asked": sorted(set(_asked)), "ran": sorted(_ran)}


TASKS: dict[str, Task] = decode_tasks.TASKS | {"watch": watch, "watched": watched}
