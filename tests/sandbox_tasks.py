"""What a hostile file could make a worker try; each attempt says "done" or the name of the refusal."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import signal
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.workers.task import Task, TaskCall
from tests import wall_attempts

LIBRARY = ctypes.CDLL(None, use_errno=True)
CLONE = {"x86_64": 56, "aarch64": 220}.get(platform.machine(), 0)
CLONE3, IO_URING_SETUP, PTRACE_TRACEME = 435, 425, 0


def warm_up() -> None:
    """Load what the attempts need while files can still be opened."""
    "".encode("idna")


def read(path: str) -> None:
    """Read a file."""
    Path(path).read_bytes()


def list_folder(path: str) -> None:
    """List a folder."""
    os.listdir(path)  # noqa: PTH208


def write(path: str) -> None:
    """Write a new file."""
    Path(path).write_bytes(b"stolen")


def append(path: str) -> None:
    """Change a file."""
    with Path(path).open("ab") as file:
        file.write(b"changed")


def make_link(path: str) -> None:
    """Make a symbolic link."""
    Path(path).symlink_to("/etc/passwd")


def remove(path: str) -> None:
    """Remove a file."""
    Path(path).unlink()


def cut(path: str) -> None:
    """Cut a file short by its name."""
    os.truncate(path, 0)


def change_mode(path: str) -> None:
    """Make a file readable for all."""
    Path(path).chmod(0o777)


def touch(path: str) -> None:
    """Change a file's times."""
    os.utime(path, (0, 0))


def connect_tcp(port: str) -> None:
    """Connect over TCP."""
    socket.create_connection(("127.0.0.1", int(port)), 2).close()


def send_udp(port: str) -> None:
    """Send a UDP packet."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"stolen", ("127.0.0.1", int(port)))


def listen(_: str) -> None:
    """Wait for connections."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()


def fork(_: str) -> None:
    """Make another process."""
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def spawn(_: str) -> None:
    """Start another program."""
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def execute(_: str) -> None:
    """Become another program (a missing one, so that success is harmless)."""
    try:
        os.execv("/nonexistent/program", ["program"])
    except FileNotFoundError:
        return


def clone(_: str) -> None:
    """Make a process by the bare system call."""
    child = _call(CLONE, signal.SIGCHLD, 0, 0, 0, 0)
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)


def clone3(_: str) -> None:
    """Make a process by the newest system call (with arguments that make none)."""
    try:
        _call(CLONE3, 0, 0)
    except OSError as error:
        if error.errno == errno.ENOSYS:
            raise


def signal_parent(_: str) -> None:
    """Send the parent a signal that does nothing."""
    os.kill(os.getppid(), 0)


def trace(_: str) -> None:
    """Ask for the debugger's powers."""
    if LIBRARY.ptrace(PTRACE_TRACEME, 0, 0, 0) == -1:
        raise OSError(ctypes.get_errno(), "ptrace")


def set_up_ring(_: str) -> None:
    """Open io_uring (with arguments that open none)."""
    try:
        _call(IO_URING_SETUP, 0, 0)
    except OSError as error:
        if error.errno == errno.EPERM:
            raise


def type_into_terminal(_: str) -> None:
    """Type into the terminal (which is none here)."""
    try:
        fcntl.ioctl(0, 0x5412, b"x")
    except OSError as error:
        if error.errno == errno.EPERM:
            raise


def aim_signals(_: str) -> None:
    """Let a descriptor's signals go to the parent."""
    ends = os.pipe()
    try:
        fcntl.fcntl(ends[0], fcntl.F_SETOWN, os.getppid())
    finally:
        for end in ends:
            os.close(end)


def slow_parent(_: str) -> None:
    """Set how the parent is scheduled (to what it is)."""
    parent = os.getppid()
    os.sched_setscheduler(parent, os.sched_getscheduler(parent), os.sched_param(0))


def start_thread(_: str) -> None:
    """Start a thread, which must go on working."""
    thread = threading.Thread(target=struct.pack, args=("i", 1))
    thread.start()
    thread.join()


def _call(number: int, *arguments: int) -> int:
    result = int(LIBRARY.syscall(number, *arguments))
    if result == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


ATTEMPTS: dict[str, Callable[[str], None]] = {
    attempt.__name__: attempt
    for attempt in (
        *(read, list_folder, write, append, make_link, remove, cut, change_mode, touch, connect_tcp, send_udp, listen),
        *(fork, spawn, execute, clone, clone3, signal_parent, trace, set_up_ring, type_into_terminal, start_thread),
        *(aim_signals, slow_parent),
    )
} | wall_attempts.ATTEMPTS


def attempt(arguments: dict[str, Any], _call: TaskCall | None) -> dict[str, Any]:
    """Try one thing and tell how it went."""
    try:
        ATTEMPTS[arguments["name"]](arguments.get("argument", ""))
    except OSError as error:
        return {"result": errno.errorcode.get(error.errno or 0, "unknown")}
    return {"result": "done"}


TASKS: dict[str, Task] = {"attempt": attempt}
