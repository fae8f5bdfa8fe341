"""Landlock for Linux: a worker opens nothing but the folders it was given (linux/landlock.h)."""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on all machines
_VERSION_FLAG = 1
_PATH_BENEATH = 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_DIR, _MAKE_REG, _REFER, _TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
_READ = _READ_FILE | _READ_DIR
_CHANGE = _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE

# What each version of the interface knows: rights on files, on TCP ports, and scopes (abstract sockets, signals).
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_FROM, _SCOPES_FROM = 4, 6


def version(library: ctypes.CDLL) -> int:
    """Return the version of Landlock this kernel offers, 0 for none."""
    return max(0, int(library.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)))


def close(library: ctypes.CDLL, readable: tuple[str, ...], writable: tuple[str, ...]) -> bool:
    """Give up all files but those beneath the folders named; returns whether the kernel agreed.

    Only this thread and those it starts later are held; threads that exist already (`count_threads`) are not.
    """
    offered = version(library)
    if offered == 0:
        return False
    handled = (1 << _FILE_RIGHTS[min(offered, max(_FILE_RIGHTS))]) - 1
    ruleset = _create_ruleset(library, offered, handled)
    if ruleset < 0:
        return False
    try:
        for folder in readable:
            _allow(library, ruleset, folder, _READ & handled)
        for folder in writable:
            _allow(library, ruleset, folder, (_READ | _CHANGE) & handled)
        return bool(library.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _create_ruleset(library: ctypes.CDLL, offered: int, handled: int) -> int:
    attributes = struct.pack("=Q", handled)
    if offered >= _NETWORK_FROM:
        attributes += struct.pack("=Q", 0b11)  # bind and connect TCP
    if offered >= _SCOPES_FROM:
        attributes += struct.pack("=Q", 0b11)  # abstract UNIX sockets and signals
    return int(library.syscall(_CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(len(attributes)), 0))


def _allow(library: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    with contextlib.suppress(FileNotFoundError):  # what is not there cannot be read either
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(place).st_mode):
                rights &= _ON_FILES
            rule = struct.pack("=Qi", rights, place)
            if library.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.c_char_p(rule), 0) != 0:
                raise OSError(ctypes.get_errno(), "landlock_add_rule")
        finally:
            os.close(place)


def count_threads() -> int:
    """Count this process's threads."""
    return len(os.listdir("/proc/self/task"))  # noqa: PTH208
