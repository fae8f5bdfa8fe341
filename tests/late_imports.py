"""Remembers, inside a worker, which modules are looked for; imports nothing that a worker does not have anyhow."""

from __future__ import annotations

import importlib.abc
import sys
from collections.abc import Sequence
from types import ModuleType


class Watch(importlib.abc.MetaPathFinder):
    """Finds nothing, and remembers what was looked for since it `began`."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def begin(self) -> None:
        """Watch from now on."""
        sys.meta_path.insert(0, self)

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None) -> None:
        """Remember a module that was not there yet."""
        self.asked.add(name)
