"""The decode worker's own tasks, watched from inside the sandbox: what is imported there, and which functions run."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType
from typing import Any

import dicom
from core.workers.task import Task, TaskCall
from dicom.decoding import decode_tasks
from tests.late_imports import Watch

_ROOM = Path(dicom.__file__).parent
_watch = Watch()
_ran: set[tuple[str, str]] = set()


def warm_up() -> None:
    """Warm up as the worker does."""
    decode_tasks.warm_up()


def watch(_arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Begin to watch: this runs when the sandbox is closed."""
    _watch.begin()
    sys.settrace(_see)
    return {}


def _see(frame: FrameType, event: str, _argument: Any) -> None:
    code = frame.f_code
    place = Path(code.co_filename)
    if event == "call" and place.is_relative_to(_ROOM):
        _ran.add((place.relative_to(_ROOM).with_suffix("").as_posix(), code.co_qualname))


def watched(_arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Tell what was seen so far."""
    loaded = sorted(name for name, module in sys.modules.items() if module is not None)
    return {"asked": sorted(_watch.asked), "ran": sorted(_ran), "loaded": loaded}


TASKS: dict[str, Task] = decode_tasks.TASKS | {"watch": watch, "watched": watched}
