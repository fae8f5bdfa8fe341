"""The worker's side: attach, warm up, close the sandbox, then run one task after the other."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
import traceback
from dataclasses import dataclass
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from core.errors import Cancelled, ScanshelfError
from core.sandbox import walls as sandbox
from core.workers.arena import attach
from core.workers.channel import BrokenWireError, Channel, Message, flat_view
from core.workers.handing import receive_file
from core.workers.pipe import TrustingPipe
from core.workers.spawning import ONE_THREAD
from core.workers.task import Reply, Task

if TYPE_CHECKING:
    from typing_extensions import Buffer

# What pydicom would bring along where it finds it: an HTTP client, and readers of pictures that nobody asked for.
NEVER_HERE = ("requests", "PIL", "gdcm")


@dataclass(frozen=True, slots=True)
class WorkerSpec:
    """What a worker can do and may touch.

    `tasks` names a module with `TASKS: dict[str, Task]` and `warm_up()`; it is imported and warmed up before the
    sandbox closes, later imports are refused. `readable` and `writable` are the folders still allowed afterwards.
    A worker that neither computes nor answers for `idle_seconds` counts as hung. One answer holds `answer_bytes` at
    most besides its header. Workers that nobody has asked for `linger_seconds` end, and begin anew at the next call.
    """

    tasks: str
    readable: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    arena_bytes: int = 64 << 20
    memory_bytes: int = 2 << 30
    answer_bytes: int = 1 << 30
    idle_seconds: float = 120.0
    linger_seconds: float | None = None


class WorkerCall:
    """The worker's `TaskCall`."""

    def __init__(self, number: int, channel: Channel, data: memoryview, file: int | None) -> None:
        self.data = data
        self.file = file
        self._number = number
        self._channel = channel

    def part(self, header: dict[str, Any], data: Buffer | None = None) -> None:
        """Hand one part of the result to the caller."""
        self.check()
        self._channel.send({"kind": "part", "header": header}, data, self.check)

    def working_on(self, item: int | str) -> None:
        """Name the item in hand."""
        self._channel.arena.set_item(item)

    def check(self) -> None:
        """Raise `Cancelled` if the caller asked to stop."""
        if self._channel.arena.stop_asked(self._number):
            raise Cancelled


def run_worker(connection: Connection, spec: WorkerSpec, parent_pid: int) -> None:
    """Be a worker until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then stops its workers
    _die_with_parent(parent_pid)
    arena = attach(connection, spec.arena_bytes)
    try:
        _work(connection, Channel(TrustingPipe(connection), arena), spec)
    finally:
        arena.close()


def _work(connection: Connection, channel: Channel, spec: WorkerSpec) -> None:
    try:
        tasks = _prepare(spec)
        layers = sandbox.confine(spec.readable, spec.writable, spec.memory_bytes)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the parent must learn of it
        channel.send({"kind": "failed", **_describe(error)}, None, _never)
        return
    channel.send({"kind": "ready", "layers": layers}, None, _never)
    _serve(connection, channel, tasks)


def _prepare(spec: WorkerSpec) -> dict[str, Task]:
    os.environ |= ONE_THREAD
    sys.modules |= dict.fromkeys(NEVER_HERE)  # type: ignore[arg-type]  # `None` stands for what is not there
    module = importlib.import_module(spec.tasks)
    module.warm_up()
    tasks: dict[str, Task] = module.TASKS
    return tasks


def _serve(connection: Connection, channel: Channel, tasks: dict[str, Task]) -> None:
    while True:
        try:
            message, data = channel.receive(_never, sys.maxsize)
            if message.get("kind") == "call":
                _run_call(connection, channel, tasks, message, memoryview(data))
            elif message.get("kind") == "quit":
                return
        except BrokenWireError:
            return  # the parent is gone


def _run_call(
    connection: Connection, channel: Channel, tasks: dict[str, Task], message: Message, data: memoryview
) -> None:
    file = receive_file(connection) if message["file"] else None
    call = WorkerCall(message["number"], channel, data, file)
    try:
        header, result = _split(tasks[message["task"]](message["arguments"], call))
        channel.send({"kind": "end", "header": header}, result, call.check)
    except Cancelled:
        channel.send({"kind": "cancelled"}, None, _never)
    except BrokenWireError:
        raise
    except BaseException as error:  # noqa: BLE001 - also Rust's PanicException; the parent learns class and place
        channel.send({"kind": "error", **_describe(error, channel.arena.item())}, None, _never)
    finally:
        channel.arena.clear_item()
        if file is not None:
            os.close(file)


def _split(reply: Reply) -> tuple[dict[str, Any], memoryview]:
    if isinstance(reply, tuple):
        return reply[0], flat_view(reply[1])
    return reply, memoryview(b"")


def _describe(error: BaseException, item: int | str | None = None) -> Message:
    """Say what went wrong, and over which item where nobody foresaw it, without any value that may come from a file."""
    if isinstance(error, ScanshelfError):
        facts = {key: _plain(value) for key, value in error.facts.items()}
        return {"class": type(error).__name__, "code": error.code, "facts": facts}
    if isinstance(error, MemoryError):
        return {"class": "WorkerError", "code": "worker-memory", "facts": {"item": item}}
    facts = {"kind": type(error).__name__, "where": _find_place(error), "item": item}
    return {"class": "WorkerError", "code": "task-failed", "facts": facts}


def _find_place(error: BaseException) -> str:
    """Return file name and line of the innermost frame, without looking at the source, which the sandbox forbids."""
    places = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return f"{PurePath(places[-1][0]).name}:{places[-1][1]}" if places else ""


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _never() -> None:
    """Wait for nothing: the message has no bytes to be acknowledged."""


def _die_with_parent(parent_pid: int) -> None:
    """End with the parent, also in the middle of a task that does not look at the pipe."""
    if sys.platform == "linux":
        sandbox.die_with_parent()
        if os.getppid() != parent_pid:
            os._exit(1)
    else:
        threading.Thread(target=_watch_parent, name="watch-parent", daemon=True).start()


def _watch_parent() -> None:
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
    os._exit(1)
