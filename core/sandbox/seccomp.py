"""A seccomp filter for Linux: what a worker has no use for is refused by the kernel.

The filter is a list of permissions: a call that is not in `core/sandbox/linux_syscalls.py` is refused, also one that
no kernel has yet. Nothing here needs a library; the program is plain BPF (linux/seccomp.h, linux/bpf_common.h).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

from core.sandbox import linux_syscalls as calls

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32_BIT = 0x40000000
_CLONE_THREAD = 0x00010000
_FCNTLS = (0, 1, 2, 3, 4, 1030)  # duplicate, and read and set flags: no pipe sizes, owners, signals, leases or seals
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, value


def column() -> int | None:
    """Return which of the tables' numbers are this machine's."""
    machine = _MACHINES.get(platform.machine())
    return None if machine is None else machine[0]


def close(library: ctypes.CDLL, column: int, *, files: bool) -> bool:
    """Refuse what a worker does not need, in all its threads; `files` leaves names of files for others to judge.

    Returns whether the kernel took the filter.
    """
    architecture = _MACHINES[platform.machine()][1]
    return install(library, column, build_program(column, architecture, os.getpid(), files=files))


def install(library: ctypes.CDLL, column: int, program: list[Instruction]) -> bool:
    """Hand a filter to the kernel, for all threads of this process and for good."""
    filters = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(filters)
    header = struct.pack("@HP", len(program), ctypes.addressof(buffer))  # struct sock_fprog
    number = calls.BUILDING["seccomp"][column]
    return bool(library.syscall(number, _SET_MODE_FILTER, _ALL_THREADS, ctypes.c_char_p(header)) == 0)


def build_program(column: int, architecture: int, pid: int, *, files: bool) -> list[Instruction]:
    """Return the filter for one kind of machine and one process."""
    allowed = [calls.ALWAYS, calls.FILES] if files else [calls.ALWAYS]
    special = {name: numbers[column] or 0 for name, numbers in calls.SPECIAL.items()}
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *([(_AT_LEAST, 0, 1, _X32_BIT), _refuse(errno.EPERM)] if column == 0 else []),
        *_for_all(allowed, column, (_RETURN, 0, 0, _ALLOW)),
        *_for_all([calls.UNKNOWN], column, _refuse(errno.ENOSYS)),
        *(_for_call(special["clone"], _allow_if((_ANY_BIT, _low(0), _CLONE_THREAD))) if files else []),  # writers
        *_for_call(special["tgkill"], _allow_if((_EQUAL, _low(0), pid))),  # abort() signals itself
        *_for_call(special["prlimit64"], _allow_if((_EQUAL, _low(0), 0), (_EQUAL, _low(2), 0), (_EQUAL, _high(2), 0))),
        *_for_call(special["fcntl"], _allow_any(_low(1), _FCNTLS)),
        _refuse(errno.EPERM),
    ]


def _refuse(number: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | number)


def _low(argument: int) -> int:
    return _ARGUMENTS + 8 * argument  # both machines are little-endian


def _high(argument: int) -> int:
    return _low(argument) + 4


def _for_all(groups: Iterable[calls.Calls], column: int, answer: Instruction) -> list[Instruction]:
    numbers = [numbers[column] for group in groups for numbers in group.values()]
    return [step for number in numbers if number is not None for step in _for_call(number, [answer])]


def refuse_only(numbers: dict[int, int]) -> list[Instruction]:
    """Return a filter that refuses a few calls, each with its error, as an older or stricter system would."""
    steps = [step for number, error in numbers.items() for step in _for_call(number, [_refuse(error)])]
    return [(_LOAD, 0, 0, _NUMBER), *steps, (_RETURN, 0, 0, _ALLOW)]


def _for_call(number: int, body: list[Instruction]) -> list[Instruction]:
    """Run `body`, which must return, for one system call; go past it for all others."""
    return [(_EQUAL, 0, len(body), number), *body]


def _allow_if(*tests: tuple[int, int, int]) -> list[Instruction]:
    """Allow a call for which each test (comparison, place, value) holds, and refuse it otherwise."""
    steps: list[Instruction] = []
    for number, (comparison, place, value) in enumerate(tests):
        steps += [(_LOAD, 0, 0, place), (comparison, 0, 2 * (len(tests) - number) - 1, value)]
    return [*steps, (_RETURN, 0, 0, _ALLOW), _refuse(errno.EPERM)]


def _allow_any(place: int, values: tuple[int, ...]) -> list[Instruction]:
    """Allow a call with one of these values in an argument, and refuse it with any other."""
    return [
        (_LOAD, 0, 0, place),
        *((_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)),
        _refuse(errno.EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
