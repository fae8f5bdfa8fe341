"""The sandbox a worker closes around itself before its first foreign byte."""

from __future__ import annotations

import sys


def confine(readable: tuple[str, ...], writable: tuple[str, ...], memory_bytes: int) -> list[str]:
    """Give up what a worker does not need; return the names of the layers that are active."""
    if sys.platform == "win32":
        return []
    return [_limit_resources(memory_bytes, may_write=bool(writable))]


def die_with_parent() -> None:
    """Let the kernel kill this process when the thread that started it ends (Linux only)."""
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(1, 9, 0, 0, 0)  # PR_SET_PDEATHSIG, SIGKILL


def _limit_resources(memory_bytes: int, *, may_write: bool) -> str:
    import resource

    import psutil

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not may_write:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    limit = psutil.Process().memory_info().vms + memory_bytes
    if sys.platform == "linux":  # macOS knows the name and ignores it
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    return "limits"
