"""The sandbox a worker closes around itself before its first foreign byte.

Layers, each named in the self-test when it is active:

    seccomp     Linux: no network, no other processes, no rarely used parts of the kernel; without folders also no files
    landlock    Linux: no files outside the folders that were named
    limits      POSIX: memory, no core dumps, no written files (unless a folder may be written)

Older kernels lack Landlock, other systems have the limits or nothing; the time limits of the pool hold everywhere.
"""

from __future__ import annotations

import os
import sys
from multiprocessing import resource_tracker


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

    from core import landlock, seccomp

    library = ctypes.CDLL(None, use_errno=True)
    no_new_privileges = 38
    if library.prctl(no_new_privileges, 1, 0, 0, 0) != 0:
        return []
    layers = []
    if landlock.close(library, readable, writable):
        layers.append("landlock")
    if seccomp.close(library, files=bool(readable or writable)):
        layers.insert(0, "seccomp")
    return layers


def _limit_resources(memory_bytes: int, *, may_write: bool) -> str:
    import resource

    import psutil

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not may_write:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    if sys.platform == "linux":  # macOS knows the name and ignores it
        limit = psutil.Process().memory_info().vms + memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return "limits"


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
