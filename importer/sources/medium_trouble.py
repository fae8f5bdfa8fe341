"""What a medium says when it cannot be read, with the meaning it has.

Windows' C runtime calls a drive that is not ready and a scratched sector "permission denied", and keeps the true number
to itself (https://learn.microsoft.com/windows/win32/debug/system-error-codes).
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEANT = {
    # the medium is not there (any more)
    20: errno.ENODEV,  # bad unit
    21: errno.ENODEV,  # not ready
    55: errno.ENODEV,  # device no longer there
    433: errno.ENODEV,  # no such device
    1006: errno.ENODEV,  # the volume was changed under an open file
    1110: errno.ENODEV,  # media changed
    1112: errno.ENODEV,  # no media in drive
    1167: errno.ENODEV,  # device not connected
    # it is there and cannot be read here
    23: errno.EIO,  # data error (cyclic redundancy check)
    25: errno.EIO,  # seek
    26: errno.EIO,  # not a disc that Windows can read
    27: errno.EIO,  # sector not found
    30: errno.EIO,  # read fault
    31: errno.EIO,  # device failure
    483: errno.EIO,  # device hardware error
    1117: errno.EIO,  # input/output error
}
_WORDS = {errno.ENODEV: "the drive is not ready", errno.EIO: "Input/output error"}


def meant(error: OSError, hidden_number: Callable[[], int | None]) -> OSError:
    """Give an error its meaning back; `hidden_number` asks the C runtime where the error itself does not tell."""
    number = getattr(error, "winerror", None)
    if number is None and error.errno in {errno.EACCES, errno.EINVAL}:
        number = hidden_number()
    found = _MEANT.get(number) if number is not None else None
    return error if found is None else OSError(found, _WORDS[found], error.filename)


if sys.platform == "win32":
    import ctypes

    _runtime = ctypes.CDLL("ucrtbase")

    def _hidden_number() -> int | None:
        number = ctypes.c_ulong()
        return None if _runtime._get_doserrno(ctypes.byref(number)) else number.value

    @contextmanager
    def truthful() -> Iterator[None]:
        """Let what is raised inside say what it means."""
        try:
            yield
        except OSError as error:
            told = meant(error, _hidden_number)
            if told is error:
                raise
            raise told from error

else:

    def truthful() -> AbstractContextManager[None]:
        """Let what is raised inside say what it means: elsewhere it does so by itself."""
        return nullcontext()
