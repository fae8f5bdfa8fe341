"""Programs of a test that do not find some packages, as where they are not installed, or that end in other ways.

The child processes of a test read a `sitecustomize.py` of its own; nothing in this process changes.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools import REPOSITORY

_ABSENT = """
import sys


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {packages!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
        return None


sys.meta_path.insert(0, Absent())
"""
_AT_IMPORT = """
import os, sys


class Stumbles:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            {deed}
        return None


sys.meta_path.insert(0, Stumbles())
"""


def without_packages(monkeypatch: pytest.MonkeyPatch, folder: Path, *packages: str) -> None:
    """Let the programs this test starts find none of these packages."""
    _customize(monkeypatch, folder, _ABSENT.format(packages=set(packages)))


def stumbling_at(monkeypatch: pytest.MonkeyPatch, folder: Path, module: str, deed: str) -> None:
    """Let the programs this test starts do something when they import a module."""
    _customize(monkeypatch, folder, _AT_IMPORT.format(module=module, deed=deed))


def _customize(monkeypatch: pytest.MonkeyPatch, folder: Path, text: str) -> None:
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(text)
    monkeypatch.setenv("PYTHONPATH", f"{folder}:{REPOSITORY}")
