"""The parent's side of one worker process: start it, talk to it, hold it to its limits, kill it."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing import process as multiprocessing_process
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import psutil

from core import arena
from core.channel import BrokenWireError, Channel, Message
from core.errors import Cancelled, ScanshelfError, WorkerError
from core.handing import send_file
from core.job import Job
from core.worker_process import WorkerSpec, run_worker

if TYPE_CHECKING:
    from typing_extensions import Buffer

_LOOK_SECONDS = 0.05
_STOP_SECONDS = 0.5
_START_SECONDS = 60.0
_STALL_SECONDS = 5
_KILL_SECONDS = 1.0


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


class WorkerLostError(Exception):
    """The worker died or was killed for its limits; `code` is one of `WorkerError`'s."""

    def __init__(self, code: str, item: int | str | None, parts: int) -> None:
        super().__init__(code)
        self.code = code
        self.item = item
        self.parts = parts


class Clock:
    """Measures one worker's CPU time for the item in hand, from outside, at every look."""

    def __init__(self, pid: int, cpu_seconds: float, idle_seconds: float) -> None:
        self._process = psutil.Process(pid)
        self._cpu_seconds = cpu_seconds
        self._idle_seconds = idle_seconds
        self._turn: int | None = None
        self._start = self._latest = 0.0
        self._moved = time.monotonic()

    def exceeded(self, turn: int) -> bool:
        """Tell whether the item in hand used up its CPU time, or nothing has moved for too long."""
        try:
            times = self._process.cpu_times()
        except psutil.Error:
            return False  # it has died, which the pipe tells
        now, used = time.monotonic(), times.user + times.system
        if turn != self._turn:
            self._turn, self._start, self._moved = turn, used, now
        if used > self._latest:
            self._latest, self._moved = used, now
        return used - self._start > self._cpu_seconds or now - self._moved > self._idle_seconds


class WorkerHandle:
    """One worker process. Used by one thread at a time; made and buried by the pool's keeper thread."""

    def __init__(self, spec: WorkerSpec) -> None:
        self._spec = spec
        self._arena, self._key = arena.create(spec.arena_bytes)
        context = get_context("spawn")
        connection, other_end = context.Pipe(duplex=True)
        self._process = context.Process(
            target=run_worker, args=(other_end, spec, os.getpid()), name=f"worker {spec.tasks}", daemon=True
        )
        self._process.start()
        other_end.close()
        self.pid: int = self._process.pid or 0
        _bound_stalls(connection)
        with contextlib.suppress(OSError):  # dead already: the first call will tell
            arena.hand_over(self._key, connection, self.pid)
        self._channel = Channel(connection, self._arena, spec.memory_bytes)
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
            message = self._channel.receive_message(lambda: self._wait_for_start(job, deadline))
        except BrokenWireError:
            message = {"kind": "failed", "facts": {"kind": "died"}}
        if message.get("kind") == "ready" and isinstance(message.get("layers"), list):
            self.layers = [str(layer) for layer in message["layers"]]
            return
        self.usable = False
        facts = message.get("facts")
        kind = facts.get("kind") or message.get("code") if isinstance(facts, dict) else None
        where = facts.get("where", "") if isinstance(facts, dict) else ""
        self.start_failure = WorkerError("worker-unavailable", kind=str(kind), where=str(where))
        raise self.start_failure

    def call(self, request: Request, job: Job) -> Answer:
        """Run one task; raises `WorkerLostError`, `Cancelled`, or what the task raised."""
        self._number += 1
        self._parts = 0
        self._arena.clear_item()
        try:
            clock = Clock(self.pid, request.cpu_seconds, self._spec.idle_seconds)
            self._send_call(request, lambda: self._wait(job, clock))
            return self._collect(request, lambda: self._wait(job, clock))
        except (BrokenWireError, psutil.NoSuchProcess) as error:
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

    def _send_call(self, request: Request, wait_for: Callable[[], None]) -> None:
        self.usable = False  # until the task has ended, a half-sent call leaves the worker in no known state
        message: Message = {
            "kind": "call",
            "number": self._number,
            "task": request.task,
            "arguments": request.arguments,
            "file": request.file is not None,
        }
        self._channel.send(message, request.data, wait_for)
        if request.file is not None:
            self._send_file(request.file)

    def _send_file(self, file: int) -> None:
        try:
            send_file(self._channel.connection, file, self.pid)
        except OSError as error:
            raise BrokenWireError from error

    def _collect(self, request: Request, wait_for: Callable[[], None]) -> Answer:
        while True:
            message, data = self._channel.receive(wait_for)
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
                message = self._channel.receive_message(lambda: self._wait_until(deadline))
                ended = message.get("kind") in ("cancelled", "error")
                if ended or (message.get("kind") == "end" and message.get("size") == 0):
                    self.usable = True
                    return

    def _wait(self, job: Job, clock: Clock) -> None:
        while not self._poll(_LOOK_SECONDS):
            job.check()
            if clock.exceeded(self._arena.turn()):
                raise self._lost("decode-timeout")
        job.check()

    def _wait_for_start(self, job: Job, deadline: float) -> None:
        while not self._poll(_LOOK_SECONDS):
            job.check()
            if time.monotonic() > deadline:
                raise BrokenWireError

    def _wait_until(self, deadline: float) -> None:
        if not self._poll(max(0.0, deadline - time.monotonic())):
            raise TimeoutError

    def _poll(self, seconds: float) -> bool:
        try:
            return self._channel.connection.poll(seconds)
        except OSError as error:
            raise BrokenWireError from error

    def _lost(self, code: str) -> WorkerLostError:
        self.usable = False
        return WorkerLostError(code, self._arena.item(), self._parts)

    def has_died(self) -> bool:
        """Tell whether the idle process has ended, or speaks without being asked; then it is not used again."""
        self.usable = self._process.exitcode is None and not self._channel.connection.poll(0)
        return not self.usable

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
        self._channel.connection.close()
        if self._await_end(_KILL_SECONDS):
            self._process.join()
            self._process.close()
        else:
            _leave_behind(self._process)
        self._arena.close()
        arena.release(self._key)

    def _await_end(self, seconds: float) -> bool:
        # Not by the process's sentinel: that is a pipe, into which a hostile worker can write while it lives on.
        deadline = time.monotonic() + seconds
        while self._process.exitcode is None:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.002)
        return True


def _rebuild_error(message: Message) -> Exception:
    """Make the error a task raised out of what the worker says, believing only known classes and codes."""
    kinds = {kind.__name__: kind for kind in _error_classes(ScanshelfError)}
    kind = kinds.get(str(message.get("class")))
    facts = message.get("facts")
    if kind is None or str(message.get("code")) not in kind.codes or not isinstance(facts, dict):
        return WorkerError("task-failed", kind="unknown error")
    return kind(str(message["code"]), **{key: value for key, value in facts.items() if key not in ("code", "self")})


def _error_classes(root: type[ScanshelfError]) -> list[type[ScanshelfError]]:
    return [root, *(kind for child in root.__subclasses__() for kind in _error_classes(child))]


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
