"""More of what an attacker inside a worker tries: calls of the kernel, names of files, what the parent left behind.

Each raises `OSError` with the kernel's refusal, or returns because it got through. A bare call that the kernel
understood but could not do (no such object, arguments that make no sense) got through as well.
"""

from __future__ import annotations

import array
import ctypes
import errno
import fcntl
import os
import platform
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

LIBRARY = ctypes.CDLL(None, use_errno=True)
MACHINE = {"x86_64": 0, "aarch64": 1}.get(platform.machine(), 0)
REFUSALS = {errno.EPERM, errno.EACCES, errno.ENOSYS}
SEEN = 0xFFFFFFFF

# name -> numbers (x86-64, aarch64) and arguments: harmless ones, with which the call does nothing or fails on its own
CALLS: dict[str, tuple[tuple[int, int], tuple[int, ...]]] = {
    "io_uring": ((425, 425), (0, 0)),
    "keyring": ((250, 219), (0, SEEN - 1, 0)),
    "watch a folder (inotify)": ((294, 26), (0,)),
    "watch everything (fanotify)": ((300, 262), (0x400, 0)),
    "BPF": ((321, 280), (0, 0, 0)),
    "performance counters": ((298, 241), (0, 0, SEEN, SEEN, 0)),
    "page faults of one's own (userfaultfd)": ((323, 282), (1,)),
    "hidden memory (memfd_secret)": ((447, 447), (0,)),
    "anonymous file (memfd)": ((319, 279), (0, 0)),
    "shared memory by number": ((29, 194), (0x5CA7, 0, 0)),
    "message queue by number": ((68, 186), (0x5CA7, 0)),
    "semaphore by number": ((64, 190), (0x5CA7, 1, 0)),
    "message queue by name": ((240, 180), (0, 0, 0, 0)),
    "personality": ((135, 92), (SEEN,)),
    "mount": ((165, 40), (0, 0, 0, 0, 0)),
    "new mount tree": ((428, 428), (SEEN, 0, 0)),
    "list mounts": ((458, 458), (0, 0, 0, 0)),
    "another root": ((161, 51), (0,)),
    "another namespace": ((272, 97), (0,)),
    "join a namespace": ((308, 268), (SEEN, 0)),
    "file attributes (file_setattr)": ((469, 469), (SEEN, 0, 0, 0, 0)),
    "file attributes (file_getattr)": ((468, 468), (SEEN, 0, 0, 0, 0)),
    "extended attributes of what is open": ((196, 13), (0, 0, 0)),
    "set extended attributes": ((190, 7), (SEEN, 0, 0, 0, 0)),
    "handle of a file": ((303, 264), (SEEN, 0, 0, 0, 0)),
    "open by handle": ((304, 265), (SEEN, 0, 0)),
    "change a mode": ((91, 52), (SEEN, 0)),
    "change an owner": ((93, 55), (SEEN, 0, 0)),
    "another priority": ((141, 140), (0, 0, 0)),
    "another I/O priority": ((251, 30), (1, 0, 0)),
    "another process group": ((109, 154), (0, 0)),
    "a session of its own": ((112, 157), ()),
    "own resource limits": ((160, 164), (SEEN, 0)),
    "handle of a process": ((434, 434), (0, 0)),
    "compare processes": ((312, 272), (0, 0, 0, 0, 0)),
    "read another's memory": ((310, 270), (0, 0, 0, 0, 0, 0)),
    "events by descriptor": ((290, 19), (0, 0)),
    "splice": ((275, 76), (SEEN, 0, SEEN, 0, 0, 0)),
    "pair of sockets": ((53, 199), (1, 1, 0, 0)),
    "alarm clock": ((283, 85), (1, 0)),
    "swap": ((167, 224), (0, 0)),
    "kernel module": ((313, 273), (SEEN, 0, 0)),
    "time of day": ((227, 112), (SEEN, 0)),
    "host name": ((170, 161), (0, SEEN)),
    "a call no kernel has": ((4000, 4000), ()),
}
ONLY_ROOT = {
    "watch everything (fanotify)", "swap", "kernel module", "mount", "new mount tree", "another root", "host name",
    "open by handle", "time of day", "BPF", "performance counters", "page faults of one's own (userfaultfd)",
}  # fmt: skip
MAYBE_ABSENT = {  # or refused by the kernel for reasons of its own
    "io_uring", "hidden memory (memfd_secret)", "list mounts", "file attributes (file_setattr)",
    "file attributes (file_getattr)", "a call no kernel has", "BPF", "kernel module", "swap",
    "page faults of one's own (userfaultfd)", "shared memory by number", "message queue by number",
    "semaphore by number", "message queue by name", "watch everything (fanotify)", "compare processes",
    "performance counters", "keyring", "a session of its own",
}  # fmt: skip


def bare_call(name: str) -> Callable[[str], None]:
    """Make the attempt of one system call."""
    numbers, arguments = CALLS[name]

    def attempt(_: str) -> None:
        if LIBRARY.syscall(numbers[MACHINE], *map(ctypes.c_long, arguments)) == -1:
            number = ctypes.get_errno()
            if number in REFUSALS:
                raise OSError(number, os.strerror(number))

    return attempt


def ask_whether_there(path: str) -> None:
    """Ask whether a file is there, and how large it is."""
    Path(path).stat()


def ask_for_access(path: str) -> None:
    """Ask what one may do with a file."""
    if LIBRARY.access(os.fsencode(path), os.R_OK) != 0:
        raise OSError(ctypes.get_errno(), "access")


def read_link(path: str) -> None:
    """Read where a link leads."""
    try:
        Path(path).readlink()
    except OSError as error:
        if error.errno != errno.EINVAL:  # no link, but it was looked at
            raise


def ask_for_attributes(path: str) -> None:
    """Ask for a file's extended attributes."""
    os.listxattr(path)


def watch_folder(path: str) -> None:
    """Watch the names in a folder."""
    watcher = LIBRARY.inotify_init1(0)
    if watcher < 0 or LIBRARY.inotify_add_watch(watcher, os.fsencode(path), 0x100) < 0:
        raise OSError(ctypes.get_errno(), "inotify")
    os.close(watcher)


def list_processes(_: str) -> None:
    """List the processes of this computer."""
    os.listdir("/proc")  # noqa: PTH208


def read_command_line_of_parent(_: str) -> None:
    """Read what the parent was started with."""
    Path(f"/proc/{os.getppid()}/cmdline").read_bytes()


def find_in_environment(token: str) -> None:
    """Find a token that the parent has in its environment."""
    names = ctypes.POINTER(ctypes.c_char_p).in_dll(LIBRARY, "environ")
    found: list[bytes] = []
    while (variable := names[len(found)]) is not None:
        found.append(variable)
    if token.encode() not in b"\0".join(found) and token not in str(dict(os.environ)):
        raise OSError(errno.EACCES, "not there")


def find_in_arguments(token: str) -> None:
    """Find what stands in the parent's command line."""
    if token not in " ".join([*sys.argv, *sys.orig_argv]):
        raise OSError(errno.EACCES, "not there")


def move_parent_to_one_processor(_: str) -> None:
    """Set on which processors the parent runs (to those it has)."""
    os.sched_setaffinity(os.getppid(), os.sched_getaffinity(os.getppid()))


def limit_parent(_: str) -> None:
    """Set the parent's resource limits (to what they are)."""
    if LIBRARY.prlimit(os.getppid(), 7, None, ctypes.create_string_buffer(16)) != 0:
        raise OSError(ctypes.get_errno(), "prlimit")


def outlive_parent(_: str) -> None:
    """Clear the signal that comes when the parent dies."""
    if LIBRARY.prctl(1, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def grow_anonymous_file(_: str) -> None:
    """Take memory that no limit of this process counts."""
    descriptor = os.memfd_create("more")
    os.ftruncate(descriptor, 10 << 30)
    os.close(descriptor)


def fill_pipes(_: str) -> None:
    """Take memory in pipes."""
    ends = os.pipe()
    fcntl.fcntl(ends[0], 1031, 1 << 20)  # F_SETPIPE_SZ
    for end in ends:
        os.close(end)


def send_descriptor(_: str) -> None:
    """Send the parent an open descriptor it has not asked for."""
    refusal = OSError(errno.EACCES, "no socket")
    message, more = [b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))]
    for descriptor in range(3, 64):
        try:
            own = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=os.dup(descriptor))
        except OSError:
            continue
        with own:
            try:
                own.sendmsg(message, more)
            except OSError as error:
                refusal = error if error.errno in REFUSALS else refusal
            else:
                return
    raise refusal


def signal_own_group(_: str) -> None:
    """Signal everybody in the parent's group (with a signal that does nothing)."""
    os.killpg(0, 0)


def start_many_threads(_: str) -> None:
    """Start 1,500 threads."""
    threading.stack_size(1 << 16)
    end = threading.Event()
    threads = []
    try:
        for _number in range(1500):
            thread = threading.Thread(target=end.wait)
            thread.start()
            threads.append(thread)
    except RuntimeError as error:
        raise OSError(errno.EAGAIN, "no more threads") from error
    finally:
        end.set()
        for thread in threads:
            thread.join()


OTHERS = (
    ask_whether_there, ask_for_access, read_link, ask_for_attributes, watch_folder, list_processes,
    read_command_line_of_parent, find_in_environment, find_in_arguments, move_parent_to_one_processor, limit_parent,
    outlive_parent, grow_anonymous_file, fill_pipes, send_descriptor, signal_own_group, start_many_threads,
)  # fmt: skip
ATTEMPTS: dict[str, Callable[[str], None]] = {
    **{attempt.__name__: attempt for attempt in OTHERS},
    **{name: bare_call(name) for name in CALLS},
}
