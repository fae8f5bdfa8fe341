"""A seccomp filter for Linux: system calls a worker has no use for are refused by the kernel.

The filter is a list of refusals, not of permissions: codecs and the C library use many harmless calls that differ from
version to version. Nothing here needs a library; the program is plain BPF (linux/seccomp.h, linux/bpf_common.h).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterable

from core import linux_syscalls as calls

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32_BIT = 0x40000000
_CLONE_THREAD = 0x00010000
# Typing into the terminal, and choosing who gets a descriptor's signals, and which: any process of the same user.
_REFUSED_IOCTLS = (0x5412, 0x541C, 0x8901, 0x8902)  # TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP
_REFUSED_FCNTLS = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX
_SET_MODE_FILTER, _ALL_THREADS = 1, 1
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, value


def close(library: ctypes.CDLL, *, files: bool) -> bool:
    """Refuse what a worker does not need, in all its threads; `files` leaves names of files for Landlock to judge.

    Returns whether the kernel took the filter.
    """
    machine = platform.machine()
    if machine not in _MACHINES:
        return False
    column, architecture = _MACHINES[machine]
    program = build_program(column, architecture, os.getpid(), files=files)
    filters = b"".join(struct.pack("=HBBI", *instruction) for instruction in program)
    buffer = ctypes.create_string_buffer(filters)
    header = struct.pack("@HP", len(program), ctypes.addressof(buffer))  # struct sock_fprog
    number = calls.SPECIAL["seccomp"][column]
    return bool(library.syscall(number, _SET_MODE_FILTER, _ALL_THREADS, ctypes.c_char_p(header)) == 0)


def build_program(column: int, architecture: int, pid: int, *, files: bool) -> list[Instruction]:
    """Return the filter for one kind of machine and one process."""
    refused = [calls.NETWORK, calls.PROCESSES, calls.KERNEL, calls.IDENTITY, calls.SHARING, calls.ATTRIBUTES]
    if not files:
        refused.append(calls.FILES)
    special = {name: numbers[column] or 0 for name, numbers in calls.SPECIAL.items()}
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *([(_AT_LEAST, 0, 1, _X32_BIT), _refuse(errno.EPERM)] if column == 0 else []),
        *_refuse_all(numbers[column] for group in refused for numbers in group.values()),
        *_for_call(
            special["clone3"], [_refuse(errno.ENOSYS)]
        ),  # the C library then takes clone, whose flags are visible
        *_for_call(special["clone"], _allow_if(_ANY_BIT, 0, _CLONE_THREAD)),
        *_for_call(special["tgkill"], _allow_if(_EQUAL, 0, pid)),  # abort() signals itself
        *_for_call(special["prlimit64"], _allow_if(_EQUAL, 0, 0)),
        *_for_call(special["ioctl"], _refuse_if_any(1, _REFUSED_IOCTLS)),
        *_for_call(special["fcntl"], _refuse_if_any(1, _REFUSED_FCNTLS)),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _refuse(number: int) -> Instruction:
    return (_RETURN, 0, 0, _ERRNO | number)


def _refuse_all(numbers: Iterable[int | None]) -> list[Instruction]:
    present = sorted({number for number in numbers if number is not None})
    return [step for number in present for step in _for_call(number, [_refuse(errno.EPERM)])]


def _for_call(number: int, body: list[Instruction]) -> list[Instruction]:
    """Run `body`, which must return, for one system call; go past it for all others."""
    return [(_EQUAL, 0, len(body), number), *body]


def _allow_if(comparison: int, argument: int, value: int) -> list[Instruction]:
    return [
        (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),  # the low half: both machines are little-endian
        (comparison, 0, 1, value),
        (_RETURN, 0, 0, _ALLOW),
        _refuse(errno.EPERM),
    ]


def _refuse_if_any(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    """Refuse a call with one of these values in an argument, and allow it with any other."""
    return [
        (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
        *((_EQUAL, len(values) - index, 0, value) for index, value in enumerate(values)),
        (_RETURN, 0, 0, _ALLOW),
        _refuse(errno.EPERM),
    ]
