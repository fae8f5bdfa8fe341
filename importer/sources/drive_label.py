"""The name a person gave a drive, or a burner a disc."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    import ctypes

    _NAME_LIMIT = 261  # MAX_PATH + 1, as the call demands

    def drive_label(mount_point: str) -> str:
        """Ask Windows for the label of a drive; '' where it has none or cannot say."""
        label = ctypes.create_unicode_buffer(_NAME_LIMIT)
        kernel32 = ctypes.WinDLL("kernel32")
        told = kernel32.GetVolumeInformationW(mount_point, label, _NAME_LIMIT, None, None, None, None, 0)
        return label.value if told else ""

else:
    from pathlib import Path

    def drive_label(mount_point: str) -> str:
        """Read the label off the folder a drive is mounted at, which is named after it."""
        return Path(mount_point).name
