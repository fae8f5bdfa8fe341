"""Whether there is a screen to open a window on; Qt itself would end the program, or wait where nobody can look."""

from __future__ import annotations

import os
import sys


def has_screen() -> bool:
    """Say whether a window can be opened and seen."""
    if sys.platform == "win32":
        return bool(os.environ.get("QT_QPA_PLATFORM")) or _windows_can_be_shown()
    if sys.platform == "darwin":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _UOI_FLAGS = 1
    _WSF_VISIBLE = 1

    class _UserObjectFlags(ctypes.Structure):
        _fields_ = (("inherit", wintypes.BOOL), ("reserved", wintypes.BOOL), ("flags", wintypes.DWORD))

    def _windows_can_be_shown() -> bool:
        """Try: a service or a remote shell has a window station nobody sees, or none that takes a window."""
        user32 = ctypes.WinDLL("user32")
        user32.GetProcessWindowStation.restype = user32.CreateWindowExW.restype = wintypes.HANDLE
        station = wintypes.HANDLE(user32.GetProcessWindowStation())
        found, needed = _UserObjectFlags(), wintypes.DWORD()
        told = user32.GetUserObjectInformationW(
            station, _UOI_FLAGS, ctypes.byref(found), ctypes.sizeof(found), ctypes.byref(needed)
        )
        if not told or not found.flags & _WSF_VISIBLE:
            return False
        window = user32.CreateWindowExW(0, "STATIC", "", 0, 0, 0, 1, 1, None, None, None, None)
        if window:
            user32.DestroyWindow(wintypes.HANDLE(window))
        return bool(window)
