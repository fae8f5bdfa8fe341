"""The program's version."""

from __future__ import annotations

from importlib import metadata


def version() -> str:
    """Return the version that was installed or frozen."""
    try:
        return metadata.version("scanshelf")
    except metadata.PackageNotFoundError:
        return "unknown"
