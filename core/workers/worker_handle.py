"""The parent's side of one worker process: start it, talk to it, hold it to its limits, kill it."""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing import process as multiprocessing_process
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from core.errors import Cancelled, ScanshelfError, SourceError, WorkerError
from core.job import Job
from core.sandbox.mounts import Mounts
from core.workers import arena
from core.workers.channel import BrokenWireError, GuardedChannel, Message
from core.workers.handing import send_file
from core.workers.pipe import Look, guarded
from core.workers.spawning import WorkerProcess
from core.workers.worker_clock import Clock
from core.workers.worker_process import WorkerSpec, run_worker

if TYPE_CHECKING:
    from typing_extensions import Buffer

_STOP_SECONDS = 0.5
_START_SECONDS = 60.0
_STALL_SECONDS = 10  # for one whole message
_KILL_SECONDS = 1.0
_MOST_TEXT = 1 << 30  # of all that one call says; a folder of a million files needs most of it
_MOST_FACTS, _MOST_FACT = 20, 1000  # how many an error may bring, and characters of one
_OUT_OF_ROOM = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS}


@dataclass(slots=True)
class Answer:
    """What a task returned: a small header and its bytes."""

    header: dict[str, Any]
    data: bytearray


@dataclass(frozen=True, slots=True)
class Request:
    """One call, kept so that it can be made again in another worker."""

    task: str
    arguments: dict[str, Any]
    data: Buffer | None
    file: int | None
    cpu_seconds: float
    on_part: Callable[[dict[str, Any], bytearray], None] | None
    most_bytes: int | None = None


class WorkerLostError(Exception):
    """The worker died or was killed for its limits; `code` is one of `WorkerError`'s."""

    def __init__(self, code: str, item: int | str | None, parts: int) -> None:
        super().__init__(code)
        self.code = code
        self.item = item
        self.parts = parts


class WorkerHandle:
    """One worker process. Used by one thread at a time; made and buried by the pool's keeper thread."""

    def __init__(self, spec: WorkerSpec) -> None:
        self._spec = spec
        self._mounts = Mounts(spec.readable)
        with contextlib.ExitStack() as undo:
            self._arena, key = arena.create(spec.arena_bytes)
            undo.callback(arena.discard, self._arena, key)
            self._key = key
            connection, other_end = Pipe(duplex=True)
            undo.callback(connection.close)
            with other_end:
                self._process = WorkerProcess(
                    target=run_worker, args=(other_end, spec, os.getpid()), name=f"worker {spec.tasks}", daemon=True
                )
                self._process.start()
            undo.pop_all()
        self.pid: int = self._process.pid or 0
        _bound_stalls(connection)
        with contextlib.suppress(OSError):  # dead already: the first call will tell
            arena.hand_over(key, connection, self.pid)
        self._connection = connection
        self._channel = GuardedChannel(guarded(connection, _STALL_SECONDS), self._arena)
        self._number = 0
        self._parts = 0
        self.usable = True
        self.layers: list[str] | None = None  # known once it is ready
        self.start_failure: WorkerError | None = None

    def make_ready(self, job: Job) -> None:
        """Wait until the worker has warmed up and closed its sandbox."""
        if self.layers is not None:
            return
        deadline = time.monotonic() + _START_SECONDS
        try:
            message = self._channel.receive_message(lambda: _look_at_start(job, deadline))
        except BrokenWireError:
            message = {"kind": "failed", "facts": {"kind": "died"}}
        if message.get("kind") == "ready" and isinstance(message.get("layers"), list):
            self.layers = [str(layer) for layer in message["layers"]]
            return
        self.usable = False
        said = message.get("facts")
        facts = _plain_facts(said) if isinstance(said, dict) else {}
        kind = facts.get("kind") or str(message.get("code"))[:_MOST_FACT]
        self.start_failure = WorkerError("worker-unavailable", kind=str(kind), where=str(facts.get("where", "")))
        raise self.start_failure

    def call(self, request: Request, job: Job) -> Answer:
        """Run one task; raises `WorkerLostError`, `Cancelled`, or what the task raised."""
        self._number += 1
        self._parts = 0
        self._arena.clear_item()
        self._channel.text_left = _MOST_TEXT
        clock = Clock(self.pid, request.cpu_seconds, self._spec.idle_seconds)
        try:
            self._send_call(request, lambda: self._look(job, clock))
            return self._collect(request, job, clock)
        except BrokenWireError as error:
            raise self._lost("worker-died") from error
        except WorkerLostError:
            raise
        except ScanshelfError:
            if (
                not self.usable
            ):  # raised by `on_part`: the task still runs, and its effects end before the caller goes on
                self._stop_task()
            raise
        except BaseException:
            self._stop_task()
            raise

    def _send_call(self, request: Request, look: Look) -> None:
        self.usable = False  # until the task has ended, a half-sent call leaves the worker in no known state
        message: Message = {
            "kind": "call",
            "number": self._number,
            "task": request.task,
            "arguments": request.arguments,
            "file": request.file is not None,
        }
        self._channel.send(message, request.data, look)
        if request.file is not None:
            self._send_file(request.file)

    def _send_file(self, file: int) -> None:
        try:
            with _blocking(self._connection):
                send_file(self._connection, file, self.pid)
        except OSError as error:
            if error.errno in _OUT_OF_ROOM:  # ours, for which neither the worker nor what it works on is to blame
                raise WorkerError("worker-unavailable", kind=os.strerror(error.errno)) from error
            raise BrokenWireError from error

    def _collect(self, request: Request, job: Job, clock: Clock) -> Answer:
        most = self._spec.answer_bytes if request.most_bytes is None else request.most_bytes
        while True:
            message, data = self._channel.receive(lambda: self._look(job, clock), most)
            job.check()
            if "namespace" in (self.layers or ()) and self._mounts.gone():
                raise SourceError("medium-gone")
            header = message.get("header")
            match message.get("kind"):
                case "part" if isinstance(header, dict):
                    self._parts += 1
                    if request.on_part is not None:
                        request.on_part(header, data)
                case "end" if isinstance(header, dict):
                    self.usable = True
                    return Answer(header, data)
                case "error":
                    self.usable = True
                    raise _rebuild_error(message)
                case _:
                    raise BrokenWireError

    def _stop_task(self) -> None:
        """Ask the task to end and wait a moment; a worker that does not listen is not used again."""
        self._arena.ask_to_stop(self._number)
        deadline = time.monotonic() + _STOP_SECONDS
        with contextlib.suppress(BrokenWireError, TimeoutError):
            while True:
                message = self._channel.receive_message(lambda: _look_until(deadline))
                ended = message.get("kind") in ("cancelled", "error")
                if ended or (message.get("kind") == "end" and message.get("size") == 0):
                    self.usable = True
                    return

    def _look(self, job: Job, clock: Clock) -> None:
        job.check()
        exceeded = clock.exceeded(self._arena.turn())
        if exceeded is not None:
            raise self._lost(exceeded)

    def _lost(self, code: str) -> WorkerLostError:
        self.usable = False
        return WorkerLostError(code, self._arena.item(), self._parts)

    def has_died(self) -> bool:
        """Tell whether the idle process has ended, speaks unasked or sees what is gone; then it is not used again."""
        self.usable = self._process.exitcode is None and not self._speaks() and not self._is_left_behind()
        return not self.usable

    def _is_left_behind(self) -> bool:
        """Tell whether the worker still holds a disc that was taken away, or does not see the one that came."""
        return "namespace" in (self.layers or ()) and self._mounts.changed()

    def _speaks(self) -> bool:
        try:
            return self._connection.poll(0)
        except OSError:
            return True

    def kill(self) -> None:
        """Kill the process; whoever waits for its answer learns it from the pipe."""
        self._process.kill()

    def ask_to_quit(self) -> None:
        """Let an idle worker end by itself."""
        with contextlib.suppress(BrokenWireError):
            self._channel.send({"kind": "quit"}, None, lambda: None)

    def bury(self, grace_seconds: float = 0.0) -> None:
        """End the process and let go of everything; one stuck in the kernel is left behind."""
        self._await_end(grace_seconds)
        self._process.kill()
        self._connection.close()
        if self._await_end(_KILL_SECONDS):
            self._process.join()
            self._process.close()
        else:
            _leave_behind(self._process)
        self._arena.close()
        arena.release(self._key)

    def reap(self) -> None:
        """Take the killed process out of the system's table while a thread still waits for its answer."""
        self._await_end(_KILL_SECONDS)

    def _await_end(self, seconds: float) -> bool:
        # Not by the process's sentinel: that is a pipe, into which a hostile worker can write while it lives on.
        deadline = time.monotonic() + seconds
        while self._process.exitcode is None:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.002)
        return True


def _look_at_start(job: Job, deadline: float) -> None:
    job.check()
    if time.monotonic() > deadline:
        raise BrokenWireError


def _look_until(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError


def _rebuild_error(message: Message) -> Exception:
    """Make the error a task raised out of what the worker says, believing only known classes and codes."""
    kinds = {kind.__name__: kind for kind in _error_classes(ScanshelfError)}
    name, code, facts = message.get("class"), message.get("code"), message.get("facts")
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None or not isinstance(code, str) or code not in kind.codes or not isinstance(facts, dict):
        return WorkerError("task-failed", kind="unknown error")
    return kind(code, **_plain_facts(facts))


def _plain_facts(facts: dict[str, Any]) -> dict[str, object]:
    """Keep what may be shown: few facts, short ones, and none that passes for the code."""
    plain = ((key, value) for key, value in facts.items() if key not in ("code", "self"))
    return {
        key: value[:_MOST_FACT] if isinstance(value, str) else value
        for key, value in itertools.islice(plain, _MOST_FACTS)
        if value is None or isinstance(value, str | int | float | bool)
    }


def _error_classes(root: type[ScanshelfError]) -> list[type[ScanshelfError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in _error_classes(child))]


@contextlib.contextmanager
def _blocking(connection: Connection) -> Iterator[None]:
    if sys.platform == "win32":
        yield
        return
    os.set_blocking(connection.fileno(), True)
    try:
        yield
    finally:
        os.set_blocking(connection.fileno(), False)


def _bound_stalls(connection: Connection) -> None:
    """Never wait long in the middle of a message: a worker that stops there counts as broken."""
    if sys.platform == "win32":
        return
    import socket
    import struct

    seconds = struct.pack("@ll", _STALL_SECONDS, 0)
    with socket.fromfd(connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as pipe:
        pipe.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, seconds)
        pipe.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, seconds)


def _leave_behind(process: Any) -> None:
    """Forget a process that even SIGKILL does not end, so that the exit of the program does not wait for it."""
    getattr(multiprocessing_process, "_children", set()).discard(process)


__all__ = ["Answer", "Cancelled", "Request", "WorkerHandle", "WorkerLostError"]
