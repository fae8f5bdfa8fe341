"""The sandbox a worker closes around itself before its first foreign byte.

Layers, each named in the self-test when it is active:

    seccomp     Linux: only the calls a worker needs; without folders also no names of files
    landlock    Linux: no files outside the folders that were named
    namespace   Linux, workers with folders: nothing but those folders has a name
    limits      POSIX: memory, descriptors, no core dumps, no written files (unless a folder may be written)

Older kernels lack Landlock, many containers the namespace, other systems have the limits or nothing; the time limits of
the pool hold everywhere. docs/security.md says what each closes and what is left.
"""

from __future__ import annotations

import os
import re
import sys
from multiprocessing import resource_tracker

_MOST_OPEN = 256
_MOST_THREADS = 32


def confine(readable: tuple[str, ...], writable: tuple[str, ...], memory_bytes: int) -> list[str]:
    """Give up what a worker does not need; return the names of the layers that are active."""
    if sys.platform == "win32":
        return []
    _let_go_of_descriptors()
    layers = [_limit_resources(memory_bytes, may_write=bool(writable))]
    return [*_close_linux(readable, writable), *layers] if sys.platform == "linux" else layers


def die_with_parent() -> None:
    """Let the kernel kill this process when the thread that started it ends (Linux only)."""
    import ctypes

    kill_on_parents_death, kill = 1, 9  # PR_SET_PDEATHSIG, SIGKILL
    ctypes.CDLL(None, use_errno=True).prctl(kill_on_parents_death, kill, 0, 0, 0)


def _close_linux(readable: tuple[str, ...], writable: tuple[str, ...]) -> list[str]:
    import ctypes

    from core.sandbox import landlock, seccomp
    from core.sandbox.namespace import Enclosure

    library = ctypes.CDLL(None, use_errno=True)
    no_new_privileges = 38
    if library.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return []
    alone = landlock.count_threads() == 1
    column = seccomp.column()
    layers = []
    if column is not None and alone:
        enclosure = Enclosure(library, column)
        if (readable or writable) and enclosure.enter(readable, writable):
            layers.append("namespace")
            _limit_threads()
        enclosure.drop_powers()
    if alone and landlock.close(library, readable, writable):
        layers.insert(0, "landlock")
    if column is not None and seccomp.close(library, column, files=bool(readable or writable)):
        layers.insert(0, "seccomp")
    return layers


def _limit_resources(memory_bytes: int, *, may_write: bool) -> str:
    import resource

    import psutil

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _lower(resource.RLIMIT_NOFILE, _MOST_OPEN)
    if not may_write:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # macOS knows the name and ignores it
        limit = psutil.Process().memory_info().vms + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        _lower(resource.RLIMIT_MEMLOCK, 0)
        _lower(resource.RLIMIT_MSGQUEUE, 0)
    return "limits"


def _limit_threads() -> None:
    """Limit the threads, which the kernel counts for each user namespace by itself from 5.14 on; never for root."""
    import resource

    version = tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])
    if os.geteuid() != 0 and version >= (5, 14):
        _lower(resource.RLIMIT_NPROC, _MOST_THREADS)


def _lower(name: int, most: int) -> None:
    import resource

    hard = resource.getrlimit(name)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(name, (most, most))


def _let_go_of_descriptors() -> None:
    """Drop the terminal and the pipe to Python's resource tracker, which unlinks what it is told to."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    tracker = getattr(resource_tracker, "_resource_tracker", None)
    pipe = getattr(tracker, "_fd", None)
    if tracker is not None and isinstance(pipe, int):
        os.close(pipe)
        tracker._fd = None
