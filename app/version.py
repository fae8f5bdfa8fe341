"""The program's version."""

from core.version import version

__all__ = ["version"]
