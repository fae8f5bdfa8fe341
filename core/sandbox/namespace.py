"""A file system of its own for a worker with folders (Linux): only what was named exists, nothing else has a name.

Landlock keeps a worker from opening other files, but not from asking whether they are there, how large they are and
what they are called. In a mount namespace of its own there is nothing to ask about. That takes root's power, or a user
namespace, which many systems give to everybody, some (containers, hardened systems) to nobody.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
from pathlib import Path

from core.sandbox.linux_syscalls import BUILDING

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_ONLY_READ, _NO_SUID, _NO_DEVICES, _NO_EXEC, _BIND, _RECURSIVE, _SLAVE = 1, 2, 4, 8, 1 << 12, 1 << 14, 1 << 19
_DETACH, _AND_BELOW = 2, 0x8000
_DRIVES = (
    "/sys/dev/block"  # the names of the drives there are: how a pulled stick is known (`importer/reading/bounded.py`)
)
_COVERED = ("/tmp", "/var", "/usr")  # one of them gets a file system of ours put over it
_READ_ALL = (1 << 1) | (1 << 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
_CAPABILITY_VERSION = 0x20080522


class Enclosure:
    """Makes and enters the file system; `column` chooses the machine's system call numbers."""

    def __init__(self, library: ctypes.CDLL, column: int) -> None:
        self._library = library
        self._column = column

    def enter(self, readable: tuple[str, ...], writable: tuple[str, ...]) -> bool:
        """Let only these folders and files exist for this process, at their usual names.

        Returns whether that worked; where it did not, the process sees what it saw before. It must have one thread.
        """
        wanted = {*readable, *writable, _DRIVES}
        if "/" in wanted:
            return False
        with contextlib.ExitStack() as stack:
            try:
                self._leave()
                opened = {name: _open(name, stack) for name in sorted(wanted) if Path(name).exists()}
            except OSError:
                return False
            return self._move(opened, frozenset(writable))

    def drop_powers(self) -> None:
        """Give up all capabilities but root's own to read what belongs to others."""
        header = struct.pack("=Ii", _CAPABILITY_VERSION, 0)
        for kept in (_READ_ALL, 0):
            sets = struct.pack("=6I", kept, kept, 0, 0, 0, 0)
            number = BUILDING["capset"][self._column]
            if self._library.syscall(number, ctypes.c_char_p(header), ctypes.c_char_p(sets)) == 0:
                return

    def _leave(self) -> None:
        user, group = os.geteuid(), os.getegid()
        self._check(self._library.unshare(_NEW_MOUNTS if user == 0 else _NEW_MOUNTS | _NEW_USER))
        if user != 0:
            with contextlib.suppress(FileNotFoundError):
                Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
        self._mount(None, "/", _RECURSIVE | _SLAVE)  # what others mount is no business of ours, nor ours of theirs

    def _move(self, opened: dict[str, int], writable: frozenset[str]) -> bool:
        base = next(place for place in _COVERED if Path(place).is_dir())
        try:
            self._mount("tmpfs", base, _NO_SUID | _NO_DEVICES | _NO_EXEC, "size=64k,nr_inodes=1k,mode=755")
        except OSError:
            return False
        try:
            for name, descriptor in opened.items():
                self._bring(base + name, descriptor, _NO_SUID | _NO_DEVICES | _NO_EXEC, name in writable)
            os.chdir(base)
            self._check(self._library.syscall(BUILDING["pivot_root"][self._column], b".", b"."))
        except OSError:
            os.chdir("/")
            self._library.umount2(base.encode(), _DETACH)
            return False
        self._check(self._library.umount2(b".", _DETACH))
        os.chdir("/")
        self._restrict("/", _ONLY_READ, 0)
        return True

    def _bring(self, target: str, descriptor: int, flags: int, may_write: bool) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            Path(target).mkdir(parents=True, exist_ok=True)
        else:
            Path(target).parent.mkdir(parents=True, exist_ok=True)
            Path(target).touch()
        self._mount(f"/proc/self/fd/{descriptor}", target, _BIND | _RECURSIVE)
        self._restrict(target, flags if may_write else flags | _ONLY_READ, _AND_BELOW)

    def _mount(self, source: str | None, target: str, flags: int, options: str | None = None) -> None:
        kind = source.encode() if options and source else None
        given = os.fsencode(source) if source else None
        said = options.encode() if options else None
        self._check(self._library.mount(given, os.fsencode(target), kind, ctypes.c_ulong(flags), said))

    def _restrict(self, target: str, flags: int, how: int) -> None:
        """Make a mount read-only and the like; kernels before 5.12 do not know how, and Landlock does it as well."""
        attributes = struct.pack("=4Q", flags, 0, 0, 0)
        number = BUILDING["mount_setattr"][self._column]
        self._library.syscall(
            number, -100, os.fsencode(target), how, ctypes.c_char_p(attributes), ctypes.c_size_t(len(attributes))
        )

    def _check(self, result: int) -> None:
        if result != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))


def _open(name: str, stack: contextlib.ExitStack) -> int:
    descriptor = os.open(name, os.O_PATH | os.O_CLOEXEC)
    stack.callback(os.close, descriptor)
    return descriptor
