"""Modules as another operating system would load them, so that its own ways can be tried here."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType, SimpleNamespace

import pytest


def load_as(system: str, module: str, patch: pytest.MonkeyPatch, **there: object) -> ModuleType:
    """Load a module anew with `sys.platform` as it is on `system`; `there` are modules only that system has."""
    patch.setattr(sys, "platform", system)
    for name, content in there.items():
        patch.setitem(sys.modules, name, content)  # type: ignore[arg-type]
    found = importlib.util.find_spec(module)
    assert found is not None
    assert found.loader is not None
    loaded = importlib.util.module_from_spec(found)
    patch.setitem(sys.modules, module, loaded)  # dataclasses look their module up
    found.loader.exec_module(loaded)
    return loaded


def windows_error(winerror: int, errno: int = 13) -> PermissionError:
    """Make what Windows raises: `winerror` is only known there."""
    error = PermissionError(errno, "refused")
    vars(error)["winerror"] = winerror
    return error


__all__ = ["SimpleNamespace", "load_as", "windows_error"]
