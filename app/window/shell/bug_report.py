"""A report for the people who look after Scanshelf: what went wrong and where, no names, no paths, no values."""

from __future__ import annotations

import platform
import sys
import traceback
from pathlib import Path

from PySide6 import __version__ as pyside_version

from app.version import version


def about_this_computer() -> str:
    """Name versions and system."""
    lines = (
        f"Scanshelf {version()}",
        f"Python {platform.python_version()}, PySide {pyside_version}",
        f"{platform.system()} {platform.release()}, {platform.machine()}",
        "frozen" if getattr(sys, "frozen", False) else "from source",
    )
    return "\n".join(lines)


def report_of(error: BaseException) -> str:
    """Describe an exception by its kind and the lines it came through; its message may hold names and stays out."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([about_this_computer(), "", type(error).__name__, *steps])
